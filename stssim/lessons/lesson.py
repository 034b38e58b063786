"""One lesson: a story with everything that a notebook does with it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from html import escape

from stssim.lessons.editing import external_ids
from stssim.lessons.fix import Fix
from stssim.lessons.what_if import Part, branching
from stssim.play import Playing, play
from stssim.scenarios import Edit, Scenario, load
from stssim.show.player import Player, player
from stssim.show.question import Question
from stssim.stage import Stage


class Lesson:
    """A story, to be shown, attacked and mended. Every picture is of a replay in a fresh Lab.

    Raises `ScenarioError` for a name that is no story's.
    """

    def __init__(self, story: str | Scenario) -> None:
        self.story = story if isinstance(story, Scenario) else load(story)

    def honest(self, idea: str | None = None, question: Question | None = None) -> Player:
        """The honest moves, with one of the story's ideas made real first; a question is to be answered before."""
        return self._player(self.playing(idea), "honest", question)

    def attack(self, idea: str | None = None, question: Question | None = None) -> Player:
        """The attack, with one of the story's ideas made real first; a question is to be answered before."""
        return self._player(self.playing(idea), "attack", question)

    @property
    def question(self) -> Question | None:
        """What to ask before the attack is shown, if the story has a question."""
        asked = self.story.question
        return None if asked is None else Question(asked.text, asked.choices, asked.right, asked.because)

    def compare(self, idea: str) -> Player:
        """The attack without one of the story's ideas and with it, as one picture to flip."""
        traces = self.playing().attack_trace, self.playing(idea).attack_trace
        return player(traces[0], beside=traces[1], titles=("without", "with"))

    def external_ids(self, idea: str | None = None) -> Mapping[str, Mapping[str, str | None]]:
        """By application, the External ID that it sends for each tenant, with one of the story's ideas made real."""
        return external_ids(self.story, {} if idea is None else self._idea(idea).settings)

    def fix(self) -> Fix:
        """The workbench: the story's ideas, editors for one's own, and a verdict by replay."""
        return Fix(self.story)

    def playing(self, idea: str | None = None) -> Playing:
        """The story as it went. Raises `KeyError` for an idea that the story does not have."""
        return self._as_it_is if idea is None else play(self.story, [self._idea(idea)])

    def _player(self, playing: Playing, part: Part, question: Question | None) -> Player:
        trace = playing.honest_trace if part == "honest" else playing.attack_trace
        return player(trace, branching=branching(playing, part), question=question)

    @cached_property
    def _as_it_is(self) -> Playing:
        return play(self.story)

    def _idea(self, name: str) -> Edit:
        ideas = {**self.story.defences, **self.story.wrong_answers}
        if name not in ideas:
            raise KeyError(f"{self.story.name} has no idea {name!r}; it has {', '.join(sorted(ideas))}.")
        return ideas[name]

    def __repr__(self) -> str:
        return f"Lesson {self.story.name!r}: {self.story.title}"

    def _repr_html_(self) -> str:
        story = self.story
        people: list[tuple[str, str, str]] = []
        people += [(name, person.account, person.part or "user") for name, person in story.people.items()]
        people += [(name, app.account, app.part or "application") for name, app in story.applications.items()]
        rows = "".join(f"<tr><td>{escape(a)}</td><td>{escape(b)}</td><td>{escape(c)}</td></tr>" for a, b, c in people)
        things = [(name, role.account, "role") for name, role in story.roles.items()]
        filled = Stage(story).text
        things += [(filled(name), bucket.account, "bucket") for name, bucket in story.buckets.items()]
        rows += "".join(f"<tr><td>{escape(a)}</td><td>{escape(b)}</td><td>{c}</td></tr>" for a, b, c in things)
        head = "<thead><tr><th>who or what</th><th>in account</th><th>is</th></tr></thead>"
        table = f"<table>{head}<tbody>{rows}</tbody></table>"
        return f"<h3>{escape(story.title)}</h3><p>{escape(story.stake)}</p>{table}"
