"""The editor: every policy has its editor, what is amiss is told while it is written, and nothing typed is lost."""

from __future__ import annotations

import json
from html import unescape

import pytest

from stssim.lessons.editable import editable
from stssim.lessons.editor import ScenarioEditor
from stssim.scenarios import Scenario, load
from tests.scenarios.every import EVERY

SCENARIO = load("confused-deputy")


def editor_of(scenario: Scenario = SCENARIO) -> ScenarioEditor:
    return ScenarioEditor(scenario, lambda: None)


@pytest.mark.parametrize("scenario", EVERY, ids=lambda scenario: scenario.name)
def test_every_scenario_has_a_bench_that_shows_each_of_its_fixes(scenario: Scenario) -> None:
    shown = editor_of(scenario)
    for fix in (*scenario.fixes.values(), *scenario.wrong_answers.values()):
        shown.show(editable(scenario, [fix]))
        assert shown.objection() is None


def test_the_policy_that_the_ideas_are_about_is_in_sight_first() -> None:
    assert editor_of().which.value == "trust:BeaconAudit"
    assert next(title for title, _ in editor_of().which.options) == "Trust policy of role BeaconAudit"


def test_nothing_is_said_of_the_scenarios_own_text() -> None:
    assert editor_of().editors["trust:BeaconAudit"].found.value == ""


def test_a_broken_text_is_told_at_its_line_and_column_as_it_is_written() -> None:
    editor = editor_of().editors["trust:BeaconAudit"]
    editor.text = "{"
    assert "AWS refuses it</b> line 1, column 2" in editor.found.value
    editor.text = editor.policy.text
    assert editor.found.value == ""


def test_trust_in_everybody_is_told_as_something_to_mind() -> None:
    editor = editor_of().editors["trust:BeaconAudit"]
    editor.text = editor.policy.text.replace('"111111111111"', '"*"')
    assert "Warning</b>" in editor.found.value


def test_a_broken_text_that_is_out_of_sight_is_put_in_sight_when_it_is_tried() -> None:
    shown = editor_of()
    shown.editors["policy:beacon"].text = "nonsense"
    said = shown.objection()
    assert said is not None
    assert said.startswith("Policy of user beacon, line 1, column 1: Not JSON")
    assert shown.which.value == "policy:beacon"
    assert shown._in_view.children == (shown.editors["policy:beacon"],)


def test_turning_to_another_policy_loses_nothing() -> None:
    shown = editor_of()
    shown.editors["trust:BeaconAudit"].text = "half"
    shown.which.value = "policy:BeaconAudit"
    shown.which.value = "trust:BeaconAudit"
    assert shown.editors["trust:BeaconAudit"].text == "half"


def test_the_ids_that_the_vendor_sends_are_told_as_its_settings_change() -> None:
    shown = editor_of()
    assert "for customer, beacon sends no External ID" in shown._ids.value
    shown.switches["beacon"]["chosen_by"].value = "vendor"
    sent = json.loads(editable(SCENARIO, [SCENARIO.fixes["external-id"]]).policies["trust:BeaconAudit"].text)
    wanted = sent["Statement"][0]["Condition"]["StringEquals"]["sts:ExternalId"]
    assert f"for customer, beacon sends External ID <code>{wanted}</code>" in shown._ids.value


def test_starting_over_brings_the_scenario_back_as_it_was() -> None:
    shown = editor_of()
    shown.editors["trust:BeaconAudit"].text = "nonsense"
    shown.switches["beacon"]["tested"].value = True
    again = shown.children[-1].children[1]
    assert again.description == "Start over"
    again.click()
    assert shown.edit().trust["BeaconAudit"] == editable(SCENARIO).policies["trust:BeaconAudit"].text
    assert shown.edit().settings["beacon"]["tested"] is False


def test_what_a_fix_does_differently_stays_when_one_goes_on_from_it() -> None:
    scenario = load("session-outlives-key")
    shown = editor_of(scenario)
    fix = scenario.fixes[scenario.solution]
    shown.show(editable(scenario, [fix]))
    assert shown.edit().does == fix.does
    assert all(activity in unescape(shown._done.value) for activity in fix.does)
    shown.show(editable(scenario))
    assert shown.edit().does == {}
