"""Runs the command line: `python -m stssim`."""

from stssim.cli import main

main()
