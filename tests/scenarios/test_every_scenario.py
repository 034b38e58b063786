"""Every scenario is played: without a fix, with each of them, and with every wrong answer."""

from __future__ import annotations

from functools import cache

import pytest

from stssim.scenarios import Edit, load, names
from stssim.scenarios.play import Run, play
from stssim.show.evidence import evidence
from tests.scenarios.every import EVERY

STORIES = names()
DEFENCES = [(scenario.name, fix) for scenario in EVERY for fix in scenario.fixes]
WRONG = [(scenario.name, wrong) for scenario in EVERY for wrong in scenario.wrong_answers]


@cache
def as_it_is(name: str) -> Run:
    return play(load(name))


def with_edit(name: str, edit: Edit) -> Run:
    return play(load(name), [edit])


@pytest.mark.parametrize("name", STORIES)
def test_without_a_fix_the_legitimate_tasks_work_and_so_does_the_attack(name: str) -> None:
    run = as_it_is(name)
    assert run.failed is None
    assert run.reached


@pytest.mark.parametrize(("name", "fix"), DEFENCES)
def test_a_fix_stops_the_attack_and_lets_the_legitimate_tasks_through(name: str, fix: str) -> None:
    run = with_edit(name, load(name).fixes[fix])
    assert run.failed is None
    assert not run.reached
    assert run.fixed


@pytest.mark.parametrize(("name", "wrong"), WRONG)
def test_a_wrong_answer_fails_where_the_scenario_says(name: str, wrong: str) -> None:
    answer = load(name).wrong_answers[wrong]
    run = with_edit(name, answer)
    stops_tasks, lets_attack = answer.fails in ("tasks", "both"), answer.fails in ("attack", "both")
    assert (not run.tasks_work, run.reached) == (stops_tasks, lets_attack)
    if answer.fails == "variants":
        assert answer.at in {variant.name for variant in load(name).variants}
    if stops_tasks:
        assert run.failed is not None
        assert run.failed.activity.name == answer.at
    assert answer.because


@pytest.mark.parametrize("name", STORIES)
def test_a_scenario_names_its_source_its_solution_and_three_hints(name: str) -> None:
    scenario = load(name)
    assert scenario.source.startswith("https://")
    assert scenario.solution in scenario.fixes
    assert len(scenario.hints) == 3
    assert len(scenario.wrong_answers) >= 2
    assert scenario.question is not None
    assert scenario.goal.says
    assert scenario.goal.fails


@pytest.mark.parametrize("name", STORIES)
def test_every_idea_says_what_it_is_and_changes_something(name: str) -> None:
    scenario = load(name)
    for answer in (*scenario.fixes.values(), *scenario.wrong_answers.values()):
        assert answer.says
        assert answer.trust or answer.policy or answer.bucket_policy or answer.settings or answer.does


@pytest.mark.parametrize("name", STORIES)
def test_a_scenario_is_told_the_same_every_time(name: str) -> None:
    again = play(load(name))
    first = as_it_is(name)
    assert evidence(again.tasks_trace) == evidence(first.tasks_trace)
    assert evidence(again.attack_trace) == evidence(first.attack_trace)


def test_there_are_at_least_sixteen_stories() -> None:
    assert len(STORIES) >= 16


@pytest.mark.parametrize("name", STORIES)
def test_a_scenario_declares_who_the_attacker_is_and_what_they_want(name: str) -> None:
    scenario = load(name)
    means = scenario.means
    assert means.accounts or means.holds
    assert scenario.goal.wants
    assert scenario.variants
