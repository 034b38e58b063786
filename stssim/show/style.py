"""The one visual language: what each colour, line and word means, in light and in dark.

Ink is settled, grey has not happened, blue is happening, green and a solid line say `allowed`, vermilion and a dashed
line `denied`. The pictures, the player and the terminal all take it from here.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

from stssim.trace import Outcome

FONT = 'Arimo, "Liberation Sans", Arial, Helvetica, sans-serif'
LARGE, SMALL = 16, 14
WORDS: dict[Outcome, str] = {"done": "", "allowed": "allowed", "denied": "denied"}
NOT_REACHED = "not reached"
PARTING = "here they part"
NOTHING = "Nothing has happened yet."
TINTS = 6
TERMINAL = {"allowed": "bold #009e73", "denied": "bold #d55e00", "attacker": "bold #c264a0", "muted": "dim italic"}
"""Styles of a terminal, whose paper may be light or dark."""


class Colour(NamedTuple):
    """One meaning's colour on light and on dark paper."""

    light: str
    dark: str


COLOURS = {
    "paper": Colour("#ffffff", "#111111"),
    "plate": Colour("#f3f5f8", "#1c232b"),
    "ink": Colour("#1f2328", "#e8eaed"),
    "muted": Colour("#636b74", "#9aa3ad"),
    "line": Colour("#c3c9d1", "#454d57"),
    "faint": Colour("#8b949e", "#6e7681"),
    "now": Colour("#0072b2", "#56b4e9"),
    "now-plate": Colour("#eaf4fb", "#10293b"),
    "mark": Colour("#cfe6f7", "#0b4469"),
    "allowed": Colour("#009e73", "#35c99b"),
    "allowed-text": Colour("#007556", "#35c99b"),
    "denied": Colour("#d55e00", "#ff9145"),
    "denied-text": Colour("#b04d00", "#ff9145"),
    "attacker": Colour("#a3437f", "#d98abf"),
    "attacker-plate": Colour("#faf0f7", "#33202e"),
    "tint-0": Colour("#eef3f9", "#17212c"),
    "tint-1": Colour("#f8f3e8", "#29241a"),
    "tint-2": Colour("#ecf5f0", "#17271f"),
    "tint-3": Colour("#f4f0f8", "#241f2d"),
    "tint-4": Colour("#f9f0ee", "#2b1f1c"),
    "tint-5": Colour("#ebf4f5", "#162629"),
}


def palette(selector: str) -> str:
    """CSS that gives `selector` every colour as `--stssim-NAME`, and the type as `--stssim-font`.

    Light or dark is what the reader's system prefers, unless JupyterLab's theme says which.
    """
    light, dark = ("".join(f"--stssim-{name}:{colour[side]};" for name, colour in COLOURS.items()) for side in (0, 1))
    return (
        f"{selector}{{--stssim-font:{FONT};{light}}}\n"
        f"@media (prefers-color-scheme:dark){{{selector}{{{dark}}}}}\n"
        f'[data-jp-theme-light="true"] {selector}{{{light}}}\n'
        f'[data-jp-theme-light="false"] {selector}{{{dark}}}\n'
    )


@cache
def picture_css() -> str:
    """The whole CSS of a picture: `palette`, and what is drawn with it."""
    tints = "".join(f".stssim-picture .tint-{at}{{--tint:var(--stssim-tint-{at})}}\n" for at in range(TINTS))
    return palette(".stssim-picture") + tints + Path(__file__).with_name("picture.css").read_text(encoding="utf-8")
