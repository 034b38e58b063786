"""What a scenario's moves do on its stage, and what they come to."""

from __future__ import annotations

from typing import Any

import pytest

from stssim.scenarios import Scenario, load
from stssim.scenarios.library import scenario_of
from stssim.scenarios.perform import Outcome, perform
from stssim.scenarios.world import World
from stssim.trace import Trace

ANYTHING = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}'
WORLD: dict[str, Any] = {
    "title": "A scenario for tests",
    "lesson": "00",
    "source": "https://docs.example.com",
    "stake": "Nothing.",
    "solution": "none",
    "accounts": ["harbour", "mallory-inc"],
    "people": {
        "ada": {"account": "harbour", "policy": ANYTHING},
        "omar": {"account": "harbour", "policy": ANYTHING},
        "mallory": {"account": "mallory-inc", "part": "attacker", "policy": ANYTHING},
    },
    "goal": {"says": "Yes.", "fails": "No.", "allowed": "last"},
    "fixes": {"none": {}},
}


def told(*tasks: dict[str, Any]) -> tuple[list[Outcome], Trace, World]:
    """The outcomes of these moves, the Trace that they leave, and the stage after them."""
    named = [{"name": f"move {number}", **activity} for number, activity in enumerate(tasks, 1)]
    last = {"name": "last", "by": "mallory", "wait": 0}
    scenario: Scenario = scenario_of("test", {**WORLD, "tasks": named, "attack": [last]})
    world = World(scenario)
    with world.lab.recording("told") as trace:
        return [perform(world, activity) for activity in scenario.tasks], trace, world


def callers(trace: Trace) -> list[str]:
    return [step.source.name for step in trace if step.stage == "request"]


WHO = {"call": "sts:GetCallerIdentity"}


def test_a_call_comes_to_allowed_or_to_the_code_of_awss_error() -> None:
    outcomes, _, _ = told(
        {"by": "ada", **WHO, "expect": "allowed"},
        {"by": "ada", "call": "iam:GetUser", "with": {"UserName": "nobody"}, "expect": "NoSuchEntity"},
        {"by": "ada", "call": "iam:GetUser", "with": {"UserName": "nobody"}, "expect": "allowed"},
    )
    assert [outcome.as_expected for outcome in outcomes] == [True, True, False]


@pytest.mark.parametrize(
    ("minutes", "says"),
    [
        (1, "1 minute passes."),
        (50, "50 minutes pass."),
        (60, "1 hour passes."),
        (180, "3 hours pass."),
        (90, "90 minutes pass."),
        (1440, "1 day passes."),
        (10080, "7 days pass."),
    ],
)
def test_time_that_passes_is_told_in_words_and_moves_the_labs_clock(minutes: int, says: str) -> None:
    before = World(load("everyone-trusted")).lab.clock.now()
    outcomes, trace, world = told({"by": "ada", "wait": minutes})
    assert outcomes[0].result == "waited"
    assert trace[0].sentence == says
    assert (world.lab.clock.now() - before).total_seconds() == minutes * 60


def test_a_thief_is_drawn_and_aws_sees_the_owner() -> None:
    _, trace, world = told(
        {"by": "mallory", "steals": "ada", "keep": "ada's key"},
        {"by": "ada's key", **WHO, "keep": "who"},
    )
    assert trace[0].sentence == "mallory gets hold of ada's access key."
    assert callers(trace) == ["mallory"]
    assert str(world.kept["who"]["Arn"]).endswith(":user/ada")


def test_what_a_thief_gets_with_a_stolen_key_is_the_thiefs_and_a_stolen_session_is_told_as_one() -> None:
    _, trace, _ = told(
        {"by": "ada", "call": "sts:GetSessionToken", "keep": "ada's session"},
        {"by": "mallory", "steals": "ada's session", "keep": "a copy"},
        {"by": "a copy", **WHO},
        {"by": "mallory", "steals": "omar", "keep": "omar's key"},
        {"by": "omar's key", "call": "sts:GetSessionToken", "keep": "a session"},
        {"by": "a session", **WHO},
    )
    assert "mallory gets hold of ada's temporary credentials." in [step.sentence for step in trace]
    assert callers(trace) == ["ada", "mallory", "mallory", "mallory"]


def test_a_key_that_an_attacker_makes_is_in_their_hands_and_one_that_a_colleague_makes_is_its_owners() -> None:
    make_key = {"call": "iam:CreateAccessKey", "with": {"UserName": "ada"}}
    _, trace, _ = told(
        {"by": "omar", **make_key, "keep": "ada's second key"},
        {"by": "ada's second key", **WHO},
        {"by": "omar", "call": "iam:DeleteAccessKey", "with": {"UserName": "ada", "AccessKeyId": "{{key:ada}}"}},
        {"by": "mallory", "steals": "omar", "keep": "omar's key"},
        {"by": "omar's key", **make_key, "keep": "a key of ada's"},
        {"by": "a key of ada's", **WHO},
    )
    assert callers(trace) == ["omar", "ada", "omar", "mallory", "mallory"]


def test_what_was_not_brought_makes_a_move_that_is_not_made() -> None:
    outcomes, trace, _ = told(
        {"by": "ada", "call": "sts:AssumeRole", "with": {"RoleArn": "none", "RoleSessionName": "ada"}, "keep": "gone"},
        {"by": "gone", **WHO, "expect": "not made"},
        {"by": "mallory", "steals": "gone", "keep": "more", "expect": "not made"},
        {"by": "ada", "call": "iam:GetUser", "with": {"UserName": "{{kept:gone:Name}}"}, "expect": "not made"},
    )
    assert [outcome.as_expected for outcome in outcomes[1:]] == [True, True, True]
    assert callers(trace) == []


def test_an_operation_or_a_service_that_there_is_not_is_the_scenarios_mistake() -> None:
    with pytest.raises(LookupError, match=r"no operation 'AsumeRole'\. Did you mean AssumeRole"):
        told({"by": "ada", "call": "sts:AsumeRole"})
    with pytest.raises(LookupError, match="no service 'stss'"):
        told({"by": "ada", "call": "stss:AssumeRole"})
