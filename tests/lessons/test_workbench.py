"""A learner's fix is judged by telling the whole story again."""

from __future__ import annotations

import json

import pytest

from stssim.lessons.workbench import NotPlayable, World, as_edit, judge, objection, world
from stssim.scenarios import Edit, load

STORY = load("confused-deputy")


def test_the_world_is_shown_with_every_name_filled_in() -> None:
    shown = world(STORY)
    assert json.loads(shown.trust["BeaconAudit"])["Statement"][0]["Principal"] == {"AWS": "111111111111"}
    assert shown.settings["beacon"]["chosen_by"] == "nobody"


def test_the_solution_holds() -> None:
    verdict = judge(STORY, STORY.defences[STORY.solution])
    assert verdict.solved
    assert "sts:ExternalId" in verdict.why


@pytest.mark.parametrize("name", sorted(STORY.wrong_answers))
def test_a_wrong_answer_fails_where_the_story_says_and_for_the_reason_it_gives(name: str) -> None:
    idea = STORY.wrong_answers[name]
    verdict = judge(STORY, idea)
    assert not verdict.solved
    assert (verdict.honest, verdict.blocked) == ((True, False) if idea.fails == "attack" else (False, True))
    assert verdict.why == idea.because


def test_what_the_editors_show_of_an_idea_is_judged_as_the_idea_is() -> None:
    assert judge(STORY, as_edit(world(STORY, STORY.defences[STORY.solution]))).solved


def test_a_fix_that_is_too_tight_fails_on_the_honest_moves() -> None:
    trust = world(STORY).trust["BeaconAudit"].replace('"Allow"', '"Deny"')
    verdict = judge(STORY, Edit("own", trust={"BeaconAudit": trust}))
    assert (verdict.honest, verdict.blocked) == (False, True)
    assert "carol's audit" in verdict.says_honest


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "Not JSON"),
        ("{{nobody}}", "Not JSON"),
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


def test_an_objection_names_line_and_column() -> None:
    assert objection("it", "{") == "Not JSON: expecting property name enclosed in double quotes (line 1, column 2)"
    assert objection("it", world(STORY).trust["BeaconAudit"]) is None


def test_an_empty_world_edits_nothing() -> None:
    assert as_edit(World()).trust == {}
