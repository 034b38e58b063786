"""What this project is made with: the environment and the notebooks."""
