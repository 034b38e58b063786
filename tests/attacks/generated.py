"""Parameters of any operation, made from botocore's model of it: the least that it requires, or anything it takes."""

from __future__ import annotations

from typing import Any

from botocore.model import Shape
from hypothesis import strategies as st

DEEPEST = 6
NASTY = [
    "a&b=c",
    "x?Action=DeleteQueue&QueueUrl=y",
    "ü€𝄞",
    "a b+c",
    "%2F..%2F",
    "<a/>&amp;",
    '"}{"',
    "a,b;c=d",
    "//x",
    "a\tb",
]
ARN = "arn:aws:{}:us-east-1:111111111111:thing/abcdefgh"


def least(shape: Shape | None, name: str = "", depth: int = 0) -> Any:
    """What the model requires, and nothing else."""
    if shape is None:
        return {}
    kind = shape.type_name
    if kind == "structure":
        if depth > DEEPEST:
            return {}
        members = list(shape.required_members)
        if getattr(shape, "is_tagged_union", False) and not members:
            members = list(shape.members)[:1]
        return {each: least(shape.members[each], each, depth + 1) for each in members}
    if kind == "list":
        return [least(shape.member, name, depth + 1)] if depth <= DEEPEST else []
    if kind == "map":
        return {}
    return _scalar(shape, name)


def _scalar(shape: Shape, name: str) -> Any:
    kind = shape.type_name
    lowest = int(shape.metadata.get("min", 1) or 1)
    if kind == "string":
        if getattr(shape, "enum", None):
            return shape.enum[0]
        if "arn" in name.lower():
            return ARN.format("sns")
        return "abcdefgh12".ljust(lowest, "x")
    return {
        "integer": max(1, lowest),
        "long": max(1, lowest),
        "float": 1.0,
        "double": 1.0,
        "boolean": True,
        "timestamp": 1_700_000_000,
        "blob": b"abc",
    }.get(kind, "x")


def anything(shape: Shape | None) -> st.SearchStrategy[Any]:
    """What the model takes: required members always, others now and then, strings of every sort."""
    return st.just({}) if shape is None else _any(shape, "", 0)


def _any(shape: Shape, name: str, depth: int) -> st.SearchStrategy[Any]:
    kind = shape.type_name
    if kind == "structure":
        if getattr(shape, "is_document_type", False) or depth > 3:
            return st.just(least(shape, name, depth))
        required = {each: _any(shape.members[each], each, depth + 1) for each in shape.required_members}
        rest = {each: _any(member, each, depth + 1) for each, member in shape.members.items() if each not in required}
        if getattr(shape, "is_tagged_union", False):
            return st.sampled_from(sorted(rest)).flatmap(lambda one: st.fixed_dictionaries({one: rest[one]}))
        return st.fixed_dictionaries(required, optional=rest)
    if kind == "list":
        return st.lists(_any(shape.member, name, depth + 1), min_size=1, max_size=2) if depth <= 4 else st.just([])
    if kind == "map":
        return st.dictionaries(_any(shape.key, name, depth + 1), _any(shape.value, name, depth + 1), max_size=2)
    if kind == "string":
        if getattr(shape, "enum", None):
            return st.sampled_from(shape.enum)
        return st.one_of(st.just(_scalar(shape, name)), st.sampled_from(NASTY), st.text("abcXYZ09-_/", min_size=1))
    if kind in {"integer", "long"}:
        return st.integers(1, 20)
    return st.just(_scalar(shape, name))
