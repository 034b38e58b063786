"""Every name that a story uses must be one that it gives: accounts, actors, roles, moves, marks in texts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from string import ascii_uppercase
from typing import Any

from stssim.deputy import Settings
from stssim.scenarios.shape import ScenarioError, fits, suggest
from stssim.scenarios.story import Edit, Move, Scenario

MARK = re.compile(r"\{\{([^{}]+)\}\}")


def check_names(story: Scenario) -> None:
    """Raises `ScenarioError`, with the table and the key, for the first name that is nobody's."""
    _actors(story)
    kept = _moves(story, "moves", story.moves, {})
    _moves(story, "attack", story.attack, kept)
    _goal(story)
    _known("the story: solution", story.solution, story.defences, "defence")
    for part, edits in (("defences", story.defences), ("wrong_answers", story.wrong_answers)):
        for name, edit in edits.items():
            _edit(story, f"{part}.{name}", edit)
    for name, edit in story.wrong_answers.items():
        if edit.fails is None:
            raise ScenarioError(f"wrong_answers.{name} lacks the key 'fails'.")
        if edit.at is not None:
            known = {move.name: move for move in (*story.moves, *story.attack) if move.expect}
            _known(f"wrong_answers.{name}: at", edit.at, known, "honest move")
    _question(story)
    for where, text in _texts(story, ""):
        for mark in MARK.findall(text):
            _mark(story, where, mark)


def _actors(story: Scenario) -> None:
    parts = ("people", "applications", "roles", "policies", "buckets")
    for part in parts:
        for name, entry in getattr(story, part).items():
            _known(f"{part}.{name}: account", entry.account, story.accounts, "account")
    for name, application in story.applications.items():
        for tenant, speaker in application.tenants.items():
            _known(f"applications.{name}: tenants.{tenant}", speaker, story.people, "person")
        _settings(f"applications.{name}", application.settings)
    for name, issuer in story.issuers.items():
        for account in issuer.registered:
            _known(f"issuers.{name}: registered", account, story.accounts, "account")


def _moves(story: Scenario, part: str, moves: tuple[Move, ...], kept: Mapping[str, Move]) -> dict[str, Move]:
    kept = dict(kept)
    people = {**story.people, **story.applications}
    named: set[str] = set()
    for number, move in enumerate(moves, 1):
        where = f"{part}[{number}]"
        if move.name in named:
            raise ScenarioError(f"{where}: name {move.name!r} is another move's already.")
        named.add(move.name)
        _known(f"{where}: by", move.by, {**people, **kept}, "actor")
        if sum((move.message is not None, move.call is not None, move.takes is not None, move.wait is not None)) != 1:
            raise ScenarioError(f"{where} must have exactly one of the keys message, call, takes and wait.")
        if move.message is not None:
            _message(story, where, move)
        elif move.call is not None:
            _call(story, where, move)
        if move.takes is not None:
            _known(f"{where}: takes", move.takes, {**people, **kept}, "actor")
        if (move.takes is not None or move.message == "sign in") and move.keep is None:
            raise ScenarioError(f"{where} lacks the key 'keep'.")
        if move.keep is not None:
            kept[move.keep] = move
    return kept


def _message(story: Scenario, where: str, move: Move) -> None:
    signs_in = move.message == "sign in"
    _known(f"{where}: to", move.to or "", story.issuers if signs_in else story.applications, "issuer or application")
    if not signs_in and move.tenant is None:
        raise ScenarioError(f"{where} lacks the key 'tenant'.")
    if move.message == "onboard":
        _known(f"{where}: role", move.role or "", story.roles, "role")


def _call(story: Scenario, where: str, move: Move) -> None:
    if move.to is not None:
        _known(f"{where}: to", move.to, story.services, "service")
        _known(f"{where}: by", move.by, story.people, "person")
    elif move.for_ is not None:
        raise ScenarioError(f"{where}: 'for' wants the service that calls, as 'to'.")
    _operation(where, move.call)


def _goal(story: Scenario) -> None:
    goal = story.goal
    if goal.allowed is not None:
        _known("goal: allowed", goal.allowed, {move.name: move for move in story.attack}, "move of the attack")
    elif goal.of is None or goal.dashboard is None or goal.shows is None:
        raise ScenarioError("goal must have the key 'allowed', or the keys 'of', 'dashboard' and 'shows'.")
    else:
        _known("goal: of", goal.of, story.applications, "application")


def _question(story: Scenario) -> None:
    if story.question is not None:
        letters = tuple(ascii_uppercase[: len(story.question.choices)])
        _known("question: right", story.question.right, letters, "letter of a choice")


def _edit(story: Scenario, where: str, edit: Edit) -> None:
    holders = {**story.roles, **story.people, **story.applications}
    for key, known, kind in (
        ("trust", story.roles, "role"),
        ("policy", holders, "role, person or application"),
        ("bucket_policy", story.buckets, "bucket"),
        ("settings", story.applications, "application"),
        ("renames", story.roles, "role"),
        ("does", {move.name: move for move in (*story.moves, *story.attack)}, "move"),
    ):
        for name in getattr(edit, key):
            _known(f"{where}: {key}", name, known, kind)
    for name, settings in edit.settings.items():
        _settings(f"{where}: settings.{name}", settings)
    for name, done in edit.does.items():
        _done(story, f"{where}: does.{name}", name, done)


def _done(story: Scenario, where: str, name: str, done: Mapping[str, Any]) -> None:
    move = next(move for move in (*story.moves, *story.attack) if move.name == name)
    if move.by in story.people and story.people[move.by].part == "attacker":
        raise ScenarioError(f"{where} is the attacker's move, which no defence changes.")
    if not done:
        raise ScenarioError(f"{where} must have the key 'call' or the key 'with'.")
    for key in done:
        if key not in ("call", "with"):
            raise ScenarioError(f"{where} has an unknown key {key!r}. {suggest(key, ('call', 'with'))}")
    if not isinstance(done.get("with", {}), Mapping):
        raise ScenarioError(f"{where}: with must be a table, not {done['with']!r}.")
    if "call" in done:
        _operation(where, done["call"])


def _operation(where: str, call: object) -> None:
    if not isinstance(call, str) or call.count(":") != 1:
        raise ScenarioError(f"{where}: call must be service:Operation, e.g. sts:AssumeRole, not {call!r}.")


def _settings(where: str, settings: Mapping[str, Any]) -> None:
    known = {field.name: field for field in fields(Settings)}
    for name, value in settings.items():
        _known(f"{where}: settings", name, known, "setting")
        if wanted := fits(value, Settings, name):
            raise ScenarioError(f"{where}: settings: {name} must be {wanted}, not {value!r}.")


def _mark(story: Scenario, where: str, mark: str) -> None:
    kind, _, name = mark.partition(":")
    first, _, second = name.partition(":")
    if mark == "now":
        return
    kept = {move.keep: move for move in (*story.moves, *story.attack) if move.keep}
    users = {**story.people, **story.applications}
    known: dict[str, tuple[Mapping[str, Any] | tuple[str, ...], str]] = {
        "account": (story.accounts, "account"),
        "role": (story.roles, "role"),
        "policy": (story.policies, "policy"),
        "provider": (story.issuers, "issuer"),
        "external-id": (story.applications, "application"),
        "key": (users, "person or application"),
        "mfa": (story.people, "person"),
        "mfa-code": (story.people, "person"),
        **dict.fromkeys(("token", "kept", "code", "code-before"), (kept, "move's keep")),
    }
    where = f"{where}: {{{{{mark}}}}}"
    _known(where, kind, (*known, "now"), "kind of mark")
    _known(where, first, *known[kind])
    if kind == "provider":
        _known(where, second, story.issuers[first].registered, "account that knows the issuer")


def _texts(value: Any, where: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from _texts(key, where)
            yield from _texts(each, f"{where}.{key}" if where else str(key))
    elif isinstance(value, tuple | list):
        for number, each in enumerate(value, 1):
            yield from _texts(each, f"{where}[{number}]")
    elif is_dataclass(value):
        for field in fields(value):
            yield from _texts(getattr(value, field.name), f"{where}.{field.name.rstrip('_')}".lstrip("."))


def _known(where: str, name: str, known: Mapping[str, Any] | tuple[str, ...], kind: str) -> None:
    if name not in known:
        raise ScenarioError(f"{where}: {name!r} is no {kind} of this story. {suggest(name, known)}")
