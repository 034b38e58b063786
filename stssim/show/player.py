"""The player: steps through a Trace in a notebook, picture beside evidence. All stepping is done in the browser."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import anywidget
import traitlets

from stssim.clock import Clock
from stssim.scenarios import Question
from stssim.show.divergence import divergence
from stssim.show.evidence import evidence
from stssim.show.holdings import Holding, holdings
from stssim.show.map import map_of
from stssim.show.names import in_prose
from stssim.show.picture import View
from stssim.show.sequence import sequence
from stssim.show.style import picture_css
from stssim.show.tokens import tokens
from stssim.show.what_if import Branching, findings
from stssim.trace import Trace

TABS = ("request", "response", "policy", "credentials", "log", "change")
MODULES = (
    *("dom", "shortcuts", "steps", "contents", "change", "hands", "picture", "question", "tabs", "timeline", "keys"),
    "index",
)
"""The front end's modules, each after those that it imports."""
AS_IT_WAS, CHANGED = "as it was", "changed"
_LONGEST_STEP = 7 * 24 * 60


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
    return f"{tokens('.stssim-player')}{picture_css()}{rules}"


def _runs(traces: Sequence[Trace], titles: Sequence[str]) -> list[dict[str, Any]]:
    """The traces with their pictures, each drawn twice: without any outcome, and as it ended."""
    at = divergence(*traces) if len(traces) == 2 else None
    return [_run(trace, traces, title) | {"divergence": at} for trace, title in zip(traces, titles, strict=True)]


def _run(trace: Trace, traces: Sequence[Trace], title: str) -> dict[str, Any]:
    others = [other for other in traces if other is not trace]
    drawn = {
        "sequence": {
            "undecided": _bare(sequence(trace, beside=others)),
            "decided": _bare(sequence(trace, outcomes=True, beside=others)),
        },
        "map": _map(trace, down=False),
        "map-down": _map(trace, down=True),
    }
    data = evidence(trace)
    actors = View.of(trace, outcomes=False, step=None, beside=others).actors
    for step, shown, held in zip(trace, data["steps"], holdings(trace), strict=True):
        shown["sentence"] = in_prose(step.sentence, actors)
        shown["between"] = [actors.index(step.source), actors.index(step.target)]
        shown["held"] = [_held(holding, actors.index(holding.holder)) for holding in held]
        shown["now"] = None if step.at is None else int(step.at.timestamp())
    return {**data, "title": title, "pictures": drawn}


def _map(trace: Trace, *, down: bool) -> dict[str, str]:
    return {
        "undecided": _bare(map_of(trace, down=down, legend=False)),
        "decided": _bare(map_of(trace, outcomes=True, down=down, legend=False)),
    }


def _bare(svg: str) -> str:
    """A picture without its CSS, which the player's own has once for all of them."""
    return re.sub(r"<style>.*?</style>\n?", "", svg, count=1, flags=re.DOTALL)


def _held(holding: Holding, actor: int) -> dict[str, Any]:
    """Temporary credentials in an actor's hands, for the picture."""
    session = holding.session
    life = {"issued_at": session.issued_at, "expires_at": session.expires_at}
    return {"actor": actor, "name": holding.name, "key": session.access_key_id, **life}


def stills_show_outcome() -> bool:
    """Whether still pictures show how it ended, as they do in a trainer's copy: `STSSIM_STILLS=decided` asks for it."""
    return os.environ.get("STSSIM_STILLS") == "decided"


class Player(anywidget.AnyWidget):
    """One Trace, or two to compare. `step` 0 is before anything has happened; step n shows step n,
    counted from 1.

    `run`, `step`, `tab`, `follows`, `view`, `projector`, `answer` and `skipped` are what is done in the browser, and
    may be set from Python. While `follows`, the panel opens the tab that each step is about; a tab that somebody
    chooses ends that. `draft` and `replay` are what the browser asks of Python: to check a changed policy, and to run
    the scenario with it; `minutes` is how far it moved the Lab's clock.
    """

    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)
    runs = traitlets.List(traitlets.Dict()).tag(sync=True)
    run = traitlets.Int(0).tag(sync=True)
    step = traitlets.Int(0).tag(sync=True)
    tab = traitlets.Enum(TABS, "request").tag(sync=True)
    follows = traitlets.Bool(True).tag(sync=True)
    view = traitlets.Enum(("sequence", "map"), "sequence").tag(sync=True)
    projector = traitlets.Bool(False).tag(sync=True)
    question = traitlets.Dict().tag(sync=True)
    answer = traitlets.Unicode("").tag(sync=True)
    skipped = traitlets.Bool(False).tag(sync=True)
    drafts = traitlets.List(traitlets.Dict()).tag(sync=True)
    draft = traitlets.Dict().tag(sync=True)
    findings = traitlets.Dict().tag(sync=True)
    replay = traitlets.Dict().tag(sync=True)
    objection = traitlets.Unicode("").tag(sync=True)
    now = traitlets.Float(None, allow_none=True).tag(sync=True)
    minutes = traitlets.Int(0).tag(sync=True)

    def __init__(
        self,
        trace: Trace,
        *,
        beside: Trace | None = None,
        titles: tuple[str, str] = ("A", "B"),
        question: Question | None = None,
        branching: Branching | None = None,
        clock: Clock | None = None,
        reveal: bool = False,
        **state: Any,
    ) -> None:
        self.trace = trace
        self._branching, self._clock = branching, clock
        self._still = sequence(trace, outcomes=reveal or stills_show_outcome())
        traces = [trace] if beside is None else [trace, beside]
        drafts = branching.drafts if branching else ()
        super().__init__(
            _esm=front_end(),
            _css=style(),
            runs=_runs(traces, titles[: len(traces)]),
            question=question.to_dict() if question else {},
            drafts=[draft.to_dict() for draft in drafts],
            now=clock.now().timestamp() if clock else None,
            follows="tab" not in state,
            **state,
        )

    @traitlets.observe("draft")
    def _look(self, change: Any) -> None:
        """Checks a policy while it is being written."""
        name, text = change["new"].get("name"), change["new"].get("text")
        if self._branching is None or not isinstance(name, str) or not isinstance(text, str):
            return
        self.findings = {"name": name, "text": text, "findings": findings(self._branching.draft(name), text)}

    @traitlets.observe("replay")
    def _run_again(self, change: Any) -> None:
        """Runs the scenario with a changed policy, to compare it with how it went."""
        name, text = change["new"].get("name"), change["new"].get("text")
        if self._branching is None or not isinstance(name, str) or not isinstance(text, str):
            return
        try:
            changed = self._branching.replay(self._branching.draft(name).name, text)
        except ValueError as error:
            self.objection = str(error)
            return
        with self.hold_sync():
            self.objection = ""
            self.runs = _runs([self.trace, changed], [AS_IT_WAS, CHANGED])
            self.run = 1

    @traitlets.observe("minutes")
    def _move(self, change: Any) -> None:
        """Moves the Lab's clock on by as many minutes as were added."""
        if self._clock is not None:
            step = max(-_LONGEST_STEP, min(_LONGEST_STEP, change["new"] - change["old"]))
            self.now = self._clock.advance(minutes=step).timestamp()

    def __repr__(self) -> str:
        return f"Player({self.trace.name!r}, {len(self.trace)} steps, step {self.step})"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        live = super()._repr_mimebundle_(**kwargs)
        if live is None:
            return None
        data, metadata = live
        return {**data, "text/plain": repr(self), "image/svg+xml": self._still}, metadata


def player(trace: Trace, **options: Any) -> Player:
    """The player of a Trace.

    `beside` is another Trace to compare it with, under the two `titles`. A `question` is to be answered, or skipped,
    before it plays. `branching` lets a learner change a policy and run the scenario again. `clock` is the Lab's, to be
    moved from the player. `step`, `tab`, `view` and `projector` say where it starts.
    Where no kernel runs, a still picture stands in its place: every arrow and nothing of how it ends, unless `reveal`
    (or a trainer's copy is being made, see `stills_show_outcome`). Raises `TypeError` for what is no Trace.
    """
    beside = options.get("beside")
    for each in [trace] if beside is None else [trace, beside]:
        if not isinstance(each, Trace):
            raise TypeError(f"A Trace is played, the one that `with lab.recording(...) as trace:` gives, not {each!r}.")
    return Player(trace, **options)
