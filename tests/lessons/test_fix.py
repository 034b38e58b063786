"""The workbench in a notebook: clicks, and what they leave in its traits."""

from __future__ import annotations

from html import unescape

import pytest

from stssim.lessons.fix import Fix
from stssim.scenarios import load


def bench() -> Fix:
    return Fix(load("confused-deputy"))


def test_an_idea_is_tried_by_its_name_and_judged() -> None:
    fix = bench()
    fix.try_idea("exact-principal")
    assert (fix.tried, fix.solved) == (["exact-principal"], False)
    assert "Not yet." in fix._said.value
    fix.try_idea("external-id")
    assert fix.solved
    assert "It holds." in fix._said.value


def test_an_idea_fills_the_editors_so_that_one_can_go_on_from_it() -> None:
    fix = bench()
    fix.try_idea("external-id")
    assert "sts:ExternalId" in fix._editors["BeaconAudit"].value
    fix.try_own()
    assert fix.verdict is not None
    assert fix.verdict.solved


def test_what_a_learner_types_reaches_the_page_escaped() -> None:
    fix = bench()
    fix._editors["BeaconAudit"].value = '{"Statement": {"Effect": "<script>alert(1)</script>"}}'
    fix.try_own()
    assert "<script>" not in fix._said.value
    assert "&lt;script&gt;" in fix._said.value


def test_nonsense_is_refused_in_one_sentence_and_loses_nothing() -> None:
    fix = bench()
    fix._editors["BeaconAudit"].value = "nonsense"
    fix.try_own()
    assert "Not JSON" in fix._said.value
    assert fix._editors["BeaconAudit"].value == "nonsense"
    fix.try_idea("external-id")
    assert fix.solved


def test_hints_come_one_by_one_and_the_last_says_so() -> None:
    fix = bench()
    for shown in (1, 2, 3, 3):
        fix._next_hint()
        assert fix._hint.value.count("<li>") == shown
    assert "the last" in fix._hint.value


def test_the_order_of_the_ideas_does_not_give_the_solution_away() -> None:
    fix = bench()
    still = fix._still()
    shown = [unescape(part.split("</li>")[0]) for part in still.split("<li>")[1:]]
    assert shown == [fix._ideas[name].says for name in sorted(fix._ideas)]
    assert fix.story.solution not in still


def test_in_a_trainers_copy_the_ideas_are_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STSSIM_STILLS", "decided")
    still = bench()._still()
    assert still.count("It holds.") == 1
    assert still.count("Not yet.") == 4


def test_solved_stays_solved() -> None:
    fix = bench()
    fix.try_idea("external-id")
    fix.try_idea("setting-alone")
    assert fix.solved
