"""An results as lines for a terminal, and as data for JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from stssim.policy.policies import KINDS
from stssim.policy.principals import Named
from stssim.policy.results import ConditionResult, ElementResult, PolicyResult, Results, StatementResult
from stssim.policy.sentence import asked, wanted
from stssim.policy.suggest import Change

__all__ = ["to_dict", "tree"]

_EFFECTS = {"Allow": "allows", "ImplicitDeny": "does not allow", "ExplicitDeny": "denies"}
_OUTCOMES = {"Allow": "Allowed", "ImplicitDeny": "Denied (nothing allows it)", "ExplicitDeny": "Denied explicitly"}
_NAMED = {
    Named.NOT: "",
    Named.ACCOUNT: "the caller's account",
    Named.ISSUER: "the role or user behind the caller",
    Named.DIRECTLY: "the caller",
}


def tree(results: Results, sentence: str, changes: Sequence[Change]) -> list[str]:
    """One line each for the outcome, each policy, statement, element and condition.

    `+` marks what matched, `x` what did not, `>` the clauses that decided.
    """
    decision = results.decision
    lines = [f"{_OUTCOMES[decision.effect]}: {asked(decision.request)}", sentence]
    for number, result in enumerate(results.policies):
        last = number == len(results.policies) - 1
        lines += _policy_lines(results, result, "`- " if last else "|- ", "   " if last else "|  ")
    for change in changes:
        lines.append(change.sentence)
    return lines


def _policy_lines(results: Results, result: PolicyResult, first: str, rest: str) -> Iterator[str]:
    level = f", level {result.level}" if result.level is not None else ""
    says = f"not asked: {result.ignored}" if result.ignored else _EFFECTS[result.effect]
    yield f"{first}{result.policy.name} ({KINDS[result.policy.kind]}{level}): {says}"
    deciding = {clause.pointer for clause in results.deciding if clause.policy is result.policy}
    for statement in result.statements:
        at = statement.statement
        sid = f" {at.sid}" if at.sid else ""
        mark = ">" if at.pointer in deciding else "+" if statement.matched else "x"
        yield f"{rest}{mark} {at.effect}{sid} {at.pointer}: {'matches' if statement.matched else 'does not match'}"
        for clause in statement.clauses:
            mark = ">" if clause.pointer in deciding else "+" if clause.matched else "x"
            yield f"{rest}  {mark} {_clause(clause)}"


def _clause(clause: ElementResult | ConditionResult) -> str:
    if isinstance(clause, ConditionResult):
        found = "absent from the request" if clause.found is None else f"found {', '.join(clause.found)}"
        missing = f"; no value for {', '.join(clause.missing)}" if clause.missing else ""
        return f"{clause.operator} {wanted(clause)}: {found}{missing}"
    named = f" ({_NAMED[clause.named]})" if clause.named else ""
    return f"{clause.element} {', '.join(clause.wanted)}: {clause.found}{named}"


def to_dict(results: Results, sentence: str, changes: Sequence[Change]) -> dict[str, Any]:
    """Everything, under the names that the result classes have; clauses as policy name and JSON pointer."""
    decision = results.decision
    request = decision.request
    return {
        "allowed": decision.allowed,
        "effect": decision.effect,
        "rule": decision.rule,
        "sentence": sentence,
        "request": {
            "principal": request.principal,
            "action": request.action,
            "resource": request.resource,
            "resource_account": request.owner or None,
            "context": {name: list(request.keys.get(name.lower(), ())) for name in request.context},
        },
        "deciding": [{"policy": clause.policy.name, "pointer": clause.pointer} for clause in results.deciding],
        "policies": [_policy_data(result) for result in results.policies],
        "changes": [change.to_dict() for change in changes],
    }


def _policy_data(result: PolicyResult) -> dict[str, Any]:
    return {
        "name": result.policy.name,
        "kind": result.policy.kind,
        "level": result.level,
        "effect": result.effect,
        "ignored": result.ignored or None,
        "statements": [_statement_data(statement) for statement in result.statements],
    }


def _statement_data(result: StatementResult) -> dict[str, Any]:
    failed = result.failed
    return {
        "pointer": result.statement.pointer,
        "sid": result.statement.sid or None,
        "effect": result.statement.effect,
        "matched": result.matched,
        "failed": None if failed is None else failed.pointer,
        "elements": [
            {
                "element": each.element,
                "wanted": list(each.wanted),
                "found": each.found,
                "matched": each.matched,
                "pointer": each.pointer,
                "named": None if each.named is None else each.named.name.lower(),
            }
            for each in result.elements
        ],
        "conditions": [
            {
                "operator": each.operator,
                "key": each.key,
                "wanted": list(each.wanted),
                "found": None if each.found is None else list(each.found),
                "matched": each.matched,
                "pointer": each.pointer,
                "missing": list(each.missing),
            }
            for each in result.conditions
        ],
    }
