from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from stssim.show import render as rendering
from stssim.show.render import Renderer, RenderError, find_renderer, render


@pytest.fixture
def no_engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    find_renderer.cache_clear()
    rendering._run.cache_clear()
    yield
    find_renderer.cache_clear()
    rendering._run.cache_clear()


def test_the_wheels_own_engine_is_found_without_a_system_package() -> None:
    found = find_renderer()
    assert found is not None
    assert found.bundled
    assert found.path.name.startswith("graphviz-pure")


def test_a_drawing_is_fit_to_stand_inside_a_page() -> None:
    svg = render('digraph { a -> b [class="arrow"] }')
    assert svg.startswith("<svg ")
    root = ET.fromstring(svg)
    assert root.get("width") is None
    assert not [element for element in root.iter() if element.get("id")]
    assert [group for group in root.iter("{http://www.w3.org/2000/svg}g") if group.get("class") == "edge arrow"]


def test_neato_keeps_the_places_that_it_is_given() -> None:
    svg = ET.fromstring(render('digraph { a [pos="0,0!"]; b [pos="300,0!"] }', "neato"))
    xs = [float(element.get("cx", "0")) for element in svg.iter("{http://www.w3.org/2000/svg}ellipse")]
    assert xs[1] - xs[0] == pytest.approx(300)


def test_what_is_no_dot_is_refused_in_one_sentence() -> None:
    with pytest.raises(RenderError, match="The Graphviz engine refused the picture") as refused:
        render("no picture at all {")
    assert "\n" not in str(refused.value)


@pytest.mark.usefixtures("no_engine")
def test_without_an_engine_one_is_told_how_to_get_one() -> None:
    with pytest.raises(RenderError, match="pip install graphviz-pure"):
        render("digraph { a }")


def test_an_engine_that_cannot_be_run_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "dot"
    monkeypatch.setattr(rendering, "find_renderer", lambda: Renderer(broken, bundled=False))
    rendering._run.cache_clear()
    with pytest.raises(RenderError, match="dot could not be run"):
        render("digraph { broken }")


def test_the_same_source_is_drawn_once() -> None:
    rendering._run.cache_clear()
    for _ in range(3):
        render("digraph { once }")
    assert rendering._run.cache_info().misses == 1
