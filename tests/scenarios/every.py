"""All scenarios, read once for every test that goes through them."""

from __future__ import annotations

from stssim.scenarios import load_all

EVERY = load_all()
