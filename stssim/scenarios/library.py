"""Reads scenarios from their TOML files, and says in one sentence what is wrong in a file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from stssim.adversary.means import Customer, Means, Tokens, Want
from stssim.scenarios.documents import check_documents
from stssim.scenarios.question import Question
from stssim.scenarios.references import check_names
from stssim.scenarios.scenario import (
    Activity,
    Application,
    Bucket,
    Edit,
    Goal,
    Issuer,
    ManagedPolicy,
    Person,
    Role,
    Scenario,
    Service,
)
from stssim.scenarios.shape import ScenarioError, build, table

HERE = Path(__file__).parent
_TABLES = {
    "people": Person,
    "roles": Role,
    "policies": ManagedPolicy,
    "buckets": Bucket,
    "applications": Application,
    "services": Service,
    "issuers": Issuer,
    "fixes": Edit,
    "wrong_answers": Edit,
}


def names() -> tuple[str, ...]:
    """The names of all scenarios, in alphabetical order."""
    return tuple(sorted(file.stem for file in HERE.glob("*.toml")))


def load(name: str) -> Scenario:
    """The scenario of this name. Raises `ScenarioError`."""
    if name not in names():
        near = get_close_matches(str(name), names(), 1)
        hint = f" Did you mean {near[0]}?" if near else f" There are: {', '.join(names())}."
        raise ScenarioError(f"There is no scenario {name!r}.{hint}")
    return read(HERE / f"{name}.toml")


def load_all() -> tuple[Scenario, ...]:
    """All scenarios, by lesson and name."""
    return tuple(sorted((load(name) for name in names()), key=lambda scenario: (scenario.lesson, scenario.name)))


def read(file: Path) -> Scenario:
    """The scenario in a TOML file. Raises `ScenarioError` that names the file, the table and the key."""
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ScenarioError(f"{file.name}: {error}") from None
    try:
        scenario = scenario_of(file.stem, tables)
        check_names(scenario)
        check_documents(scenario)
    except ScenarioError as error:
        raise ScenarioError(f"{file.name}: {error}") from None
    return scenario


def scenario_of(name: str, tables: Mapping[str, Any]) -> Scenario:
    """The scenario in a table, its names not checked yet. Raises `ScenarioError`, which names the table and the key."""
    parts: dict[str, Any] = {part: _named(kind, part, tables) for part, kind in _TABLES.items() if part in tables}
    parts |= {part: activities_of(part, tables[part]) for part in ("tasks", "attack", "variants") if part in tables}
    if "goal" in tables:
        parts["goal"] = _goal(table("goal", tables["goal"]))
    if "means" in tables:
        parts["means"] = means_of("means", tables["means"])
    if "question" in tables:
        parts["question"] = build(Question, "question", table("question", tables["question"]))
    scenario: Scenario = build(Scenario, "the scenario", {**tables, "name": name, **parts})
    return scenario


def means_of(where: str, entry: object) -> Means:
    """What an attacker has, of a table. Raises `ScenarioError`."""
    told = dict(table(where, entry))
    for part, kind in (("customer_of", Customer), ("tokens", Tokens)):
        if part in told:
            found = table(f"{where}.{part}", told[part])
            told[part] = {
                name: build(kind, f"{where}.{part}.{name}", table(f"{where}.{part}.{name}", each))
                for name, each in found.items()
            }
    means: Means = build(Means, where, told)
    return means


def wants_of(where: str, entries: object) -> tuple[Want, ...]:
    """What an attacker is after, of an array of tables. Raises `ScenarioError`."""
    if not isinstance(entries, list):
        raise ScenarioError(f"{where} must be an array of tables; write [[{where}]].")
    return tuple(build(Want, f"{where}[{nth}]", table(f"{where}[{nth}]", each)) for nth, each in enumerate(entries, 1))


def _goal(entry: Mapping[str, Any]) -> Goal:
    wants = {"wants": wants_of("goal.wants", entry["wants"])} if "wants" in entry else {}
    goal: Goal = build(Goal, "goal", {**entry, **wants})
    return goal


def _named(kind: type[Any], part: str, tables: Mapping[str, Any]) -> dict[str, Any]:
    found = {}
    for name, entry in table(part, tables[part]).items():
        where = f"{part}.{name}"
        own = {"name": name} if kind is Edit else {}
        found[name] = build(kind, where, {**table(where, entry), **own})
    return found


def activities_of(part: str, entries: object) -> tuple[Activity, ...]:
    """The activities in an array of tables. Raises `ScenarioError`."""
    if not isinstance(entries, list):
        raise ScenarioError(f"{part} must be an array of tables; write [[{part}]].")
    return tuple(
        build(Activity, f"{part}[{nth}]", table(f"{part}[{nth}]", activity)) for nth, activity in enumerate(entries, 1)
    )
