"""A company to break and to mend: what can be tried against it, what is wrong with it, and what a replay shows."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from stssim.adversary.means import Goal
from stssim.scenarios import Activity, Edit, Scenario, activities_of, scenario_of
from stssim.scenarios.library import wants_of
from stssim.scenarios.perform import Outcome, perform
from stssim.scenarios.references import check_names
from stssim.scenarios.world import World
from stssim.trace import Trace

FILE = Path(__file__).with_name("company.toml")
_WORKED = ("allowed", "report")

Kind = Literal["role", "bucket"]


@dataclass(frozen=True, slots=True)
class Way:
    """Something that the attacker can do to get a role or a bucket: `says` follows her name."""

    name: str
    says: str
    told: Mapping[str, Any]

    def against(self, suspect: str, kind: Kind) -> tuple[Activity, ...]:
        """The moves of it, aimed at this role or bucket; none where it is no way to such a thing."""
        return activities_of(f"ways.{self.name}.{kind}", self.told_against(suspect, kind))

    def told_against(self, suspect: str, kind: Kind) -> list[dict[str, Any]]:
        """The same as tables."""
        told: list[dict[str, Any]] = _aimed(self.told.get(kind, []), suspect)
        return told


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with a suspect, why, by which published source, and the edit that fixes it."""

    suspect: str
    title: str
    because: str
    source: str
    hint: str
    edit: Edit


@dataclass(frozen=True, slots=True)
class Attempt:
    """One way tried against one suspect: whether the attacker got it, and the Trace of how."""

    suspect: str
    way: str
    worked: bool
    trace: Trace


@dataclass(frozen=True, slots=True)
class Day:
    """A day at the company: the legitimate tasks, and what was tried after them, all in one Lab."""

    tasks: tuple[Outcome, ...]
    tasks_trace: Trace
    attempts: tuple[Attempt, ...]

    @property
    def failed(self) -> Outcome | None:
        """The first legitimate task that did not come to what it should."""
        return next((outcome for outcome in self.tasks if not outcome.as_expected), None)

    @property
    def open(self) -> frozenset[str]:
        """The suspects that the attacker got, in whatever way."""
        return frozenset(attempt.suspect for attempt in self.attempts if attempt.worked)


@dataclass(frozen=True, slots=True)
class Company:
    """The company as data. `scenario` is its world and legitimate tasks; its attack is everything that can be tried.

    `suspects` are the company's own roles and buckets, and which of the two each is. `goals` say what getting one of
    them means.
    """

    scenario: Scenario
    suspects: Mapping[str, Kind]
    ways: Mapping[str, Way]
    flaws: Mapping[str, Flaw]
    goals: Mapping[str, Goal]

    @property
    def fixed(self) -> Edit:
        """All the flaws' edits in one."""
        return self.scenario.fixes["fixed"]

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Every suspect with every way that is one to it."""
        for suspect, kind in self.suspects.items():
            yield from ((suspect, name) for name, way in self.ways.items() if kind in way.told)

    def day(self, edit: Edit | None = None, tried: Iterable[tuple[str, str]] | None = None) -> Day:
        """The day as it goes with an edit made to the company's world, and with these ways tried, or all.

        Raises `botocore.exceptions.ClientError` where AWS would not take an edited policy.
        """
        world = World(self.scenario, [edit] if edit else [])
        cast = self.scenario.cast
        with world.lab.recording("legitimate tasks", cast=cast) as tasks_trace:
            tasks = tuple(perform(world, activity) for activity in self.scenario.tasks)
        attempts = []
        for suspect, way in self.pairs() if tried is None else tried:
            with world.lab.recording(f"Mallory is after {suspect}", cast=cast) as trace:
                worked = [
                    perform(world, activity).result in _WORKED
                    for activity in self.ways[way].against(suspect, self.suspects[suspect])
                ]
            attempts.append(Attempt(suspect, way, bool(worked) and worked[-1], trace))
        return Day(tasks, tasks_trace, tuple(attempts))


@cache
def company() -> Company:
    """The company of the last lesson. Raises `ScenarioError` if its file does not tell one."""
    told = tomllib.loads(FILE.read_text(encoding="utf-8"))
    ways = {name: Way(name, entry["says"], entry) for name, entry in told.pop("ways").items()}
    flaws = {name: _flaw(name, entry) for name, entry in told.pop("flaws").items()}
    wants = told.pop("wants")
    own = told["accounts"][0]
    suspects: dict[str, Kind] = {name: "role" for name, role in told["roles"].items() if role["account"] == own}
    suspects |= {
        name: "bucket" for name, each in told["buckets"].items() if each["account"] == own and "policy" in each
    }
    tasks = [
        activity
        for way in ways.values()
        for name, kind in suspects.items()
        for activity in way.told_against(name, kind)
    ]
    goal = {"says": "Mallory gets it.", "fails": "Mallory gets nothing.", "allowed": tasks[-1]["name"]}
    fixed = {
        "says": "All of it fixed.",
        "trust": {name: text for flaw in flaws.values() for name, text in flaw.edit.trust.items()},
        "bucket_policy": {name: text for flaw in flaws.values() for name, text in flaw.edit.bucket_policy.items()},
    }
    more = {"attack": tasks, "goal": goal, "fixes": {"fixed": fixed}, "solution": "fixed"}
    scenario = scenario_of(FILE.stem, {**told, **more})
    check_names(scenario)
    goals = {name: Goal(wants_of("wants", _aimed([wants[kind]], name))) for name, kind in suspects.items()}
    return Company(scenario, suspects, ways, flaws, goals)


def _flaw(name: str, entry: Mapping[str, Any]) -> Flaw:
    edit = Edit(name, trust=entry.get("trust", {}), bucket_policy=entry.get("bucket_policy", {}))
    return Flaw(name, entry["title"], entry["because"], entry["source"], entry["hint"], edit)


def _aimed(value: Any, suspect: str) -> Any:
    if isinstance(value, str):
        return value.replace("SUSPECT", suspect)
    if isinstance(value, Mapping):
        return {key: _aimed(each, suspect) for key, each in value.items()}
    if isinstance(value, list):
        return [_aimed(each, suspect) for each in value]
    return value
