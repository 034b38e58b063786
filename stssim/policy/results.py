"""What each policy, statement, element and condition says to a request, and which of them settled the decision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from stssim.policy.conditions import Condition
from stssim.policy.evaluate import Decision, Rule, names, under_rcp, under_scp, under_session
from stssim.policy.grammar import Patterns, PrincipalElement, Statement
from stssim.policy.policies import RESOURCE_KINDS, Policy, PolicyKind
from stssim.policy.principals import Caller, Kind, Named

__all__ = ["Clause", "ConditionResult", "ElementResult", "PolicyResult", "Results", "StatementResult"]


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of a policy: the JSON pointer into its document."""

    policy: Policy
    pointer: str


@dataclass(frozen=True, slots=True)
class ElementResult:
    """One element (Principal, Action, Resource or their Not-forms) against the request.

    `named` says how closely a Principal element names the caller; None for the others. `given` are the policy variables
    of a Resource element, with their values.
    """

    written: Patterns | PrincipalElement
    found: str
    matched: bool
    named: Named | None = None
    given: tuple[tuple[str, str], ...] = ()

    @property
    def element(self) -> str:
        return self.written.element

    @property
    def wanted(self) -> tuple[str, ...]:
        """The element's values; of a Principal that is no AWS principal, its type before it."""
        if isinstance(self.written, Patterns):
            return self.written.values
        return tuple(name if kind in ("", "AWS") else f"{kind} {name}" for kind, name in self.written.values)

    @property
    def pointer(self) -> str:
        return self.written.pointer


@dataclass(frozen=True, slots=True)
class ConditionResult:
    """One condition key against the request. `found` is None where the request does not have the key.

    `missing` are policy variables in `wanted` that the request has no value for, `given` those that it has one for,
    with that value.
    """

    written: Condition
    found: tuple[str, ...] | None
    matched: bool
    missing: tuple[str, ...] = ()
    given: tuple[tuple[str, str], ...] = ()

    @property
    def operator(self) -> str:
        return self.written.written

    @property
    def key(self) -> str:
        return self.written.key

    @property
    def wanted(self) -> tuple[str, ...]:
        return self.written.values

    @property
    def pointer(self) -> str:
        return self.written.pointer


@dataclass(frozen=True, slots=True)
class StatementResult:
    """One statement against the request. `elements` come in the order Principal, Action, Resource.

    `failures` are the elements and conditions that failed, in that order; with none, the statement matched.
    `names_action` says whether the statement is about the request's action at all.
    """

    statement: Statement
    elements: tuple[ElementResult, ...]
    conditions: tuple[ConditionResult, ...]
    failures: tuple[ElementResult | ConditionResult, ...]
    names_action: bool

    @property
    def matched(self) -> bool:
        return not self.failures

    @property
    def failed(self) -> ElementResult | ConditionResult | None:
        """The first that failed: Principal, Action, Resource, then the conditions; None: the statement matched."""
        return self.failures[0] if self.failures else None

    @property
    def clauses(self) -> tuple[ElementResult | ConditionResult, ...]:
        """The elements, then the conditions."""
        return (*self.elements, *self.conditions)

    @property
    def distance(self) -> tuple[int, int]:
        """How many elements failed, and how many conditions."""
        elements = sum(isinstance(each, ElementResult) for each in self.failures)
        return elements, len(self.failures) - elements

    @property
    def named(self) -> Named | None:
        """How closely the Principal element names the caller; None if there is no such element."""
        return self.elements[0].named


@dataclass(frozen=True, slots=True)
class PolicyResult:
    """One policy against the request. `ignored` says why it had no say, or is ""; `level` is a control policy's, from
    1.
    """

    policy: Policy
    statements: tuple[StatementResult, ...]
    ignored: str = ""
    level: int | None = None

    @property
    def effect(self) -> Literal["Allow", "ImplicitDeny", "ExplicitDeny"]:
        """What the policy says by itself."""
        allows = [each.statement.allows for each in self.statements if not each.failures]
        return "ImplicitDeny" if not allows else "Allow" if all(allows) else "ExplicitDeny"


class Results:
    """Every policy against the request, and what settled it. Computed from the inputs that the decision holds."""

    def __init__(self, decision: Decision) -> None:
        self.decision = decision

    @cached_property
    def policies(self) -> tuple[PolicyResult, ...]:
        """Every policy that was given, in the order in which AWS looks at them."""
        return tuple(_results(self.decision))

    @cached_property
    def settled_by(self) -> tuple[PolicyResult, ...]:
        """The policies that settled it.

        For an explicit deny those that deny; for an allow those that had to allow; for an implicit deny those that
        should have, and none did.
        """
        rule, allowed = self.decision.rule, self.decision.allowed
        bearing = [each for each in self.policies if not each.ignored]
        if rule == "explicit-deny":
            return tuple(each for each in bearing if each.effect == "ExplicitDeny")
        kinds = _ALLOWING[rule] if allowed else _MISSING[rule]
        found = [each for each in bearing if each.policy.kind in kinds]
        if allowed:
            return tuple(each for each in found if each.effect == "Allow")
        if rule == "identity":  # a resource-based policy that leaves it to the identity-based ones is not in the way
            found = [each for each in found if each.policy.kind not in RESOURCE_KINDS or each.effect != "Allow"]
        return tuple(each for each in found if not _level_allows(each, found))

    @cached_property
    def deciding(self) -> tuple[Clause, ...]:
        """The clauses that decided.

        For an allow and for an explicit deny the statements that matched; for an implicit deny, of the statements that
        come closest to allowing, the elements and conditions that failed. Empty where no statement speaks of the
        action at all.
        """
        if self.decision.effect == "ImplicitDeny":
            return tuple(
                Clause(each.policy, failed.pointer) for each, statement in self.closest for failed in statement.failures
            )
        effect = "Allow" if self.decision.allowed else "Deny"
        return tuple(
            Clause(each.policy, statement.statement.pointer)
            for each in self.settled_by
            for statement in each.statements
            if statement.matched and statement.statement.effect == effect
        )

    @cached_property
    def closest(self) -> tuple[tuple[PolicyResult, StatementResult], ...]:
        """For an implicit deny, the Allow statements on the action that come closest: at best only conditions fail."""
        candidates = [
            (each, statement)
            for each in self.settled_by
            for statement in each.statements
            if statement.names_action and statement.failures and statement.statement.allows
        ]
        nearest = min((statement.distance for _, statement in candidates), default=(0, 0))
        return tuple((each, statement) for each, statement in candidates if statement.distance == nearest)


_CONTROLS: tuple[PolicyKind, ...] = ("resource-control", "service-control")
_ALLOWING: dict[Rule, tuple[PolicyKind, ...]] = {
    "no-permission-needed": (),
    "root": (*_CONTROLS, "scope-down"),
    "resource": (*_CONTROLS, *RESOURCE_KINDS, "scope-down"),
    "identity": (*_CONTROLS, "identity", "boundary", "session", "scope-down"),
    "resource-and-identity": (*_CONTROLS, *RESOURCE_KINDS, "identity", "boundary", "session", "scope-down"),
}
_MISSING: dict[Rule, tuple[PolicyKind, ...]] = {
    "root-assumes-no-role": (),
    "resource-control": ("resource-control",),
    "service-control": ("service-control",),
    "resource": RESOURCE_KINDS,
    "identity": ("identity", *RESOURCE_KINDS),
    "boundary": ("boundary",),
    "session": ("session",),
    "no-session-policy": (),
    "scope-down": ("scope-down",),
}


def _level_allows(each: PolicyResult, found: list[PolicyResult]) -> bool:
    """Whether a control policy's level, or this boundary or scope-down policy, allows; what else is missing, is
    missing altogether.
    """
    if each.level is not None:
        return any(other.level == each.level and other.effect == "Allow" for other in found)
    return each.policy.kind in ("boundary", "scope-down") and each.effect == "Allow"


def _results(decision: Decision) -> Iterator[PolicyResult]:
    request, policies = decision.request, decision.policies
    who = request.caller
    unbound = "" if decision.rule != "no-permission-needed" else f"{request.action} needs no permission"
    for word, levels, binds in (
        ("resource", policies.resource_control, under_rcp(who)),
        ("service", policies.service_control, under_scp(who)),
    ):
        ignored = unbound or ("" if binds else f"{word} control policies do not bind {_whom(who)}")
        for number, level in enumerate(levels, 1):
            for policy in level:
                yield PolicyResult(policy, _statements(policy, decision), ignored, number)
    if policies.resource is not None:
        yield PolicyResult(policies.resource, _statements(policies.resource, decision), unbound)
    for grant in policies.grants:
        yield PolicyResult(grant.policy, _statements(grant.policy, decision), unbound)
    ignored = unbound or ("" if who.has_identity else f"{_whom(who)} has no identity-based policies")
    for policy in (*policies.identity, *policies.boundaries):
        yield PolicyResult(policy, _statements(policy, decision), ignored)
    for policy in policies.session or ():
        yield PolicyResult(policy, _statements(policy, decision), unbound if under_session(who) else ignored)
    for policy in policies.scope_down:
        yield PolicyResult(policy, _statements(policy, decision), unbound)


def _whom(who: Caller) -> str:
    if who.kind is Kind.ANONYMOUS:
        return "an anonymous caller"
    if who.service_linked:
        return "a service-linked role"
    article = "an" if who.kind.value[0] in "aeiou" else "a"
    return f"{article} {who.kind.value}"


def _statements(policy: Policy, decision: Decision) -> tuple[StatementResult, ...]:
    return tuple(_statement(statement, decision) for statement in policy.document.statements)


def _statement(statement: Statement, decision: Decision) -> StatementResult:
    request = decision.request
    keys = request.keys
    elements = []
    if statement.principal is not None:
        named = names(statement, request, decision.policies)
        who = request.principal or "anonymous"
        elements.append(ElementResult(statement.principal, who, named is not Named.NOT, named))
    names_action = statement.action.takes(request.act, keys)
    elements.append(ElementResult(statement.action, request.action, names_action))
    if statement.resource is not None:
        takes = statement.resource.takes(request.target, keys)
        given = tuple(pair for each in statement.resource.templates for pair in each.given(keys))
        elements.append(ElementResult(statement.resource, request.resource, takes, given=given))
    conditions = [_condition(each, keys) for each in statement.conditions]
    clauses: list[ElementResult | ConditionResult] = [*elements, *conditions]
    failures = tuple([each for each in clauses if not each.matched])
    return StatementResult(statement, tuple(elements), tuple(conditions), failures, names_action)


def _condition(condition: Condition, keys: Mapping[str, tuple[str, ...]]) -> ConditionResult:
    missing = tuple(condition.missing(keys)) if condition.templates else ()
    given = tuple(pair for each in condition.templates for pair in each.given(keys))
    return ConditionResult(condition, keys.get(condition.name) or None, condition.holds(keys), missing, given)
