"""Clauses that no call meets, as far as AWS documents: actions that do not exist, condition keys that are not there or
that are a set where one value is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator

from stssim.policy import vocabulary as catalogue
from stssim.policy.conditions import Condition
from stssim.policy.findings import Finding, found
from stssim.policy.grammar import Statement
from stssim.policy.policies import RESOURCE_KINDS, Policy
from stssim.policy.probe import Question

__all__ = ["dead_clauses"]


def dead_clauses(policy: Policy, owner: str | None) -> Iterator[Finding]:
    """Every action that AWS does not have, every condition key that the statement's calls never have, and every
    operator for one value on a key that is a set.
    """
    for statement in policy.document.statements:
        question = Question(policy, statement, owner)
        yield from _actions(question)
        for condition in statement.conditions if question.action() is not None else ():
            yield from _key(question, condition)


def _actions(question: Question) -> Iterator[Finding]:
    policy, element = question.policy, question.statement.action
    for number, value in enumerate(element.values):
        service, _, operation = value.partition(":")
        if value == "*" or set(service) & set("*?") or catalogue.actions(value):
            continue
        nearest = catalogue.nearest_action(value)
        at = f"{element.pointer}/{number}"
        pointer = at if policy.document.place(at) else element.pointer
        meant = f"; is {nearest} meant?" if nearest else "."
        plain = f"{service}:{operation.replace('*', '').replace('?', '') or 'Anything'}"
        shown = question.ask(question.anyone(), question.carrying() or {}, action=nearest or plain)
        yield found(policy, "no-such-action", f"AWS documents no action {value}{meant}", pointer, shown=shown)


def _key(question: Question, condition: Condition) -> Iterator[Finding]:
    statement = question.statement
    why = _never_there(question, condition)
    if why is None:
        if condition.matches_no_set:
            yield _one_of_a_set(question, condition)
        return
    shown = question.ask(_caller(question), question.carrying(condition.key) or {})
    holds = condition.holds({})
    effect = "the condition never limits anything" if holds else f"the statement never {_verb(statement)} anything"
    sentence = f"{why}, so {effect}."
    yield found(question.policy, "key-never-there", sentence, condition.pointer, shown=shown)


def _one_of_a_set(question: Question, condition: Condition) -> Finding:
    sentence = (
        f"{condition.key} is a set, and {condition.written} never matches one: "
        f"ForAnyValue:{condition.written} or ForAllValues:{condition.written} does."
    )
    carried = {condition.key: list(condition.values[:1])}
    shown = question.ask(_caller(question), carried)
    return found(question.policy, "one-value-of-a-set", sentence, condition.pointer, shown=shown)


def _verb(statement: Statement) -> str:
    return "allows" if statement.allows else "denies"


def _caller(question: Question) -> str | None:
    element = question.statement.principal
    if question.policy.kind in RESOURCE_KINDS and element is not None:
        for kind, entry in element.values:
            if kind in ("Service", "Federated"):
                return entry
    return question.anyone()


def _never_there(question: Question, condition: Condition) -> str | None:
    """Why the key is never there; None if it may be."""
    key, prefix = condition.key, condition.key.rpartition(":")[0]
    actions = _known_actions(question.statement)
    services = {prefix, *(value.partition(":")[0] for value in question.statement.action.values)}
    within = catalogue.keys_of_services(services)
    if "." in prefix:
        return _claim(question, key, prefix)
    if not catalogue.key_exists(key, within):
        nearest = catalogue.nearest_key(key, within)
        return f"AWS documents no condition key {key}" + (f" ({nearest} may be meant)" if nearest else "")
    if actions is None or catalogue.key_exists(
        key, {one for each in actions for one in catalogue.keys_of_action(each)}
    ):
        return None
    names = " or ".join(sorted(actions)) if len(actions) < 3 else "the actions named"
    return f"AWS documents no key {key} for {names}"


def _claim(question: Question, key: str, issuer: str) -> str | None:
    """The claims of a token are there only if its issuer is the one that is trusted."""
    element = question.statement.principal
    if question.policy.kind != "trust" or element is None or element.negated:
        return None
    providers = [provider for kind, provider in element.values if kind == "Federated"]
    trusted = [provider.partition(":oidc-provider/")[2] or provider for provider in providers]
    if issuer.lower() in {each.lower() for each in trusted} or not all(
        kind == "Federated" for kind, _ in element.values
    ):
        return None
    return f"Tokens of {' or '.join(trusted)} have no claim {key}"


def _known_actions(statement: Statement) -> set[str] | None:
    """The actions that the statement names, all told; None if a wildcard or NotAction stands for more."""
    values = statement.action.values
    if statement.action.negated or any(set(value) & set("*?") for value in values):
        return None
    found = [catalogue.actions(value) for value in values]
    return {action for each in found for action in each} if all(found) else None
