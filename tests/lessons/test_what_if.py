"""A scenario is told again with one thing changed, whoever the change is about."""

from __future__ import annotations

import json

import pytest

from stssim.lessons.task_checks import recorded_calls
from stssim.lessons.verdict import CannotPlay
from stssim.lessons.what_if import branching
from stssim.scenarios import Scenario, load
from stssim.scenarios.play import play
from stssim.show.what_if import Branching
from stssim.trace import Trace
from tests.scenarios.every import EVERY

SCENARIO = load("confused-deputy")
DEFENDED = SCENARIO.fixes["external-id"]


@pytest.fixture(scope="module")
def as_it_is() -> Branching:
    return branching(play(SCENARIO), "attack")


@pytest.fixture(scope="module")
def fixed_scenario() -> Branching:
    return branching(play(SCENARIO, [DEFENDED]), "attack")


def sent(trace: Trace, name: str) -> list[object]:
    return [call.parameters.get(name) for call in recorded_calls(trace, "sts:AssumeRole")]


def test_a_deputys_call_is_sent_with_another_parameter(as_it_is: Branching) -> None:
    told = as_it_is.replay("parameter:0:RoleSessionName", "mallory")
    assert sent(told, "RoleSessionName") == ["mallory"]
    assert told.denied is None


def test_the_victims_external_id_in_the_attackers_call_opens_the_door(fixed_scenario: Branching) -> None:
    (mine,) = [draft.text for draft in fixed_scenario.drafts if draft.name == "parameter:0:ExternalId"]
    assert mine.startswith("mallory-inc-")
    trust = json.loads(next(draft.text for draft in fixed_scenario.drafts if draft.name == "trust:BeaconAudit"))
    victims = trust["Statement"][0]["Condition"]["StringEquals"]["sts:ExternalId"]
    told = fixed_scenario.replay("parameter:0:ExternalId", victims)
    assert sent(told, "ExternalId") == [victims]
    assert told.denied is None


def test_an_empty_text_sends_none(fixed_scenario: Branching) -> None:
    assert sent(fixed_scenario.replay("parameter:0:ExternalId", "  "), "ExternalId") == [None]


def test_what_was_changed_before_stays_changed(fixed_scenario: Branching) -> None:
    assert fixed_scenario.replay("parameter:0:RoleSessionName", "mallory").denied is not None


def test_a_duration_is_a_number(as_it_is: Branching) -> None:
    told = as_it_is.replay("parameter:0:DurationSeconds", "900")
    assert [
        call.issued and call.issued.expires_at - call.issued.issued_at
        for call in recorded_calls(told, "sts:AssumeRole")
    ] == [900]
    with pytest.raises(CannotPlay, match="DurationSeconds is a whole number, and this is not: an hour"):
        as_it_is.replay("parameter:0:DurationSeconds", "an hour")


def test_what_sts_refuses_is_told_as_it_refuses_it(as_it_is: Branching) -> None:
    told = as_it_is.replay("parameter:0:RoleSessionName", "with a blank")
    assert told.denied
    assert told.denied.refusal
    assert told.denied.refusal.code == "ValidationError"


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("parameter:0:RoleSessionName", "x", "boto3 does not send that: .*RoleSessionName"),
        ("parameter:0:RoleArn", "", "boto3 does not send that: .*RoleArn"),
        ("parameter:0:Tags", "nonsense", "Tags is a list, written as JSON"),
        ("parameter:0:Tags", '{"a": 1}', "boto3 does not send that: .*Tags"),
        ("setting:beacon:chosen_by", "mallory", "'mallory' is none of nobody, vendor, customer"),
        ("trust:BeaconAudit", "nonsense", "Trust policy of role BeaconAudit, line 1, column 1: Not JSON"),
        ("policy:BeaconAudit", '{"Statement": []}', "Policy of role BeaconAudit, line 1, column 2: "),
    ],
)
def test_nonsense_is_refused_in_one_sentence(as_it_is: Branching, name: str, text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says) as refused:
        as_it_is.replay(name, text)
    assert "\n" not in str(refused.value)


def test_a_setting_is_changed(as_it_is: Branching) -> None:
    assert sent(as_it_is.replay("setting:beacon:chosen_by", "vendor"), "ExternalId") != [None]


def test_the_legitimate_tasks_are_branched_too() -> None:
    told = branching(play(SCENARIO), "tasks").replay("parameter:0:ExternalId", "anything")
    assert sent(told, "ExternalId") == ["anything"]


@pytest.mark.parametrize("scenario", EVERY, ids=lambda scenario: scenario.name)
def test_what_stands_there_tells_every_scenario_as_it_was(scenario: Scenario) -> None:
    run = play(scenario)
    branches = branching(run, "attack")
    before = [step.sentence for step in run.attack_trace]
    for draft in {draft.kind: draft for draft in branches.drafts if draft.text}.values():
        assert [step.sentence for step in branches.replay(draft.name, draft.text)] == before, draft.name


def test_no_secret_is_offered_to_be_changed() -> None:
    for scenario in EVERY:
        for draft in branching(play(scenario), "attack").drafts:
            assert draft.title not in {"WebIdentityToken", "SAMLAssertion", "TokenCode"}
