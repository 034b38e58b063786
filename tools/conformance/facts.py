"""The recorded facts in `tests/conformance/facts`: a file is a group, and one answer of AWS is one fact."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CONFORMANCE = Path(__file__).parents[2] / "tests" / "conformance"
"""The folder of the facts, the recordings and the committed score."""
WEIGHTS = {"A": "decides who gets in", "B": "a code, a message or a rule", "C": "a detail"}


@dataclass(frozen=True, slots=True)
class Source:
    """Where a group of facts was read: a public repository, its files, and the days on which AWS was recorded."""

    repository: str
    files: tuple[str, ...]
    recorded: str


@dataclass(frozen=True, slots=True)
class Step:
    """One call: by whom, which operation, with what. A step with `aws` is a fact; one without prepares the next.

    `given` names values that are made wherever they are used, `prepared` values that are made once. `advance` is the
    seconds by which the clock moves before the call. `keep` names parts of the reply for later steps, and `session` the
    credentials in it. `form` sends exactly these fields instead of the parameters. `publishes` changes an issuer's key
    set. `may_fail` is for a preparation whose answer was not recorded.
    """

    id: str
    call: str
    by: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    form: tuple[tuple[str, str], ...] | None = None
    region: str = "us-east-1"
    given: Mapping[str, Any] = field(default_factory=dict)
    before: tuple[Step, ...] = ()
    prepared: Mapping[str, Any] = field(default_factory=dict)
    advance: int = 0
    keep: Mapping[str, str] = field(default_factory=dict)
    session: str | None = None
    publishes: Mapping[str, Any] | None = None
    may_fail: bool = False
    weight: str = "B"
    aws: Mapping[str, Any] | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Facts that share a setting. With `apart`, every one of them has a Lab of its own."""

    name: str
    kind: str
    about: str
    source: Source
    setting: Mapping[str, Any]
    steps: tuple[Step, ...]
    apart: bool

    @property
    def facts(self) -> tuple[Step, ...]:
        """The steps whose answer was recorded."""
        return tuple(step for step in self.steps if step.aws is not None)


def groups(part: str = "") -> Iterator[Group]:
    """Every group of facts whose name contains `part`. Raises `ValueError` for a file that says something unknown."""
    for path in sorted((CONFORMANCE / "facts").glob("*.json")):
        if part in path.stem:
            yield _group(path.stem, json.loads(path.read_text("utf-8")))


def _group(name: str, written: Mapping[str, Any]) -> Group:
    source = written["source"]
    usual = {"weight": written.get("weight", "B"), **written.get("each", {})}
    steps = tuple(_step({**usual, **each}, name) for each in written["steps"])
    ids = [step.id for step in steps if step.aws is not None]
    if twice := {each for each in ids if ids.count(each) > 1}:
        raise ValueError(f"{name}: more than one fact is called {', '.join(sorted(twice))}.")
    return Group(
        name,
        written["kind"],
        written["about"],
        Source(source["repository"], tuple(source["files"]), source["recorded"]),
        written.get("setting", {}),
        steps,
        written.get("apart", False),
    )


_SPELLED = {"with": "parameters"}
_MEMBERS = set(Step.__dataclass_fields__)


def _step(written: Mapping[str, Any], where: str) -> Step:
    found = {_SPELLED.get(key, key): value for key, value in written.items()}
    if unknown := found.keys() - _MEMBERS:
        raise ValueError(f"{where}: a step has no member {', '.join(sorted(unknown))}.")
    found["before"] = tuple(_step(each, where) for each in found.get("before", ()))
    if found.get("form") is not None:
        found["form"] = tuple((name, value) for name, value in found["form"])
    return Step(**{"id": "", **found})


def setting_steps(group: Group) -> tuple[Step, ...]:
    """The calls that prepare the Lab of a group."""
    return tuple(_step(each, group.name) for each in group.setting.get("steps", ()))
