"""What a managed policy is used for: as a policy of permissions, as a permissions boundary, or not at all.

moto knows the first use alone. Recorded on 2026-09-11 (radkawar/stackd, testdata/aws/iam/policy_management.json).
https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListEntitiesForPolicy.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from stssim.access.core.lab_state import LabState
from stssim.access.core.moto_backends import backend
from stssim.access.services.adapter import Permitted
from stssim.access.services.iam.replies import result
from stssim.call import HttpReply

_PERMISSIONS, _BOUNDARY = "PermissionsPolicy", "PermissionsBoundary"
_KINDS = ("Group", "User", "Role")


def list_policies(asked: Permitted) -> HttpReply:
    """ListPolicies. A filter by usage counts only with `OnlyAttached`."""
    _count(asked)
    as_boundary = asked.call.parameters.get("PolicyUsageFilter") == _BOUNDARY
    if not asked.call.parameters.get("OnlyAttached") or not as_boundary:
        return asked.forward()
    with _counted_as_attached(asked.caller.account):
        return asked.forward()


def get_policy(asked: Permitted) -> HttpReply:
    """GetPolicy, with how many users and roles the policy is the boundary of."""
    _count(asked)
    return asked.forward()


def list_entities(asked: Permitted) -> HttpReply:
    """ListEntitiesForPolicy: the users, groups and roles that have the policy attached, or as their boundary."""
    wanted = asked.call.parameters
    reply = asked.forward()
    if reply.status >= 300:
        return reply
    kinds = _KINDS if wanted.get("EntityFilter") not in _KINDS else (wanted["EntityFilter"],)
    found: dict[str, dict[str, str]] = {kind: {} for kind in _KINDS}
    for kind, entity in _entities(wanted["PolicyArn"], wanted.get("PolicyUsageFilter"), asked):
        if kind in kinds and entity.path.startswith(wanted.get("PathPrefix") or "/"):
            found[kind][entity.name] = entity.id
    lists = (f"<Policy{kind}s>{_members(kind, named)}</Policy{kind}s>" for kind, named in found.items())
    return result(asked.call, f"{''.join(lists)}<IsTruncated>false</IsTruncated>")


def _members(kind: str, named: dict[str, str]) -> str:
    return "".join(
        f"<member><{kind}Name>{name}</{kind}Name><{kind}Id>{unique_id}</{kind}Id></member>"
        for name, unique_id in named.items()
    )


def _entities(arn: str, usage: str | None, asked: Permitted) -> Iterator[tuple[str, Any]]:
    iam = backend("iam", asked.caller.account)
    if usage != _BOUNDARY:
        for kind, held in zip(_KINDS, (iam.groups, iam.users, iam.roles), strict=True):
            yield from ((kind, each) for each in held.values() if arn in each.managed_policies)
    if usage != _PERMISSIONS:
        bounded = _bounded(asked.caller.account, asked.kept)
        yield from ((kind, each) for boundary, kind, each in bounded if boundary == arn)


def _bounded(account: str, kept: LabState) -> Iterator[tuple[str, str, Any]]:
    """Each permissions boundary (an ARN) with the user or role that it bounds."""
    iam = backend("iam", account)
    if iam is None:
        return
    for user in iam.users.values():
        if user.id in kept.user_boundaries:
            yield kept.user_boundaries[user.id], "User", user
    for role in iam.roles.values():
        if role.permissions_boundary_arn:
            yield role.permissions_boundary_arn, "Role", role


def _count(asked: Permitted) -> None:
    """Tells moto how many users and roles each policy is the boundary of."""
    iam = backend("iam", asked.caller.account)
    if iam is not None:
        counts = Counter(boundary for boundary, _, _ in _bounded(asked.caller.account, asked.kept))
        for arn, policy in iam.managed_policies.items():
            policy.permissions_boundary_usage_count = counts[arn]


@contextmanager
def _counted_as_attached(account: str) -> Iterator[None]:
    """Inside, moto takes a policy that is a boundary for one that is attached, and no other."""
    iam = backend("iam", account)
    policies = list(iam.managed_policies.values()) if iam is not None else []
    attached = [policy.attachment_count for policy in policies]
    for policy in policies:
        policy.attachment_count = policy.permissions_boundary_usage_count
    try:
        yield
    finally:
        for policy, count in zip(policies, attached, strict=True):
            policy.attachment_count = count
