"""The company of the last lesson: its flaws are what its attacks prove, and can all be fixed at once."""

from __future__ import annotations

from functools import cache

import pytest

from stssim.lessons.company import Day, company

HERE = company()
FLAWS = sorted(HERE.flaws)


@cache
def as_it_is() -> Day:
    return HERE.day()


def test_there_are_as_many_doors_flaws_tries_and_legitimate_tasks_as_the_lesson_says() -> None:
    assert (len(HERE.suspects), len(HERE.flaws)) == (8, 6)
    assert len([*HERE.pairs()]) == 38
    assert len(HERE.scenario.tasks) == 11


def test_every_legitimate_task_works_as_it_is() -> None:
    assert as_it_is().failed is None


def test_what_the_attacker_gets_is_what_is_flawed_and_nothing_else() -> None:
    assert sorted(as_it_is().open) == FLAWS


def test_each_flaw_is_proved_by_one_attack_alone() -> None:
    assert sorted(attempt.suspect for attempt in as_it_is().attempts if attempt.worked) == FLAWS


@pytest.mark.parametrize("name", FLAWS)
def test_a_flaws_own_edit_closes_that_door_alone_and_breaks_nothing(name: str) -> None:
    fixed = HERE.day(HERE.flaws[name].edit)
    assert fixed.failed is None
    assert fixed.open == {*HERE.flaws} - {name}


def test_all_of_them_can_be_mended_at_once() -> None:
    fixed = HERE.day(HERE.fixed)
    assert fixed.failed is None
    assert not fixed.open


@pytest.mark.parametrize("pair", [*HERE.pairs()][::3], ids="-".join)
def test_an_attack_alone_comes_to_what_it_comes_to_among_the_others(pair: tuple[str, str]) -> None:
    (alone,) = HERE.day(tried=[pair]).attempts
    (among,) = (each for each in as_it_is().attempts if (each.suspect, each.way) == pair)
    assert alone.worked == among.worked


@pytest.mark.parametrize("name", FLAWS)
def test_a_flaw_names_why_and_where_that_is_published(name: str) -> None:
    assert HERE.flaws[name].source.startswith("https://docs.aws.amazon.com/")
    assert HERE.flaws[name].because.endswith(".")
