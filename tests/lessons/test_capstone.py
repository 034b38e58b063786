"""The last lesson: what no attack has proved does not count, nor does a fix that breaks a legitimate task."""

from __future__ import annotations

from html import unescape
from pathlib import Path

import pytest

from stssim.lessons.capstone import Capstone, FixCompany, Prove
from stssim.lessons.progress_store import Progress

WORKS = {
    "Audit": "vendor",
    "Deploy": "build",
    "Shipping": "namesake",
    "BreakGlass": "intern",
    "Payroll": "intern",
    "tidewater-trail": "trail",
}


@pytest.fixture
def capstone() -> Capstone:
    return Capstone(Progress(None))


def attack(prove: Prove, suspect: str, way: str) -> str:
    prove.suspect.value, prove.way.value = suspect, way
    prove.try_it()
    return str(prove.said.value)


def test_an_attack_that_works_proves_a_flaw_and_says_what_it_is(capstone: Capstone) -> None:
    said = attack(capstone.prove(), "Audit", "vendor")
    assert "Proved: The auditor can be talked into it" in said
    assert capstone.proved == ["Audit"]
    assert capstone.score == "Flaws proved: 1 of 6. Of those, fixed: 0."


def test_an_attack_that_fails_proves_nothing_and_says_which_clause_stopped_it(capstone: Capstone) -> None:
    prove = capstone.prove()
    said = attack(prove, "Invoices", "vendor")
    assert "sts:ExternalId" in said
    assert capstone.proved == []
    assert len(prove.shown.children) == 1


def test_a_way_that_is_none_to_such_a_thing_is_said_and_not_played(capstone: Capstone) -> None:
    prove = capstone.prove()
    assert "That is no way to a bucket" in attack(prove, "tidewater-archive", "vendor")
    assert not prove.shown.children


def test_the_policy_of_what_is_chosen_is_in_sight(capstone: Capstone) -> None:
    prove = capstone.prove()
    prove.suspect.value = "BreakGlass"
    assert "BoolIfExists" in prove.policy.value


def test_what_was_not_proved_is_neither_named_nor_counted_when_it_is_mended(capstone: Capstone) -> None:
    capstone.attempt("Audit", "vendor")
    mend = capstone.fix()
    mend.show_solution()
    assert capstone.fixed == ["Audit"]
    assert not capstone.done
    assert "5 more to prove" in mend.said.value
    assert "Deploy" not in mend.said.value


def test_all_proved_and_all_mended_is_the_whole_of_it(capstone: Capstone) -> None:
    for suspect, way in WORKS.items():
        assert capstone.attempt(suspect, way).worked
    mend = capstone.fix()
    mend.show_solution()
    assert capstone.done
    assert "All proved, all fixed, nothing broken." in mend.said.value


def edit(mend: FixCompany, policy: str, old: str, new: str) -> None:
    editor = mend.editor.editors[policy]
    assert old in editor.text
    editor.text = editor.text.replace(old, new)
    mend.judge()


def test_a_fix_that_breaks_a_legitimate_task_counts_for_nothing(capstone: Capstone) -> None:
    capstone.attempt("Payroll", "intern")
    mend = capstone.fix()
    edit(mend, "trust:Payroll", "111111111111:root", "222222222222:root")
    assert "Too tight. A legitimate task fails now: hana pays the wages" in mend.said.value
    assert capstone.fixed == []
    assert "A legitimate task fails" in capstone.score


def test_a_fix_that_leaves_a_way_open_says_which(capstone: Capstone) -> None:
    capstone.attempt("BreakGlass", "intern")
    mend = capstone.fix()
    mend.judge()
    assert "BreakGlass: Still open. Mallory assumes BreakGlass" in mend.said.value
    assert len(mend.shown.children) == 1


@pytest.mark.parametrize(
    "nonsense", ["", "{", "[]", '{"Version": "2012-10-17"}', "<script>alert(1)</script>", "{{role:X}}"]
)
def test_nonsense_in_an_editor_is_refused_in_one_sentence(capstone: Capstone, nonsense: str) -> None:
    mend = capstone.fix()
    mend.editor.editors["trust:Payroll"].text = nonsense
    mend.judge()
    assert 'class="verdict open"' in mend.said.value
    assert "<script>" not in mend.said.value


def test_a_principal_that_does_not_exist_is_refused_as_by_aws(capstone: Capstone) -> None:
    mend = capstone.fix()
    edit(mend, "trust:Payroll", "111111111111:root", "111111111111:user/nobody")
    assert "AWS refuses it: Invalid principal in policy" in mend.said.value
    assert not mend.shown.children


def test_a_mark_that_names_nothing_is_refused_in_one_sentence(capstone: Capstone) -> None:
    mend, action = capstone.fix(), '"Action": "sts:AssumeRole"'
    wants = '"Condition": {"StringEquals": {"aws:PrincipalTag/team": "{{account:nobody}}"}}'
    edit(mend, "trust:Payroll", action, f"{action}, {wants}")
    assert "{{account:nobody}} names nothing" in mend.said.value
    assert not mend.shown.children


def test_only_the_companys_own_doors_can_be_edited(capstone: Capstone) -> None:
    assert {name.partition(":")[2] for name in capstone.fix().editor.editors} == {*capstone.company.suspects}


def test_what_was_proved_is_there_again_tomorrow(tmp_path: Path) -> None:
    file = tmp_path / "my-progress.json"
    Capstone(Progress(file)).attempt("Deploy", "build")
    assert Capstone(Progress(file)).proved == ["Deploy"]


def test_a_learners_copy_stores_no_answer(capstone: Capstone) -> None:
    for shown in (capstone.prove(), capstone.fix()):
        data, _ = shown._repr_mimebundle_()
        told = data["text/plain"] + unescape(data["text/html"])
        assert not any(flaw.title in told or flaw.because in told for flaw in capstone.company.flaws.values())


def test_a_trainers_copy_stores_them_all(capstone: Capstone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STSSIM_STILLS", "decided")
    data, _ = capstone.prove()._repr_mimebundle_()
    assert all(flaw.title in unescape(data["text/html"]) for flaw in capstone.company.flaws.values())
