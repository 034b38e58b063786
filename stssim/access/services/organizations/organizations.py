"""Organizations: where an account belongs, and the control policies that bear on it at every level from the root down.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
"""

from __future__ import annotations

from typing import Any

from stssim.access.core.compiled_policies import compiled
from stssim.access.core.lab_state import LabState
from stssim.access.core.moto_backends import backend
from stssim.access.services.adapter import Permitted
from stssim.access.services.iam.entities import held
from stssim.access.services.organizations.management import management_account
from stssim.call import Call, Caller, HttpReply, Refusal
from stssim.cloud import Membership, RootAccess
from stssim.policy import Policy
from stssim.policy.policies import PolicyKind
from stssim.trace import Refused

_KINDS: dict[str, tuple[PolicyKind, str]] = {
    "SERVICE_CONTROL_POLICY": ("service-control", "service control policy"),
    "RESOURCE_CONTROL_POLICY": ("resource-control", "resource control policy"),
}
_IAM = "iam.amazonaws.com"


def membership(account: str) -> Membership | None:
    """The account's place in its organization, or None. Control policies do not bear on the management account."""
    management = management_account(account)
    kept = backend("organizations", management)
    if kept is None or kept.org is None:
        return None
    member = next((each for each in kept.accounts if each.id == account), None)
    if member is None:
        return None
    levels = _levels(kept, member)
    root = levels[0]
    path = f"{kept.org.id}/{'/'.join(level.id for level in levels[:-1])}/"
    if account == management:
        return Membership(kept.org.id, path, management)
    return Membership(
        kept.org.id,
        path,
        management,
        _control_policies(root, levels, "SERVICE_CONTROL_POLICY"),
        _control_policies(root, levels, "RESOURCE_CONTROL_POLICY"),
    )


def root_access(account: str, kept: LabState) -> RootAccess | None:
    """Centralized root access in the account's organization, or None: it belongs to none."""
    management = management_account(account)
    held = backend("organizations", management)
    if held is None or held.org is None:
        return None
    delegated = (admin.account.id for admin in held.admins if _IAM in admin.services)
    trusted = any(service["ServicePrincipal"] == _IAM for service in held.services)
    return RootAccess(management, (management, *delegated), trusted, frozenset(kept.root_features.get(held.org.id, ())))


def attach(asked: Permitted) -> HttpReply:
    """AttachPolicy. Raises `Refused` (`PolicyTypeNotEnabledException`, 400) for a type not enabled in the root."""
    kept, policy = _named_policy(asked.call, asked.caller)
    if policy is not None and policy.type in _KINDS and not _is_enabled(kept.ou[0], policy.type):
        says = "This operation can be performed only for enabled policy types."
        raise Refused(Refusal("PolicyTypeNotEnabledException", says, 400))
    return asked.forward()


def detach(asked: Permitted) -> HttpReply:
    """DetachPolicy. Raises `Refused` (`ConstraintViolationException`, 400) for the last of its type on a target.

    The wording is not documented, the rule is: every level has at least one control policy.
    """
    kept, policy = _named_policy(asked.call, asked.caller)
    target = asked.call.parameters["TargetId"]
    holders = (*kept.ou, *kept.accounts) if kept is not None else ()
    holder = next((each for each in holders if each.id == target), None)
    if policy is None or holder is None or policy.type not in _KINDS:
        return asked.forward()
    if [each for each in holder.attached_policies if each.type == policy.type] == [policy]:
        says = f"You cannot detach the last {_KINDS[policy.type][1]} from {target}."
        raise Refused(Refusal("ConstraintViolationException", says, 400))
    return asked.forward()


def trust_iam(asked: Permitted) -> HttpReply:
    """EnableAWSServiceAccess and DisableAWSServiceAccess, for IAM: moto does not know that IAM can be given access.

    Raises `Refused` (`ConstraintViolationException`, 400) while IAM has a delegated administrator.
    """
    kept = backend("organizations", asked.caller.account)
    if asked.call.parameters["ServicePrincipal"] != _IAM or kept is None or kept.org is None:
        return asked.forward()
    delegated = [admin for admin in kept.admins if _IAM in admin.services]
    if asked.call.operation == "DisableAWSServiceAccess" and delegated:
        # The code was recorded in September 2026 (radkawar/stackd, root_sessions.json), the message was not.
        says = f"You must deregister the delegated administrators of {_IAM} before you disable its access."
        raise Refused(Refusal("ConstraintViolationException", says, 400))
    kept.services = [service for service in kept.services if service["ServicePrincipal"] != _IAM]
    if asked.call.operation == "EnableAWSServiceAccess":
        enabled = asked.call.at.timestamp() if asked.call.at is not None else 0
        kept.services.append({"ServicePrincipal": _IAM, "DateEnabled": enabled})
    return HttpReply(200, (("content-type", "application/x-amz-json-1.1"),), b"{}")


def delegate(asked: Permitted) -> HttpReply:
    """RegisterDelegatedAdministrator and its like: moto does not know that IAM can have delegated administrators."""
    from moto.organizations.models import FakeDelegatedAdministrator

    known = FakeDelegatedAdministrator.SUPPORTED_SERVICES
    FakeDelegatedAdministrator.SUPPORTED_SERVICES = [*known, _IAM]
    try:
        return asked.forward()
    finally:
        FakeDelegatedAdministrator.SUPPORTED_SERVICES = known


def create_account(asked: Permitted) -> HttpReply:
    """CreateAccount: its role for the management account may do everything, which moto's may not."""
    reply = asked.forward()
    kept = backend("organizations", asked.caller.account)
    if reply.status >= 300 or kept is None or not kept.accounts:
        return reply
    name = asked.call.parameters.get("RoleName") or "OrganizationAccountAccessRole"
    role = held("roles", kept.accounts[-1].id).named(name)
    if role is not None:
        role.policies["AdministratorAccess"] = _EVERYTHING
    return reply


_EVERYTHING = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'


def _named_policy(call: Call, caller: Caller) -> tuple[Any, Any]:
    kept = backend("organizations", caller.account)
    held = kept.policies if kept is not None and kept.org is not None else ()
    return kept, next((policy for policy in held if policy.id == call.parameters["PolicyId"]), None)


def _is_enabled(root: Any, sort: str) -> bool:
    return any(enabled["Type"] == sort for enabled in root.policy_types)


def _levels(kept: Any, member: Any) -> list[Any]:
    """The root, the units on the way down, and the account itself."""
    units = {unit.id: unit for unit in kept.ou}
    levels = [member]
    while (parent := units.get(levels[0].parent_id)) is not None:
        levels.insert(0, parent)
    return levels


def _control_policies(root: Any, levels: list[Any], sort: str) -> tuple[tuple[Policy, ...], ...]:
    """One tuple a level. A type of policy that is not enabled in the root does not bear on anybody."""
    if not _is_enabled(root, sort):
        return ()
    kind, words = _KINDS[sort]
    return tuple(
        tuple(
            compiled(f"the {words} {policy.name} of {_called(level)}", kind, policy.content, policy.arn)
            for policy in level.attached_policies
            if policy.type == sort
        )
        for level in levels
    )


def _called(level: Any) -> str:
    return f"account {level.id}" if level.type == "ACCOUNT" else level.name or level.id
