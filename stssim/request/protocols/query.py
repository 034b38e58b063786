"""The query protocol, and EC2's variant of it: parameters as the fields of a form, `Tags.member.1.Key=team`.

https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
What AWS does with odd indices of lists was recorded from IAM in September 2026 (radkawar/stackd, testdata/aws/iam).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

from stssim.request.protocols.scalars import of_text

_MOST_FIELDS = 5000
_DEEPEST = 32
_MOST_SKIPPED = 10
_OWN = ""
"""The key under which a node has its own value; no part of a name is empty that is looked up."""
_CONTAINERS = ("list", "map", "structure")
_Node = dict[str, Any]


def fields_of(*texts: str) -> Mapping[str, str]:
    """The fields of forms, decoded, of each name the first. Raises `ValueError` for what is not UTF-8 or too many."""
    joined = "&".join(text for text in texts if text)
    try:
        pairs = parse_qsl(joined, keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict")
    except UnicodeDecodeError:
        raise ValueError("The parameters are not UTF-8.") from None
    return dict(reversed(pairs))


def parameters(shape: Any, fields: Mapping[str, str], *, ec2: bool = False) -> dict[str, Any]:
    """The operation's parameters. Raises `ValueError` for fields that are not of their types."""
    if shape is None:
        return {}
    found = _structure(shape, _tree(fields), ec2)
    assert isinstance(found, dict)
    return found


def unknown(shape: Any, fields: Iterable[str], *, ec2: bool = False) -> Iterator[str]:
    """The names of the fields that belong to no parameter of the operation."""
    members = shape.members.items() if shape else ()
    known = {_name(member, name, ec2) for name, member in members}
    return (name for name in fields if name.partition(".")[0] not in known)


def _tree(fields: Mapping[str, str]) -> _Node:
    root: _Node = {}
    for name, value in fields.items():
        parts = name.split(".", _DEEPEST)
        at = root
        for part in parts:
            at = at.setdefault(part, {})
        at[_OWN] = value
    return root


def _name(shape: Any, otherwise: str, ec2: bool) -> str:
    """Under which name a member's fields begin. A flattened list goes by the name of its items."""
    said = shape.serialization
    if ec2:
        name = said.get("queryName") or said.get("name") or otherwise
        return str(name if "queryName" in said else name[:1].upper() + name[1:])
    if shape.type_name == "list" and said.get("flattened") and "name" in shape.member.serialization:
        return str(shape.member.serialization["name"])
    return str(said.get("name", otherwise))


def _value(shape: Any, node: _Node, ec2: bool) -> Any:
    match shape.type_name:
        case "structure":
            return _structure(shape, node, ec2)
        case "list":
            return _list(shape, node, ec2)
        case "map":
            return dict(_entries(shape, node, ec2))
    if _OWN not in node:
        raise ValueError("Start of list found where not expected")
    return of_text(shape, node[_OWN])


def _structure(shape: Any, node: _Node, ec2: bool) -> dict[str, Any]:
    found = {}
    for name, member in shape.members.items():
        inside = node.get(_name(member, name, ec2))
        if inside is None:
            continue
        if _OWN in inside and member.type_name not in _CONTAINERS:
            try:
                found[name] = of_text(member, inside[_OWN])
            except ValueError as error:
                raise ValueError(f"The parameter {name} must be of its type: {error}") from None
        else:
            found[name] = _value(member, inside, ec2)
    return found


def _list(shape: Any, node: _Node, ec2: bool) -> list[Any]:
    """An empty text is an empty list."""
    if not (ec2 or shape.serialization.get("flattened")):
        inside = node.get(shape.member.serialization.get("name", "member"))
        if inside is None:
            return []
        node = inside
    indices = [part for part in node if part != _OWN]
    if not indices:
        return []
    for index in indices:
        if index.startswith("-"):
            raise ValueError(f"Key {index[:_DEEPEST]} may not have a leading '-'")
    if not all(index.isascii() and index.isdigit() for index in indices):
        return [_value(shape.member, node, ec2)]
    found: list[Any] = []
    for number, index in sorted((int(index[:_DEEPEST]), index) for index in indices):
        if number == 0:
            raise ValueError(f"{index[:_DEEPEST]} is not a valid index")
        skipped = number - 1 - max(len(found) - 1, 0)
        if skipped > _MOST_SKIPPED:
            raise ValueError(f"Excessively sparse input would skip {skipped} list elements")
        if any(part.isascii() and part.isdigit() for part in node[index]):
            raise ValueError("Two index elements may not occur back to back")
        if number == len(found) and found:  # `01` beside `1`: one item in two spellings
            found[-1] = _value(shape.member, _joined(node, number), ec2)
            continue
        found += [{} if shape.member.type_name == "structure" else None] * (number - 1 - len(found))
        found.append(_value(shape.member, node[index], ec2))
    return found


def _joined(node: _Node, number: int) -> _Node:
    """All that is said of one item, under however many spellings of its number; of one member the first."""
    joined: _Node = {}
    for index, inside in node.items():
        if index != _OWN and int(index[:_DEEPEST]) == number:
            joined = {**inside, **joined}
    return joined


def _entries(shape: Any, node: _Node, ec2: bool) -> Iterator[tuple[Any, Any]]:
    """Raises `ValueError` for a key that is there twice."""
    inside = node if shape.serialization.get("flattened") else node.get("entry", {})
    key_name, value_name = _name(shape.key, "key", ec2), _name(shape.value, "value", ec2)
    seen = set()
    for index in sorted(
        (part for part in inside if part.isascii() and part.isdigit()), key=lambda part: int(part[:32])
    ):
        entry = inside[index]
        if key_name not in entry:
            continue
        key = _value(shape.key, entry[key_name], ec2)
        if key in seen:
            raise ValueError(f"Duplicate key {str(key)[:_DEEPEST]}")
        seen.add(key)
        yield key, _value(shape.value, entry.get(value_name, {_OWN: ""}), ec2)
