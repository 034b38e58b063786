"""Who uses a managed policy: attached to them, or as their permissions boundary. moto does not count boundaries.

What the filters select was recorded in September 2026: radkawar/stackd, testdata/aws/iam/policy_management.json.
https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListEntitiesForPolicy.html
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from xml.sax.saxutils import escape

from stssim.access.services.adapter import Permitted
from stssim.access.services.iam.entities import Kind, held
from stssim.access.services.iam.replies import result
from stssim.call import HttpReply

_POLICY = re.compile(rb"<member><PolicyName>(?:[^<]|<(?!/?member>))*</member>")
_COUNT = re.compile(rb"<Arn>([^<]+)</Arn>(?:[^<]|<(?!Arn>|AttachmentCount>))*<AttachmentCount>[0-9]+</AttachmentCount>")
_KINDS: tuple[tuple[str, Kind], ...] = (("Group", "groups"), ("User", "users"), ("Role", "roles"))


def boundaries(asked: Permitted) -> Counter[str]:
    """The permissions boundaries of the users and roles of the caller's account, and how many have each."""
    found = (_boundary(word, each, asked) for word, kind in _KINDS for each in _entities(kind, asked))
    return Counter(arn for arn in found if arn is not None)


def show(asked: Permitted) -> HttpReply:
    """GetPolicy: how often the policy is a boundary stands beside how often it is attached."""
    return with_counts(asked.forward(), boundaries(asked))


def with_counts(reply: HttpReply, counts: Counter[str]) -> HttpReply:
    """The reply with a PermissionsBoundaryUsageCount for each policy in it."""

    def counted(policy: re.Match[bytes]) -> bytes:
        count = counts[policy[1].decode()]
        return policy[0] + b"<PermissionsBoundaryUsageCount>%d</PermissionsBoundaryUsageCount>" % count

    return replace(reply, body=_COUNT.sub(counted, reply.body))


def list_policies(asked: Permitted) -> HttpReply:
    """ListPolicies. PolicyUsageFilter counts only beside OnlyAttached, which boundaries satisfy, too."""
    call = asked.call
    if not call.parameters.get("OnlyAttached"):
        return with_counts(asked.forward(), boundaries(asked))
    everything = {name: value for name, value in call.parameters.items() if name != "OnlyAttached"}
    reply = with_counts(asked.forward(replace(call, parameters=everything)), boundaries(asked))
    usage = call.parameters.get("PolicyUsageFilter")

    def used(policy: re.Match[bytes]) -> bytes:
        attached = b"<AttachmentCount>0<" not in policy[0] and usage != "PermissionsBoundary"
        bounds = b"<PermissionsBoundaryUsageCount>0<" not in policy[0] and usage != "PermissionsPolicy"
        return policy[0] if attached or bounds else b""

    return replace(reply, body=_POLICY.sub(used, reply.body))


def list_entities(asked: Permitted) -> HttpReply:
    """ListEntitiesForPolicy."""
    given = asked.call.parameters
    arn, prefix, usage = given["PolicyArn"], given.get("PathPrefix", "/"), given.get("PolicyUsageFilter")
    only = given.get("EntityFilter")
    members = ""
    for word, kind in _KINDS:
        found = [
            each
            for each in _entities(kind, asked)
            if only in (None, word)
            and str(each.path).startswith(prefix)
            and (
                (arn in each.managed_policies and usage != "PermissionsBoundary")
                or (_boundary(word, each, asked) == arn and usage != "PermissionsPolicy")
            )
        ]
        members += f"<Policy{word}s>{''.join(_shown(word, each) for each in found)}</Policy{word}s>"
    return result(asked.call, f"{members}<IsTruncated>false</IsTruncated>")


def _entities(kind: Kind, asked: Permitted) -> Iterator[Any]:
    yield from dict(held(kind, asked.caller.account)).values()


def _boundary(word: str, entity: Any, asked: Permitted) -> str | None:
    if word == "Group":
        return None
    found = asked.kept.user_boundaries.get(entity.id) if word == "User" else entity.permissions_boundary_arn
    return str(found) if found else None


def _shown(word: str, entity: Any) -> str:
    names = f"<{word}Name>{escape(entity.name)}</{word}Name><{word}Id>{entity.id}</{word}Id>"
    return f"<member>{names}</member>"
