"""What a learner may edit of a scenario."""

from __future__ import annotations

import json

import pytest

from stssim.lessons.editable import as_edit, editable, touched
from stssim.scenarios import Edit, Scenario, load
from stssim.scenarios.play import play
from tests.scenarios.every import EVERY

SCENARIO = load("confused-deputy")


def test_the_world_is_shown_with_every_name_filled_in() -> None:
    shown = editable(SCENARIO)
    trust = shown.policies["trust:BeaconAudit"]
    assert json.loads(trust.text)["Statement"][0]["Principal"] == {"AWS": "111111111111"}
    assert trust.title == "Trust policy of role BeaconAudit"
    assert shown.settings["beacon"]["chosen_by"] == "nobody"
    assert not any("{{" in policy.text + policy.title for policy in shown.policies.values())


def test_the_policies_of_roles_and_users_can_be_edited_too() -> None:
    assert {policy.kind for policy in editable(SCENARIO).policies.values()} >= {"trust", "identity"}
    assert {"policy:BeaconAudit", "policy:beacon"} <= editable(SCENARIO).policies.keys()


@pytest.mark.parametrize("scenario", EVERY, ids=lambda scenario: scenario.name)
def test_what_is_the_attackers_own_is_not_the_learners_to_change_unless_a_fix_is_there(scenario: Scenario) -> None:
    assert not [
        name
        for name in editable(scenario).policies
        for person, each in scenario.people.items()
        if each.part == "attacker" and name == f"policy:{person}" and name not in touched(scenario)
    ]


def test_edits_are_made_one_after_the_other() -> None:
    trust = SCENARIO.roles["BeaconAudit"].trust
    one, two = trust.replace("account:vendor", "account:customer"), trust.replace("Allow", "Deny")
    first = Edit("first", trust={"BeaconAudit": one}, settings={"beacon": {"tested": True}})
    second = Edit("second", trust={"BeaconAudit": two})
    shown = editable(SCENARIO, [first, second])
    (statement,) = json.loads(shown.policies["trust:BeaconAudit"].text)["Statement"]
    assert (statement["Effect"], statement["Principal"]) == ("Deny", {"AWS": "111111111111"})
    assert shown.settings["beacon"]["tested"] is True


@pytest.mark.parametrize("scenario", EVERY, ids=lambda scenario: scenario.name)
def test_every_scenarios_world_as_it_is_tells_the_same_story(scenario: Scenario) -> None:
    shown = editable(scenario)
    edit = as_edit({name: policy.text for name, policy in shown.policies.items()}, shown.settings)
    told = play(scenario, [edit])
    assert (told.tasks_work, told.reached) == (True, True)
    assert touched(scenario) <= shown.policies.keys()


def test_an_objection_names_line_and_column() -> None:
    policy = editable(SCENARIO).policies["trust:BeaconAudit"]
    said = policy.objection("{")
    assert said is not None
    assert said.startswith("Trust policy of role BeaconAudit, line 1, column 2: Not JSON: expecting property name")
    assert policy.objection(policy.text) is None
