"""Requests that a statement takes: values that satisfy its conditions, an action and a resource that it names."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from stssim.policy.conditions import Condition
from stssim.policy.request import normalized
from stssim.policy.variables import Variable

__all__ = ["near", "sample", "satisfying"]


def sample(pattern: str) -> str:
    """A text that the pattern matches."""
    return pattern.replace("*", "x").replace("?", "x")


def near(operator: str, wanted: str) -> Iterator[str]:
    """Values that may satisfy an operator (in lower case, without `IfExists`) that wants this value."""
    if operator == "bool":
        yield "true"
        yield "false"
    elif operator.startswith("numeric"):
        yield wanted
        if wanted.lstrip("+-").isdigit() and len(wanted) < 40:
            yield str(int(wanted) - 1)
            yield str(int(wanted) + 1)
    elif operator.startswith("date"):
        yield from (wanted, "1970-01-01T00:00:00Z", "9999-01-01T00:00:00Z")
    elif operator.endswith("ipaddress"):
        try:
            network = ipaddress.ip_network(wanted, strict=False)
        except ValueError:
            return
        yield str(network[1 if network.num_addresses > 1 else 0])
    else:
        yield wanted if "like" not in operator and not operator.startswith("arn") else sample(wanted)


def satisfying(conditions: Iterable[Condition], given: Mapping[str, Any]) -> dict[str, Any] | None:
    """A context in which all conditions hold, with as few keys as will do; None if none is found.

    `given` are the keys that are settled, None for those that are absent.
    """
    conditions = tuple(conditions)
    context = dict(given)
    settled = {name.lower() for name in given}
    for variable in {key for condition in conditions for key in _variables(condition)} - settled:
        context[variable] = "x"
    for name in dict.fromkeys(condition.name for condition in conditions):
        if name not in settled:
            together = [condition for condition in conditions if condition.name == name]
            context |= _settle(together, context)
    keys = normalized(context)
    return context if all(condition.holds(keys) for condition in conditions) else None


def _settle(conditions: list[Condition], context: Mapping[str, Any]) -> dict[str, Any]:
    key = conditions[0].key
    for value in (None, *(value for condition in conditions for value in _values(condition, context))):
        keys = normalized({**context, key: value})
        if all(condition.holds(keys) for condition in conditions):
            return {} if value is None else {key: value}
    return {}


def _values(condition: Condition, context: Mapping[str, Any]) -> Iterator[str]:
    name = condition.operator.name.lower()
    for wanted in condition.values if name != "null" else ():
        yield from near(name, wanted)
    for template in condition.templates:
        filled = template.tokens(normalized(context))
        if filled is not None:
            yield "".join(token if isinstance(token, str) else "x" for token in filled)
    yield from ("x", "arn:aws:x:::x", "198.51.100.7")


def _variables(condition: Condition) -> Iterator[str]:
    for template in condition.templates:
        yield from (piece.key for piece in template.pieces if isinstance(piece, Variable) and piece.default is None)
