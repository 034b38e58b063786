"""One lesson: a scenario with everything that a notebook does with it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from html import escape

from stssim.lessons.editable import external_ids
from stssim.lessons.fix import Fix
from stssim.lessons.what_if import Part, branching
from stssim.scenarios import Edit, Scenario, load
from stssim.scenarios.play import Playing, play
from stssim.scenarios.world import World
from stssim.show.player import Player, player
from stssim.show.question import Question


class Lesson:
    """A scenario, to be shown, attacked and mended. Every picture is of a replay in a fresh Lab.

    Raises `ScenarioError` for a name that is no scenario's.
    """

    def __init__(self, scenario: str | Scenario) -> None:
        self.scenario = scenario if isinstance(scenario, Scenario) else load(scenario)

    def honest(self, idea: str | None = None, question: Question | None = None) -> Player:
        """The legitimate tasks, with one of the scenario's ideas applied; a question has to be answered first."""
        return self._player(self.playing(idea), "honest", question)

    def attack(self, idea: str | None = None, question: Question | None = None) -> Player:
        """The attack, with one of the scenario's ideas made real first; a question is to be answered before."""
        return self._player(self.playing(idea), "attack", question)

    @property
    def question(self) -> Question | None:
        """What to ask before the attack is shown, if the scenario has a question."""
        asked = self.scenario.question
        return None if asked is None else Question(asked.text, asked.choices, asked.right, asked.because)

    def compare(self, idea: str) -> Player:
        """The attack without one of the scenario's ideas and with it, as one picture to flip."""
        traces = self.playing().attack_trace, self.playing(idea).attack_trace
        return player(traces[0], beside=traces[1], titles=("without", "with"))

    def external_ids(self, idea: str | None = None) -> Mapping[str, Mapping[str, str | None]]:
        """By application, the External ID that it sends for each tenant, with one of the scenario's ideas made real."""
        return external_ids(self.scenario, {} if idea is None else self._idea(idea).settings)

    def fix(self) -> Fix:
        """The workbench: the scenario's ideas, editors for one's own, and a verdict by replay."""
        return Fix(self.scenario)

    def playing(self, idea: str | None = None) -> Playing:
        """The scenario as it went. Raises `KeyError` for an idea that the scenario does not have."""
        return self._as_it_is if idea is None else play(self.scenario, [self._idea(idea)])

    def _player(self, playing: Playing, part: Part, question: Question | None) -> Player:
        trace = playing.honest_trace if part == "honest" else playing.attack_trace
        return player(trace, branching=branching(playing, part), question=question)

    @cached_property
    def _as_it_is(self) -> Playing:
        return play(self.scenario)

    def _idea(self, name: str) -> Edit:
        ideas = {**self.scenario.fixes, **self.scenario.wrong_answers}
        if name not in ideas:
            raise KeyError(f"{self.scenario.name} has no idea {name!r}; it has {', '.join(sorted(ideas))}.")
        return ideas[name]

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
        return f"<h3>{escape(scenario.title)}</h3><p>{escape(scenario.stake)}</p>{table}"
