"""An exercise in a notebook: what it shows, what it says of a Trace, and that a stored copy gives nothing away."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stssim.lessons import task
from stssim.lessons.progress_store import Progress
from stssim.lessons.task import Exercise
from stssim.lessons.task_checks import Task
from stssim.lessons.tasks import TASKS
from stssim.trace import Trace

NOTHING = Trace("mine")


def test_an_empty_trace_is_not_yet_it_and_says_what_lacks() -> None:
    checked = task("01-expired").check(NOTHING)
    assert not checked.done
    assert repr(checked) == (
        "01-expired: not yet: nobody was given temporary credentials by `AssumeRole` in this recording."
    )
    assert "Not yet:" in checked._repr_html_()


@pytest.mark.parametrize(("given", "named"), [(None, "nothing"), (..., "nothing"), ("mine", "a str"), (7, "an int")])
def test_what_is_no_trace_is_named_and_raises_nothing(given: Any, named: str) -> None:
    checked = task("01-expired").check(given)
    assert checked.lacks
    assert checked.lacks.endswith(f"not {named}.")


def test_a_task_that_is_done_says_so_and_stays_solved() -> None:
    exercise = Exercise(Task("t", "do it", ("", "", ""), "", lambda trace: None if len(trace) else "nothing was done."))
    said = [(exercise.check(trace).done, exercise.solved) for trace in (NOTHING, _one_step(), NOTHING)]
    assert said == [(False, False), (True, True), (False, True)]


def test_the_solution_comes_after_the_last_hint() -> None:
    exercise = task("01-expired")
    for _ in range(3):
        exercise.hints.more()
        assert "<pre>" not in exercise._solution.value
    exercise.hints.more()
    assert "DurationSeconds=900" in exercise._solution.value


def test_what_is_stored_is_always_the_same_and_gives_nothing_away() -> None:
    exercise = task("01-expired")
    before = exercise._repr_mimebundle_()[0]
    for _ in range(4):
        exercise.hints.more()
    exercise.solved = True
    after = exercise._repr_mimebundle_()[0]
    for kind in ("text/plain", "text/html"):
        assert after[kind] == before[kind]
        assert "900" not in after[kind]


def test_what_was_done_earlier_is_shown_where_it_runs_and_goes_on_from_there() -> None:
    kept = Progress(None)
    Exercise(TASKS["01-expired"], kept).hints.more()
    again = Exercise(TASKS["01-expired"], kept)
    assert again.hints.opened == 1
    assert "Done earlier" not in again._said.value
    kept.tried("task", "01-expired", "your own", held=True)
    done = Exercise(TASKS["01-expired"], kept)
    assert "Done earlier" in done._said.value
    assert not done.solved
    assert done._repr_mimebundle_()[0]["text/html"] == Exercise(TASKS["01-expired"])._still()


def test_an_untouched_notebook_that_runs_has_tried_nothing() -> None:
    kept = Progress(None)
    Exercise(TASKS["01-expired"], kept).check(NOTHING)
    assert kept.done == {}
    Exercise(TASKS["01-expired"], kept).check(_one_step())
    assert kept.of("task", "01-expired").tried == {"your own": False}


def test_a_file_that_cannot_be_kept_is_said_once(tmp_path: Path) -> None:
    exercise = Exercise(TASKS["01-expired"], Progress(tmp_path / "nowhere" / "mine.json"))
    exercise.check(_one_step())
    assert "mine.json cannot be kept" in exercise._news.value


def test_a_task_that_there_is_not_is_told_with_its_nearest() -> None:
    with pytest.raises(LookupError, match=r"no task '01-expire'\. Did you mean 01-expired\?"):
        task("01-expire")
    for nonsense in ("zzz", "", 5, None):
        with pytest.raises(LookupError, match=r"There are: .*01-expired"):
            task(nonsense)  # type: ignore[arg-type]


def _one_step() -> Trace:
    from tests.show.scenarios import audit

    return audit()
