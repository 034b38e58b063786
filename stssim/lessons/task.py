"""A task in a notebook: what is asked, hints one at a time, then the solution; and the verdict on a Trace."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from html import escape
from typing import Any

import ipywidgets as widgets
import traitlets

from stssim.lessons.hints import Hints, marked
from stssim.lessons.look import dressed, look
from stssim.lessons.page_behavior import OnPage
from stssim.lessons.progress import news
from stssim.lessons.progress_store import Progress, ours
from stssim.lessons.task_checks import Task
from stssim.lessons.tasks import TASKS
from stssim.trace import Trace


@dataclass(frozen=True, slots=True)
class Checked:
    """The verdict on a Trace. `lacks` is None when the task is done, else one sentence that says what lacks."""

    task: str
    lacks: str | None

    @property
    def done(self) -> bool:
        return self.lacks is None

    def __repr__(self) -> str:
        return f"{self.task}: done." if self.done else f"{self.task}: not yet: {self.lacks}"

    def _repr_html_(self) -> str:
        return dressed("checked", told(self))


class Exercise(widgets.VBox):  # type: ignore[misc]  # ipywidgets ships no types
    """A task, to be worked on in the cells below. `solved` is true once a Trace has done it.

    What was done on it earlier is shown where it runs, and never in what is stored.
    """

    solved = traitlets.Bool(False)

    def __init__(self, task: Task, kept: Progress | None = None) -> None:
        self.task = task
        self._kept = kept or ours()
        before = self._kept.of("task", task.name)
        self._said = widgets.HTML(_DONE_EARLIER if before.solved else "")
        self._solution = widgets.HTML()
        self._news = widgets.HTML()
        self.hints = Hints(task.hints, self.show_solution, opened=before.hints)
        self.hints.observe(lambda change: self._kept.opened("task", task.name, change["new"]), "opened")
        asked = widgets.HTML(f"{look('.stssim-task')}<p><b>Your turn.</b> {marked(task.asks)}</p>")
        super().__init__([asked, self.hints, self._solution, self._said, self._news, OnPage()])
        self.add_class("stssim-task")

    def check(self, trace: Any = None) -> Checked:
        """Whether this Trace does what is asked, and if not, what lacks."""
        if isinstance(trace, Trace):
            checked = Checked(self.task.name, self.task.judge(trace))
            if len(trace):
                self._kept.tried("task", self.task.name, "your own", held=checked.done)
        else:
            says = f"a Trace is checked, the one that `with lab.recording(...) as mine:` gives, not {_kind(trace)}."
            checked = Checked(self.task.name, says)
        self._said.value = told(checked)
        self._news.value = news(self._kept) or self._news.value
        self.solved = self.solved or checked.done
        return checked

    def show_solution(self) -> None:
        """Shows code that does it: what the button does when all hints are open."""
        self._solution.value = f"<p>One way to do it:</p><pre>{escape(self.task.solution)}</pre>"

    def __repr__(self) -> str:
        return f"Exercise {self.task.name}: {self.task.asks}"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        live = super()._repr_mimebundle_(**kwargs)
        data, metadata = live if isinstance(live, tuple) else (live, {})
        return {**(data or {}), "text/plain": repr(self), "text/html": self._still()}, metadata

    def _still(self) -> str:
        hints = f"It has {len(self.task.hints)} hints; run the notebook to open them."
        return f"<p><b>Your turn.</b> {marked(self.task.asks)}</p><p>{hints}</p>"


def task(name: str) -> Exercise:
    """The task of this name, to be shown and checked. Raises `LookupError` for a name that is none's."""
    if name not in TASKS:
        near = get_close_matches(str(name), TASKS, 1)
        raise LookupError(f"There is no task {name!r}. " + (f"Did you mean {near[0]}?" if near else _all()))
    return Exercise(TASKS[name])


_DONE_EARLIER = '<div class="verdict solved"><p><span class="yes">✓ Done earlier.</span></p></div>'


def told(checked: Checked) -> str:
    """The verdict as HTML, to be read out when it appears."""
    if checked.done:
        return '<div class="verdict solved" role="status"><p><span class="yes">✓ Done.</span></p></div>'
    lacks = marked(checked.lacks or "")
    return f'<div class="verdict open" role="status"><p><span class="no">Not yet:</span> {lacks}</p></div>'


def _all() -> str:
    return f"There are: {', '.join(sorted(TASKS))}."


def _kind(value: object) -> str:
    name = type(value).__name__
    return "nothing" if value is None or value is ... else f"{'an' if name[0] in 'aeiou' else 'a'} {name}"
