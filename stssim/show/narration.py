"""A scenario as text in the terminal, or as JSON: one run without its fix, one with it, and the verdict on each."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.text import Text

from stssim.scenarios import Scenario
from stssim.scenarios.play import Run, play
from stssim.show.evidence import evidence
from stssim.show.terminal import Ragged, paragraphs
from stssim.show.tokens import TERMINAL

_THROUGH = ("accepted", "report", "left", "signed in", "taken", "waited", "allowed")


def both_runs(scenario: Scenario) -> tuple[Run, Run]:
    """Both runs: without the fix that is the scenario's solution, and with it."""
    return play(scenario), play(scenario, [scenario.fixes[scenario.solution]])


def as_expected(without: Run, with_fix: Run) -> bool:
    """Whether both went as the scenario says: the attack works only without the fix, the legitimate tasks in both."""
    return without.tasks_work and without.reached and with_fix.fixed


def print_scenario(scenario: Scenario, without: Run, with_fix: Run, console: Console) -> None:
    """Both runs, step by step, with a verdict under each."""
    console.print(Ragged(Text(scenario.title, style="bold")))
    console.print(Ragged(Text(scenario.stake)))
    says = scenario.fixes[scenario.solution].says
    for heading, run in (("Without a fix", without), ("With a fix", with_fix)):
        console.rule(Text(heading))
        if run is with_fix:
            console.print(Ragged(Text(says)))
        for chapter, trace in (("The legitimate tasks", run.tasks_trace), ("The attack", run.attack_trace)):
            console.print(Text(f"\n{chapter}", style="bold"))
            for paragraph in paragraphs(trace):
                console.print(paragraph)
        console.print()
        console.print(Ragged(_verdict(run)))
    console.print(Text(f"\nSource:\n{scenario.source}", style="dim"), soft_wrap=True)


def scenario_data(scenario: Scenario, without: Run, with_fix: Run) -> dict[str, Any]:
    """Both runs as data: the outcome of every activity, the verdicts and the traces."""
    return {
        "name": scenario.name,
        "title": scenario.title,
        "as_expected": as_expected(without, with_fix),
        "without": _run_data(without),
        "with": _run_data(with_fix),
    }


def _run_data(run: Run) -> dict[str, Any]:
    return {
        "edits": [edit.name for edit in run.edits],
        "tasks_work": run.tasks_work,
        "attack_reached_its_goal": run.reached,
        "activities": [
            {"name": outcome.activity.name, "result": outcome.result, "as_expected": outcome.as_expected}
            for outcome in (*run.tasks, *run.attack)
        ],
        "traces": [evidence(run.tasks_trace), evidence(run.attack_trace)],
    }


def _verdict(run: Run) -> Text:
    goal, failed = run.scenario.goal, run.failed
    if run.reached:
        verdict = Text("The attack worked. ", style=TERMINAL["denied"]) + Text(goal.says)
    else:
        verdict = Text("The attack failed. ", style=TERMINAL["allowed"]) + Text(goal.fails) + Text(_stopped(run))
    if failed is None:
        return verdict + Text(" All legitimate tasks worked.")
    return verdict + Text(f" But a legitimate task failed: {failed.activity.name} ({failed.result}).")


def _stopped(run: Run) -> str:
    """The attacker's first activity that failed, and its result."""
    people = run.scenario.people
    for outcome in run.attack:
        bystander = outcome.activity.by in people and people[outcome.activity.by].part != "attacker"
        if outcome.result not in _THROUGH and not bystander:
            return f" It failed first at: {outcome.activity.name} ({outcome.result})."
    return ""
