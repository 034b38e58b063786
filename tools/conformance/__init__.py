"""What AWS was recorded to answer, replayed on a Lab: `python -m tools.conformance` prints and writes the score."""
