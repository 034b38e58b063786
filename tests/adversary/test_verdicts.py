"""The judge says of judged answers what is written down. A sample; `python -m tools.judged` checks them all."""

from __future__ import annotations

from pathlib import Path

import pytest

from stssim.adversary import Blocked, StillOpen
from stssim.scenarios import load, load_all
from stssim.scenarios.judge import judge
from tests.adversary.judged_answers import FILES
from tests.adversary.verdicts import check, sample

SAMPLE = [pytest.param(file, name, id=f"{file.stem}-{name}") for file in FILES for name in sample(file)]
OWN = [(scenario.name, fix) for scenario in load_all() for fix in scenario.proposed_fixes]


@pytest.mark.parametrize(("file", "name"), SAMPLE)
def test_the_judge_says_what_is_written_down(file: Path, name: str) -> None:
    checked = check(file, name)
    assert checked.right, f"{checked.word}, and it is {checked.kind}"


@pytest.mark.parametrize(("name", "fix"), OWN)
def test_a_scenarios_own_fixes_are_blocked_and_its_wrong_answers_are_not(name: str, fix: str) -> None:
    scenario = load(name)
    verdict = judge(scenario, [scenario.proposed_fixes[fix]])
    assert isinstance(verdict, Blocked) is (fix in scenario.fixes), verdict.word


@pytest.mark.parametrize("name", [scenario.name for scenario in load_all()])
def test_without_a_fix_somebody_gets_in_by_a_walk_whose_last_call_was_allowed(name: str) -> None:
    verdict = judge(load(name))
    assert isinstance(verdict, StillOpen)
    decisions = [step.decision for step in verdict.walk.trace if step.decision is not None]
    assert decisions[-1].allowed
    assert verdict.walk.trace[verdict.walk.decided_at - 1].decision is not None
