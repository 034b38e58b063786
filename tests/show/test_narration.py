from __future__ import annotations

import io
import json

import pytest
from rich.console import Console

from stssim.scenarios import Scenario, load
from stssim.scenarios.play import Playing
from stssim.show.narration import as_told, print_scenario, scenario_data, told

Tellings = tuple[Playing, Playing]


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load("confused-deputy")


@pytest.fixture(scope="module")
def tellings(scenario: Scenario) -> Tellings:
    return told(scenario)


def printed(scenario: Scenario, tellings: Tellings, width: int = 80) -> str:
    paper = io.StringIO()
    without, with_fix = tellings
    print_scenario(scenario, without, with_fix, Console(file=paper, width=width, _environ={}))
    return paper.getvalue()


def test_an_attack_that_failed_is_told_with_the_move_at_which_it_did(scenario: Scenario, tellings: Tellings) -> None:
    told_as_one_line = " ".join(printed(scenario, tellings).split())
    assert "The first of its moves to fail: mallory asks for her audit (no report)." in told_as_one_line


def test_a_bystanders_move_during_the_attack_is_not_the_one_at_which_it_failed() -> None:
    careless = load("untested-onboarding")
    told_as_one_line = " ".join(printed(careless, told(careless)).split())
    assert "The first of its moves to fail: mallory types dora's role ARN (turned down)." in told_as_one_line


def test_the_attack_works_without_the_defence_and_not_with_it(tellings: Tellings) -> None:
    without, with_fix = tellings
    assert as_told(without, with_fix)
    assert not as_told(with_fix, without)
    assert not as_told(without, without)
    assert not as_told(with_fix, with_fix)


def test_both_verdicts_are_printed_in_words(scenario: Scenario, tellings: Tellings) -> None:
    said = " ".join(printed(scenario, tellings).split())
    assert said.index("The attack worked.") < said.index("The attack failed.")
    assert said.count("All legitimate tasks worked.") == 2
    assert said.endswith(scenario.source)


@pytest.mark.parametrize("width", [70, 80, 120])
def test_it_fits_the_terminal_and_fills_no_line_with_blanks(scenario: Scenario, tellings: Tellings, width: int) -> None:
    lines = printed(scenario, tellings, width).splitlines()
    assert max(map(len, lines)) <= width
    assert [line for line in lines if line != line.rstrip()] == []


def test_its_headings_and_its_source_are_whole_in_a_narrow_window(scenario: Scenario, tellings: Tellings) -> None:
    lines = printed(scenario, tellings, width=40).splitlines()
    headings = [line.strip("─ ") for line in lines if line.startswith("─")]
    assert headings == ["Without a fix", "With a fix"]
    assert lines[-1] == scenario.source


def test_its_data_is_json_with_every_move_and_four_traces(scenario: Scenario, tellings: Tellings) -> None:
    data = json.loads(json.dumps(scenario_data(scenario, *tellings)))
    assert data["as_told"]
    assert len(data["without"]["traces"]) == len(data["with"]["traces"]) == 2
    assert [move["name"] for move in data["without"]["tasks"]] == [
        move.name for move in (*scenario.tasks, *scenario.attack)
    ]
    assert data["without"]["attack_reached_its_goal"]
    assert not data["with"]["attack_reached_its_goal"]
