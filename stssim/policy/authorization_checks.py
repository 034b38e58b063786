"""A decision in the structure of AWS's own explanations: one check for each requirement, in AWS's order.

It is the structure of GetRequestAuthorizationDetails, by its service model (`iam-toolbox`, November 2026). A scope-down
policy has no type there; that it counts as a session policy is inferred.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from stssim.policy.evaluate import Decision
from stssim.policy.policies import RESOURCE_KINDS, PolicyKind
from stssim.policy.results import PolicyResult, Results

CheckType = Literal[
    "RESOURCE_CONTROL_POLICY",
    "SERVICE_CONTROL_POLICY",
    "RESOURCE",
    "PRINCIPAL",
    "PERMISSIONS_BOUNDARY",
    "SESSION",
]
Effect = Literal["ALLOW", "NO_IMPACT", "IMPLICIT_DENY", "EXPLICIT_DENY"]

POLICY_TYPES: dict[PolicyKind, str] = {
    "identity": "IDENTITY_BASED_POLICY",
    "resource": "RESOURCE_BASED_POLICY",
    "trust": "RESOURCE_BASED_POLICY",
    "kms-key": "RESOURCE_BASED_POLICY",
    "boundary": "PERMISSIONS_BOUNDARY",
    "session": "SESSION_POLICY",
    "scope-down": "SESSION_POLICY",
    "service-control": "SERVICE_CONTROL_POLICY",
    "resource-control": "RESOURCE_CONTROL_POLICY",
}
"""What AWS calls each kind of policy here."""


@dataclass(frozen=True, slots=True)
class Check:
    """One requirement and its result.

    `level` is a control policy's level of the organization, counted from the root, which is 1. `types` are the types of
    policy that were used to satisfy it, or that matched. `matched` are the policies with a statement that matched.
    """

    type: CheckType
    effect: Effect
    level: int | None
    types: tuple[str, ...]
    matched: tuple[PolicyResult, ...]


def checks(decision: Decision) -> tuple[Check, ...]:
    """The checks of a decision, those left out that it did not need, such as a boundary's where none is set."""
    return tuple(_checks(decision, [each for each in Results(decision).policies if not each.ignored]))


def _checks(decision: Decision, results: Sequence[PolicyResult]) -> Iterator[Check]:
    who, policies = decision.request.caller, decision.policies
    if decision.rule == "no-permission-needed":
        return
    controls: tuple[tuple[CheckType, PolicyKind], ...] = (
        ("RESOURCE_CONTROL_POLICY", "resource-control"),
        ("SERVICE_CONTROL_POLICY", "service-control"),
    )
    for type_, kind in controls:
        found = [each for each in results if each.policy.kind == kind]
        for level in sorted({each.level for each in found if each.level is not None}):
            yield _check(type_, [each for each in found if each.level == level], level=level)
    of_resource = [each for each in results if each.policy.kind in RESOURCE_KINDS]
    separate = decision.request.cross_account or policies.kind_of_resource(decision.request) in ("trust", "kms-key")
    if separate:
        yield _check("RESOURCE", of_resource, needs="RESOURCE_BASED_POLICY")
    if who.has_identity:
        of_principal = [each for each in results if each.policy.kind == "identity"]
        yield _of_principal(decision, of_principal, [] if separate else of_resource)
    for boundary in (each for each in results if each.policy.kind == "boundary"):
        yield _check("PERMISSIONS_BOUNDARY", [boundary])
    if policies.session is not None:
        yield _check("SESSION", [each for each in results if each.policy.kind == "session"], needs="SESSION_POLICY")
    for layer in (each for each in results if each.policy.kind == "scope-down"):
        yield _check("SESSION", [layer])


def _of_principal(decision: Decision, identity: Sequence[PolicyResult], of_resource: Sequence[PolicyResult]) -> Check:
    """In one account the resource's policy may allow instead, so it is part of this check."""
    check = _check("PRINCIPAL", [*identity, *of_resource], needs="IDENTITY_BASED_POLICY")
    needless = check.effect == "IMPLICIT_DENY" and decision.allowed
    return Check("PRINCIPAL", "NO_IMPACT" if needless else check.effect, None, check.types, check.matched)


def _check(
    type_: CheckType, results: Sequence[PolicyResult], *, level: int | None = None, needs: str | None = None
) -> Check:
    effects = {each.effect for each in results}
    matched = tuple(each for each in results if any(statement.matched for statement in each.statements))
    own = {POLICY_TYPES[results[0].policy.kind]} if needs is None and results else {needs} if needs else set()
    types = own | {POLICY_TYPES[each.policy.kind] for each in matched}
    effect: Effect = (
        "EXPLICIT_DENY" if "ExplicitDeny" in effects else "ALLOW" if "Allow" in effects else "IMPLICIT_DENY"
    )
    return Check(type_, effect, level, tuple(sorted(types)), matched)
