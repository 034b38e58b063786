"""The design tokens: color, type, space, radius and motion of everything that a person looks at, in light and in dark.

Player, workbench, questions, tables, capstone, pages and pictures take every one of these from here, as CSS custom
properties named `--stssim-NAME`. Ink is settled, gray has not happened, blue is happening; green and a solid line say
`allowed`, vermilion and a dashed line `denied`; purple is the attacker, amber a temporary credential.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

FONT = 'Arimo, "Liberation Sans", Arial, Helvetica, sans-serif'
CODE = 'var(--jp-code-font-family, "Liberation Mono", Menlo, Consolas, monospace)'
LARGE, SMALL = 16, 14
"""The two sizes of letters in a picture, in its own units."""
TINTS = 6
"""How many accounts have a tint of their own; the seventh has the first one's again."""
TERMINAL = {"allowed": "bold #009e73", "denied": "bold #d55e00", "attacker": "bold #c264a0", "muted": "dim italic"}
"""Styles of a terminal, whose background may be light or dark."""


class Color(NamedTuple):
    """One meaning's color on a light and on a dark background."""

    light: str
    dark: str


COLORS: Mapping[str, Color] = {
    "paper": Color("#ffffff", "#111417"),
    "plate": Color("#f3f5f8", "#1b2127"),
    "ink": Color("#1c2127", "#e9ecef"),
    "muted": Color("#59626d", "#a0aab5"),
    "line": Color("#cfd6de", "#3d4751"),
    "faint": Color("#87919b", "#737d87"),
    "now": Color("#0b62b8", "#63b3f5"),
    "now-plate": Color("#e6f1fb", "#10293f"),
    "mark": Color("#cfe4f8", "#0d4270"),
    "allowed": Color("#00835c", "#3fcf9f"),
    "allowed-text": Color("#006b4b", "#3fcf9f"),
    "allowed-plate": Color("#e0f4eb", "#0f2e24"),
    "denied": Color("#cc5200", "#ff9a5c"),
    "denied-text": Color("#a94400", "#ff9a5c"),
    "denied-plate": Color("#fdeade", "#3a2013"),
    "attacker": Color("#97306f", "#e58fc8"),
    "attacker-plate": Color("#fbeef6", "#331c2c"),
    "credential": Color("#7a5c00", "#ecc95f"),
    "credential-plate": Color("#fff3c9", "#362c10"),
    "tint-0": Color("#e6eef8", "#18222e"),
    "tint-1": Color("#f9f1de", "#2a2417"),
    "tint-2": Color("#e4f3ea", "#16281f"),
    "tint-3": Color("#f0eaf8", "#251f2f"),
    "tint-4": Color("#f9ebe7", "#2d1f1b"),
    "tint-5": Color("#e2f1f3", "#14272b"),
}
TYPE: Mapping[str, str] = {
    "font": FONT,
    "code": CODE,
    "text-small": "13px",
    "text": "14px",
    "text-large": "16px",
    "title": "20px",
    "leading": "1.45",
}
SPACE: Mapping[str, str] = {"space-1": "4px", "space-2": "8px", "space-3": "12px", "space-4": "16px", "space-5": "24px"}
RADIUS: Mapping[str, str] = {"radius": "6px", "radius-large": "10px", "radius-round": "999px"}
MOTION: Mapping[str, str] = {"motion": "160ms"}
"""How long anything may move. Nothing moves for a reader who asks for less motion."""
STILL: Mapping[str, str] = {"motion": "0ms"}


def palette(selector: str) -> str:
    """CSS that gives `selector` every color, and the font: all that a picture needs.

    Light or dark is what the reader's system prefers, unless JupyterLab's theme says which.
    """
    light, dark = ("".join(f"--stssim-{name}:{color[side]};" for name, color in COLORS.items()) for side in (0, 1))
    return (
        f"{selector}{{--stssim-font:{FONT};{light}}}\n"
        f"@media (prefers-color-scheme:dark){{{selector}{{{dark}}}}}\n"
        f'[data-jp-theme-light="true"] {selector}{{{light}}}\n'
        f'[data-jp-theme-light="false"] {selector}{{{dark}}}\n'
    )


def tokens(selector: str) -> str:
    """CSS that gives `selector` every token."""
    sizes = _declared({**TYPE, **SPACE, **RADIUS, **MOTION})
    return (
        f"{palette(selector)}{selector}{{{sizes}}}\n"
        f"@media (prefers-reduced-motion:reduce){{{selector}{{{_declared(STILL)}}}}}\n"
    )


def _declared(values: Mapping[str, str]) -> str:
    return "".join(f"--stssim-{name}:{value};" for name, value in values.items())
