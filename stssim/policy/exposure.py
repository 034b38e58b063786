"""What AWS accepts in a policy and an auditor does not: who gets through that should not, each shown by a request."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stssim.policy.conditions import Condition
from stssim.policy.evaluate import Decision
from stssim.policy.findings import Finding, found
from stssim.policy.policies import RESOURCE_KINDS, Policy
from stssim.policy.probe import MALLORY, Question, caller_of
from stssim.policy.sample_requests import sample

__all__ = ["attacks"]

_EXTERNAL_ID = "sts:externalid"
_MFA = "aws:multifactorauthpresent"
_OF_THE_ORGANIZATION = frozenset({"aws:principalorgid", "aws:principalorgpaths"})
_WEB_IDENTITY = "sts:AssumeRoleWithWebIdentity"
_TENANT_IS_THE_AUDIENCE = frozenset(
    {"api.pulumi.com/oidc", "cognito-identity.amazonaws.com", "oidc.vercel.com"}
)  # fmt: skip
"""Shared issuers whose audience says whose a token is.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html
"""
_LOGINS = frozenset({"accounts.google.com", "graph.facebook.com", "www.amazon.com"})
"""Providers of people's logins: the application is told by its id, and every user of it is meant."""
_CHOSEN_FREELY = frozenset(
    {
        "aud", "azp", "environment", "event_name", "pipeline_source", "ref", "ref_type", "base_ref", "head_ref",
        "run_id", "runner_environment", "workflow",
    }
)  # fmt: skip
"""Claims that whoever asks the issuer for a token may bring about."""
_PASSED_ROLES_ALONE = frozenset({"ec2.amazonaws.com", "ecs-tasks.amazonaws.com", "lambda.amazonaws.com"})
"""Services that run their customer's own code under roles of its own account, handed over by iam:PassRole."""


def attacks(policy: Policy, owner: str | None) -> Iterator[Finding]:
    """Every way in that is found open. `owner` is the account that the policy belongs to, if that is known."""
    for statement in policy.document.statements:
        question = Question(policy, statement, owner)
        if statement.allows and policy.kind in RESOURCE_KINDS:
            yield from _everyone(question)
            yield from _services(question)
            if policy.kind == "trust":
                yield from _vendors(question, owner)
                yield from _issuers(question)
        yield from _mfa(question)


def _everyone(question: Question) -> Iterator[Finding]:
    element = question.statement.principal
    if element is None:
        return
    if not (element.negated or element.principals.everyone or element.principals.everyone_of_aws):
        return
    stranger = f"arn:aws:iam::{question.stranger}:user/{MALLORY}"
    shown = question.ask(stranger, question.of_a_stranger())
    if shown is not None and shown.allowed:
        sentence = (
            f"Everyone with an AWS account gets {shown.request.action}, {MALLORY} of account {question.stranger} too; "
            "name who is meant, or add a condition such as aws:PrincipalOrgID."
        )
        yield found(question.policy, "everyone", sentence, element.pointer, shown=shown)


def _services(question: Question) -> Iterator[Finding]:
    element = question.statement.principal
    for kind, service in element.values if element is not None and not element.negated else ():
        if kind != "Service" or (question.policy.kind == "trust" and service in _PASSED_ROLES_ALONE):
            continue
        shown = question.ask(service, question.for_a_stranger(service))
        if element is not None and shown is not None and shown.allowed:
            sentence = (
                f"{service} gets {shown.request.action} for whichever of its customers it acts, account "
                f"{question.stranger} too; add a condition on aws:SourceArn or aws:SourceAccount."
            )
            yield found(question.policy, "service-for-anyone", sentence, element.pointer, shown=shown)


def _vendors(question: Question, owner: str | None) -> Iterator[Finding]:
    statement, element = question.statement, question.statement.principal
    if element is None or element.negated or not statement.action.takes("sts:assumerole", {}):
        return
    if any(condition.name in _OF_THE_ORGANIZATION for condition in statement.conditions):
        return
    for kind, entry in element.values:
        named = caller_of(entry) if kind == "AWS" else None
        if named is not None and named[0] != owner:
            account, principal, keys = named
            conditions = [condition for condition in statement.conditions if condition.name == _EXTERNAL_ID]
            shown = question.ask(principal, {**keys, "sts:ExternalId": None}, action="sts:AssumeRole")
            if shown is not None and shown.allowed:
                yield _without_id(question, account, conditions, element.pointer, shown)
            for condition in conditions:
                yield from _loose_id(question, condition, principal, keys)
            return


def _without_id(
    question: Question, account: str, conditions: list[Condition], pointer: str, shown: Decision
) -> Finding:
    if conditions:
        sentence = (
            f"{conditions[0].written} lets a request without any External ID through, so none is required; "
            "write StringEquals."
        )
        return found(question.policy, "external-id-optional", sentence, conditions[0].pointer, shown=shown)
    sentence = (
        f"Account {account} gets in for whichever of its customers asks it to. If it is a vendor, add a condition "
        "StringEquals on sts:ExternalId, with the id that it gave to you alone."
    )
    return found(question.policy, "no-external-id", sentence, pointer, shown=shown)


def _loose_id(question: Question, condition: Condition, principal: str, keys: dict[str, object]) -> Iterator[Finding]:
    for value in condition.values:
        if condition.operator.wildcards and not condition.operator.negated and set(value) & set("*?"):
            other = value.replace("*", MALLORY, 1).replace("*", "").replace("?", "x")
            shown = question.ask(principal, {**keys, "sts:ExternalId": other}, action="sts:AssumeRole")
            if shown is not None and shown.allowed:
                sentence = (
                    f"{value!r} takes the External IDs of other customers as well, such as {other!r}; write the whole "
                    "id under StringEquals."
                )
                yield found(question.policy, "loose-external-id", sentence, condition.pointer, shown=shown)


def _issuers(question: Question) -> Iterator[Finding]:
    statement, element = question.statement, question.statement.principal
    if element is None or element.negated or not statement.action.takes(_WEB_IDENTITY.lower(), {}):
        return
    for kind, provider in element.values:
        issuer = provider.partition(":oidc-provider/")[2] or provider
        if kind != "Federated" or ":saml-provider/" in provider or issuer in _LOGINS:
            continue
        tenant = "aud" if issuer in _TENANT_IS_THE_AUDIENCE else "sub"
        given = _of_another(question, issuer, tenant)
        shown = question.ask(provider, given, action=_WEB_IDENTITY)
        if shown is not None and shown.allowed:
            sentence = (
                f"Every token of {issuer} gets in, whoever it was made for; add a condition on {issuer}:{tenant} that "
                "names you."
            )
            yield found(question.policy, "no-subject", sentence, element.pointer, shown=shown)
            continue
        for condition in statement.conditions:
            if condition.name == f"{issuer}:{tenant}".lower():
                yield from _loose_subject(question, condition, provider, given)


def _of_another(question: Question, issuer: str, tenant: str) -> dict[str, str | None]:
    """The claims of a token that the issuer made for somebody else, who chose what can be chosen.

    Claims of other issuers are not in it.
    """
    claims: dict[str, str | None] = {f"{issuer}:{tenant}": MALLORY}
    for condition in question.statement.conditions:
        owner, _, claim = condition.key.rpartition(":")
        if owner.lower() != issuer.lower():
            claims |= {condition.key: None} if "." in owner else {}
        elif claim.lower() not in _CHOSEN_FREELY:
            claims[condition.key] = MALLORY
    return claims


def _loose_subject(
    question: Question, condition: Condition, provider: str, given: dict[str, str | None]
) -> Iterator[Finding]:
    for value in condition.values:
        other = _of_another_owner(value) if condition.operator.wildcards and not condition.operator.negated else None
        if other is None:
            continue
        shown = question.ask(provider, {**given, condition.key: other}, action=_WEB_IDENTITY)
        if shown is not None and shown.allowed:
            sentence = (
                f"The wildcard in {value!r} comes before the owner's name ends, so {other!r} gets in; write the name "
                "in full up to its slash or colon."
            )
            yield found(question.policy, "loose-subject", sentence, condition.pointer, shown=shown)


_OWNER = re.compile(r"(?P<sort>[^/:*?]*:)?(?P<owner>[^/:]*)")


def _of_another_owner(pattern: str) -> str | None:
    """A subject of somebody else that the pattern takes; None if it has no wildcard before the owner's name ends."""
    head = _OWNER.match(pattern)
    if head is None or not set(head["owner"]) & set("*?"):
        return None
    name, star, rest = head["owner"].partition("*")
    if not star:
        return sample(pattern)
    other = f"{name}-{MALLORY}" if name else MALLORY
    tail = rest + pattern[head.end() :]
    if not tail and head["sort"] == "repo:":
        tail = "/app:ref:refs/heads/main"
    return (head["sort"] or "") + sample(other + tail)


def _mfa(question: Question) -> Iterator[Finding]:
    statement = question.statement
    conditions = [condition for condition in statement.conditions if condition.name == _MFA]
    if not conditions:
        return
    caller, keys = question.anyone(), {"aws:MultiFactorAuthPresent": None, "aws:MultiFactorAuthAge": None}
    if question.policy.kind in RESOURCE_KINDS and statement.principal is not None:
        named = next((caller_of(entry) for kind, entry in statement.principal.values if kind == "AWS"), None)
        caller = named[1] if named is not None else caller
    elif question.policy.kind == "session":
        caller = f"arn:aws:sts::{question.owner}:assumed-role/Ops/alice"
    pointer, written = conditions[0].pointer, conditions[0].written
    if statement.allows:
        shown = question.ask(caller, keys)
        if shown is not None and shown.allowed:
            sentence = f"Long-term keys have no {conditions[0].key}, so {written} lets them in without MFA; write Bool."
            yield found(question.policy, "mfa-optional", sentence, pointer, shown=shown)
    elif "false" in {value.lower() for value in conditions[0].values} and not conditions[0].if_exists:
        others = [condition for condition in statement.conditions if condition.name != _MFA]
        shown = question.ask(caller, keys, unconditionally=True) if not others else None
        if shown is not None and shown.allowed:
            sentence = (
                f"Long-term keys have no {conditions[0].key}, so {written} does not deny them without MFA; write "
                "BoolIfExists."
            )
            yield found(question.policy, "mfa-deny-misses", sentence, pointer, shown=shown)
