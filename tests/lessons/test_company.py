"""The company of the last lesson: its flaws are what its attacks prove, and can all be mended at once."""

from __future__ import annotations

from functools import cache

import pytest

from stssim.lessons.company import Monday, company

HERE = company()
FLAWS = sorted(HERE.flaws)


@cache
def as_it_is() -> Monday:
    return HERE.monday()


def test_there_are_as_many_doors_flaws_tries_and_honest_moves_as_the_lesson_says() -> None:
    assert (len(HERE.suspects), len(HERE.flaws)) == (8, 6)
    assert len([*HERE.pairs()]) == 38
    assert len(HERE.scenario.tasks) == 11


def test_every_honest_move_works_as_it_is() -> None:
    assert as_it_is().failed is None


def test_what_the_attacker_gets_is_what_is_flawed_and_nothing_else() -> None:
    assert sorted(as_it_is().open) == FLAWS


def test_each_flaw_is_proved_by_one_attack_alone() -> None:
    assert sorted(attempt.suspect for attempt in as_it_is().attempts if attempt.worked) == FLAWS


@pytest.mark.parametrize("name", FLAWS)
def test_a_flaws_own_edit_closes_that_door_alone_and_breaks_nothing(name: str) -> None:
    mended = HERE.monday(HERE.flaws[name].edit)
    assert mended.failed is None
    assert mended.open == {*HERE.flaws} - {name}


def test_all_of_them_can_be_mended_at_once() -> None:
    mended = HERE.monday(HERE.mended)
    assert mended.failed is None
    assert not mended.open


@pytest.mark.parametrize("pair", [*HERE.pairs()][::3], ids="-".join)
def test_an_attack_alone_comes_to_what_it_comes_to_among_the_others(pair: tuple[str, str]) -> None:
    (alone,) = HERE.monday(tried=[pair]).attempts
    (among,) = (each for each in as_it_is().attempts if (each.suspect, each.way) == pair)
    assert alone.worked == among.worked


@pytest.mark.parametrize("name", FLAWS)
def test_a_flaw_names_why_and_where_that_is_published(name: str) -> None:
    assert HERE.flaws[name].source.startswith("https://docs.aws.amazon.com/")
    assert HERE.flaws[name].because.endswith(".")
