"""Makes a scenario's parts of TOML tables: every key known, every value of the right type, nothing missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from difflib import get_close_matches
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

_KINDS = {str: "a text", int: "a whole number", bool: "true or false", Any: "anything"}


class ScenarioError(ValueError):
    """There is no such scenario, or its file has a mistake."""


def table(where: str, value: object) -> Mapping[str, Any]:
    """The value, which must be a table."""
    if not isinstance(value, Mapping):
        raise ScenarioError(f"{where} must be a table, not {value!r}.")
    return value


def build(kind: type[Any], where: str, entry: Mapping[str, Any]) -> Any:
    """A part of this kind (a dataclass) of a table. Raises `ScenarioError` that names the table and the key."""
    hints = _hints(kind)
    known = {field.name.rstrip("_"): field for field in fields(kind)}
    for key in entry:
        if key not in known:
            raise ScenarioError(f"{where} has an unknown key {key!r}. {suggest(key, known)}")
    for key, field in known.items():
        if key not in entry and field.default is MISSING and field.default_factory is MISSING:
            raise ScenarioError(f"{where} lacks the key {key!r}.")
        if key in entry and not _fits(entry[key], hints[field.name]):
            raise ScenarioError(f"{where}: {key} must be {_kind(hints[field.name])}, not {entry[key]!r}.")
    values = {known[key].name: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
    try:
        return kind(**values)
    except ValueError as error:
        raise ScenarioError(f"{where}: {error}") from None


def suggest(name: str, known: Mapping[str, Any] | tuple[str, ...]) -> str:
    """The nearest of the known names, or all of them."""
    near = get_close_matches(name, known, 1)
    return f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(known) or 'none'}."


def fits(value: object, kind: type[Any], name: str) -> str | None:
    """What a dataclass's field of this name must be, if the value is not that."""
    hint = _hints(kind)[name]
    return None if _fits(value, hint) else _kind(hint)


def _hints(kind: type[Any]) -> Mapping[str, Any]:
    """What the fields of a dataclass may be, worked out once."""
    if kind not in _HINTS:
        _HINTS[kind] = get_type_hints(kind)
    return _HINTS[kind]


_HINTS: dict[type[Any], Mapping[str, Any]] = {}


def _fits(value: object, hint: Any) -> bool:
    origin, inner = get_origin(hint), get_args(hint)
    if hint is Any:
        return True
    if origin in (Union, UnionType):
        return any(_fits(value, each) for each in inner)
    if origin is Literal:
        return value in inner
    if origin is tuple:
        return isinstance(value, list | tuple) and all(_fits(each, inner[0]) for each in value)
    if origin is not None:
        return isinstance(value, Mapping) and all(_fits(each, inner[1]) for each in value.values())
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, hint)


def _kind(hint: Any) -> str:
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return " or ".join(_kind(each) for each in inner if each is not type(None))
    if origin is Literal:
        return " or ".join(repr(each) for each in inner)
    if origin is tuple:
        return "an array of texts" if inner[0] is str else "an array"
    if origin is not None:
        return "a table" if inner[1] is Any else f"a table in which each value is {_kind(inner[1])}"
    return _KINDS.get(hint, "a table")
