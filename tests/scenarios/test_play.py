"""A telling of a scenario: which move failed, whether the attacker has what they came for, and the verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from botocore.exceptions import ClientError

from stssim.scenarios import Edit, Scenario, load
from stssim.scenarios.library import scenario_of
from stssim.scenarios.play import Run, play

ANYTHING = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}'
NOTHING = ANYTHING.replace("Allow", "Deny")


@cache
def deputy(*fixes: str) -> Run:
    """The vendor that was talked into it, with these fixes of the scenario made real."""
    scenario = load("confused-deputy")
    known = {**scenario.fixes, **scenario.wrong_answers}
    return play(scenario, [known[fix] for fix in fixes])


def keys(**fields: Any) -> Scenario:
    """Mallory makes a key of Ada's, while Omar, who works beside her, asks who he is."""
    who = {"call": "sts:GetCallerIdentity"}
    told = {
        "title": "A scenario for tests",
        "lesson": "00",
        "source": "https://docs.example.com",
        "stake": "Nothing.",
        "solution": "deny",
        "accounts": ["harbour"],
        "people": {name: {"account": "harbour", "policy": ANYTHING} for name in ("ada", "omar", "mallory")},
        "tasks": [{"name": "ada asks who she is", "by": "ada", **who, "expect": "allowed"}],
        "attack": [
            {
                "name": "mallory makes a key",
                "by": "mallory",
                "call": "iam:CreateAccessKey",
                "with": {"UserName": "ada"},
            },
            {"name": "omar lists keys", "by": "omar", "call": "iam:ListAccessKeys", "expect": "allowed"},
        ],
        "goal": {"says": "Yes.", "fails": "No.", "allowed": "mallory makes a key"},
        "fixes": {"deny": {"policy": {"mallory": NOTHING}}},
    }
    return scenario_of("test", {**told, **fields})


def test_without_an_edit_the_legitimate_tasks_work_and_the_attack_reaches_its_goal() -> None:
    run = deputy()
    assert (run.tasks_work, run.reached, run.fixed) == (True, True, False)
    assert (run.failed, run.failed_trace) == (None, None)


def test_the_solution_defends() -> None:
    assert deputy("external-id").fixed


def test_a_dashboard_that_shows_it_is_a_goal_reached_whatever_the_activities_came_to() -> None:
    scenario = load("confused-deputy")
    elsewhere = replace(scenario, goal=replace(scenario.goal, dashboard="customer"))
    assert play(elsewhere, [scenario.fixes["external-id"]]).reached


def test_the_first_legitimate_task_that_fails_is_named_with_its_trace() -> None:
    run = deputy("deny-vendor")
    assert run.failed is not None
    assert (run.failed.activity.name, run.failed.result) == ("carol's audit brings her report", "no report")
    assert run.failed_trace is run.tasks_trace
    assert not run.fixed


def test_an_activity_of_somebody_else_during_the_attack_must_work_too() -> None:
    run = play(keys(), [Edit("shut", policy={"omar": NOTHING, "mallory": NOTHING})])
    assert run.failed is not None
    assert (run.failed.activity.name, run.failed.result) == ("omar lists keys", "AccessDenied")
    assert run.failed_trace is run.attack_trace
    assert (run.reached, run.fixed) == (False, False)


def test_a_goal_that_is_a_move_is_reached_when_that_move_is_allowed() -> None:
    assert play(keys()).reached
    assert play(keys(), [Edit("deny", policy={"mallory": NOTHING})]).fixed


def test_a_later_edit_wins_over_an_earlier_one() -> None:
    shut, open_ = Edit("shut", policy={"mallory": NOTHING}), Edit("open", policy={"mallory": ANYTHING})
    assert play(keys(), [shut, open_]).reached
    assert not play(keys(), [open_, shut]).reached


def test_edits_of_different_things_add_up() -> None:
    assert not deputy("setting-alone").fixed
    assert not deputy("exact-principal").fixed
    assert deputy("setting-alone", "external-id").fixed


def test_every_telling_has_a_lab_of_its_own() -> None:
    assert play(load("confused-deputy"), [Edit("again")]).reached == deputy().reached
    assert len(deputy().tasks_trace) == len(play(load("confused-deputy")).tasks_trace)


def test_a_policy_that_aws_would_refuse_is_refused() -> None:
    with pytest.raises(ClientError, match="MalformedPolicyDocument"):
        play(keys(), [Edit("broken", policy={"mallory": '{"Version": "2012-10-17"}'})])


def test_a_mark_that_names_nothing_is_told_with_the_scenario() -> None:
    lost = [{"name": "lost", "by": "ada", "call": "iam:GetUser", "with": {"UserName": "{{account:nowhere}}"}}]
    with pytest.raises(LookupError, match=r"test: \{\{account:nowhere\}\} names nothing in this scenario"):
        play(keys(tasks=lost))


def test_what_is_sent_can_be_altered_in_one_of_the_two_parts() -> None:
    scenario, sent = load("confused-deputy"), []

    def another_name(nth: int, call: str, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
        sent.append(call)
        return {**parameters, "RoleSessionName": "altered"} if call == "sts:AssumeRole" else parameters

    run = play(scenario, altered={"attack": another_name})
    assert sent == ["sts:AssumeRole", "s3:GetObject"]
    assert "altered" in str([step.call and step.call.parameters for step in run.attack_trace])
    assert "altered" not in str([step.call and step.call.parameters for step in run.tasks_trace])
