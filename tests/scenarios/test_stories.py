"""Every story is played: without a defence, with each of them, and with every wrong answer."""

from __future__ import annotations

from functools import cache

import pytest

from stssim.play import Playing, play
from stssim.scenarios import Edit, load, load_all, names
from stssim.show.evidence import evidence

STORIES = names()
DEFENCES = [(story.name, defence) for story in load_all() for defence in story.defences]
WRONG = [(story.name, wrong) for story in load_all() for wrong in story.wrong_answers]


@cache
def as_it_is(name: str) -> Playing:
    return play(load(name))


def with_edit(name: str, edit: Edit) -> Playing:
    return play(load(name), [edit])


@pytest.mark.parametrize("name", STORIES)
def test_without_a_defence_the_honest_moves_work_and_so_does_the_attack(name: str) -> None:
    playing = as_it_is(name)
    assert playing.failed is None
    assert playing.reached


@pytest.mark.parametrize(("name", "defence"), DEFENCES)
def test_a_defence_stops_the_attack_and_lets_the_honest_moves_through(name: str, defence: str) -> None:
    playing = with_edit(name, load(name).defences[defence])
    assert playing.failed is None
    assert not playing.reached
    assert playing.defended


@pytest.mark.parametrize(("name", "wrong"), WRONG)
def test_a_wrong_answer_fails_where_the_story_says(name: str, wrong: str) -> None:
    answer = load(name).wrong_answers[wrong]
    playing = with_edit(name, answer)
    stops_honest, lets_attack = answer.fails in ("moves", "both"), answer.fails in ("attack", "both")
    assert (not playing.honest, playing.reached) == (stops_honest, lets_attack)
    if stops_honest:
        assert playing.failed is not None
        assert playing.failed.move.name == answer.at
    assert answer.because


@pytest.mark.parametrize("name", STORIES)
def test_a_story_names_its_source_its_solution_and_three_hints(name: str) -> None:
    story = load(name)
    assert story.source.startswith("https://")
    assert story.solution in story.defences
    assert len(story.hints) == 3
    assert len(story.wrong_answers) >= 2
    assert story.question is not None
    assert story.goal.says
    assert story.goal.fails


@pytest.mark.parametrize("name", STORIES)
def test_every_idea_says_what_it_is_and_changes_something(name: str) -> None:
    story = load(name)
    for answer in (*story.defences.values(), *story.wrong_answers.values()):
        assert answer.says
        assert answer.trust or answer.policy or answer.bucket_policy or answer.settings or answer.does


@pytest.mark.parametrize("name", STORIES)
def test_a_story_is_told_the_same_every_time(name: str) -> None:
    again = play(load(name))
    first = as_it_is(name)
    assert evidence(again.honest_trace) == evidence(first.honest_trace)
    assert evidence(again.attack_trace) == evidence(first.attack_trace)


def test_there_are_at_least_sixteen_stories() -> None:
    assert len(STORIES) >= 16
