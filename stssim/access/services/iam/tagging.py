"""The tags of all that IAM holds. moto lacks those of some kinds, cannot list those of others, and knows no reserved
keys.

Keys of users' and roles' tags that differ only in case are one key; of everything else they are two, which was recorded
in September 2026 of policies and MFA devices (radkawar/stackd, internal/services/iam/testdata/tags_aws.json).
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from html import unescape
from typing import Any
from xml.sax.saxutils import escape

from stssim.access.core.moto_backends import backend
from stssim.access.services.adapter import Permitted
from stssim.access.services.iam.aws_managed_policies import policy as aws_policy
from stssim.access.services.iam.replies import done, result
from stssim.call import Call, Caller, HttpReply, Refusal
from stssim.trace import Refused

_MOST = 50
_ARN = re.compile(rb"arn:aws:iam::[^<]+")
_Tags = Iterable[Mapping[str, str]]


def judge(call: Call) -> None:
    """Raises `Refused` (`InvalidInput`, 400) for a call that sets tags that IAM does not take. Whether the caller may
    set them was judged before: what is given twice, by its last value.

    Recorded of users in September 2026: radkawar/stackd, testdata/aws/iam/tag_inputs.json.
    """
    tags = call.parameters.get("Tags")
    if tags is None:
        return
    keys = [each["Key"] for each in tags]
    if any(key.lower().startswith("aws:") for key in keys):
        raise _unfit("Tag keys beginning with aws: are reserved for system use.")
    if len({*map(_fold(call), keys)}) < len(keys):
        raise _unfit("Duplicate tag keys found. Please note that Tag keys are case insensitive.")
    if not tags and call.operation.startswith("Tag"):
        raise _unfit("Error occurred while validating input. ")


def _fold(call: Call) -> Callable[[str], str]:
    return str.lower if call.operation.endswith(("User", "Role")) else str


def create(asked: Permitted) -> HttpReply:
    """CreatePolicy, CreateSAMLProvider and others that moto does not give the tags of the call."""
    given = asked.call.parameters.get("Tags") or ()
    untagged = {name: value for name, value in asked.call.parameters.items() if name != "Tags"}
    reply = asked.forward(replace(asked.call, parameters=untagged))
    made = _ARN.search(reply.body)
    if reply.status >= 300 or made is None:
        return reply
    kind = _kind(asked.call)
    store = backend("iam", asked.caller.account)
    found = kind.find(store, unescape(made[0].decode()), by_arn=True)
    kind.keep(store, found, list(given))
    return _with_tags(asked.call, reply, given)


def get(asked: Permitted) -> HttpReply:
    """GetSAMLProvider, GetServerCertificate."""
    reply = asked.forward()
    return _with_tags(asked.call, reply, _named(asked.call, asked.caller).tags) if reply.status < 300 else reply


def tag(asked: Permitted) -> HttpReply:
    """TagUser and its like. A key that is there takes its new value, and its new spelling.

    Raises `Refused` (`NoSuchEntity`, 404; `LimitExceeded`, 409). The message of the last follows
    those of IAM's other quotas; AWS's own was not recorded.
    """
    thing, given, fold = _named(asked.call, asked.caller), asked.call.parameters["Tags"], _fold(asked.call)
    new = {fold(each["Key"]) for each in given}
    tags = [*(each for each in thing.tags if fold(each["Key"]) not in new), *given]
    if len(tags) > _MOST:
        says = f"Cannot exceed quota for TagsPer{asked.call.operation.removeprefix('Tag')}: {_MOST}"
        raise Refused(Refusal("LimitExceeded", says, 409))
    thing.keep(tags)
    return done(asked.call)


def untag(asked: Permitted) -> HttpReply:
    """UntagUser and its like. A key that is not there is no error.

    Raises `Refused` (`NoSuchEntity`, 404).
    """
    thing, fold = _named(asked.call, asked.caller), _fold(asked.call)
    keys = {*map(fold, asked.call.parameters["TagKeys"])}
    thing.keep([each for each in thing.tags if fold(each["Key"]) not in keys])
    return done(asked.call)


def list_all(asked: Permitted) -> HttpReply:
    """ListUserTags and its like, sorted by key. Raises `Refused` (`NoSuchEntity`, 404)."""
    if aws_policy(str(asked.call.parameters.get("PolicyArn"))) is not None:
        return result(asked.call, "<Tags/><IsTruncated>false</IsTruncated>")
    held = sorted(_named(asked.call, asked.caller).tags, key=lambda each: each["Key"])
    return result(asked.call, f"{_element(held)}<IsTruncated>false</IsTruncated>")


@dataclass(frozen=True, slots=True)
class _Thing:
    """What a call names: the tags that it has, and how others are kept in their place."""

    tags: tuple[Mapping[str, str], ...]
    keep: Callable[[list[Mapping[str, str]]], None]


@dataclass(frozen=True, slots=True)
class _Kind:
    """The parameter that names one, where moto keeps them and under which attribute, what is said of one that is not
    there, and how moto keeps their tags.
    """

    parameter: str
    held: str
    attribute: str
    missing: str
    kept: str = "tagger"

    def find(self, store: Any, name: str, *, by_arn: bool = False) -> Any:
        attribute = "arn" if by_arn and self.kept != "mfa" else self.attribute
        among = getattr(store, self.held).values() if store is not None else ()
        return next((each for each in among if getattr(each, attribute) == name), None)

    def tags(self, store: Any, found: Any) -> tuple[Mapping[str, str], ...]:
        if self.kept == "list":
            return tuple(found.tags)
        if self.kept == "dict":
            return tuple(found.tags.values())
        return tuple(store.tagger.list_tags_for_resource(_arn(found))["Tags"])

    def keep(self, store: Any, found: Any, tags: list[Mapping[str, str]]) -> None:
        if self.kept == "list":
            found.tags = tags
        elif self.kept == "dict":
            found.tags = {each["Key"]: each for each in tags}
        else:
            store.tagger.delete_all_tags_for_resource(_arn(found))
            store.tagger.tag_resource(_arn(found), tags)


def _arn(found: Any) -> str:
    return str(getattr(found, "arn", None) or found.serial_number)


def _named(call: Call, caller: Caller) -> _Thing:
    kind = _kind(call)
    store = backend("iam", caller.account)
    name = call.parameters[kind.parameter]
    found = kind.find(store, name)
    if found is None:
        raise Refused(Refusal("NoSuchEntity", kind.missing.format(name), 404))
    return _Thing(kind.tags(store, found), lambda tags: kind.keep(store, found, tags))


def _kind(call: Call) -> _Kind:
    return next(kind for word, kind in KINDS.items() if word in call.operation)


KINDS: Mapping[str, _Kind] = {
    "InstanceProfile": _Kind(
        "InstanceProfileName", "instance_profiles", "name", "Instance Profile {} cannot be found.", "list"
    ),
    "MFADevice": _Kind(
        "SerialNumber",
        "virtual_mfa_devices",
        "serial_number",
        "VirtualMFADevice with serial number {} doesn't exist.",
        "mfa",
    ),
    "OpenIDConnectProvider": _Kind(
        "OpenIDConnectProviderArn",
        "open_id_providers",
        "arn",
        "OpenIDConnect Provider not found for arn {}",
        "dict",
    ),
    "Policy": _Kind("PolicyArn", "managed_policies", "arn", "Policy {} does not exist or is not attachable.", "dict"),
    "Role": _Kind("RoleName", "roles", "name", "The role with name {} cannot be found.", "list"),
    "SAMLProvider": _Kind("SAMLProviderArn", "saml_providers", "arn", "Manifest not found for arn {}"),
    "ServerCertificate": _Kind(
        "ServerCertificateName",
        "certificates",
        "cert_name",
        "The Server Certificate with name {} cannot be found.",
    ),
    "User": _Kind("UserName", "users", "name", "The user with name {} cannot be found."),
}
"""By the word for each in the names of operations."""


def _unfit(says: str) -> Refused:
    return Refused(Refusal("InvalidInput", says, 400))


def _with_tags(call: Call, reply: HttpReply, tags: _Tags) -> HttpReply:
    """The reply with the tags as the last member of what it shows."""
    if not tags:
        return reply
    ends = (b"</VirtualMFADevice>", b"</ServerCertificate>", b"</Policy>", f"</{call.operation}Result>".encode())
    end = next(each for each in ends if each in reply.body)
    return replace(reply, body=reply.body.replace(end, _element(tags).encode() + end, 1))


def _element(tags: _Tags) -> str:
    members = (
        f"<member><Key>{escape(each['Key'])}</Key><Value>{escape(each['Value'])}</Value></member>" for each in tags
    )
    return f"<Tags>{''.join(members)}</Tags>"
