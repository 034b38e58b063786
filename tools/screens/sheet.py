"""The sizes and settings that everything is photographed in, and the page of all the photographs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any, Literal

FOLDER = Path(__file__).parents[2] / "screens"


@dataclass(frozen=True, slots=True)
class Setting:
    """A window: its size in CSS pixels, how many of the screen's pixels one of these is, and its colors."""

    name: str
    width: int
    height: int
    colors: Literal["light", "dark"] = "light"
    scale: int = 1

    @property
    def context(self) -> dict[str, Any]:
        """What Playwright's `new_context` takes."""
        return {
            "viewport": {"width": self.width, "height": self.height},
            "color_scheme": self.colors,
            "device_scale_factor": self.scale,
        }


SETTINGS = (
    Setting("light", 1280, 720),
    Setting("dark", 1280, 720, "dark"),
    Setting("low", 1280, 600),
    Setting("phone", 390, 844),
    Setting("phone-dark", 390, 844, "dark"),
    Setting("zoomed", 640, 360, scale=2),
)
"""A window at 200 % has half as many CSS pixels, each twice as wide."""


@dataclass(frozen=True, slots=True)
class Photograph:
    """A file in the folder, and what is on it."""

    file: str
    surface: str
    state: str
    setting: Setting


def name_of(surface: str, state: str, setting: Setting) -> str:
    """The name of a photograph's file."""
    words = f"{surface}-{state}-{setting.name}".lower()
    return "".join(letter if letter.isalnum() else "-" for letter in words) + ".png"


def write_sheet(photographs: Iterable[Photograph]) -> Path:
    """The page of the photographs, a row a state, a column a setting."""
    rows: dict[tuple[str, str], list[Photograph]] = {}
    for each in photographs:
        rows.setdefault((each.surface, each.state), []).append(each)
    body = "\n".join(
        f"<section><h2>{escape(surface)}: {escape(state)}</h2><div>{''.join(map(_figure, shots))}</div></section>"
        for (surface, state), shots in rows.items()
    )
    sheet = FOLDER / "index.html"
    sheet.write_text(_PAGE.format(body=body, many=sum(map(len, rows.values()))), encoding="utf-8")
    return sheet


def _figure(shot: Photograph) -> str:
    says = f"{shot.setting.name}, {shot.setting.width} x {shot.setting.height}"
    image = f'<a href="{shot.file}"><img loading="lazy" src="{shot.file}" alt="{escape(shot.state)}, {says}"></a>'
    return f"<figure>{image}<figcaption>{says}</figcaption></figure>"


_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>{many} screens</title>
<style>
body {{ margin: 16px; font: 14px sans-serif; background: #777; color: #fff }}
h2 {{ font-size: 16px; margin: 20px 0 4px }}
div {{ display: flex; flex-wrap: wrap; gap: 10px; align-items: flex-start }}
figure {{ margin: 0 }}
img {{ max-width: 640px; max-height: 900px; display: block }}
</style>
<h1>{many} screens</h1>
{body}
"""
