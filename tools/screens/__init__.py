"""Photographs of every state of everything that a person sees, on one page to look at: `make screens`."""
