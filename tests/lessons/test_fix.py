"""The workbench in a notebook: clicks, and what they leave in its traits."""

from __future__ import annotations

from html import unescape

import pytest

from stssim.lessons.fix import Fix
from stssim.lessons.progress_store import Progress
from stssim.scenarios import load


def editor() -> Fix:
    return Fix(load("confused-deputy"))


def test_a_fix_is_tried_by_its_name_and_judged() -> None:
    fix = editor()
    fix.try_fix("exact-principal")
    assert (fix.tried, fix.solved) == (["exact-principal"], False)
    assert "Still open." in fix._said.value
    fix.try_fix("external-id")
    assert fix.solved
    assert "Blocked." in fix._said.value


def test_a_fix_fills_the_editors_so_that_one_can_go_on_from_it() -> None:
    fix = editor()
    fix.try_fix("external-id")
    assert "sts:ExternalId" in fix.editor.editors["trust:BeaconAudit"].text
    fix.try_own()
    assert fix.verdict is not None
    assert fix.verdict.solved


def test_what_a_learner_types_reaches_the_page_escaped() -> None:
    fix = editor()
    fix.editor.editors["trust:BeaconAudit"].text = '{"Statement": {"Effect": "<script>alert(1)</script>"}}'
    fix.try_own()
    assert "<script>" not in fix._said.value
    assert "&lt;script&gt;" in fix._said.value


def test_nonsense_is_refused_in_one_sentence_and_loses_nothing() -> None:
    fix = editor()
    fix.editor.editors["trust:BeaconAudit"].text = "nonsense"
    fix.try_own()
    assert "Not JSON" in fix._said.value
    assert fix.editor.editors["trust:BeaconAudit"].text == "nonsense"
    fix.try_fix("external-id")
    assert fix.solved


def test_hints_come_one_by_one_and_after_the_last_the_solution() -> None:
    fix = editor()
    for shown in (1, 2, 3):
        fix.hints.more()
        assert fix.hints.shown.value.count("<li>") == shown
    assert fix.tried == []
    fix.hints.more()
    assert fix.solved
    assert fix.tried == [fix.scenario.solution]


def test_what_was_tried_on_another_day_is_marked_where_it_runs_and_nowhere_else() -> None:
    kept = Progress(None)
    Fix(load("confused-deputy"), kept).try_fix("exact-principal")
    Fix(load("confused-deputy"), kept).hints.more()
    again = Fix(load("confused-deputy"), kept)
    assert again._chip_of["exact-principal"].description.startswith("✗ ")
    assert again.hints.opened == 1
    assert "Mended" not in again._said.value
    again.try_fix("external-id")
    last = Fix(load("confused-deputy"), kept)
    assert "Mended on another day" in last._said.value
    assert (last.tried, last.solved) == ([], False)
    for kind in ("text/plain", "text/html"):
        assert last._repr_mimebundle_()[0][kind] == editor()._repr_mimebundle_()[0][kind]


def test_a_fix_of_ones_own_is_kept_too() -> None:
    kept = Progress(None)
    fix = Fix(load("confused-deputy"), kept)
    fix.try_own()
    assert kept.of("scenario", "confused-deputy").tried == {"your own": False}


def test_the_order_of_the_ideas_does_not_give_the_solution_away() -> None:
    fix = editor()
    still = fix._still()
    shown = [unescape(part.split("</li>")[0]) for part in still.split("<li>")[1:]]
    assert shown == [fix._fixes[name].says for name in sorted(fix._fixes)]
    assert fix.scenario.solution not in still


def test_in_a_trainers_copy_the_ideas_are_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STSSIM_STILLS", "decided")
    still = editor()._still()
    assert still.count("Blocked.") == len(editor().scenario.fixes)
    assert still.count("Still open.") + still.count("Too tight.") == len(editor().scenario.wrong_answers)


def test_solved_stays_solved() -> None:
    fix = editor()
    fix.try_fix("external-id")
    fix.try_fix("setting-alone")
    assert fix.solved
