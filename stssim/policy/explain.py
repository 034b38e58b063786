"""Why a decision is what it is: every policy, every statement, every element, and the clauses that settled it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from stssim.policy.conditions import Condition
from stssim.policy.evaluate import Decision, Rule, names, under_rcp, under_scp
from stssim.policy.grammar import Patterns, PrincipalElement, Statement
from stssim.policy.policies import RESOURCE_KINDS, Policy, PolicyKind
from stssim.policy.principals import Caller, Kind, Named
from stssim.policy.request import Request

if TYPE_CHECKING:
    from stssim.policy.change import Change

__all__ = ["Clause", "ConditionResult", "ElementResult", "Explanation", "PolicyResult", "StatementResult"]


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of a policy: the JSON pointer into its document."""

    policy: Policy
    pointer: str


@dataclass(frozen=True, slots=True)
class ElementResult:
    """One element (Principal, Action, Resource or their Not-forms) against the request."""

    element: str
    wanted: tuple[str, ...]
    found: str
    matched: bool
    pointer: str
    named: Named | None = None


@dataclass(frozen=True, slots=True)
class ConditionResult:
    """One condition key against the request. `found` is None where the request does not have the key.

    `missing` are policy variables in `wanted` that the request has no value for.
    """

    operator: str
    key: str
    wanted: tuple[str, ...]
    found: tuple[str, ...] | None
    matched: bool
    pointer: str
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StatementResult:
    """One statement against the request. `elements` come in the order Principal, Action, Resource."""

    statement: Statement
    elements: tuple[ElementResult, ...]
    conditions: tuple[ConditionResult, ...]

    @property
    def matched(self) -> bool:
        return self.failed is None

    @property
    def failed(self) -> ElementResult | ConditionResult | None:
        """The first element that failed: Principal, Action, Resource, then the conditions; None: the statement
        matched.
        """
        return next((each for each in self.clauses if not each.matched), None)

    @property
    def clauses(self) -> tuple[ElementResult | ConditionResult, ...]:
        """The elements, then the conditions."""
        return (*self.elements, *self.conditions)

    @property
    def failures(self) -> tuple[ElementResult | ConditionResult, ...]:
        """Everything that failed, in the same order."""
        return tuple(each for each in self.clauses if not each.matched)

    @property
    def distance(self) -> tuple[int, int]:
        """How many elements failed, and how many conditions."""
        return sum(not each.matched for each in self.elements), sum(not each.matched for each in self.conditions)

    @property
    def names_action(self) -> bool:
        return all(each.matched for each in self.elements if each.element in ("Action", "NotAction"))

    @property
    def named(self) -> Named | None:
        """How closely the Principal element names the caller; None if there is no such element."""
        return next((each.named for each in self.elements if each.named is not None), None)


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
        effects = {each.statement.effect for each in self.statements if each.matched}
        return "ExplicitDeny" if "Deny" in effects else "Allow" if "Allow" in effects else "ImplicitDeny"


class Explanation:
    """Why. Read-only, computed from the inputs that the decision holds.

    `sentence`, `tree()` and `to_dict()` are three renderings of `policies` and `deciding`.
    """

    def __init__(self, decision: Decision) -> None:
        self.decision = decision

    def __repr__(self) -> str:
        return f"<Explanation: {self.sentence}>"

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
            if statement.statement.allows and not statement.matched and statement.names_action
        ]
        nearest = min((statement.distance for _, statement in candidates), default=(0, 0))
        return tuple((each, statement) for each, statement in candidates if statement.distance == nearest)

    @cached_property
    def sentence(self) -> str:
        """The whole of it in plain English, in one sentence."""
        from stssim.policy.sentence import sentence

        return sentence(self)

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """For a deny, the smallest change in the request and the smallest in one policy that turn it, each tried."""
        from stssim.policy.change import changes

        return changes(self)

    @property
    def change(self) -> Change | None:
        """The smallest change that turns a deny into an allow; None for an allow, or if no single small change does."""
        return self.changes[0] if self.changes else None

    def tree(self) -> list[str]:
        """The whole of it as lines of text for a terminal."""
        from stssim.policy.render import tree

        return tree(self)

    def to_dict(self) -> dict[str, Any]:
        """The whole of it as data that JSON can hold."""
        from stssim.policy.render import to_dict

        return to_dict(self)


_CONTROLS: tuple[PolicyKind, ...] = ("resource-control", "service-control")
_ALLOWING: dict[Rule, tuple[PolicyKind, ...]] = {
    "no-permission-needed": (),
    "root": _CONTROLS,
    "resource": (*_CONTROLS, *RESOURCE_KINDS),
    "identity": (*_CONTROLS, "identity", "boundary", "session"),
    "resource-and-identity": (*_CONTROLS, *RESOURCE_KINDS, "identity", "boundary", "session"),
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
}


def _level_allows(each: PolicyResult, found: list[PolicyResult]) -> bool:
    """Whether a control policy's level, or this boundary, allows; what else is missing, is missing altogether."""
    if each.level is not None:
        return any(other.level == each.level and other.effect == "Allow" for other in found)
    return each.policy.kind == "boundary" and each.effect == "Allow"


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
    ignored = unbound or ("" if who.has_identity else f"{_whom(who)} has no identity-based policies")
    for policy in (*policies.identity, *policies.boundaries, *(policies.session or ())):
        yield PolicyResult(policy, _statements(policy, decision), ignored)


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
    elements = []
    if statement.principal is not None:
        elements.append(_principal(statement, statement.principal, decision))
    elements.append(_patterns(statement.action, request.act, request.action, request))
    if statement.resource is not None:
        elements.append(_patterns(statement.resource, request.target, request.resource, request))
    conditions = tuple(_condition(each, request) for each in statement.conditions)
    return StatementResult(statement, tuple(elements), conditions)


def _principal(statement: Statement, element: PrincipalElement, decision: Decision) -> ElementResult:
    named = names(statement, decision.request, decision.policies)
    wanted = tuple(name if kind in ("", "AWS") else f"{kind} {name}" for kind, name in element.values)
    found = decision.request.principal or "anonymous"
    return ElementResult(element.element, wanted, found, named is not Named.NOT, element.pointer, named)


def _patterns(patterns: Patterns, text: str, found: str, request: Request) -> ElementResult:
    matched = patterns.takes(text, request.keys)
    return ElementResult(patterns.element, patterns.values, found, matched, patterns.pointer)


def _condition(condition: Condition, request: Request) -> ConditionResult:
    found = request.keys.get(condition.name)
    return ConditionResult(
        condition.written,
        condition.key,
        condition.values,
        found or None,
        condition.holds(request.keys),
        condition.pointer,
        tuple(condition.missing(request.keys)),
    )
