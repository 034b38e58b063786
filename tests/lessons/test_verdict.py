"""A learner's fix is judged by telling the whole scenario again."""

from __future__ import annotations

import pytest

from stssim.lessons.editable import as_edit, editable
from stssim.lessons.verdict import NotPlayable, judge
from stssim.scenarios import Edit, Scenario, load, load_all

STORY = load("confused-deputy")


def test_the_solution_holds() -> None:
    verdict = judge(STORY, STORY.fixes[STORY.solution])
    assert verdict.solved
    assert "sts:ExternalId" in verdict.why


@pytest.mark.parametrize("name", sorted(STORY.wrong_answers))
def test_a_wrong_answer_fails_where_the_story_says_and_for_the_reason_it_gives(name: str) -> None:
    idea = STORY.wrong_answers[name]
    verdict = judge(STORY, idea)
    assert not verdict.solved
    assert (verdict.honest, verdict.blocked) == ((True, False) if idea.fails == "attack" else (False, True))
    assert verdict.why == idea.because


@pytest.mark.parametrize("scenario", load_all(), ids=lambda scenario: scenario.name)
def test_what_the_bench_shows_of_a_solution_is_judged_as_the_solution_is(scenario: Scenario) -> None:
    shown = editable(scenario, [scenario.fixes[scenario.solution]])
    edit = as_edit({name: page.text for name, page in shown.pages.items()}, shown.settings, shown.base)
    assert judge(scenario, edit).solved


def test_the_verdict_says_what_the_attacker_came_to() -> None:
    assert judge(STORY, Edit("nothing")).says_attack == "It works. The customer's report is in Mallory's dashboard."
    solved = judge(STORY, STORY.fixes[STORY.solution])
    assert solved.says_attack == "It fails. Mallory's dashboard does not show the customer's report."


def test_a_fix_that_is_too_tight_fails_on_the_honest_moves() -> None:
    trust = editable(STORY).pages["trust:BeaconAudit"].text.replace('"Allow"', '"Deny"')
    verdict = judge(STORY, Edit("own", trust={"BeaconAudit": trust}))
    assert (verdict.honest, verdict.blocked) == (False, True)
    assert "carol's audit" in verdict.says_honest
    assert verdict.trace.name == "honest"


def test_a_verdict_on_a_fix_that_leaves_the_tasks_alone_shows_the_attack() -> None:
    assert judge(STORY, Edit("nothing")).trace.name == "attack"


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
    with pytest.raises(NotPlayable) as refused:
        judge(STORY, Edit("own", trust={"BeaconAudit": text}))
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)
