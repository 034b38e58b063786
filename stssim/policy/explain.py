"""Why a decision is what it is: every policy, every statement, every element, and the clauses that settled it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from stssim.policy.conditions import Condition
from stssim.policy.evaluate import Decision, names, under_rcp, under_scp
from stssim.policy.grammar import Patterns, PrincipalElement, Statement
from stssim.policy.policies import Policy
from stssim.policy.principals import Caller, Kind, Named
from stssim.policy.request import Request

__all__ = ["Clause", "ConditionResult", "ElementResult", "Explanation", "PolicyResult", "StatementResult", "explain"]


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
        matched."""
        for element in self.elements:
            if not element.matched:
                return element
        return next((each for each in self.conditions if not each.matched), None)

    @property
    def named(self) -> Named | None:
        return next((each.named for each in self.elements if each.named is not None), None)


@dataclass(frozen=True, slots=True)
class PolicyResult:
    """One policy against the request. `ignored` says why it had no say, or is ""; `level` is a control policy's, from
    1."""

    policy: Policy
    statements: tuple[StatementResult, ...]
    ignored: str = ""
    level: int | None = None

    @property
    def effect(self) -> Literal["Allow", "ImplicitDeny", "ExplicitDeny"]:
        """What the policy says by itself."""
        effects = {each.statement.effect for each in self.statements if each.matched}
        return "ExplicitDeny" if "Deny" in effects else "Allow" if "Allow" in effects else "ImplicitDeny"


def explain(decision: Decision) -> Explanation:
    """Explains a decision from the inputs that it holds."""
    return Explanation(decision)


class Explanation:
    """Why. Read-only; `sentence`, `tree()` and `to_dict()` are three renderings of `policies` and `deciding`."""

    def __init__(self, decision: Decision) -> None:
        self.decision = decision

    def __repr__(self) -> str:
        return f"<Explanation of {self.decision!r}>"

    @cached_property
    def policies(self) -> tuple[PolicyResult, ...]:
        """Every policy that was given, in the order in which AWS looks at them."""
        return tuple(_results(self.decision))


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
