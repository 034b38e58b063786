"""Clauses that no call meets, as far as AWS documents: actions that do not exist or that the principal cannot use,
condition keys that are not there, and values that no call has.

Each condition has at most one finding, the first of the reasons in `_REASONS`.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from stssim.policy import vocabulary as catalogue
from stssim.policy.conditions import Condition
from stssim.policy.findings import Finding, found
from stssim.policy.grammar import Statement
from stssim.policy.keys import Source, set_by
from stssim.policy.policies import RESOURCE_KINDS, Policy
from stssim.policy.probe import Question

__all__ = ["dead_clauses"]


def dead_clauses(policy: Policy, owner: str | None) -> Iterator[Finding]:
    """Every action that AWS does not have or that these principals cannot use, and every condition that no call can
    meet, or that every call meets because of a mistake.
    """
    for statement in policy.document.statements:
        question = Question(policy, statement, owner)
        yield from _actions(question)
        yield from _actions_of_others(question)
        for condition in statement.conditions if question.action() is not None else ():
            yield from _condition(question, condition)


# Actions.


def _actions(question: Question) -> Iterator[Finding]:
    policy, element = question.policy, question.statement.action
    for number, value in enumerate(element.values):
        service, _, operation = value.partition(":")
        if value == "*" or set(service) & set("*?") or catalogue.actions(value):
            continue
        nearest = catalogue.nearest_action(value)
        meant = f"; is {nearest} meant?" if nearest else "."
        plain = f"{service}:{operation.replace('*', '').replace('?', '') or 'Anything'}"
        shown = question.ask(question.anyone(), question.carrying() or {}, action=nearest or plain)
        at = _entry(policy, element.pointer, number)
        yield found(policy, "no-such-action", f"AWS documents no action {value}{meant}", at, shown=shown)


def _entry(policy: Policy, pointer: str, number: int) -> str:
    at = f"{pointer}/{number}"
    return at if policy.document.place(at) else pointer


_ASSUMES = {
    "sts:assumerole": ("sts:AssumeRole", "AWS principals and services"),
    "sts:assumerolewithsaml": ("sts:AssumeRoleWithSAML", "SAML providers"),
    "sts:assumerolewithwebidentity": ("sts:AssumeRoleWithWebIdentity", "OIDC providers"),
}
"""By action of a trust policy, who uses it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""


def _actions_of_others(question: Question) -> Iterator[Finding]:
    """An Allow of a trust policy none of whose actions its principals can use."""
    statement, element = question.statement, question.statement.principal
    if question.policy.kind != "trust" or not statement.allows or element is None or element.negated:
        return
    usable = {_uses(kind, entry) for kind, entry in element.values}
    named = [value.lower() for value in statement.action.values]
    assuming = [action for action in named if action in _ASSUMES]
    if statement.action.negated or not assuming or usable & set(assuming):
        return
    action, whose = _ASSUMES[assuming[0]]
    right = _ASSUMES[min(usable)][0]
    word = {"AWS": "An AWS principal", "Service": "A service"}.get(element.values[0][0], "An identity provider")
    sentence = f"{word} cannot use {action}, which is for {whose}; write {right}."
    at = _entry(question.policy, statement.action.pointer, named.index(assuming[0]))
    shown = question.ask(_caller(question), question.carrying() or {}, action=right)
    yield found(question.policy, "action-of-others", sentence, at, shown=shown)


def _uses(kind: str, entry: str) -> str:
    if kind != "Federated":
        return "sts:assumerole"
    return "sts:assumerolewithsaml" if ":saml-provider/" in entry else "sts:assumerolewithwebidentity"


# Conditions.


@dataclass(frozen=True, slots=True)
class _Dead:
    """Why no call meets a condition: the name of the finding, the reason as a clause, and what would be right.

    `carried` are values of the key with which it is shown; none: without the key. `plural` says that the key may be
    there, with a value that the condition does not mean.
    """

    name: str
    why: str
    instead: str = ""
    carried: tuple[str, ...] | None = None


def _condition(question: Question, condition: Condition) -> Iterator[Finding]:
    for reason in _REASONS:
        dead = reason(question, condition)
        if dead is not None:
            yield _told(question, condition, dead)
            return


def _told(question: Question, condition: Condition, dead: _Dead) -> Finding:
    statement = question.statement
    given = {} if dead.carried is None else {condition.name: dead.carried}
    holds = condition.holds(given)
    effect = "the condition never limits anything" if holds else f"the statement never {_verb(statement)} anything"
    context = question.carrying(condition.key) or {}
    if dead.carried is not None:
        context[condition.key] = dead.carried
    shown = question.ask(_caller(question), context)
    sentence = f"{dead.why}, so {effect}{dead.instead}."
    return found(question.policy, dead.name, sentence, condition.pointer, shown=shown)


def _verb(statement: Statement) -> str:
    return "allows" if statement.allows else "denies"


def _caller(question: Question) -> str | None:
    element = question.statement.principal
    if question.policy.kind in RESOURCE_KINDS and element is not None:
        for kind, entry in element.values:
            if kind in ("Service", "Federated"):
                return entry
    return question.anyone()


def _no_such_key(question: Question, condition: Condition) -> _Dead | None:
    key, prefix = condition.key, condition.key.rpartition(":")[0]
    issuers = _issuers(question)
    if "." in prefix:
        return _no_such_claim(question, condition, issuers)
    within = catalogue.keys_of_services({prefix, *(value.partition(":")[0] for value in _action_values(question))})
    if set_by(key) is not None or catalogue.key_exists(key, within):
        return None
    nearest = catalogue.nearest_key(key, [*_claims(issuers), *sorted(within)])
    return _Dead(
        "key-never-there",
        f"AWS documents no condition key {key}" + (f" ({nearest} may be meant)" if nearest else ""),
    )


def _action_values(question: Question) -> Sequence[str]:
    return question.statement.action.values


def _issuers(question: Question) -> list[str]:
    """The OIDC issuers that a statement of a trust policy trusts, if it trusts nobody else."""
    element = question.statement.principal
    if question.policy.kind != "trust" or element is None or element.negated:
        return []
    if not all(kind == "Federated" and ":saml-provider/" not in entry for kind, entry in element.values):
        return []
    return [entry.partition(":oidc-provider/")[2] or entry for _, entry in element.values]


_CLAIMS = (
    "sub", "aud", "amr", "repository", "repository_id", "repository_owner_id", "environment", "ref", "actor",
    "workflow", "job_workflow_ref", "namespace_id", "project_id", "user_login", "ref_protected", "email", "oaud",
    "app_id", "organization_slug", "pipeline_slug", "build_branch",
)  # fmt: skip


def _claims(issuers: Sequence[str]) -> Iterator[str]:
    """The claims of these issuers that become keys, the ones that matter most first."""
    for issuer in issuers:
        yield from (f"{issuer}:{claim}" for claim in _CLAIMS if set_by(f"{issuer}:{claim}") is not None)


def _no_such_claim(question: Question, condition: Condition, issuers: Sequence[str]) -> _Dead | None:
    """The claims of a token are there only if its issuer is trusted, and if AWS makes a key of them.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
    """
    issuer = condition.key.rpartition(":")[0]
    if question.policy.kind != "trust" or not issuers:
        return None
    claims = list(_claims(issuers))
    nearest = catalogue.nearest_of(condition.key, claims)
    meant = f" ({nearest} may be meant)" if nearest else ""
    if issuer.lower() not in {each.lower() for each in issuers}:
        return _Dead("key-never-there", f"Tokens of {' or '.join(issuers)} have no claim {condition.key}{meant}")
    if set_by(condition.key) is not None:
        return None
    others = ", ".join(each.rpartition(":")[2] for each in claims)
    instead = "" if nearest else f"; the claims of this issuer that become keys are {others}"
    return _Dead("key-never-there", f"AWS makes no condition key of the claim {condition.key}{meant}", instead)


def _not_of_a_service(question: Question, condition: Condition) -> _Dead | None:
    """A service that calls by itself has no identity of an account, and only such a call has a source."""
    element = question.statement.principal
    rule = set_by(condition.key)
    if question.policy.kind not in RESOURCE_KINDS or element is None or element.negated or rule is None:
        return None
    kinds = {kind for kind, _ in element.values}
    if kinds == {"Service"} and rule.source is Source.CALLER_IDENTITY and rule.key.lower() not in _OF_EVERY_CALLER:
        right = "; aws:SourceAccount, aws:SourceArn or aws:SourceOrgID tells for whom a service calls"
        return _Dead("key-never-there", f"Calls of {element.values[0][1]} have no {condition.key}", right)
    named = all(kind == "AWS" and entry != "*" for kind, entry in element.values)
    if named and condition.name in _OF_A_SERVICE_S_CALL:
        return _Dead("key-never-there", f"Only calls of a service principal have {condition.key}")
    return None


_OF_EVERY_CALLER = frozenset(
    {"aws:userid", "aws:principaltype", "aws:sourceowner", "aws:principaltag/*", "aws:sourceidentity"}
)
"""Roles Anywhere sets the tags and the source identity of a session from a certificate.

https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html
"""
_OF_A_SERVICE_S_CALL = frozenset({"aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths"})
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourcearn"""


def _star_as_text(_: Question, condition: Condition) -> _Dead | None:
    """A `*` that an operator on strings takes for a character. No such value of a key is known that has one."""
    name = condition.operator.name
    rule = set_by(condition.key)
    if not name.startswith("String") or condition.operator.wildcards or not condition.values:
        return None
    if rule is not None and (rule.type not in ("String", "ARN") or condition.name in _MAY_HAVE_A_STAR):
        return None
    if not all("*" in _ESCAPE.sub("", value) for value in condition.values):
        return None
    negated = condition.operator.negated
    like = condition.written.replace("NotEqualsIgnoreCase", "NotLike").replace("EqualsIgnoreCase", "Like")
    like = like.replace("NotEquals", "NotLike").replace("Equals", "Like")
    why = f"{condition.written} takes * as a character, not as a wildcard"
    instead = f"; write {like}" + (", which leaves out what the pattern matches" if negated else "")
    return _Dead("star-as-text", why, instead, (_without_star(condition.values[0]),))


_ESCAPE = re.compile(r"\$\{[^{}]*\}")
_MAY_HAVE_A_STAR = frozenset({"aws:useragent", "aws:referer", "s3:prefix", "s3:delimiter"})


def _without_star(value: str) -> str:
    return _ESCAPE.sub("x", value).replace("*", "x")


def _private_address(_: Question, condition: Condition) -> _Dead | None:
    """A request over the internet comes from a public address; one through a VPC endpoint has no aws:SourceIp.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourceip
    """
    if condition.name != "aws:sourceip" or not condition.operator.name.endswith("IpAddress") or condition.if_exists:
        return None
    if not condition.values or not all(_is_private(value) for value in condition.values):
        return None
    why = f"No request comes from {' or '.join(condition.values)} as aws:SourceIp, which is a public address"
    return _Dead("address-never-there", why, "; aws:VpcSourceIp has the address inside a VPC", ("198.51.100.7",))


_PRIVATE = tuple(
    map(
        ipaddress.ip_network,
        ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "fc00::/7"),
    )
)


def _is_private(written: str) -> bool:
    try:
        network = ipaddress.ip_network(written, strict=False)
    except ValueError:
        return False
    return any(
        network.version == each.version and network.subnet_of(each)  # type: ignore[arg-type]
        for each in _PRIVATE
    )


def _one_of_a_set(_: Question, condition: Condition) -> _Dead | None:
    if not condition.matches_no_set:
        return None
    why = f"{condition.key} is a set, and {condition.written} never matches one"
    instead = f"; ForAnyValue:{condition.written} or ForAllValues:{condition.written} does"
    return _Dead("one-value-of-a-set", why, instead, condition.values[:1])


def _not_of_these_actions(question: Question, condition: Condition) -> _Dead | None:
    """A key that AWS lists for other actions of the service, and not for these.

    Where the table of keys does not have the service, or the key is listed for no action at all, nothing is said: the
    Service Authorization Reference lacks documented keys, such as `states:HTTPEndpoint`.
    """
    key = condition.key
    actions = _known_actions(question.statement)
    if actions is None or "." in key.rpartition(":")[0] or not catalogue.of_some_action(key):
        return None
    rule = set_by(key)
    if rule is None or rule.key.startswith("*") or catalogue.is_global(key):
        return None
    if catalogue.key_exists(key, {one for each in actions for one in catalogue.keys_of_action(each)}):
        return None
    names = " or ".join(sorted(actions)) if len(actions) < 3 else "the actions named"
    return _Dead("key-never-there", f"AWS documents no key {key} for {names}")


def _known_actions(statement: Statement) -> set[str] | None:
    """The actions that the statement names, all told; None if a wildcard or NotAction stands for more."""
    values = statement.action.values
    if statement.action.negated or any(set(value) & set("*?") for value in values):
        return None
    found_actions = [catalogue.actions(value) for value in values]
    return {action for each in found_actions for action in each} if all(found_actions) else None


_REASONS: tuple[Callable[[Question, Condition], _Dead | None], ...] = (
    _no_such_key,
    _not_of_a_service,
    _star_as_text,
    _private_address,
    _one_of_a_set,
    _not_of_these_actions,
)
