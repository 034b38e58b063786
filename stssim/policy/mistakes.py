"""Mistakes that people make in policies, recognized in what did not match: each in words that end a sentence, or ""."""

from __future__ import annotations

import re
from collections.abc import Sequence

from stssim.arn import account_named
from stssim.policy.match import glob_text
from stssim.policy.principals import Kind
from stssim.policy.request import Request
from stssim.policy.results import ConditionResult, ElementResult, Results, StatementResult

__all__ = ["misnamed", "mistaken", "not_spared", "other_permission", "recased", "values"]


def values(clauses: Sequence[ConditionResult | ElementResult]) -> str:
    """What the policy variables of some clauses stand for in this request."""
    given = dict.fromkeys(f"{text} is {value}" for each in clauses for text, value in each.given)
    missing = dict.fromkeys(name for each in clauses if isinstance(each, ConditionResult) for name in each.missing)
    told = [*given, *([f"{' and '.join(missing)} has no value in this request"] if missing else [])]
    return f" ({', '.join(told)})" if told else ""


def mistaken(condition: ConditionResult) -> str:
    """A `*` under an operator that has no wildcards, or a value that differs in case alone."""
    operator = condition.written.operator
    if not operator.name.startswith("String") or operator.negated or condition.found is None:
        return ""
    wanted = [_filled(value, condition) for value in condition.wanted]
    for found in condition.found:
        if not operator.wildcards and any("*" in value and glob_text(value)(found) for value in wanted):
            like = re.sub("(?i)equals(ignorecase)?", "Like", condition.operator)
            return f"; {condition.operator} takes the * as a character, and {like} would take it as a wildcard"
        if "IgnoreCase" not in operator.name and any(_in_another_case(value, found) for value in wanted):
            return f"; the two differ in upper and lower case alone, which {condition.operator} does not ignore"
    return ""


def _filled(value: str, condition: ConditionResult) -> str:
    for text, given in condition.given:
        value = value.replace(text, given)
    return value


def _in_another_case(wanted: str, found: str) -> bool:
    return wanted != found and glob_text(wanted.lower())(found.lower()) and not glob_text(wanted)(found)


def recased(element: ElementResult) -> str:
    """A resource whose ARN differs in case alone from what a Resource element lists."""
    if any(_in_another_case(value, element.found) for value in element.wanted):
        return "; the two differ in upper and lower case alone"
    return ""


def misnamed(element: ElementResult, request: Request) -> str:
    """A Principal that is meant for the caller: in other case, or a role without its path."""
    caller = request.caller
    names = [name for name in (caller.name, caller.issuer) if name]
    for entry in element.wanted:
        for name in names:
            if entry != name and entry.lower() == name.lower():
                return f"; {name} differs from it in upper and lower case alone"
    role = caller.issuer if ":role/" in caller.issuer else ""
    for entry in element.wanted:
        head, _, path = entry.partition(":role/")
        if role and path and role.startswith(f"{head}:role/") and _name(path).lower() == _name(role).lower():
            return f"; the caller's role is {role}, with its path" if entry != role else ""
    return ""


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def not_spared(statement: StatementResult, request: Request) -> str:
    """A NotPrincipal that lists the role, and neither its session nor its account, which it has to list as well.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
    """
    element = statement.elements[0]
    if element.element != "NotPrincipal" or request.caller.kind is not Kind.ROLE_SESSION:
        return ""
    role, session, account = request.caller.issuer, request.caller.name or "", request.caller.account
    listed = set(element.wanted)
    named = role if role in listed else next((entry for entry in listed if _is_role_of(entry, session)), "")
    if not named and session not in listed:
        return ""
    lacking = [] if named else [f"the role {role}" if role else "its role"]
    lacking += [] if session in listed else [f"the session {session}"]
    if not listed & {account, f"arn:aws:iam::{account}:root"}:
        lacking.append(f"account {account}")
    if not lacking:
        return ""
    has = f"the role {named}" if named else f"the session {session}"
    return f"; its NotPrincipal lists {has}, and must list {' and '.join(lacking)} as well"


def _is_role_of(entry: str, session: str) -> bool:
    parts = session.split("/")
    account = account_named(session, "")
    return entry.startswith(f"arn:aws:iam::{account}:role/") and _name(entry) == parts[1]


_TAKEN_FOR = {"sts:assumerole": "iam:PassRole", "iam:passrole": "sts:AssumeRole"}
_DOES = {
    "iam:PassRole": "which lets a service use the role and not the caller",
    "sts:AssumeRole": "which lets the caller use the role and not hand it to a service",
}


def other_permission(results: Results) -> str:
    """PassRole that was taken for AssumeRole, or the other way round.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
    """
    request = results.decision.request
    other = _TAKEN_FOR.get(request.act)
    if other is None:
        return ""
    for policy in results.decision.policies.identity:
        for statement in policy.document.for_action(other.lower()):
            takes = statement.resource is None or statement.resource.takes(request.target, request.keys)
            if statement.allows and takes:
                return f"; {policy.name} allows {other}, {_DOES[other]}"
    return ""
