"""The scenario that CONTRIBUTING.md gives to newcomers is a scenario."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from stssim.scenarios import Scenario
from stssim.scenarios.library import read
from stssim.scenarios.play import play

DOCUMENT = Path(__file__).resolve().parents[1] / "CONTRIBUTING.md"


@pytest.fixture
def scenario(tmp_path: Path) -> Scenario:
    (told,) = re.findall(r"^```toml\n(.*?)^```$", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    file = tmp_path / "open-door.toml"
    file.write_text(told, encoding="utf-8")
    return read(file)


def test_it_goes_as_it_says_without_its_defence_and_with_it(scenario: Scenario) -> None:
    assert (play(scenario).failed, play(scenario).reached) == (None, True)
    assert play(scenario, [scenario.fixes[scenario.solution]]).fixed


def test_its_wrong_answers_fail_where_they_say(scenario: Scenario) -> None:
    for wrong in scenario.wrong_answers.values():
        run = play(scenario, [wrong])
        assert (run.tasks_work, run.reached) == ((True, True) if wrong.fails == "attack" else (False, False))
        if run.failed is not None:
            assert run.failed.activity.name == wrong.at


def test_it_has_all_that_a_scenario_must_have(scenario: Scenario) -> None:
    assert scenario.question is not None
    assert len(scenario.hints) == 3
    assert len(scenario.wrong_answers) >= 2
