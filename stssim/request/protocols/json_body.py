"""A JSON document as an operation's parameters."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from stssim.request.protocols.scalars import of_json

_BOM = "\ufeff"
DEEPEST = 100
"""How many levels of lists and objects a document may have. DynamoDB takes 32, and no operation needs as many."""
_TOO_DEEP = "The body is nested too deeply."


def document(body: bytes) -> dict[str, Any]:
    """The JSON object that a body is; an empty body is an empty one. Of a key that is there twice, the last counts, as
    in most JSON parsers, AWS's among them as far as is known.

    Raises `ValueError` for anything else than one JSON object in UTF-8, and for one with more than `DEEPEST` levels.
    """
    if not body:
        return {}
    try:
        text = body.decode()
        if text.startswith(_BOM):
            raise ValueError("The body begins with a byte order mark.")
        read = json.loads(text, parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise ValueError("The body is not UTF-8.") from None
    except RecursionError:
        raise ValueError(_TOO_DEEP) from None
    except json.JSONDecodeError as error:
        raise ValueError(f"The body is not JSON: {error.msg}, at character {error.pos}.") from None
    if not isinstance(read, dict):
        raise ValueError("The body is not a JSON object.")
    level: list[Any] = [read]
    for _ in range(DEEPEST):
        level = [inner for each in level for inner in _inside(each) if isinstance(inner, dict | list)]
        if not level:
            return read
    raise ValueError(_TOO_DEEP)


def _inside(container: Any) -> Iterable[Any]:
    return container.values() if isinstance(container, dict) else container


def value(shape: Any, given: Any, *, leave_out: frozenset[str] = frozenset()) -> Any:
    """What a JSON value is as this shape. What is of another type stays as it is, for whoever checks types.

    `leave_out` are members of a structure that are not in the document.
    """
    match shape.type_name, given:
        case "structure", Mapping() if not shape.is_document_type:
            found = {}
            for name, member in shape.members.items():
                inside = given.get(member.serialization.get("name", name))
                if inside is not None and name not in leave_out:
                    found[name] = value(member, inside)
            return found
        case "list", list():
            return [None if each is None else value(shape.member, each) for each in given]
        case "map", Mapping():
            return {key: None if each is None else value(shape.value, each) for key, each in given.items()}
    return of_json(shape, given)


def unknown(shape: Any, given: Any, path: str = "") -> Iterator[str]:
    """The paths of what is in a JSON value and not in the shape."""
    match shape.type_name, given:
        case "structure", Mapping() if not shape.is_document_type:
            members = {member.serialization.get("name", name): member for name, member in shape.members.items()}
            for name, inside in given.items():
                within = f"{path}.{name}" if path else str(name)
                if name in members:
                    yield from unknown(members[name], inside, within)
                else:
                    yield within
        case "list", list():
            for number, each in enumerate(given):
                yield from unknown(shape.member, each, f"{path}[{number}]")
        case "map", Mapping():
            for key, each in given.items():
                yield from unknown(shape.value, each, f"{path}.{key}")


def _no_constant(name: str) -> Any:
    raise ValueError(f"The body is not JSON: it has {name}.")
