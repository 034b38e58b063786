"""An XML document as an operation's parameters, as S3 has them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from stssim.request.protocols.scalars import of_text
from stssim.safe_xml import parse

if TYPE_CHECKING:
    from lxml.etree import _Element

_SCHEMA_INSTANCE = "{http://www.w3.org/2001/XMLSchema-instance}"


def value(shape: Any, body: bytes) -> Any:
    """The document as this shape. Raises `ValueError` for what is not XML, or not of its types, or has an element
    twice that may be there once.
    """
    return _value(shape, [parse(body)])


def _value(shape: Any, elements: Sequence[_Element]) -> Any:
    """All elements of one name that stand in one place: several of a flattened list, else one."""
    flattened = shape.serialization.get("flattened")
    match shape.type_name:
        case "list" if flattened:
            return [_value(shape.member, [each]) for each in elements]
        case "map" if flattened:
            return dict(_entry(shape, each) for each in elements)
    if len(elements) > 1:
        raise ValueError(f"The element {_local(elements[0])} is there {len(elements)} times.")
    (element,) = elements
    match shape.type_name:
        case "structure":
            return _structure(shape, element)
        case "list":
            name = shape.member.serialization.get("name", "member")
            return [_value(shape.member, [each]) for each in _children(element) if _local(each) == name]
        case "map":
            return dict(_entry(shape, each) for each in _children(element) if _local(each) == "entry")
    if len(element):
        raise ValueError(f"The element {_local(element)} has elements inside and should have text.")
    return of_text(shape, element.text or "")


def _structure(shape: Any, element: _Element) -> dict[str, Any]:
    named: dict[str, list[_Element]] = {}
    for each in _children(element):
        named.setdefault(_local(each), []).append(each)
    found: dict[str, Any] = {}
    for name, member in shape.members.items():
        if "location" in member.serialization:
            continue
        said = member.serialization.get("name", name)
        if member.serialization.get("xmlAttribute"):
            attribute = element.get(said.replace("xsi:", _SCHEMA_INSTANCE))
            if attribute is not None:
                found[name] = of_text(member, attribute)
            continue
        if member.type_name == "list" and member.serialization.get("flattened"):
            said = member.member.serialization.get("name", said)
        if said in named:
            found[name] = _value(member, named[said])
    return found


def _entry(shape: Any, element: _Element) -> tuple[Any, Any]:
    parts = {_local(each): each for each in _children(element)}
    key = parts.get(shape.key.serialization.get("name", "key"))
    inside = parts.get(shape.value.serialization.get("name", "value"))
    if key is None or inside is None:
        raise ValueError(f"The element {_local(element)} lacks a key or a value.")
    return _value(shape.key, [key]), _value(shape.value, [inside])


def _children(element: _Element) -> Iterator[_Element]:
    """Elements alone: a comment or a processing instruction has no name."""
    return (each for each in element if isinstance(each.tag, str))


def _local(element: _Element) -> str:
    return str(element.tag).rpartition("}")[2]
