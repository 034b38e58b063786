"""Whether a request is allowed: AWS's evaluation logic, whole.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from stssim.policy.grammar import Statement
from stssim.policy.policies import KINDS, Policies, Policy, PolicyKind, kind_of, named, policy
from stssim.policy.principals import Caller, Kind, Named
from stssim.policy.request import Request

__all__ = ["Decision", "Effect", "Rule", "decide", "evaluate"]

Effect = Literal["Allow", "ImplicitDeny", "ExplicitDeny"]

Rule = Literal[
    "no-permission-needed",
    "explicit-deny",
    "resource-control",
    "service-control",
    "root-assumes-no-role",
    "root",
    "resource",
    "resource-and-identity",
    "identity",
    "boundary",
    "session",
    "no-session-policy",
    "scope-down",
]
"""What settled a decision: for an allow the last thing needed, for a deny the first thing missing."""

_NO_PERMISSION_NEEDED = frozenset({"sts:getcalleridentity", "sts:getsessiontoken"})


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to a request, with everything that it was decided from, frozen; so it stays true when policies change.
    `Explanation` says why.

    `effect` is `Allow`, `ImplicitDeny` (nothing allowed it) or `ExplicitDeny` (a Deny statement matched). `rule` says
    which part of AWS's logic settled it.
    """

    effect: Effect
    rule: Rule
    request: Request
    policies: Policies

    @property
    def allowed(self) -> bool:
        return self.effect == "Allow"

    def __bool__(self) -> bool:
        return self.allowed

    def __repr__(self) -> str:
        return f"<Decision: {self.effect} {self.request.action} on {self.request.resource}>"


def decide(request: Request, policies: Policies) -> Decision:
    """Decides a request by policies that are compiled already."""
    effect, rule = _logic(request, policies)
    return Decision(effect, rule, request, policies)


def evaluate(
    *,
    principal: str | None,
    action: str,
    resource: str,
    resource_account: str | None = None,
    context: Mapping[str, Any] | None = None,
    identity_policies: Iterable[object] = (),
    resource_policy: object | None = None,
    resource_policy_kind: Literal["trust", "kms-key"] | None = None,
    session_policies: Iterable[object] | None = None,
    scope_down_policies: Iterable[object] = (),
    permissions_boundaries: Iterable[object] = (),
    principal_id: str | None = None,
    issuer: str | None = None,
    canonical_id: str | None = None,
    service_control_policies: Iterable[Iterable[object]] = (),
    resource_control_policies: Iterable[Iterable[object]] = (),
) -> Decision:
    """Whether `principal` may do `action` on `resource`, by AWS's documented logic.

    Documents are dicts, JSON text, UTF-8 bytes, or a `Policy` that brings its own name. `principal`,
    `resource_account`, `context`, `principal_id`, `issuer` and `canonical_id` are as in `Request`.
    `resource_policy_kind` tells a role's trust
    policy or a KMS key's key policy where the resource's ARN does not. `session_policies=None` means that none was
    passed: no limit for a role session, nothing for a federated user. All `scope_down_policies` and all
    `permissions_boundaries` must allow, and of the control policies each level (an inner list) must.

    Raises `PolicyError` (a `ValueError`) for a document that is no policy of its kind, and `ValueError` for a request
    that is none.
    """
    request = Request(
        principal,
        action,
        resource,
        resource_account,
        {} if context is None else context,
        principal_id,
        issuer,
        canonical_id,
    )
    kind = kind_of(resource, action, resource_policy_kind)
    return decide(
        request,
        Policies(
            identity=named(identity_policies, "identity", "identity policy"),
            resource=None if resource_policy is None else policy(resource_policy, kind, f"the {KINDS[kind]}"),
            session=None if session_policies is None else named(session_policies, "session", "session policy"),
            scope_down=named(scope_down_policies, "scope-down", "scope-down policy"),
            boundaries=named(permissions_boundaries, "boundary", "permissions boundary"),
            service_control=_levels(service_control_policies, "service-control", "service control policy"),
            resource_control=_levels(resource_control_policies, "resource-control", "resource control policy"),
            resource_kind=kind,
        ),
    )


def _levels(levels: Iterable[Iterable[object]], kind: PolicyKind, name: str) -> tuple[tuple[Policy, ...], ...]:
    return tuple(named(level, kind, name, f" of level {number}") for number, level in enumerate(levels, 1))


_NOTHING, _ALLOWED, _DENIED = 0, 1, 2
"""What the policies of one layer say together."""


def _logic(request: Request, policies: Policies) -> tuple[Effect, Rule]:
    who = request.caller
    if request.act in _NO_PERMISSION_NEEDED and who.kind is not Kind.ANONYMOUS:
        return "Allow", "no-permission-needed"

    identity, boundaries, session = _NOTHING, [], None
    if who.has_identity:
        identity = _layer(policies.identity, request)
        boundaries = [_layer((each,), request) for each in policies.boundaries]
    if policies.session is not None and under_session(who):
        session = _layer(policies.session, request)
    service_control = [_layer(level, request) for level in policies.service_control] if under_scp(who) else []
    resource_control = [_layer(level, request) for level in policies.resource_control] if under_rcp(who) else []
    scope_down = [_layer((each,), request) for each in policies.scope_down]
    grant = _grant(request, policies)

    if (
        grant is None
        or _DENIED in (identity, session)
        or _DENIED in scope_down
        or _DENIED in boundaries
        or _DENIED in service_control
        or _DENIED in resource_control
    ):
        return "ExplicitDeny", "explicit-deny"
    if _NOTHING in resource_control:
        return "ImplicitDeny", "resource-control"
    if _NOTHING in service_control:
        return "ImplicitDeny", "service-control"
    effect, rule = _with_grants(request, policies, grant, identity, boundaries, session)
    if effect == "Allow" and _NOTHING in scope_down:
        return "ImplicitDeny", "scope-down"
    return effect, rule


def _with_grants(
    request: Request, policies: Policies, grant: Named, identity: int, boundaries: Sequence[int], session: int | None
) -> tuple[Effect, Rule]:
    if policies.grants:
        if request.cross_account and (own := _by_grants(request, policies, request.caller.account)):
            granted = _granted(request, policies, own, identity, boundaries, session, crossing=False)
            if granted[0] == "Allow":
                return granted
        grant = max(grant, _by_grants(request, policies))
    return _granted(request, policies, grant, identity, boundaries, session, crossing=request.cross_account)


def _granted(
    request: Request,
    policies: Policies,
    grant: Named,
    identity: int,
    boundaries: Sequence[int],
    session: int | None,
    *,
    crossing: bool,
) -> tuple[Effect, Rule]:
    """What is left when nothing is denied and the organization allows: who grants, and what limits the grant."""
    who = request.caller
    kind = policies.kind_of_resource(request)
    must_trust = kind in ("trust", "kms-key")
    if who.kind is Kind.ROOT:
        if kind == "trust" and request.act == "sts:assumerole":
            return "ImplicitDeny", "root-assumes-no-role"
        if not must_trust and not crossing:
            return "Allow", "root"
    if not who.has_identity:
        return ("Allow" if grant else "ImplicitDeny"), "resource"
    if not grant and (must_trust or crossing):
        return "ImplicitDeny", "resource"
    if grant is Named.DIRECTLY and not crossing:
        return "Allow", "resource"
    if grant is Named.ISSUER and crossing and session == _NOTHING:
        # Told before the identity-based policy that is missing as well: radkawar/stackd, testdata/aws/kms/grants.json
        return "ImplicitDeny", "session"
    through_issuer = grant is Named.ISSUER and not crossing
    if not (identity or through_issuer or of_root(who)):
        return "ImplicitDeny", "identity"
    if _NOTHING in boundaries:
        return "ImplicitDeny", "boundary"
    if session == _NOTHING:
        return "ImplicitDeny", "session"
    if session is None and who.kind is Kind.FEDERATED_USER:
        return "ImplicitDeny", "no-session-policy"
    if through_issuer:
        return "Allow", "resource"
    return "Allow", "resource-and-identity" if must_trust or crossing else "identity"


def under_session(who: Caller) -> bool:
    """Whether session policies bind the caller. A root session has one, its task policy, which can only deny.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user-privileged-task.html
    """
    return who.has_identity or who.kind is Kind.ROOT


def under_scp(who: Caller) -> bool:
    """Whether service control policies bind the caller: principals of accounts, root users too, but no service-linked
    role.

    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
    """
    return bool(who.account) and not who.service_linked


def under_rcp(who: Caller) -> bool:
    """Resource control policies bind everyone who comes to the account's resources, but no service-linked role.

    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
    """
    return not who.service_linked


def of_root(who: Caller) -> bool:
    """Whether this is a federated user whom the root user signed in, so that only the session policy limits it."""
    return who.kind is Kind.FEDERATED_USER and who.issuer.endswith(":root")


def _layer(policies: Iterable[Policy], request: Request) -> int:
    found = _NOTHING
    for each in policies:
        for statement in each.document.for_action(request.act):
            if (found == _NOTHING or not statement.allows) and applies(statement, request):
                if not statement.allows:
                    return _DENIED
                found = _ALLOWED
    return found


def _grant(request: Request, policies: Policies) -> Named | None:
    """How closely the resource's policy names the caller in what it allows; None where it denies."""
    return Named.NOT if policies.resource is None else _named_by(policies.resource, request, policies)


def _by_grants(request: Request, policies: Policies, issuing_account: str = "") -> Named:
    """How closely the grants on a KMS key name the caller; with an account, those that its principals created.

    A grant counts like the key's policy, and one that the caller's own account created counts like a policy of the
    caller's account: no identity-based policy has to allow as well. Recorded on 2026-09-12 (radkawar/stackd,
    testdata/aws/kms/grants.json).
    """
    grants = (grant for grant in policies.grants if not issuing_account or grant.issuing_account == issuing_account)
    return max((_named_by(grant.policy, request, policies) or Named.NOT for grant in grants), default=Named.NOT)


def _named_by(policy: Policy, request: Request, policies: Policies) -> Named | None:
    found = Named.NOT
    for statement in policy.document.for_action(request.act):
        if statement.allows and found is Named.DIRECTLY:
            continue
        how = names(statement, request, policies)
        if how and applies(statement, request):
            if not statement.allows:
                return None
            found = max(found, how)
    return found


def names(statement: Statement, request: Request, policies: Policies) -> Named:
    """How closely a statement of a resource's policy names the caller."""
    element = statement.principal
    if element is None:
        return Named.NOT
    if not element.negated:
        return element.principals.name(request.caller, request.canonical_id)
    if policies.boundaries and not statement.allows:
        # "will always deny any IAM principal that has a permissions boundary policy attached, regardless":
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
        return Named.DIRECTLY
    if statement.allows:  # nobody who is named, by whatever entry, is granted anything
        named = element.principals.name(request.caller, request.canonical_id)
        return Named.DIRECTLY if named is Named.NOT else Named.NOT
    return Named.NOT if element.principals.spares(request.caller, request.canonical_id) else Named.DIRECTLY


def applies(statement: Statement, request: Request) -> bool:
    """Whether a statement whose action matches takes the resource, and its conditions hold."""
    keys = request.keys
    if statement.resource is not None and not statement.resource.takes(request.target, keys):
        return False
    for condition in statement.conditions:  # noqa: SIM110 (all() of a generator costs twice as much)
        if not condition.holds(keys):
            return False
    return True
