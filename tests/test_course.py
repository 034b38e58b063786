"""The notebooks are their sources, run; they are short enough to teach; and what they store gives no answer away."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import nbformat
import pytest

import course

SOURCES = course.sources()
MOST_CODE_CELLS, MOST_LINES = 14, 6


def stored(source: Path) -> Any:
    return nbformat.read(course.NOTEBOOKS / f"{source.stem}.ipynb", as_version=4)  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_a_notebook_is_in_step_with_its_source(source: Path) -> None:
    cells = [(cell.cell_type, cell.source) for cell in stored(source).cells]
    assert cells == [(cell.cell_type, cell.source) for cell in course.unrun(source).cells]


def test_every_notebook_has_a_source() -> None:
    assert [path.stem for path in sorted(course.NOTEBOOKS.glob("*.ipynb"))] == [source.stem for source in SOURCES]


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_a_lesson_has_few_cells_of_few_lines(source: Path) -> None:
    code = [cell.source for cell in course.unrun(source).cells if cell.cell_type == "code"]
    assert len(code) <= MOST_CODE_CELLS
    assert max(len(text.splitlines()) for text in code) <= MOST_LINES


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_every_widget_has_a_still_picture_for_where_no_kernel_runs(source: Path) -> None:
    shown = [output.data for cell in stored(source).cells for output in cell.get("outputs", ()) if "data" in output]
    for data in shown:
        assert "application/vnd.jupyter.widget-view+json" not in data
        if re.match(r"(Player|Fix)\b", data.get("text/plain", "")):
            assert {"image/svg+xml", "text/html"} & data.keys()


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_a_stored_picture_tells_nobody_how_it_ends(source: Path) -> None:
    pictures = [
        output.data["image/svg+xml"]
        for cell in stored(source).cells
        for output in cell.get("outputs", ())
        if "image/svg+xml" in output.get("data", {})
    ]
    for picture in pictures:
        told = re.sub(r"<style>.*?</style>", "", picture, flags=re.DOTALL)
        assert not re.search(r"\b(allowed|denied|not reached)\b", told)


def test_a_run_stores_the_same_bytes_again() -> None:
    source = SOURCES[0]
    assert course.built(source) + "\n" == (course.NOTEBOOKS / f"{source.stem}.ipynb").read_text(encoding="utf-8")
