"""The pictures that the README and the lessons use are drawn from calls, and are up to date."""

from __future__ import annotations

import re
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def drawn() -> dict[str, str]:
    spec = spec_from_file_location("draw", ROOT / "diagrams" / "draw.py")
    assert spec is not None
    assert spec.loader is not None
    draw: Any = module_from_spec(spec)
    spec.loader.exec_module(draw)
    made: dict[str, str] = draw.drawn()
    return made


def test_every_picture_is_as_it_would_be_drawn_now(drawn: dict[str, str]) -> None:
    kept = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "diagrams").glob("*.svg")}
    assert kept.keys() == drawn.keys()
    assert [name for name, svg in drawn.items() if svg != kept[name]] == []


def test_every_picture_can_be_read_in_light_and_dark_and_has_a_title_and_a_description(drawn: dict[str, str]) -> None:
    for svg in drawn.values():
        root = ET.fromstring(svg)
        assert "prefers-color-scheme:dark" in svg
        assert [root.find(f"{{http://www.w3.org/2000/svg}}{name}") is not None for name in ("title", "desc")] == [
            True
        ] * 2


def test_every_picture_and_file_that_the_readme_names_is_there() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", text)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
