"""The design tokens, held to WCAG's contrast: https://www.w3.org/TR/WCAG22/#contrast-minimum"""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from stssim.lessons.look import look
from stssim.show.player import style
from stssim.show.style import WORDS, picture_css
from stssim.show.tokens import COLORS, MOTION, RADIUS, SPACE, STILL, TINTS, TYPE, palette, tokens

EVERY_TINT = tuple(f"tint-{at}" for at in range(TINTS))
TEXT_ON = {
    "ink": (*EVERY_TINT, "paper", "plate", "now-plate", "mark", "allowed-plate", "denied-plate", "credential-plate"),
    "muted": (*EVERY_TINT, "paper", "plate", "now-plate", "allowed-plate", "denied-plate"),
    "now": ("paper", "plate", "now-plate"),
    "allowed-text": ("paper", "plate", "allowed-plate"),
    "denied-text": ("paper", "plate", "denied-plate", "credential-plate"),
    "attacker": (*EVERY_TINT, "paper", "attacker-plate"),
    "credential": ("paper", "credential-plate"),
    "paper": ("now", "allowed-text", "denied-text"),
}
SHOW, DEMO = files("stssim.show"), files("stssim.demo")
SURFACES = {
    "the player": (SHOW / "player" / "player.css").read_text(),
    "pictures": (SHOW / "picture.css").read_text(),
    "pages": (DEMO / "page.css").read_text(),
    "the widgets of lessons": look(".it").replace(tokens(".it"), ""),
}


def luminance(color: str) -> float:
    """Relative luminance, as WCAG defines it."""
    parts = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("side", ["light", "dark"])
@pytest.mark.parametrize("text", TEXT_ON)
def test_every_word_can_be_read_on_its_ground(text: str, side: str) -> None:
    for ground in TEXT_ON[text]:
        found = contrast(getattr(COLORS[text], side), getattr(COLORS[ground], side))
        assert found >= 4.5, f"{text} on {ground} in {side} is {found:.2f} to 1"


@pytest.mark.parametrize("side", ["light", "dark"])
@pytest.mark.parametrize("line", ["allowed", "denied", "now", "faint", "credential", "attacker"])
def test_every_line_can_be_seen_on_the_paper(line: str, side: str) -> None:
    assert contrast(getattr(COLORS[line], side), getattr(COLORS["paper"], side)) >= 3


def test_an_outcome_is_a_word_and_not_a_color_alone() -> None:
    assert WORDS["allowed"] == "allowed"
    assert WORDS["denied"] == "denied"


def test_the_theme_of_jupyterlab_outdoes_the_systems() -> None:
    css = palette(".here")
    assert css.index("prefers-color-scheme") < css.index('[data-jp-theme-light="true"] .here')
    assert css.index('[data-jp-theme-light="true"]') < css.index('[data-jp-theme-light="false"] .here')


def test_nothing_moves_longer_than_a_fifth_of_a_second_and_nothing_at_all_for_who_asks_for_less_motion() -> None:
    assert int(MOTION["motion"].removesuffix("ms")) < 200
    css = tokens(".here")
    assert (
        css.rindex("--stssim-motion:0ms") > css.index("prefers-reduced-motion:reduce") > css.index("--stssim-motion:")
    )
    assert STILL.keys() == MOTION.keys()


@pytest.mark.parametrize("surface", SURFACES)
def test_a_surface_uses_the_tokens_and_no_color_radius_or_time_of_its_own(surface: str) -> None:
    css = SURFACES[surface]
    used = set(re.findall(r"var\(--stssim-([a-z0-9-]+)", css))
    assert used
    assert used <= {*COLORS, *TYPE, *SPACE, *RADIUS, *MOTION}
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsl\(|oklch\(", css) == []
    assert re.findall(r"border-radius:\s*[\d.]+(?:em|[4-9]px|\d\dpx)", css) == []
    assert re.findall(r"(?:transition|animation)[^;]*[\d.]+m?s\b", css) == []


def test_the_players_style_has_the_pictures_once_and_every_token() -> None:
    assert style().count(picture_css()) == 1
    assert all(f"--stssim-{name}:" in style() for name in {**COLORS, **TYPE, **SPACE, **RADIUS, **MOTION})
