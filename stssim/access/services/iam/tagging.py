"""The tags of MFA devices, SAML providers and server certificates, which moto does not keep, and of instance profiles,
which it keeps but cannot list.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from html import unescape
from typing import Any
from xml.sax.saxutils import escape

from stssim.access.core.moto_backends import backend
from stssim.access.services.adapter import Permitted
from stssim.access.services.iam.replies import done, result
from stssim.call import Call, Caller, HttpReply, Refusal
from stssim.trace import Refused

KEPT = ("MFADevice", "SAMLProvider", "ServerCertificate")
_MOST = 50
_ARN = re.compile(rb"arn:aws:iam::[^<]+")
_Tags = Iterable[Mapping[str, str]]


def create(asked: Permitted) -> HttpReply:
    """CreateSAMLProvider, CreateVirtualMFADevice, UploadServerCertificate: what is made has the tags of the call."""
    given = asked.call.parameters.get("Tags") or ()
    reply = asked.forward()
    made = _ARN.search(reply.body)
    if reply.status >= 300 or made is None:
        return reply
    tagger = backend("iam", asked.caller.account).tagger
    arn = unescape(made[0].decode())
    tagger.delete_all_tags_for_resource(arn)
    tagger.tag_resource(arn, list(given))
    return _with_tags(asked.call, reply, given)


def get(asked: Permitted) -> HttpReply:
    """GetSAMLProvider, GetServerCertificate."""
    reply = asked.forward()
    return _with_tags(asked.call, reply, _named(asked.call, asked.caller).tags) if reply.status < 300 else reply


def tag(asked: Permitted) -> HttpReply:
    """TagMFADevice and its like. A key that differs in case alone is the same key, and takes its new spelling.

    Raises `Refused` (`NoSuchEntity`, 404; `LimitExceeded`, 409). The message of the last follows
    those of IAM's other quotas; AWS's own was not recorded.
    """
    thing, given = _named(asked.call, asked.caller), asked.call.parameters["Tags"]
    new = {each["Key"].lower() for each in given}
    old = [each["Key"] for each in thing.tags if each["Key"].lower() in new]
    if len(thing.tags) - len(old) + len(new) > _MOST:
        says = f"Cannot exceed quota for TagsPer{asked.call.operation.removeprefix('Tag')}: {_MOST}"
        raise Refused(Refusal("LimitExceeded", says, 409))
    thing.tagger.untag_resource_using_names(thing.arn, old)
    thing.tagger.tag_resource(thing.arn, list(given))
    return done(asked.call)


def untag(asked: Permitted) -> HttpReply:
    """UntagMFADevice and its like. A key that is not there is no error.

    Raises `Refused` (`NoSuchEntity`, 404).
    """
    thing = _named(asked.call, asked.caller)
    keys = {key.lower() for key in asked.call.parameters["TagKeys"]}
    gone = [each["Key"] for each in thing.tags if each["Key"].lower() in keys]
    thing.tagger.untag_resource_using_names(thing.arn, gone)
    return done(asked.call)


def list_all(asked: Permitted) -> HttpReply:
    """ListMFADeviceTags and its like, sorted by key.

    Raises `Refused` (`ValidationError`, 400, for a marker that no reply has given out; `NoSuchEntity`, 404).
    """
    held = sorted(_named(asked.call, asked.caller).tags, key=lambda each: each["Key"])
    marker = asked.call.parameters.get("Marker") or "0"
    if marker not in map(str, range(len(held) + 1)):
        raise Refused(Refusal("ValidationError", "Invalid Marker.", 400))
    start = int(marker)
    end = start + asked.call.parameters.get("MaxItems", 100)
    more = (
        f"<IsTruncated>true</IsTruncated><Marker>{end}</Marker>"
        if end < len(held)
        else "<IsTruncated>false</IsTruncated>"
    )
    return result(asked.call, _element(held[start:end]) + more)


@dataclass(frozen=True, slots=True)
class _Thing:
    """What a call names, with its tags as they are, in moto's tagger."""

    arn: str
    tags: tuple[Mapping[str, str], ...]
    tagger: Any


def _named(call: Call, caller: Caller) -> _Thing:
    parameter, held, attribute, missing = next(kind for word, kind in _KINDS.items() if word in call.operation)
    iam, name = backend("iam", caller.account), call.parameters[parameter]
    kept = getattr(iam, held).values() if iam is not None else ()
    found = next((each for each in kept if getattr(each, attribute) == name), None)
    if found is None:
        raise Refused(Refusal("NoSuchEntity", missing.format(name), 404))
    arn = getattr(found, "arn", name)
    tags = found.tags if held == "instance_profiles" else iam.tagger.list_tags_for_resource(arn)["Tags"]
    return _Thing(arn, tuple(tags), iam.tagger)


_KINDS: Mapping[str, tuple[str, str, str, str]] = {
    "InstanceProfile": ("InstanceProfileName", "instance_profiles", "name", "Instance Profile {} cannot be found."),
    "MFADevice": (
        "SerialNumber",
        "virtual_mfa_devices",
        "serial_number",
        "VirtualMFADevice with serial number {} doesn't exist.",
    ),
    "SAMLProvider": ("SAMLProviderArn", "saml_providers", "arn", "Manifest not found for arn {}"),
    "ServerCertificate": (
        "ServerCertificateName",
        "certificates",
        "cert_name",
        "The Server Certificate with name {} cannot be found.",
    ),
}
"""The parameter that names one, where moto keeps them and under which attribute, and what is said of one that is not
there.
"""


def _with_tags(call: Call, reply: HttpReply, tags: _Tags) -> HttpReply:
    """The reply with the tags as the last member of what it shows."""
    if not tags:
        return reply
    ends = (b"</VirtualMFADevice>", b"</ServerCertificate>", f"</{call.operation}Result>".encode())
    end = next(each for each in ends if each in reply.body)
    return replace(reply, body=reply.body.replace(end, _element(tags).encode() + end, 1))


def _element(tags: _Tags) -> str:
    members = (
        f"<member><Key>{escape(each['Key'])}</Key><Value>{escape(each['Value'])}</Value></member>" for each in tags
    )
    return f"<Tags>{''.join(members)}</Tags>"
