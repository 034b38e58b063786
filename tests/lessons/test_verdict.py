"""A learner's fix is judged by legitimate use, and by somebody who tries to get in."""

from __future__ import annotations

import pytest

from stssim.adversary import Blocked, TooTight
from stssim.lessons.editable import as_edit, editable
from stssim.lessons.verdict import CannotPlay, judge
from stssim.scenarios import Edit, Scenario, load
from tests.scenarios.every import EVERY

SCENARIO = load("confused-deputy")


def test_the_solution_holds() -> None:
    verdict = judge(SCENARIO, SCENARIO.fixes[SCENARIO.solution])
    assert verdict.solved
    assert verdict.word == "Blocked"
    assert "sts:ExternalId" in verdict.why


@pytest.mark.parametrize("name", sorted(SCENARIO.wrong_answers))
def test_a_wrong_answer_fails_where_the_scenario_says_and_for_the_reason_it_gives(name: str) -> None:
    fix = SCENARIO.wrong_answers[name]
    verdict = judge(SCENARIO, fix)
    assert not verdict.solved
    assert verdict.word == ("Still open" if fix.fails == "attack" else "Too tight")
    assert verdict.why == fix.because


@pytest.mark.parametrize("scenario", EVERY, ids=lambda scenario: scenario.name)
def test_what_the_bench_shows_of_a_solution_is_judged_as_the_solution_is(scenario: Scenario) -> None:
    shown = editable(scenario, [scenario.fixes[scenario.solution]])
    edit = as_edit({name: policy.text for name, policy in shown.policies.items()}, shown.settings, shown.base)
    assert judge(scenario, edit).solved


def test_a_verdict_that_somebody_gets_in_says_how_and_shows_the_walk_at_the_step_that_decided() -> None:
    verdict = judge(SCENARIO, Edit("nothing"))
    assert verdict.word == "Still open"
    assert verdict.says.startswith(
        "The customer's report is in Mallory's dashboard. Mallory types the ARN of BeaconAudit"
    )
    assert verdict.trace is not None
    decided = verdict.trace[verdict.step - 1]
    assert decided.decision is not None
    assert decided.decision.allowed


def test_a_verdict_that_nobody_gets_in_counts_the_attempts_that_were_really_made() -> None:
    verdict = judge(SCENARIO, SCENARIO.fixes[SCENARIO.solution]).verdict
    assert isinstance(verdict, Blocked)
    assert verdict.attempts
    assert all(any(step.outcome == "denied" for step in attempt.trace) for attempt in verdict.attempts)


def test_a_fix_that_is_too_tight_says_which_task_fails_and_which_clause() -> None:
    trust = editable(SCENARIO).policies["trust:BeaconAudit"].text.replace('"Allow"', '"Deny"')
    verdict = judge(SCENARIO, Edit("own", trust={"BeaconAudit": trust}))
    assert verdict.word == "Too tight"
    assert "carol's audit brings her report (no report)" in verdict.says
    assert isinstance(verdict.verdict, TooTight)
    assert [clause.pointer for clause in verdict.verdict.stopped_by] == ["/Statement/0"]
    assert verdict.trace is not None
    assert verdict.trace[verdict.step - 1].outcome == "denied"


def test_a_fix_with_which_the_tasks_work_and_a_variant_fails_is_too_tight_as_well() -> None:
    scenario = load("oidc-loose-wildcard")
    verdict = judge(scenario, scenario.wrong_answers["list-the-subjects"])
    assert verdict.says == "Legitimate use fails now: another repository of wren's (AccessDenied)."


def test_whoever_refuses_the_attackers_name_has_not_refused_the_attack() -> None:
    trust = """{"Version": "2012-10-17", "Statement": [
      {"Effect": "Allow", "Principal": {"AWS": "{{account:vendor}}"}, "Action": "sts:AssumeRole"},
      {"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole",
       "Condition": {"StringLike": {"sts:ExternalId": "mallory*"}}}]}"""
    edit = Edit("own", trust={"BeaconAudit": trust}, settings={"beacon": {"chosen_by": "vendor"}})
    assert judge(SCENARIO, edit).word == "Still open"


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
