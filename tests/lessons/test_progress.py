from __future__ import annotations

import re

import pytest

from stssim.lessons.progress import ProgressLine, progress
from stssim.lessons.progress_store import Progress
from stssim.lessons.tasks import TASKS
from stssim.scenarios import load_all


def shown(line: ProgressLine) -> str:
    return re.sub("<[^>]+>", "", line.line.value)


def test_it_counts_the_stories_and_tasks_of_a_lesson_as_they_are_done() -> None:
    kept = Progress(None)
    line = ProgressLine("05", kept)
    of = sum(scenario.lesson == "05" for scenario in load_all()) + sum(name.startswith("05-") for name in TASKS)
    assert shown(line) == f"Done of lesson 05: 0 of {of}."
    kept.tried("scenario", "confused-deputy", "exact-principal", held=False)
    assert shown(line) == f"Done of lesson 05: 0 of {of}."
    kept.tried("scenario", "confused-deputy", "external-id", held=True)
    assert shown(line) == f"Done of lesson 05: 1 of {of}."


def test_all_lessons_stand_in_one_line() -> None:
    kept = Progress(None)
    kept.tried("task", "01-expired", "your own", held=True)
    of = len(load_all()) + len(TASKS) + 1  # the company of lesson 11
    line = shown(ProgressLine(None, kept))
    assert re.match(rf"Done: 1 of {of} \(lesson 01: 1 of \d+, ", line)
    assert "lesson 11: 0 of 1" in line


def test_what_is_stored_is_the_same_whatever_was_done() -> None:
    kept = Progress(None)
    line = ProgressLine("05", kept)
    before = line._repr_mimebundle_()[0]["text/plain"]
    kept.tried("scenario", "confused-deputy", "external-id", held=True)
    assert line._repr_mimebundle_()[0]["text/plain"] == before


def test_a_notice_about_the_file_is_shown_and_escaped() -> None:
    kept = Progress(None)
    line = ProgressLine(None, kept)
    kept.notice = "<b>.json was set aside"
    assert "&lt;b&gt;.json was set aside" in line.notice.value


def test_a_lesson_that_there_is_not_is_named() -> None:
    with pytest.raises(LookupError, match="nothing to do in a lesson 'banana'; there is in 01, "):
        progress("banana")
