"""The player: steps through a Trace in a notebook, picture beside evidence. All stepping is done in the browser."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Any

import anywidget
import traitlets

from stssim.call import Trace
from stssim.show.evidence import evidence
from stssim.show.map import map_of
from stssim.show.sequence import sequence
from stssim.show.style import FONT, palette

TABS = ("request", "response", "policy", "credentials", "log")
MODULES = ("dom", "steps", "contents", "picture", "tabs", "timeline", "keys", "index")
"""The front end's modules, each after those that it imports."""


@cache
def front_end() -> str:
    """The modules as the one that anywidget loads: joined in order, less their imports of each other."""
    home = files("stssim.show") / "player"
    joined = "\n".join((home / f"{name}.js").read_text(encoding="utf-8") for name in MODULES)
    without_imports = re.sub(r'^import .* from "\./\w+\.js";\n', "", joined, flags=re.MULTILINE)
    return re.sub(r"^export (?!default)", "", without_imports, flags=re.MULTILINE)


@cache
def style() -> str:
    """The player's CSS in the one visual language."""
    rules = (files("stssim.show") / "player" / "player.css").read_text(encoding="utf-8")
    return f"{palette('.stssim-player')}.stssim-player{{font-family:{FONT}}}\n{rules}"


def _run(trace: Trace) -> dict[str, Any]:
    """A Trace with its pictures, each drawn as it is before anybody knows how it ends, and as it ended."""
    drawn = {
        name: {"undecided": draw(trace, outcomes=False), "decided": draw(trace, outcomes=True)}
        for name, draw in {"sequence": sequence, "map": map_of}.items()
    }
    return {**evidence(trace), "pictures": drawn}


class Player(anywidget.AnyWidget):
    """One Trace on the stage. `step` 0 is before anything has happened; step n shows beat n, counted from 1.

    `step`, `tab`, `view` and `projector` follow what is done in the browser and may be set from Python.
    """

    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)
    runs = traitlets.List(traitlets.Dict()).tag(sync=True)
    run = traitlets.Int(0).tag(sync=True)
    step = traitlets.Int(0).tag(sync=True)
    tab = traitlets.Enum(TABS, "request").tag(sync=True)
    view = traitlets.Enum(("sequence", "map"), "sequence").tag(sync=True)
    projector = traitlets.Bool(False).tag(sync=True)
    question = traitlets.Dict().tag(sync=True)
    answer = traitlets.Unicode("").tag(sync=True)
    skipped = traitlets.Bool(False).tag(sync=True)

    def __init__(self, trace: Trace, *, reveal: bool = False, **state: Any) -> None:
        self.trace = trace
        self._still = sequence(trace, outcomes=reveal)
        super().__init__(_esm=front_end(), _css=style(), runs=[_run(trace)], **state)

    def __repr__(self) -> str:
        return f"Player({self.trace.name!r}, {len(self.trace)} beats, step {self.step})"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        live = super()._repr_mimebundle_(**kwargs)
        if live is None:
            return None
        data, metadata = live
        return {**data, "text/plain": repr(self), "image/svg+xml": self._still}, metadata


def player(
    trace: Trace, *, reveal: bool = False, step: int = 0, tab: str = "request", projector: bool = False
) -> Player:
    """The player of a Trace.

    Where no kernel runs, a still picture stands in its place: every arrow and nothing of how it ends, unless `reveal`.
    """
    return Player(trace, reveal=reveal, step=step, tab=tab, projector=projector)
