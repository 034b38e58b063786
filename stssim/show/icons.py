"""The shapes that tell at a glance what something is, drawn for this course: 32 units wide and high, in lines."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from stssim.call import Actor

SIZE = 32.0
_SHAPES: dict[str, tuple[str, ...]] = {
    "person": ("M22 10a6 6 0 1 1-12 0a6 6 0 1 1 12 0z", "M4 29c0-8 5-12 12-12s12 4 12 12z"),
    "signed-in": (
        "M3 6h26v20H3z",
        "M15 14a3.5 3.5 0 1 1-7 0a3.5 3.5 0 1 1 7 0z",
        "M6 22c0-5 11-5 11 0M20 12h6M20 17h6",
    ),
    "application": ("M3 5h26v22H3z", "M3 12h26M7 8.5h2M12 8.5h2M8 17h10M8 22h16"),
    "service": ("M16 2l12 7v14l-12 7l-12-7V9z", "M16 9l6 3.5v7L16 23l-6-3.5v-7z"),
    "role": ("M7 19c0-9 4-13 9-13s9 4 9 13z", "M2 19c8 5 20 5 28 0c-2 7-26 7-28 0z"),
    "bucket": ("M5 8h22l-3 20H8z", "M27 8a11 3.5 0 1 1-22 0a11 3.5 0 1 1 22 0z"),
    "key": ("M15 16a6 6 0 1 1-12 0a6 6 0 1 1 12 0z", "M15 16h14M24 16v6M28 16v4"),
    "account": ("M4 28V12l12-8l12 8v16z", "M13 28v-9h6v9"),
    "thing": ("M5 10l11-6l11 6v12l-11 6l-11-6z", "M5 10l11 6l11-6M16 16v12"),
}
_KINDS = {
    "root": "person",
    "user": "person",
    "anonymous": "person",
    "federated-user": "signed-in",
    "web-identity": "signed-in",
    "saml": "signed-in",
    "service": "service",
    "application": "application",
    "role": "role",
    "bucket": "bucket",
    "key": "key",
}


def shape_of(actor: Actor, part: str | None) -> str:
    """The name of an actor's shape. A deputy that calls as an IAM user is the application that it is."""
    return "application" if part == "deputy" and actor.kind == "user" else _KINDS[actor.kind]


def shape_of_resource(kind: str) -> str:
    """The name of a resource's shape."""
    return _KINDS.get(kind, "thing")


def icon(shape: str, x: float, y: float, size: float) -> ET.Element:
    """The shape with its upper left corner at a place."""
    group = ET.Element("g", {"class": f"icon {shape}", "transform": f"translate({x:g} {y:g}) scale({size / SIZE:g})"})
    group.extend(ET.Element("path", {"d": line}) for line in _SHAPES[shape])
    return group
