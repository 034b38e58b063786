from __future__ import annotations

import pytest

from stssim.lessons import Lesson
from stssim.lessons.task_checks import recorded_calls
from stssim.scenarios import Question
from stssim.scenarios.shape import ScenarioError
from stssim.show.player import AS_IT_WAS, CHANGED


@pytest.fixture(scope="module")
def lesson() -> Lesson:
    return Lesson("confused-deputy")


@pytest.mark.parametrize("nonsense", ["", 5, None])
def test_a_name_that_is_no_scenarios_is_met_with_those_that_are(nonsense: object) -> None:
    with pytest.raises(ScenarioError, match="There are: account-root-trusted"):
        Lesson(nonsense)  # type: ignore[arg-type]


def test_the_attack_is_told_again_with_a_changed_trust_policy(lesson: Lesson) -> None:
    shown = lesson.attack()
    draft = shown.drafts[0]
    assert draft["title"] == "Trust policy of role BeaconAudit"
    nobody = draft["text"].replace('"Allow"', '"Deny"')
    shown.replay = {"name": draft["name"], "text": nobody}
    assert [run["title"] for run in shown.runs] == [AS_IT_WAS, CHANGED]
    assert [step["outcome"] for step in shown.runs[1]["steps"]].count("denied") >= 1
    assert "denied" not in [step["outcome"] for step in shown.runs[0]["steps"]]


def test_a_text_that_is_no_policy_changes_nothing_and_says_where_it_is_wrong(lesson: Lesson) -> None:
    shown = lesson.attack()
    shown.replay = {"name": shown.drafts[0]["name"], "text": '{"Version": '}
    assert "Trust policy of role BeaconAudit" in shown.objection
    assert "line 1" in shown.objection
    assert len(shown.runs) == 1


def test_the_attack_is_compared_without_and_with_the_solution(lesson: Lesson) -> None:
    shown = lesson.compare(lesson.scenario.solution)
    assert [run["title"] for run in shown.runs] == ["without", "with"]
    diverging = shown.runs[0]["divergence"]
    assert [run["steps"][diverging]["outcome"] for run in shown.runs] == ["allowed", "denied"]


def test_a_question_is_asked_before_the_attack(lesson: Lesson) -> None:
    assert lesson.attack(question=Question("Who stops her?", ("STS", "Nobody"), "B")).question["right"] == "B"


def test_a_fix_that_the_scenario_does_not_have_is_named(lesson: Lesson) -> None:
    with pytest.raises(KeyError, match="has no fix 'hope'"):
        lesson.attack("hope")


def test_the_cast_is_shown_with_every_name_filled_in(lesson: Lesson) -> None:
    assert "beacon-222222222222" in lesson._repr_html_()
    assert "{{" not in lesson._repr_html_()


def test_the_ids_that_a_deputy_sends_are_told_for_every_tenant(lesson: Lesson) -> None:
    assert lesson.external_ids() == {"beacon": {"customer": None, "mallory-inc": None}}
    sent = lesson.external_ids("external-id")["beacon"]
    calls = recorded_calls(lesson.run("external-id").attack_trace, "sts:AssumeRole")
    assert [call.parameters["ExternalId"] for call in calls] == [sent["mallory-inc"]]
    assert sent["customer"] != sent["mallory-inc"]
