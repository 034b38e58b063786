"""The Lab: private, repeatable, and with a clock of its own."""

from __future__ import annotations
