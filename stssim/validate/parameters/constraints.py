"""Do the parameters keep the constraints of the service's model? Judged before the caller's permissions are.

botocore checks presence, types and minimums in the client; patterns, maximums and list sizes reach the service, and
other clients check nothing. So all of it is checked here, by botocore's model of the service, and said in AWS's words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from stssim.call import Call, Caller, Refusal
from stssim.service_models import operation_model
from stssim.trace import Refused, Step

_ARN = re.compile(r"arn:[^:]+:[^:]+:[^:]*:[^:]*:[^:]+")

# The live service takes 256 characters of source identity where the model says 64, lists token versions like this, and
# names these characters of a policy (radkawar/stackd, testdata/aws/iam/query_collections.json, September 2026).
_LIVE: Mapping[str, Mapping[str, Any]] = {
    "policyDocumentType": {"pattern": r"[\u0009\u000A\u000D\u0020-\u007E\u00A1-\u00FF]+"},
    "globalEndpointTokenVersion": {"enum": ["v2Token", "v1Token"]},
    "sourceIdentityType": {"max": 256},
}

# Python's `\w` is letters, numbers and the underscore of all of Unicode; `\p{Z}` are its 19 separators.
_CATEGORIES = {r"\p{L}\p{Z}\p{N}_": r"\w \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"}


@dataclass(frozen=True, slots=True)
class Violation:
    """One member that breaks one constraint: its path (`tags.1.member.key`), its value as AWS shows it, AWS's words."""

    member: str
    shown: str
    constraint: str

    def __str__(self) -> str:
        return f"Value{self.shown} at '{self.member}' failed to satisfy constraint: {self.constraint}"


class MalformedError(ValueError):
    """A value that is not of its member's type, such as a DurationSeconds that is no number."""


_Check = Callable[[Any, str, list[Violation]], None]


def check(call: Call, caller: Caller) -> tuple[Step, ...]:
    """The step that says that the parameters keep their constraints, if the call asks for credentials with any.

    STS's calls are checked, which the gate answers itself, and IAM's. Raises `Refused` with one `ValidationError` that
    names every violation, with `MalformedInput` for a value of the wrong type, and for a RoleArn that is no ARN.
    """
    if call.service not in ("sts", "iam"):
        return ()
    try:
        found = violations(call.service, call.operation, call.parameters)
    except MalformedError as error:
        refusal = Refusal("MalformedInput", str(error), 400)
        raise _refused(call, caller, refusal, f"{call.target.name} cannot read the parameters: {error}") from None
    if found:
        first = found[0].constraint.replace("Member must", "it must", 1)
        more = f", and {len(found) - 1} more" if len(found) > 1 else ""
        refusal = Refusal("ValidationError", _iam_says(found) if call.service == "iam" else _says(found), 400)
        raise _refused(call, caller, refusal, f"The parameter {found[0].member} breaks its constraint{more}: {first}")
    role_arn = call.parameters.get("RoleArn")
    if call.service == "sts" and role_arn is not None and not _ARN.fullmatch(role_arn):
        refusal = Refusal("ValidationError", f"{role_arn} is invalid", 400)
        raise _refused(call, caller, refusal, "The parameter roleArn is not an ARN")
    if not call.issues or not call.parameters:
        return ()
    sentence = f"The parameters keep their constraints: {', '.join(call.parameters)}."
    return (_step(call, caller, sentence, "parameters fit"),)


def _says(found: list[Violation]) -> str:
    many = "1 validation error" if len(found) == 1 else f"{len(found)} validation errors"
    return f"{many} detected: {'; '.join(map(str, found))}"


def _iam_says(found: list[Violation]) -> str:
    """IAM does not repeat the values, and has sentences of its own for the characters of names, paths and policies.

    As people have met them: https://github.com/aws/eks-hybrid/pull/113
    """
    others = [replace(each, shown="") for each in found if each.constraint not in _IAM_CHARACTERS]
    if others:
        return _says(others)
    return f"The specified value for {found[0].member} is invalid. It must {_IAM_CHARACTERS[found[0].constraint]}"


_PATTERN = "Member must satisfy regular expression pattern: "
_PATH = "begin and end with / and contain only alphanumeric characters and/or / characters."
_IAM_CHARACTERS: Mapping[str, str] = {
    rf"{_PATTERN}[\w+=,.@-]+": "contain only alphanumeric characters and/or the following: +=,.@_-",
    rf"{_PATTERN}(\u002F)|(\u002F[\u0021-\u007E]+\u002F)": _PATH,
    rf"{_PATTERN}((/[A-Za-z0-9\.,\+@=_-]+)*)/": _PATH,
    rf"{_PATTERN}[\u0009\u000A\u000D\u0020-\u00FF]+": "contain only printable ASCII characters.",
    rf"{_PATTERN}[\u0009\u000A\u000D\u0020-\u007E\u00A1-\u00FF]+": "contain only printable ASCII characters.",
}


def violations(service: str, operation: str, parameters: Mapping[str, Any]) -> list[Violation]:
    """Every constraint of the service's model that the parameters of this operation break.

    In AWS's order: the members as the model has them, and of one member the pattern before the length. Raises
    `MalformedError` for a value of the wrong type.

    >>> [str(v) for v in violations("sts", "GetFederationToken", {"Name": "x"})]
    ["Value 'x' at 'name' failed to satisfy constraint: Member must have length greater than or equal to 2"]
    """
    found: list[Violation] = []
    _compiled_input(service, operation)(parameters, "", found)
    return found


@cache
def _compiled_input(service: str, operation: str) -> _Check:
    shape = operation_model(service, operation).input_shape
    return _structure(shape) if shape else _anything


_MISSING = (" null", "Member must not be null")


def _structure(shape: Any) -> _Check:
    required = frozenset(shape.required_members)
    members = [(name, name[0].lower() + name[1:], _of(member)) for name, member in shape.members.items()]

    def check_structure(value: Any, path: str, found: list[Violation]) -> None:
        if not isinstance(value, Mapping):
            raise MalformedError(f"'{path}' must be a structure")
        within = f"{path}." if path else ""
        # Of an item of a list, IAM names first what is missing, from the last member on: recorded in September 2026
        # (radkawar/stackd, testdata/aws/iam/tag_inputs.json).
        if path:
            absent = [spelled for name, spelled, _ in members if name in required and value.get(name) is None]
            found += [Violation(within + spelled, *_MISSING) for spelled in reversed(absent)]
        for name, spelled, check_member in members:
            given = value.get(name)
            if given is not None:
                check_member(given, within + spelled, found)
            elif name in required and not path:
                found.append(Violation(within + spelled, *_MISSING))

    return check_structure


def _list(shape: Any) -> _Check:
    sizes = _sizes(shape)
    nested = shape.member.type_name in ("structure", "list", "map")
    check_item = _of(shape.member)
    every = f"Member must satisfy constraint: [{', '.join(_all_constraints(shape.member))}]"

    def check_list(value: Any, path: str, found: list[Violation]) -> None:
        if not isinstance(value, list | tuple):
            raise MalformedError(f"'{path}' must be a list")
        shown = "" if nested else f" '[{', '.join(map(str, value))}]'"
        found += [Violation(path, shown, says) for breaks, says in sizes if breaks(len(value))]
        inside: list[Violation] = []
        for number, item in enumerate(value, 1):
            if item is None:
                inside.append(Violation(path, "", every))
            else:
                check_item(item, f"{path}.{number}.member" if nested else path, inside)
        if inside and not nested:
            inside = [Violation(path, shown, every)]
        found += inside

    return check_list


def _text(shape: Any) -> _Check:
    matches, says_pattern, says_enum = _pattern(shape), _pattern_words(shape), _enum_words(shape)
    sizes, allowed = _sizes(shape), frozenset(shape.enum)
    hidden = shape.metadata.get("sensitive", False)

    def check_text(value: Any, path: str, found: list[Violation]) -> None:
        if not isinstance(value, str):
            raise MalformedError(f"'{path}' must be a string")
        broken = [] if matches(value) else [says_pattern]
        broken += [says for breaks, says in sizes if breaks(len(value))]
        if allowed and value not in allowed:
            broken.append(says_enum)
        if broken:
            shown = "" if hidden else f" '{value}'"
            found += [Violation(path, shown, says) for says in broken]

    return check_text


def _number(shape: Any) -> _Check:
    bounds = _bounds(shape, "value")

    def check_number(value: Any, path: str, found: list[Violation]) -> None:
        if type(value) is not int:
            raise MalformedError(f"'{path}' must be an integer")
        found += [Violation(path, f" '{value}'", says) for breaks, says in bounds if breaks(value)]

    return check_number


def _anything(_: Any, __: str, ___: list[Violation]) -> None:
    return None


def _of(shape: Any) -> _Check:
    makers = {"structure": _structure, "list": _list, "string": _text, "integer": _number, "long": _number}
    return makers.get(shape.type_name, lambda _: _anything)(shape)


def _limits(shape: Any) -> Mapping[str, Any]:
    return {**shape.metadata, **_LIVE.get(shape.name, {})}


def _bounds(shape: Any, of: str) -> list[tuple[Callable[[int], bool], str]]:
    limits = _limits(shape)
    bounds: list[tuple[Callable[[int], bool], str]] = []
    if "max" in limits:
        bounds.append((int(limits["max"]).__lt__, f"Member must have {of} less than or equal to {limits['max']}"))
    if "min" in limits:
        bounds.append((int(limits["min"]).__gt__, f"Member must have {of} greater than or equal to {limits['min']}"))
    return bounds


def _sizes(shape: Any) -> list[tuple[Callable[[int], bool], str]]:
    return _bounds(shape, "length")


def _pattern(shape: Any) -> Callable[[str], Any]:
    pattern = _limits(shape).get("pattern")
    if pattern is None:
        return lambda _: True
    flags = re.NOFLAG if r"\p" in pattern else re.ASCII
    for category, spelled in _CATEGORIES.items():
        pattern = pattern.replace(category, spelled)
    return lambda text: _compiled(pattern, flags).fullmatch(text)


@cache
def _compiled(pattern: str, flags: re.RegexFlag) -> re.Pattern[str]:
    """Compiled when a text is first held to it: that of a session policy alone takes longer than all of AssumeRole."""
    return re.compile(pattern, flags)


def _pattern_words(shape: Any) -> str:
    return f"{_PATTERN}{_limits(shape).get('pattern')}"


def _enum_words(shape: Any) -> str:
    return f"Member must satisfy enum value set: [{', '.join(_limits(shape).get('enum', ()))}]"


def _all_constraints(shape: Any) -> list[str]:
    words = [says for _, says in (_bounds(shape, "value") if shape.type_name == "integer" else _sizes(shape))]
    if "pattern" in _limits(shape):
        words.append(_pattern_words(shape))
    if getattr(shape, "enum", None):
        words.append(_enum_words(shape))
    return words


def _refused(call: Call, caller: Caller, refusal: Refusal, why: str) -> Refused:
    return Refused(refusal, _step(call, caller, f"{why}.", "parameters unfit", refusal))


def _step(call: Call, caller: Caller, sentence: str, label: str, refusal: Refusal | None = None) -> Step:
    return Step(
        "validate",
        call.target,
        call.target,
        label,
        sentence,
        "denied" if refusal else "done",
        call.judged,
        at=call.at,
        call=call,
        caller=caller,
        refusal=refusal,
    )
