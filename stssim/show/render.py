"""DOT -> SVG, with the engine of the graphviz-pure wheel, so that nobody needs a system package.

The SVG is made fit to stand inside a page: no prolog, no ids that could clash, no size in points, and the same bytes on
every machine.
"""

from __future__ import annotations

import shutil
import subprocess
import sysconfig
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from xml.etree import ElementTree as ET

_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_SVG = "{http://www.w3.org/2000/svg}"
_SECONDS = 60


class RenderError(Exception):
    """A picture could not be drawn: no Graphviz engine was found, or it refused the source."""


@dataclass(frozen=True, slots=True)
class Renderer:
    """A Graphviz program: where it is, and whether it is the wheel's own (`bundled`) or the system's."""

    path: Path
    bundled: bool


@cache
def find_renderer() -> Renderer | None:
    """The Graphviz program that will be used: the wheel's beside this Python, then any on PATH, or None."""
    scripts = sysconfig.get_path("scripts")
    if bundled := shutil.which("graphviz-pure", path=scripts) or shutil.which("graphviz-pure"):
        return Renderer(Path(bundled), bundled=True)
    if system := shutil.which("dot") or shutil.which("neato"):
        return Renderer(Path(system), bundled=False)
    return None


def render(source: str, engine: str = "dot") -> str:
    """The SVG of a DOT source, cleaned for use inside a page.

    `engine` is `dot`, or `neato` for a source in which every node and edge has its `pos`: those are kept as they are.
    Raises RenderError where no renderer is found or the source is not DOT.
    """
    return serialize(draw(source, engine))


def draw(source: str, engine: str = "dot") -> ET.Element:
    """The SVG of a DOT source as a tree of one's own to finish. Raises as `render` does."""
    return _clean(ET.fromstring(_run(source, engine)))


def serialize(svg: ET.Element) -> str:
    """The SVG as text."""
    return ET.tostring(svg, encoding="unicode")


@lru_cache(maxsize=256)
def _run(source: str, engine: str) -> str:
    renderer = find_renderer()
    if renderer is None:
        raise RenderError("No Graphviz engine was found: run `pip install graphviz-pure` in this environment.")
    command = [str(renderer.path), f"-K{engine}", *(["-n2"] if engine == "neato" else []), "-Tsvg"]
    try:
        done = subprocess.run(command, input=source.encode(), capture_output=True, check=False, timeout=_SECONDS)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise RenderError(f"The Graphviz engine {renderer.path} could not be run: {error}") from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise RenderError(f"The Graphviz engine refused the picture: {said[0] if said else 'it did not say why'}")
    return done.stdout.decode()


def _clean(svg: ET.Element) -> ET.Element:
    """Graphviz's drawing without what only Graphviz needs; `class`, shapes and text are left."""
    for element in svg.iter():
        element.tag = element.tag.removeprefix(_SVG)
        for name in ("id", _XML_SPACE, "font-family"):
            element.attrib.pop(name, None)
        element.tail = element.text = None if element.tag not in {"text", "title"} else element.text
        _drop(element, lambda child: child.tag == f"{_SVG}title")
        _drop(element, lambda child: child.tag == f"{_SVG}g" and child.get("id", "").startswith("a_"))
    for name in ("width", "height"):
        svg.attrib.pop(name, None)
    svg.set("xmlns", "http://www.w3.org/2000/svg")
    return svg


def _drop(parent: ET.Element, unwanted: Callable[[ET.Element], bool]) -> None:
    for child in [child for child in parent if unwanted(child)]:
        parent.remove(child)
