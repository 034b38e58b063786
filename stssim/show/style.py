"""What the pictures and the terminal say of an outcome, and the CSS that a picture is drawn with."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from stssim.show.tokens import TINTS, palette
from stssim.trace import Outcome

WORDS: dict[Outcome, str] = {"done": "", "allowed": "allowed", "denied": "denied"}
NOT_REACHED = "not reached"
DIVERGE = "the runs diverge here"
NOTHING = "Nothing has happened yet."


@cache
def picture_css() -> str:
    """The whole CSS of a picture: `palette`, and what is drawn with it."""
    tints = "".join(f".stssim-picture .tint-{at}{{--tint:var(--stssim-tint-{at})}}\n" for at in range(TINTS))
    return palette(".stssim-picture") + tints + Path(__file__).with_name("picture.css").read_text(encoding="utf-8")
