"""The one visual language, held to WCAG's contrast: https://www.w3.org/TR/WCAG22/#contrast-minimum"""

from __future__ import annotations

import re

import pytest

from stssim.show.style import COLOURS, TINTS, WORDS, palette, picture_css

TEXTS = ("ink", "muted", "now", "allowed-text", "denied-text", "attacker")
PAPERS = {"ink": ("paper", "plate", "now-plate", "mark", *(f"tint-{at}" for at in range(TINTS)))}


def luminance(colour: str) -> float:
    """Relative luminance, as WCAG defines it."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("side", ["light", "dark"])
@pytest.mark.parametrize("text", TEXTS)
def test_every_word_can_be_read_on_its_paper(text: str, side: str) -> None:
    for paper in PAPERS.get(text, ("paper",)):
        found = contrast(getattr(COLOURS[text], side), getattr(COLOURS[paper], side))
        assert found >= 4.5, f"{text} on {paper} in {side} is {found:.2f} to 1"


@pytest.mark.parametrize("side", ["light", "dark"])
@pytest.mark.parametrize("line", ["allowed", "denied", "now", "faint"])
def test_every_line_can_be_seen_on_the_paper(line: str, side: str) -> None:
    assert contrast(getattr(COLOURS[line], side), getattr(COLOURS["paper"], side)) >= 3


def test_an_outcome_is_a_word_and_not_a_colour_alone() -> None:
    assert WORDS["allowed"] == "allowed"
    assert WORDS["denied"] == "denied"


def test_the_theme_of_jupyterlab_outdoes_the_systems() -> None:
    css = palette(".here")
    assert css.index("prefers-color-scheme") < css.index('[data-jp-theme-light="true"] .here')
    assert css.index('[data-jp-theme-light="true"]') < css.index('[data-jp-theme-light="false"] .here')


def test_a_picture_uses_no_colour_that_the_palette_lacks() -> None:
    used = set(re.findall(r"var\(--stssim-([a-z0-9-]+)\)", picture_css()))
    assert used - {"font"} <= set(COLOURS)
