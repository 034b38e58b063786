"""Are the parameters of the types that the service's model gives them? What permissions are read off must be readable.

Only what that takes: containers and texts, and the texts that are required. The service itself judges the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from stssim.call import Call, Refusal, Refused
from stssim.models import operation_model

_Check = Callable[[Any, str], str | None]
_MISSING: Mapping[str, str] = {
    "ec2": "MissingParameter",
    "s3": "InvalidRequest",
    "iam": "ValidationError",
    "sns": "InvalidParameter",
}
_DEPTH = 3


def require_types(call: Call) -> None:
    """Raises `Refused` (400) for a parameter that is missing or of another type than its operation takes."""
    wrong = _checked(call.service, call.operation)(call.parameters, "")
    if wrong is not None:
        raise Refused(Refusal(_MISSING.get(call.service, "ValidationException"), wrong, 400))


@cache
def _checked(service: str, operation: str) -> _Check:
    """A body that is a parameter itself, and no document, is left out: it is read where it is acted on."""
    shape = operation_model(service, operation).input_shape
    return _structure(shape, 0, shape.serialization.get("payload")) if shape else lambda _, __: None


def _structure(shape: Any, depth: int, body: str | None = None) -> _Check:
    members = [(name, _of(member, depth + 1)) for name, member in shape.members.items()]
    required = [
        name
        for name in shape.required_members
        if (name != body or shape.members[name].type_name == "structure")
        and (depth == 0 or shape.members[name].type_name == "string")
    ]

    def check(value: Any, path: str) -> str | None:
        if not isinstance(value, Mapping):
            return f"The parameter {path} must be a structure"
        within = f"{path}." if path else ""
        for name in required:
            if value.get(name) is None:
                return f"The request must contain the parameter {within}{name}"
        for name, check_member in members:
            given = value.get(name)
            wrong = check_member(given, within + name) if given is not None else None
            if wrong is not None:
                return wrong
        return None

    return check


def _list(shape: Any, depth: int) -> _Check:
    check_item = _of(shape.member, depth + 1)

    def check(value: Any, path: str) -> str | None:
        if not isinstance(value, list | tuple):
            return f"The parameter {path} must be a list"
        return next((wrong for each in value if (wrong := check_item(each, path)) is not None), None)

    return check


def _map(shape: Any, depth: int) -> _Check:
    check_value = _of(shape.value, depth + 1)

    def check(value: Any, path: str) -> str | None:
        if not isinstance(value, Mapping):
            return f"The parameter {path} must be a map"
        return next((wrong for each in value.values() if (wrong := check_value(each, path)) is not None), None)

    return check


def _text(value: Any, path: str) -> str | None:
    return None if isinstance(value, str) else f"The parameter {path} must be a string"


def _anything(_: Any, __: str) -> str | None:
    return None


def _of(shape: Any, depth: int) -> _Check:
    if depth > _DEPTH:
        return _anything
    makers = {"structure": _structure, "list": _list, "map": _map}
    maker = makers.get(shape.type_name)
    return maker(shape, depth) if maker else _text if shape.type_name == "string" else _anything
