"""Are the parameters what the service's model says: all there that must be, of its types, and no smaller than it takes?

So much a client of botocore's checks itself; others check nothing. It is checked here before anything is read off the
parameters, since permissions can be read only off what is whole. The service itself judges the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import Any, Literal, NamedTuple

from stssim.call import Call, Refusal
from stssim.refused import malformed
from stssim.service_models import operation_model
from stssim.trace import Refused

_OWN_WORDS: Mapping[str, str] = {"ec2": "MissingParameter", "s3": "InvalidRequest", "sns": "InvalidParameter"}
"""Services that have an error of their own for what is missing. To others that breaks a constraint like any other."""
_UNFIT: Mapping[str, str] = {
    "ec2": "InvalidParameterValue",
    "iam": "ValidationError",
    "logs": "InvalidParameterException",
    "monitoring": "ValidationError",
    "s3": "InvalidArgument",
    "sns": "InvalidParameter",
}
"""The error for parameters that break a constraint, where it is no ValidationException."""


class _Wrong(NamedTuple):
    """What is wrong with the member at this path. `inside`: it is absent from a document in the body."""

    kind: Literal["type", "absent", "inside", "small"]
    path: str
    must: str
    shown: str = ""


_Check = Callable[[Any, str, list[_Wrong]], None]


def require_types(call: Call) -> None:
    """Raises `Refused` (400) for a parameter of another type than its operation takes, and for all those that are
    missing, or shorter or less than it takes.
    """
    wrong: list[_Wrong] = []
    _checked(call.service, call.operation)(call.parameters, "", wrong)
    if wrong:
        raise Refused(_refusal(call.service, wrong))


def _refusal(service: str, wrong: list[_Wrong]) -> Refusal:
    first = {each.kind: each for each in reversed(wrong)}
    if "type" in first:
        return malformed(service, f"The parameter {first['type'].path} must {first['type'].must}")
    missing = first.get("absent") or first.get("inside")
    if missing and service in _OWN_WORDS:
        says = f"The request must contain the parameter {missing.path}"
        within_xml = service == "s3" and missing.kind == "inside"
        return malformed(service, says) if within_xml else Refusal(_OWN_WORDS[service], says, 400)
    many = "1 validation error" if len(wrong) == 1 else f"{len(wrong)} validation errors"
    told = (
        f"Value{each.shown} at '{_spelled(each.path)}' failed to satisfy constraint: Member must {each.must}"
        for each in wrong
    )
    return Refusal(_UNFIT.get(service, "ValidationException"), f"{many} detected: {'; '.join(told)}", 400)


def _spelled(path: str) -> str:
    """A member's path as AWS spells it there: `logEvents.1.member.message`."""
    return ".".join(name[:1].lower() + name[1:] for name in path.split("."))


@cache
def _checked(service: str, operation: str) -> _Check:
    """A body that is a parameter itself, and no document, is left out: it is read where it is acted on."""
    shape = operation_model(service, operation).input_shape
    return _structure(shape, {}, shape.serialization.get("payload")) if shape else _anything


def _of(shape: Any, known: dict[str, _Check]) -> str:
    """The name under which a shape's check is known. A shape may have itself inside, as DynamoDB's values have."""
    if shape.name not in known:
        known[shape.name] = _anything
        known[shape.name] = _MAKERS.get(shape.type_name, _unchecked)(shape, known)
    return str(shape.name)


def _structure(shape: Any, known: dict[str, _Check], body: str | None = None) -> _Check:
    members = {name: _of(member, known) for name, member in shape.members.items()}
    required = [name for name in shape.required_members if name != body or shape.members[name].type_name == "structure"]

    def check(value: Any, path: str, wrong: list[_Wrong]) -> None:
        if not isinstance(value, Mapping):
            wrong.append(_Wrong("type", path, "be a structure"))
            return
        within = f"{path}." if path else ""
        for name in required:
            if value.get(name) is None:
                kind: Any = "inside" if path or name == body else "absent"
                wrong.append(_Wrong(kind, within + name, "not be null", " null"))
        for name, given in value.items():
            if given is not None and name in members:
                known[members[name]](given, within + name, wrong)

    return _anything if shape.is_document_type else check


def _list(shape: Any, known: dict[str, _Check]) -> _Check:
    item, smallest = _of(shape.member, known), _smallest(shape, "length")

    def check(value: Any, path: str, wrong: list[_Wrong]) -> None:
        if not isinstance(value, list | tuple):
            wrong.append(_Wrong("type", path, "be a list"))
            return
        if smallest and len(value) < smallest[0]:
            wrong.append(_Wrong("small", path, smallest[1], " '[]'"))
        for number, each in enumerate(value, 1):
            known[item](each, f"{path}.{number}.member", wrong)

    return check


def _map(shape: Any, known: dict[str, _Check]) -> _Check:
    key, inside = _of(shape.key, known), _of(shape.value, known)

    def check(value: Any, path: str, wrong: list[_Wrong]) -> None:
        if not isinstance(value, Mapping):
            wrong.append(_Wrong("type", path, "be a map"))
            return
        for name, each in value.items():
            known[key](name, path, wrong)
            known[inside](each, f"{path}.{name}", wrong)

    return check


def _text(types: Any, called: str) -> Callable[[Any, dict[str, _Check]], _Check]:
    def make(shape: Any, _: dict[str, _Check]) -> _Check:
        smallest, hidden = _smallest(shape, "length"), shape.metadata.get("sensitive", False)

        def check(value: Any, path: str, wrong: list[_Wrong]) -> None:
            if not isinstance(value, types):
                wrong.append(_Wrong("type", path, f"be {called}"))
            elif smallest and len(value) < smallest[0]:
                wrong.append(_Wrong("small", path, smallest[1], "" if hidden else f" '{value}'"))

        return check

    return make


def _number(types: Any, called: str) -> Callable[[Any, dict[str, _Check]], _Check]:
    def make(shape: Any, _: dict[str, _Check]) -> _Check:
        smallest = _smallest(shape, "value")

        def check(value: Any, path: str, wrong: list[_Wrong]) -> None:
            if not isinstance(value, types) or isinstance(value, bool):
                wrong.append(_Wrong("type", path, f"be {called}"))
            elif smallest and value < smallest[0]:
                wrong.append(_Wrong("small", path, smallest[1], f" '{value}'"))

        return check

    return make


def _exactly(kind: type, called: str) -> Callable[[Any, dict[str, _Check]], _Check]:
    def check(value: Any, path: str, wrong: list[_Wrong]) -> None:
        if not isinstance(value, kind):
            wrong.append(_Wrong("type", path, f"be {called}"))

    return lambda _, __: check


def _smallest(shape: Any, of: str) -> tuple[int, str] | None:
    """The least that the model takes, and the constraint in AWS's words."""
    least = shape.metadata.get("min")
    return None if least is None else (least, f"have {of} greater than or equal to {least}")


def _anything(_: Any, __: str, ___: list[_Wrong]) -> None:
    return None


def _unchecked(_: Any, __: dict[str, _Check]) -> _Check:
    return _anything


_DECIMAL = _number((int, float), "a number")
_WHOLE = _number(int, "an integer")
_MAKERS: Mapping[str, Callable[[Any, dict[str, _Check]], _Check]] = {
    "blob": _text((bytes, str), "base64-encoded bytes"),
    "boolean": _exactly(bool, "true or false"),
    "character": _text(str, "a string"),
    "double": _DECIMAL,
    "float": _DECIMAL,
    "integer": _WHOLE,
    "list": _list,
    "long": _WHOLE,
    "map": _map,
    "string": _text(str, "a string"),
    "structure": _structure,
    "timestamp": _exactly(datetime, "a time"),
}
