"""One lesson: a scenario with everything that a notebook does with it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from html import escape

from stssim.lessons.editable import external_ids
from stssim.lessons.fix import Fix
from stssim.lessons.look import dressed
from stssim.lessons.what_if import Part, branching
from stssim.scenarios import Edit, Question, Scenario, load
from stssim.scenarios.play import Run, play
from stssim.scenarios.world import World
from stssim.show.player import Player, player


class Lesson:
    """A scenario, to be shown, attacked and fixed. Every picture is of a replay in a fresh Lab.

    Raises `ScenarioError` for a name that is no scenario's.
    """

    def __init__(self, scenario: str | Scenario) -> None:
        self.scenario = scenario if isinstance(scenario, Scenario) else load(scenario)

    def tasks(self, fix: str | None = None, question: Question | None = None) -> Player:
        """The legitimate tasks, with one of the scenario's fixes applied; a question has to be answered first."""
        return self._player(self.run(fix), "tasks", question)

    def attack(self, fix: str | None = None, question: Question | None = None) -> Player:
        """The attack, with one of the scenario's fixes made real first; a question is to be answered before."""
        return self._player(self.run(fix), "attack", question)

    @property
    def question(self) -> Question | None:
        """What to ask before the attack is shown, if the scenario has a question."""
        return self.scenario.question

    def compare(self, fix: str) -> Player:
        """The attack without one of the scenario's fixes and with it, as one picture to flip."""
        traces = self.run().attack_trace, self.run(fix).attack_trace
        return player(traces[0], beside=traces[1], titles=("without", "with"))

    def external_ids(self, fix: str | None = None) -> Mapping[str, Mapping[str, str | None]]:
        """By application, the External ID that it sends for each tenant, with one of the scenario's fixes made real."""
        return external_ids(self.scenario, {} if fix is None else self._fix(fix).settings)

    def fix(self) -> Fix:
        """The workbench: the scenario's fixes, editors for one's own, and a verdict by replay."""
        return Fix(self.scenario)

    def run(self, fix: str | None = None) -> Run:
        """The scenario as it went. Raises `KeyError` for a fix that the scenario does not have."""
        return self._as_it_is if fix is None else play(self.scenario, [self._fix(fix)])

    def _player(self, run: Run, part: Part, question: Question | None) -> Player:
        trace = run.tasks_trace if part == "tasks" else run.attack_trace
        return player(trace, branching=branching(run, part), question=question)

    @cached_property
    def _as_it_is(self) -> Run:
        return play(self.scenario)

    def _fix(self, name: str) -> Edit:
        fixes = self.scenario.proposed_fixes
        if name not in fixes:
            raise KeyError(f"{self.scenario.name} has no fix {name!r}; it has {', '.join(sorted(fixes))}.")
        return fixes[name]

    def __repr__(self) -> str:
        return f"Lesson {self.scenario.name!r}: {self.scenario.title}"

    def _repr_html_(self) -> str:
        scenario = self.scenario
        people: list[tuple[str, str, str]] = []
        people += [(name, person.account, person.part or "user") for name, person in scenario.people.items()]
        people += [(name, app.account, app.part or "application") for name, app in scenario.applications.items()]
        rows = "".join(f"<tr><td>{escape(a)}</td><td>{escape(b)}</td><td>{escape(c)}</td></tr>" for a, b, c in people)
        things = [(name, role.account, "role") for name, role in scenario.roles.items()]
        filled = World(scenario).text
        things += [(filled(name), bucket.account, "bucket") for name, bucket in scenario.buckets.items()]
        rows += "".join(f"<tr><td>{escape(a)}</td><td>{escape(b)}</td><td>{c}</td></tr>" for a, b, c in things)
        head = "<thead><tr><th>who or what</th><th>in account</th><th>is</th></tr></thead>"
        table = f"<table>{head}<tbody>{rows}</tbody></table>"
        return dressed("table", f"<h3>{escape(scenario.title)}</h3><p>{escape(scenario.stake)}</p>{table}")
