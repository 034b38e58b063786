"""One line in a notebook: what is done of what."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from html import escape
from typing import Any

import ipywidgets as widgets

from stssim.lessons.company import company
from stssim.lessons.look import look
from stssim.lessons.progress_store import Progress, ours
from stssim.lessons.tasks import TASKS
from stssim.scenarios import load_all


class ProgressLine(widgets.VBox):  # type: ignore[misc]  # ipywidgets ships no types
    """What is done of one lesson, or of all; it follows what is done in this notebook."""

    def __init__(self, lesson: str | None, kept: Progress) -> None:
        self.lesson = lesson
        self._kept = kept
        self.line = widgets.HTML()
        self.notice = widgets.HTML()
        super().__init__([widgets.HTML(look(".stssim-progress")), self.line, self.notice])
        self.add_class("stssim-progress")
        kept.observe(self._paint, ["done", "notice"])
        self._paint()

    def _paint(self, _: Any = None) -> None:
        wanted = {self.lesson: _work_of().get(self.lesson, ())} if self.lesson else _work_of()
        counts = {lesson: (sum(map(self._solved, work)), len(work)) for lesson, work in wanted.items() if work}
        done, of = sum(one for one, _ in counts.values()), sum(all_ for _, all_ in counts.values())
        parts = [f"lesson {lesson}: {one} of {all_}" for lesson, (one, all_) in sorted(counts.items())]
        each = f" ({', '.join(parts)})" if len(parts) > 1 else ""
        where = f" of lesson {self.lesson}" if self.lesson else ""
        self.line.value = f'<p role="status">Done{escape(where)}: <b>{done} of {of}</b>{each}.</p>'
        self.notice.value = (
            f"<p class='wrong' role='alert'>{escape(self._kept.notice)}</p>" if self._kept.notice else ""
        )

    def _solved(self, work: tuple[Any, str]) -> bool:
        return self._kept.of(*work).solved

    def __repr__(self) -> str:
        what = f"lesson {self.lesson}" if self.lesson else "all lessons"
        return f"What is done of {what}; run the notebook to see it."

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        live = super()._repr_mimebundle_(**kwargs)
        data, metadata = live if isinstance(live, tuple) else (live, {})
        return {**(data or {}), "text/plain": repr(self)}, metadata


def progress(lesson: str | None = None) -> ProgressLine:
    """What you have done of a lesson (`"05"`), or of all of them: scenarios fixed and tasks done.

    Raises `LookupError` for a lesson in which there is nothing to do.
    """
    if lesson is not None and lesson not in _work_of():
        raise LookupError(
            f"There is nothing to do in a lesson {lesson!r}; there is in {', '.join(sorted(_work_of()))}."
        )
    return ProgressLine(lesson, ours())


def news(kept: Progress) -> str:
    """What a learner must be told about their file, as HTML: once, and then nothing."""
    said = kept.news()
    return f"<p class='wrong' role='alert'>{escape(said)}</p>" if said else ""


@cache
def _work_of() -> dict[str, tuple[tuple[str, str], ...]]:
    """By lesson, what there is to do in it."""
    found = defaultdict(list)
    for scenario in (*load_all(), company().scenario):
        found[scenario.lesson].append(("scenario", scenario.name))
    for name in TASKS:
        found[name[:2]].append(("task", name))
    return {lesson: tuple(work) for lesson, work in found.items()}
