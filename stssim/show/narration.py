"""A scenario told in the terminal, or as JSON: once without its fix, once with it, and what came of each."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.text import Text

from stssim.scenarios import Scenario
from stssim.scenarios.play import Playing, play
from stssim.show.evidence import evidence
from stssim.show.style import TERMINAL
from stssim.show.terminal import Ragged, tell

_THROUGH = ("accepted", "report", "left", "signed in", "taken", "waited", "allowed")


def told(scenario: Scenario) -> tuple[Playing, Playing]:
    """Both tellings: without the fix that is the scenario's solution, and with it."""
    return play(scenario), play(scenario, [scenario.fixes[scenario.solution]])


def as_told(without: Playing, with_fix: Playing) -> bool:
    """Whether both went as the scenario says: the attack works only without the fix, the legitimate tasks always."""
    return without.honest and without.reached and with_fix.defended


def print_scenario(scenario: Scenario, without: Playing, with_fix: Playing, console: Console) -> None:
    """Both tellings, step by step, with a verdict under each."""
    console.print(Ragged(Text(scenario.title, style="bold")))
    console.print(Ragged(Text(scenario.stake)))
    says = scenario.fixes[scenario.solution].says
    for heading, playing in (("Without a fix", without), ("With a fix", with_fix)):
        console.rule(Text(heading))
        if playing is with_fix:
            console.print(Ragged(Text(says)))
        for chapter, trace in (("The legitimate tasks", playing.honest_trace), ("The attack", playing.attack_trace)):
            console.print(Text(f"\n{chapter}", style="bold"))
            for paragraph in tell(trace):
                console.print(paragraph)
        console.print()
        console.print(Ragged(_verdict(playing)))
    console.print(Text(f"\nSource:\n{scenario.source}", style="dim"), soft_wrap=True)


def scenario_data(scenario: Scenario, without: Playing, with_fix: Playing) -> dict[str, Any]:
    """Both tellings as data: outcomes of every move, the verdicts and the traces."""
    return {
        "name": scenario.name,
        "title": scenario.title,
        "as_told": as_told(without, with_fix),
        "without": _playing(without),
        "with": _playing(with_fix),
    }


def _playing(playing: Playing) -> dict[str, Any]:
    return {
        "edits": [edit.name for edit in playing.edits],
        "honest": playing.honest,
        "attack_reached_its_goal": playing.reached,
        "tasks": [
            {"name": outcome.activity.name, "came_to": outcome.came_to, "as_expected": outcome.as_expected}
            for outcome in (*playing.tasks, *playing.attack)
        ],
        "traces": [evidence(playing.honest_trace), evidence(playing.attack_trace)],
    }


def _verdict(playing: Playing) -> Text:
    goal, failed = playing.scenario.goal, playing.failed
    if playing.reached:
        verdict = Text("The attack worked. ", style=TERMINAL["denied"]) + Text(goal.says)
    else:
        verdict = Text("The attack failed. ", style=TERMINAL["allowed"]) + Text(goal.fails) + Text(_stopped(playing))
    if failed is None:
        return verdict + Text(" All legitimate tasks worked.")
    return verdict + Text(f" But an legitimate task did not: {failed.activity.name} ({failed.came_to}).")


def _stopped(playing: Playing) -> str:
    """The attacker's first move that did not get through, and what it came to."""
    people = playing.scenario.people
    for outcome in playing.attack:
        bystander = outcome.activity.by in people and people[outcome.activity.by].part != "attacker"
        if outcome.came_to not in _THROUGH and not bystander:
            return f" The first of its moves to fail: {outcome.activity.name} ({outcome.came_to})."
    return ""
