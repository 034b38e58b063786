from __future__ import annotations

import io
import json

import pytest
from rich.console import Console

from stssim.scenarios import Scenario, load
from stssim.scenarios.play import Run
from stssim.show.narration import as_expected, both_runs, print_scenario, scenario_data

Runs = tuple[Run, Run]


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load("confused-deputy")


@pytest.fixture(scope="module")
def runs(scenario: Scenario) -> Runs:
    return both_runs(scenario)


def printed(scenario: Scenario, runs: Runs, width: int = 80) -> str:
    paper = io.StringIO()
    without, with_fix = runs
    print_scenario(scenario, without, with_fix, Console(file=paper, width=width, _environ={}))
    return paper.getvalue()


def test_an_attack_that_failed_is_told_with_the_activity_at_which_it_did(scenario: Scenario, runs: Runs) -> None:
    one_line = " ".join(printed(scenario, runs).split())
    assert "It failed first at: mallory asks for her audit (no report)." in one_line


def test_a_bystanders_activity_during_the_attack_is_not_the_one_at_which_it_failed() -> None:
    careless = load("untested-onboarding")
    one_line = " ".join(printed(careless, both_runs(careless)).split())
    assert "It failed first at: mallory types dora's role ARN (turned down)." in one_line


def test_the_attack_works_without_the_fix_and_not_with_it(runs: Runs) -> None:
    without, with_fix = runs
    assert as_expected(without, with_fix)
    assert not as_expected(with_fix, without)
    assert not as_expected(without, without)
    assert not as_expected(with_fix, with_fix)


def test_both_verdicts_are_printed_in_words(scenario: Scenario, runs: Runs) -> None:
    said = " ".join(printed(scenario, runs).split())
    assert said.index("The attack worked.") < said.index("The attack failed.")
    assert said.count("All legitimate tasks worked.") == 2
    assert said.endswith(scenario.source)


@pytest.mark.parametrize("width", [70, 80, 120])
def test_it_fits_the_terminal_and_fills_no_line_with_blanks(scenario: Scenario, runs: Runs, width: int) -> None:
    lines = printed(scenario, runs, width).splitlines()
    assert max(map(len, lines)) <= width
    assert [line for line in lines if line != line.rstrip()] == []


def test_its_headings_and_its_source_are_whole_in_a_narrow_window(scenario: Scenario, runs: Runs) -> None:
    lines = printed(scenario, runs, width=40).splitlines()
    headings = [line.strip("─ ") for line in lines if line.startswith("─")]
    assert headings == ["Without a fix", "With a fix"]
    assert lines[-1] == scenario.source


def test_its_data_is_json_with_every_activity_and_four_traces(scenario: Scenario, runs: Runs) -> None:
    data = json.loads(json.dumps(scenario_data(scenario, *runs)))
    assert data["as_expected"]
    assert len(data["without"]["traces"]) == len(data["with"]["traces"]) == 2
    assert [move["name"] for move in data["without"]["activities"]] == [
        move.name for move in (*scenario.tasks, *scenario.attack)
    ]
    assert data["without"]["attack_reached_its_goal"]
    assert not data["with"]["attack_reached_its_goal"]
