"""No tag key twice in one set of tags: what is judged by one value must not be kept with another.

Every service refuses it, each with an error of its own. Maps of tags have each key once as they are read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

from stssim.call import Call, Refusal
from stssim.service_models import operation_model
from stssim.trace import Refused

Tag = tuple[str, str]
"""The names of a tag's key and value, as its service spells them."""
Place = tuple[str, ...]
"""Where a list of tags is: the members that lead to it, those of every list on the way being meant."""

SPELLINGS: frozenset[Tag] = frozenset({("Key", "Value"), ("key", "value"), ("TagKey", "TagValue")})
SELECTING: frozenset[str] = frozenset({"Filter", "InstanceTags", "TargetTagAssociations"})
"""Members within which tags are not set but select resources. A key may then have several values."""
_TYPED = "TagSpecifications"


def require_distinct_tags(call: Call) -> None:
    """Raises `Refused` (400) for a call that gives one tag key twice in one set of tags. STS's own are judged with its
    sessions' tags, and IAM judges them after the caller's permissions.

    EC2's lists of one resource type are one set: it takes the tags of all of them.
    """
    if call.service in ("iam", "sts"):
        return
    for place, spelled in tag_places(call.service, call.operation):
        for tags in _sets(call.parameters, place):
            again = _twice(str(tag.get(spelled[0])) for tag in tags)
            if again is not None:
                raise Refused(_refusal(call.service, again))
    header = call.parameters.get("Tagging") if call.service == "s3" else None
    if isinstance(header, str):
        keys = (key for key, _ in parse_qsl(header, keep_blank_values=True))
        if _twice(keys) is not None:
            raise Refused(_of_the_header(header))


@cache
def tag_places(service: str, operation: str) -> tuple[tuple[Place, Tag], ...]:
    """Where the operation's model has lists of tags that are set or removed, and how their key and value are spelled.

    >>> tag_places("kms", "CreateKey")
    ((('Tags',), ('TagKey', 'TagValue')),)
    """
    return tuple(_found(operation_model(service, operation).input_shape, (), frozenset()))


def _found(shape: Any, place: Place, above: frozenset[str]) -> Iterator[tuple[Place, Tag]]:
    if shape is None or shape.name in above:
        return
    above |= {shape.name}
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            if name not in SELECTING:
                yield from _found(member, (*place, name), above)
    elif shape.type_name == "list":
        inner = shape.member
        spelled = _spelling(inner) if "tag" in place[-1].lower() else None
        if spelled is None:
            yield from _found(inner, place, above)
        else:
            yield place, spelled
    elif shape.type_name == "map":
        yield from _found(shape.value, (*place, "*"), above)


def _spelling(shape: Any) -> Tag | None:
    members = frozenset(shape.members) if shape.type_name == "structure" else frozenset()
    return next((tag for tag in SPELLINGS if members == {*tag}), None)


def _sets(holder: Any, place: Place) -> Iterator[list[Mapping[str, Any]]]:
    if not place:
        yield [tag for tag in holder or () if isinstance(tag, Mapping)]
    elif isinstance(holder, list | tuple):
        for each in holder:
            yield from _sets(each, place)
    elif place[0] == "*" and isinstance(holder, Mapping):
        for each in holder.values():
            yield from _sets(each, place[1:])
    elif isinstance(holder, Mapping):
        inner = holder.get(place[0])
        yield from _by_type(inner) if place[0].endswith(_TYPED) and len(place) == 2 else _sets(inner, place[1:])


def _by_type(specifications: Any) -> Iterator[list[Mapping[str, Any]]]:
    sets: dict[Any, list[Mapping[str, Any]]] = {}
    for each in specifications or ():
        if isinstance(each, Mapping):
            sets.setdefault(each.get("ResourceType"), []).extend(each.get("Tags") or ())
    yield from sets.values()


def _twice(keys: Iterator[str]) -> str | None:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            return key
        seen.add(key)
    return None


def _refusal(service: str, key: str) -> Refusal:
    code, says = _ERRORS.get(service, _OTHER)
    return Refusal(code, says.format(key), 400, {"TagKey": key} if service == "s3" else {})


def _of_the_header(value: str) -> Refusal:
    says = (
        "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name "
        "duplicates."
    )
    return Refusal("InvalidArgument", says, 400, {"ArgumentName": "x-amz-tagging", "ArgumentValue": value})


_OTHER = ("ValidationException", "Duplicate tag keys are not allowed: {!r} is given more than once.")
_ERRORS: Mapping[str, tuple[str, str]] = {
    "cloudtrail": ("InvalidTagParameterException", "The tag key {!r} is given more than once."),
    "ec2": ("InvalidParameterValue", "Duplicate tag key '{}' specified."),
    "ecr": ("InvalidTagParameterException", "The tag key {!r} is given more than once."),
    "kms": ("TagException", "Duplicate tag keys"),
    "monitoring": ("InvalidParameterValue", "The tag key {!r} is given more than once."),
    "organizations": ("InvalidInputException", "Your request includes duplicate tag keys"),
    "s3": ("InvalidTag", "Cannot provide multiple Tags with the same key"),
    "secretsmanager": ("InvalidParameterException", "The tag key {!r} is given more than once."),
    "sns": ("InvalidParameter", "Invalid parameter: Duplicated keys are not allowed."),
}
"""Error code and message. People have met those of EC2 (cloud-custodian/cloud-custodian#3792), of SNS
(localstack/localstack#6571), of S3 (versity/versitygw#1214, #1215, #2039) and of Organizations
(aws-cloudformation/cloudformation-coverage-roadmap#2244). The codes of the others are from botocore's models, and
their messages were not recorded.
"""
