"""A learner's fix is judged by telling the whole scenario again."""

from __future__ import annotations

import pytest

from stssim.lessons.editable import as_edit, editable
from stssim.lessons.verdict import CannotPlay, judge
from stssim.scenarios import Edit, Scenario, load
from tests.scenarios.every import EVERY

SCENARIO = load("confused-deputy")


def test_the_solution_holds() -> None:
    verdict = judge(SCENARIO, SCENARIO.fixes[SCENARIO.solution])
    assert verdict.solved
    assert "sts:ExternalId" in verdict.why


@pytest.mark.parametrize("name", sorted(SCENARIO.wrong_answers))
def test_a_wrong_answer_fails_where_the_scenario_says_and_for_the_reason_it_gives(name: str) -> None:
    fix = SCENARIO.wrong_answers[name]
    verdict = judge(SCENARIO, fix)
    assert not verdict.solved
    assert (verdict.tasks_work, verdict.blocked) == ((True, False) if fix.fails == "attack" else (False, True))
    assert verdict.why == fix.because


@pytest.mark.parametrize("scenario", EVERY, ids=lambda scenario: scenario.name)
def test_what_the_bench_shows_of_a_solution_is_judged_as_the_solution_is(scenario: Scenario) -> None:
    shown = editable(scenario, [scenario.fixes[scenario.solution]])
    edit = as_edit({name: policy.text for name, policy in shown.policies.items()}, shown.settings, shown.base)
    assert judge(scenario, edit).solved


def test_the_verdict_says_what_the_attacker_came_to() -> None:
    assert judge(SCENARIO, Edit("nothing")).says_attack == "It works. The customer's report is in Mallory's dashboard."
    solved = judge(SCENARIO, SCENARIO.fixes[SCENARIO.solution])
    assert solved.says_attack == "It fails. Mallory's dashboard does not show the customer's report."


def test_a_fix_that_is_too_tight_fails_on_the_legitimate_tasks() -> None:
    trust = editable(SCENARIO).policies["trust:BeaconAudit"].text.replace('"Allow"', '"Deny"')
    verdict = judge(SCENARIO, Edit("own", trust={"BeaconAudit": trust}))
    assert (verdict.tasks_work, verdict.blocked) == (False, True)
    assert "carol's audit" in verdict.says_tasks
    assert verdict.trace.name == "legitimate tasks"


def test_a_verdict_on_a_fix_that_leaves_the_tasks_alone_shows_the_attack() -> None:
    assert judge(SCENARIO, Edit("nothing")).trace.name == "attack"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "AWS refuses it: "),
        ("{{nobody}}", "{{nobody}} names nothing in this scenario"),
        ('{"Statement": {"Effect": "Allow", "Principal": {"AWS": "hello"}, "Action": "sts:AssumeRole"}}', "hello"),
        (
            '{"Statement": {"Effect": "Allow", "Principal": {"AWS": "{{nobody}}"}, "Action": "sts:AssumeRole"}}',
            "nobody",
        ),
        (
            '{"Statement": {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111111111111:user/nobody"},'
            ' "Action": "sts:AssumeRole"}}',
            "arn:aws:iam::111111111111:user/nobody",
        ),
    ],
)
def test_what_cannot_be_played_is_said_in_one_sentence(text: str, says: str) -> None:
    with pytest.raises(CannotPlay) as refused:
        judge(SCENARIO, Edit("own", trust={"BeaconAudit": text}))
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)
