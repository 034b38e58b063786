"""Reads stories from their TOML files, and says in one sentence what is wrong with a file that is none."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from stssim.scenarios.story import Application, Bucket, Edit, Goal, Move, Person, Role, Scenario

HERE = Path(__file__).parent


class ScenarioError(ValueError):
    """There is no such story, or its file does not tell one."""


def names() -> tuple[str, ...]:
    """The names of all stories, in alphabetical order."""
    return tuple(sorted(file.stem for file in HERE.glob("*.toml")))


def load(name: str) -> Scenario:
    """The story of this name. Raises `ScenarioError`."""
    if name not in names():
        near = get_close_matches(name, names(), 1)
        hint = f" Did you mean {near[0]}?" if near else f" There are: {', '.join(names())}."
        raise ScenarioError(f"There is no scenario {name!r}.{hint}")
    return read(HERE / f"{name}.toml")


def load_all() -> tuple[Scenario, ...]:
    """All stories, by lesson and name."""
    return tuple(sorted((load(name) for name in names()), key=lambda story: (story.lesson, story.name)))


def read(file: Path) -> Scenario:
    """The story in a TOML file. Raises `ScenarioError` that names the file and the place in it."""
    try:
        told = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ScenarioError(f"{file.name}: {error}") from None
    try:
        return _scenario(file.stem, told)
    except ScenarioError as error:
        raise ScenarioError(f"{file.name}: {error}") from None


def _scenario(name: str, told: dict[str, Any]) -> Scenario:
    story: Scenario = _made(
        Scenario,
        name,
        {
            **told,
            "name": name,
            "accounts": tuple(told.get("accounts", ())),
            "people": _table(Person, "people", told),
            "roles": _table(Role, "roles", told),
            "buckets": _table(Bucket, "buckets", told),
            "applications": _table(Application, "applications", told),
            "moves": _moves("moves", told),
            "attack": _moves("attack", told),
            "goal": _made(Goal, "goal", told.get("goal", {})),
            "defences": _table(Edit, "defences", told),
            "wrong_answers": _table(Edit, "wrong_answers", told),
            "hints": tuple(hint["says"] for hint in told.get("hints", ())),
        },
    )
    return story


def _moves(part: str, told: Mapping[str, Any]) -> tuple[Move, ...]:
    return tuple(
        _made(Move, f"{part}[{number}]", {("with_" if key == "with" else key): value for key, value in move.items()})
        for number, move in enumerate(told.get(part, ()), 1)
    )


def _table(kind: type[Any], part: str, told: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _made(kind, f"{part}.{name}", {"name": name, **entry} if kind is Edit else entry)
        for name, entry in told.get(part, {}).items()
    }


def _made(kind: type[Any], where: str, entry: Mapping[str, Any]) -> Any:
    known = {field.name: field for field in fields(kind)}
    for name in entry:
        if name not in known:
            raise ScenarioError(f"{where} has {name!r}; it may have: {', '.join(known)}.")
    for name, field in known.items():
        if name not in entry and field.default is MISSING and field.default_factory is MISSING:
            raise ScenarioError(f"{where} lacks {name!r}.")
    return kind(**entry)
