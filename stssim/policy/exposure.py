"""Who gets in that should not, by one policy alone: requests that outsiders can make, tried on it.

A finding is made only of a request that `decide` allows and that its caller can bring about, by the table of keys. What
several policies come to together, and walks of more than one call, are the adversary's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stssim.policy.candidates import contexts
from stssim.policy.conditions import Condition
from stssim.policy.evaluate import Decision, names
from stssim.policy.findings import Finding, found
from stssim.policy.grammar import Statement
from stssim.policy.keys import Reach, Source, set_by
from stssim.policy.outsiders import Outsider, anonymous, of_an_account, of_an_issuer, principal_of, service, third_party
from stssim.policy.policies import RESOURCE_KINDS, Policy
from stssim.policy.principals import Named
from stssim.policy.probe import Question, caller_of
from stssim.policy.request import Request
from stssim.policy.templates import own

__all__ = ["exposures"]

_EXTERNAL_ID = "sts:externalid"
_MFA = ("aws:multifactorauthpresent", "aws:multifactorauthage")
_WEB_IDENTITY = "sts:AssumeRoleWithWebIdentity"
_PASSED_ROLES_ALONE = frozenset(
    {"ec2.amazonaws.com", "ecs-tasks.amazonaws.com", "lambda.amazonaws.com", "pods.eks.amazonaws.com"}
)
"""Services that run their customer's own code under roles of its own account, handed over by iam:PassRole."""
_TAKE_UNSIGNED_CALLS = frozenset({"s3", "sqs", "sns"})
_MOST_ACTIONS = 3
_ALWAYS_SHOWN: Mapping[str, tuple[str, ...]] = {
    "service": ("aws:SourceAccount", "aws:SourceArn", "aws:PrincipalIsAWSService"),
    "issuer": (),
    "anonymous": ("aws:SourceIp",),
}


def exposures(policy: Policy, owner: str | None) -> Iterator[Finding]:
    """Every way in that is found open. `owner` is the account that the policy belongs to, if that is known."""
    for statement in policy.document.statements:
        question = Question(policy, statement, owner)
        if statement.allows and policy.kind in RESOURCE_KINDS:
            yield from _everyone(question)
            yield from _services(question)
            if policy.kind == "trust":
                yield from _third_parties(question, owner)
                yield from _issuers(question)
        yield from _mfa(question)


@dataclass(frozen=True, slots=True)
class _Entry:
    """A request that gets through, and what its caller chose for it."""

    shown: Decision
    chosen: Mapping[str, Any]


def _entry(question: Question, outsiders: Iterable[Outsider], actions: Sequence[str]) -> _Entry | None:
    """The plainest request of these callers that the policy allows."""
    best: _Entry | None = None
    for outsider in outsiders:
        for action in actions:
            denies = _denies(question, outsider, action)
            for chosen in contexts([question.statement], denies, outsider):
                shown = _asked(question, outsider, action, chosen)
                if shown is not None and shown.allowed:
                    if best is None or _plainness(chosen) < _plainness(best.chosen):
                        best = _Entry(shown, chosen)
                    break
    return best


def _plainness(chosen: Mapping[str, Any]) -> tuple[int, int]:
    return len(chosen), sum(len(str(value)) for value in chosen.values())


def _asked(question: Question, outsider: Outsider, action: str, chosen: Mapping[str, Any]) -> Decision | None:
    context = _complete(outsider, chosen)
    principal, identifier, issuer = principal_of(outsider, context)
    return question.ask(principal, context, action=action, principal_id=identifier, issuer=issuer)


def _complete(outsider: Outsider, chosen: Mapping[str, Any]) -> dict[str, Any]:
    """The context with the keys that every such request has."""
    keys: tuple[str, ...] = _ALWAYS_SHOWN.get(outsider.sort, ("aws:PrincipalArn", "aws:PrincipalAccount"))
    if outsider.sort == "issuer":
        keys = (f"{outsider.issuer}:sub", f"{outsider.issuer}:aud")
    given = {name.lower() for name in chosen}
    context = dict(chosen)
    for name in keys:
        values = outsider.values(name)
        if name.lower() not in given and values and (value := own(values[0], outsider.names)) is not None:
            context[name] = value
    return context


def _denies(question: Question, outsider: Outsider, action: str) -> list[Statement]:
    """The Deny statements that such a request has to escape by its condition keys."""
    policies = question.policies(action)
    principal, identifier, issuer = principal_of(outsider, {})
    try:
        request = Request(principal, action, question.resource(action, {}), question.owner, {}, identifier, issuer)
    except ValueError:
        return []
    return [
        each
        for each in question.policy.document.for_action(request.act)
        if not each.allows
        and (each.resource is None or each.resource.templates or each.resource.takes(request.target, {}))
        and (each.principal is None or names(each, request, policies) is not Named.NOT)
    ]


def _actions(question: Question) -> list[str]:
    found = question.actions()
    return found[:_MOST_ACTIONS]


def _everyone(question: Question) -> Iterator[Finding]:
    element = question.statement.principal
    if element is None:
        return
    if not (element.negated or element.principals.everyone or element.principals.everyone_of_aws):
        return
    actions = _actions(question)
    organization = _organization(question.policy)
    entry = _entry(question, of_an_account(question.stranger, question.owner, organization), actions)
    unsigned = [action for action in actions if action.partition(":")[0].lower() in _TAKE_UNSIGNED_CALLS]
    nobody = _entry(question, [anonymous(question.owner, organization)], unsigned) if unsigned else None
    found_open = entry or nobody
    if found_open is None:
        return
    who = "Everyone with an AWS account" if nobody is None else "Everyone, with an AWS account or without one,"
    if entry is None:
        who = "Everyone who signs nothing"
    guard = _guard(question.statement, found_open.shown)
    action = found_open.shown.request.action
    sentence = f"{who} gets {action}{_how(found_open, guard)}; {_instead(guard)}"
    at = element.pointer if guard is None else guard.pointer
    yield found(question.policy, "everyone", sentence, at, shown=found_open.shown)


def _organization(policy: Policy) -> str:
    """The owner's organization, as far as the policy tells it."""
    for statement in policy.document.statements:
        for condition in statement.conditions:
            if condition.name == "aws:resourceorgid":
                plain = [value for value in condition.values if not set(value) & set("*?$")]
                if plain:
                    return plain[0]
    return "o-owner00000"


def _guard(statement: Statement, shown: Decision) -> Condition | None:
    """The condition that looks as if it kept outsiders out: the first on a key that tells who calls, or from where."""
    telling = (Source.CALLER_IDENTITY, Source.NETWORK, Source.IDENTITY_PROVIDER, Source.SERVICE)
    ranked = sorted(
        (condition for condition in statement.conditions if condition.operator.name != "Null"),
        key=lambda condition: _rank(condition, shown),
    )
    for condition in ranked:
        rule = set_by(condition.key)
        if rule is not None and rule.source in telling:
            return condition
    return next((each for each in statement.conditions if set_by(each.key) is not None), None)


def _rank(condition: Condition, shown: Decision) -> int:
    rule = set_by(condition.key)
    reach = None if rule is None else rule.reach
    absent = condition.name not in shown.request.keys
    return 0 if absent else 1 if reach is Reach.OWN_VALUES else 2


def _how(entry: _Entry, guard: Condition | None) -> str:
    """What the caller chose, as the end of a clause."""
    parts = []
    keys = entry.shown.request.keys
    if guard is not None and guard.name not in keys:
        parts.append(f"without {guard.key}, which {guard.written} does not ask for")
    chosen = [f"{key} = {_text(value)}" for key, value in entry.chosen.items() if key.lower() in keys]
    if chosen:
        parts.append(f"with {' and '.join(chosen)}")
    return f" {' and '.join(parts)}" if parts else ""


def _text(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _instead(guard: Condition | None) -> str:
    if guard is None:
        return "name who is meant, or add a condition such as aws:PrincipalOrgID."
    if guard.if_exists or guard.quantifier == "ForAllValues":
        return f"write {_plain(guard)}, which needs the key to be there."
    return "name the account or the organization that is meant, such as with aws:PrincipalOrgID."


def _plain(condition: Condition) -> str:
    """The operator without what lets an absent key pass."""
    name = condition.operator.name
    return f"ForAnyValue:{name}" if condition.quantifier and condition.of_a_set else name


def _services(question: Question) -> Iterator[Finding]:
    element = question.statement.principal
    for kind, name in element.values if element is not None and not element.negated else ():
        if kind != "Service" or (question.policy.kind == "trust" and name in _PASSED_ROLES_ALONE):
            continue
        outsider = service(name, question.stranger, question.owner, _organization(question.policy))
        entry = _entry(question, [outsider], _actions(question))
        if element is not None and entry is not None:
            sentence = (
                f"{name} gets {entry.shown.request.action} for whichever of its customers it acts, account "
                f"{question.stranger} too; add a condition on aws:SourceArn or aws:SourceAccount."
            )
            yield found(question.policy, "service-for-anyone", sentence, element.pointer, shown=entry.shown)


def _third_parties(question: Question, owner: str | None) -> Iterator[Finding]:
    statement, element = question.statement, question.statement.principal
    if element is None or element.negated or not statement.action.takes("sts:assumerole", {}):
        return
    conditions = [condition for condition in statement.conditions if condition.name == _EXTERNAL_ID]
    for kind, entry in element.values:
        named = caller_of(entry) if kind == "AWS" else None
        if named is None or named[0] == owner:
            continue
        account, principal, role = named
        party = third_party(
            principal, role, account, question.owner, whole=not entry.endswith(":root") and not entry.isdigit()
        )
        without = _entry(question, [party.without(_EXTERNAL_ID)], ["sts:AssumeRole"])
        if without is not None:
            yield _without_id(question, account, conditions, element.pointer, without.shown)
            return
        loose = _entry(question, [party], ["sts:AssumeRole"])
        if loose is not None:
            yield _loose_id(question, conditions, element.pointer, loose)
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


def _loose_id(question: Question, conditions: Sequence[Condition], pointer: str, entry: _Entry) -> Finding:
    given = entry.shown.request.keys.get(_EXTERNAL_ID, ("",))[0]
    at = conditions[0] if conditions else None
    wanted = f"{at.written} {', '.join(at.values)}" if at is not None else "The statement"
    sentence = (
        f"{wanted} takes the External IDs of other customers as well, such as {given!r}; write the whole id under "
        "StringEquals."
    )
    where = pointer if at is None else at.pointer
    return found(question.policy, "loose-external-id", sentence, where, shown=entry.shown)


def _issuers(question: Question) -> Iterator[Finding]:
    statement, element = question.statement, question.statement.principal
    if element is None or element.negated or not statement.action.takes(_WEB_IDENTITY.lower(), {}):
        return
    for kind, provider in element.values:
        issuer = provider.partition(":oidc-provider/")[2] or provider
        if kind != "Federated" or ":saml-provider/" in provider:
            continue
        subject = set_by(f"{issuer}:sub") or set_by(f"{issuer}:aud") or set_by(f"{issuer}:app_id")
        if subject is None or subject.reach is Reach.NOTHING:
            continue
        entry = _entry(question, [of_an_issuer(provider, issuer, question.owner)], [_WEB_IDENTITY])
        if entry is None:
            continue
        loose = _loose_claim(statement, issuer)
        if loose is None:
            whose = _whose(issuer)
            sentence = (
                f"Every token of {issuer} gets in, whoever it was made for; add a condition on {whose} that names you."
            )
            yield found(question.policy, "no-subject", sentence, element.pointer, shown=entry.shown)
            continue
        other = entry.shown.request.keys.get(loose.name, ("",))[0]
        how = f"{loose.written} {', '.join(loose.values)} takes {other!r} of another owner as well"
        if not other:
            how = f"{loose.written} lets a token without {loose.key} through"
        sentence = f"{how}; write the name in full up to its slash or colon, under StringEquals or StringLike."
        yield found(question.policy, "loose-subject", sentence, loose.pointer, shown=entry.shown)


_TENANT_IS_THE_AUDIENCE = frozenset(
    {"api.pulumi.com/oidc", "cognito-identity.amazonaws.com", "oidc.vercel.com", "sandboxes.cloud"}
)  # fmt: skip
"""Shared issuers whose audience says whose a token is.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html
"""


def _whose(issuer: str) -> str:
    return f"{issuer}:{'aud' if issuer in _TENANT_IS_THE_AUDIENCE else 'sub'}"


def _loose_claim(statement: Statement, issuer: str) -> Condition | None:
    """The condition that names an owner at the issuer, though not closely enough."""
    for condition in statement.conditions:
        rule = set_by(condition.key)
        if not condition.name.startswith(f"{issuer.lower()}:") or rule is None or rule.reach is not Reach.OWN_VALUES:
            continue
        if condition.operator.name != "Null" and any(value.strip("*") for value in condition.values):
            return condition
    return None


@dataclass(frozen=True, slots=True)
class _WithoutMfa:
    """Somebody of the owner's own with a long-term key, and whatever else the policy wants of them."""

    names: Mapping[str, str]

    def values(self, key: str) -> tuple[str, ...]:
        return () if key.lower() in _MFA else ("{any}",)

    def may_lack(self, key: str) -> bool:  # noqa: ARG002 (the name is that of `Holder`)
        return True


def _mfa(question: Question) -> Iterator[Finding]:
    statement = question.statement
    conditions = [condition for condition in statement.conditions if condition.name in _MFA]
    if not conditions or any(each.operator.name == "Null" for each in conditions):
        return
    at = conditions[0]
    caller = question.anyone()
    if question.policy.kind in RESOURCE_KINDS and statement.principal is not None:
        named = next((caller_of(entry) for kind, entry in statement.principal.values if kind == "AWS"), None)
        caller = named[1] if named is not None else caller
    elif question.policy.kind == "session":
        caller = f"arn:aws:sts::{question.owner}:assumed-role/Ops/alice"
    if statement.allows:
        for context in contexts([statement], [], _WithoutMfa({})):
            shown = question.ask(caller, context)
            if shown is not None and shown.allowed:
                operator = at.operator.name
                sentence = (
                    f"Long-term keys have no {at.key}, so {at.written} lets them in without MFA; write {operator}."
                )
                yield found(question.policy, "mfa-optional", sentence, at.pointer, shown=shown)
            return
    elif not any(each.holds({}) for each in conditions) and len(conditions) == len(statement.conditions):
        shown = question.ask(caller, {})
        if shown is not None and shown.allowed:
            sentence = (
                f"Long-term keys have no {at.key}, so {at.written} does not deny them without MFA; write "
                f"{at.operator.name}IfExists."
            )
            yield found(question.policy, "mfa-deny-misses", sentence, at.pointer, shown=shown)
