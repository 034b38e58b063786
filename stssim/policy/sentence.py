"""An results in one sentence of plain English."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from stssim.arn import Arn
from stssim.policy.conditions import OPERATORS
from stssim.policy.mistakes import misnamed, mistaken, not_spared, other_permission, recased, values
from stssim.policy.policies import KINDS, RESOURCE_KINDS, PolicyKind
from stssim.policy.principals import Kind, Named
from stssim.policy.request import Request
from stssim.policy.results import ConditionResult, ElementResult, PolicyResult, Results, StatementResult

__all__ = ["asked", "carried", "sentence", "wanted", "who"]


def sentence(results: Results) -> str:
    """What was decided and by which clause, e.g. "Denied: the trust policy of role Audit allows ... only with ...\""""
    decision = results.decision
    if decision.allowed:
        return f"Allowed: {_why_allowed(results)}."
    if decision.effect == "ExplicitDeny":
        return f"Denied: {_why_denied(results)}."
    return f"Denied: {_why_not_allowed(results)}."


def _why_allowed(results: Results) -> str:
    decision = results.decision
    request = decision.request
    if decision.rule == "no-permission-needed":
        return f"{request.action} needs no permission, and no policy can take it away"
    if decision.rule == "root":
        return f"{who(request)} may do everything in its own account that its organization does not forbid"
    granting = [each for each in results.settled_by if each.level is None]
    parts = [_allows(each, request) for each in granting if each.policy.kind not in _LIMITING]
    parts += [f"{each.policy.name} does not limit it" for each in granting if each.policy.kind in _LIMITING]
    return ", and ".join(parts)


def _allows(result: PolicyResult, request: Request) -> str:
    matched = [each for each in result.statements if each.matched and each.statement.allows]
    best = max(matched, key=lambda each: each.named or Named.NOT)
    whom = _entry(best, request)
    conditions = [wanted(each) for each in best.conditions]
    with_ = f" with {_list(conditions)}" if conditions else ""
    return f"{result.policy.name} allows {f'{whom} ' if whom else ''}{request.action}{with_}"


def _why_denied(results: Results) -> str:
    request = results.decision.request
    first = results.settled_by[0]
    statement = next(each for each in first.statements if each.matched and not each.statement.allows)
    sid = f" (statement {statement.statement.sid})" if statement.statement.sid else ""
    conditions = f" with {_list(wanted(each) for each in statement.conditions)}" if statement.conditions else ""
    found = [each for each in statement.conditions if each.found is not None or each.operator.lower() != "null"]
    because = f"; the request carried {_list(carried(each) for each in found)}" if found else ""
    variables = values(statement.conditions)
    hint = not_spared(statement, request)
    return f"{first.policy.name} explicitly denies {request.action}{conditions}{variables}{sid}{because}{hint}"


def _why_not_allowed(results: Results) -> str:
    decision = results.decision
    request = decision.request
    if decision.rule == "root-assumes-no-role":
        return "a root user cannot assume a role, whatever the policies say"
    if decision.rule == "no-session-policy":
        return f"no session policy was passed for {who(request)}, and without one a federated user may do nothing"
    if results.closest:
        result, statement = _best(results.closest)
        elsewhere = ""
        if decision.rule == "identity" and result.policy.kind in RESOURCE_KINDS:
            elsewhere = f", and no identity-based policy of {who(request)} allows it"
        return _near_miss(request, result, statement) + elsewhere
    return _nothing_near(results)


_LIMITING = ("boundary", "session", "scope-down")
"""The kinds of policy that allow nothing by themselves: they limit what others allow."""


def _best(closest: Sequence[tuple[PolicyResult, StatementResult]]) -> tuple[PolicyResult, StatementResult]:
    """Of equally close statements the one that fails latest: at a condition rather than at an element, and at its
    Resource rather than at its Principal.
    """

    def late(near: tuple[PolicyResult, StatementResult]) -> int:
        failed = near[1].failed
        return 0 if failed is None else 3 if isinstance(failed, ConditionResult) else _ORDER[failed.element]

    return max(closest, key=late)


_ORDER = {"Resource": 2, "NotResource": 2, "Principal": 1, "NotPrincipal": 1, "Action": 0, "NotAction": 0}
"""A statement that names the caller and not the resource is closer than one for somebody else."""


def _near_miss(request: Request, result: PolicyResult, statement: StatementResult) -> str:
    elements = [each for each in statement.failures if isinstance(each, ElementResult)]
    conditions = [each for each in statement.failures if isinstance(each, ConditionResult)]
    name = result.policy.name
    if elements:
        failed = elements[0]
        if failed.element == "Principal":
            hint = misnamed(failed, request)
            return f"{name} allows {request.action} only to {_entries(failed)}, not to {who(request)}{hint}"
        if failed.element == "NotPrincipal":
            return f"{name} leaves {who(request)} out of what it allows"
        if failed.element == "Resource":
            where = _list(failed.wanted, "or")
            where += values([failed])
            return (
                f"{name} allows {request.action} only on {where}; the request was for {failed.found}{recased(failed)}"
            )
        return f"{name} leaves {failed.found} out of what it allows"
    whom = _entry(statement, request) or request.action
    needed = _list(wanted(each) for each in conditions)
    found = _list(carried(each) for each in conditions)
    hints = "".join(dict.fromkeys(hint for each in conditions if (hint := mistaken(each))))
    return f"{name} allows {whom} only with {needed}{values(conditions)}; the request carried {found}{hints}"


def _nothing_near(results: Results) -> str:
    decision = results.decision
    request, rule = decision.request, decision.rule
    if rule in ("resource-control", "service-control"):
        levels = sorted({each.level for each in results.settled_by if each.level is not None})
        where = f"level {levels[0]} of the organization" if levels else "a level of the organization"
        return f"no {KINDS[rule]} at {where} allows {request.action}"
    if rule in _LIMITING:
        name = results.settled_by[0].policy.name if results.settled_by else f"the {KINDS[rule]}"
        return f"{name} does not allow {request.action}, so nothing that allows it counts"
    kind = decision.policies.kind_of_resource(request)
    word = KINDS[kind]
    if rule == "resource":
        there = f"the {word} of {request.resource}"
        if decision.policies.no_resource:
            return decision.policies.no_resource
        if decision.policies.resource is None:
            there = f"{request.resource} has no {word}"
            return f"{there}, and only one could let {who(request)} in"
        return f"{decision.policies.resource.name} does not allow {who(request)} {request.action}"
    opened = _opened(results, kind)
    other = other_permission(results)
    if not decision.policies.identity:
        return f"{opened}{who(request)} has no identity-based policy that could allow {request.action}"
    return f"{opened}no identity-based policy of {who(request)} allows {request.action}{other}"


def _opened(results: Results, kind: PolicyKind) -> str:
    """What the resource's policy says to it, as far as it has a say: it allows, and that is not enough."""
    decision = results.decision
    request, policy = decision.request, decision.policies.resource
    if policy is None or (kind == "resource" and not request.cross_account):
        return ""
    result = next(each for each in results.policies if each.policy is policy)
    named = max((each.named or Named.NOT for each in result.statements if each.matched), default=Named.NOT)
    if named > Named.ACCOUNT and request.cross_account:
        return f"{policy.name} allows it, but {_home(request)} must allow it as well, and "
    return f"{policy.name} leaves it to account {request.caller.account}, and "


def _home(request: Request) -> str:
    return f"account {request.caller.account}, which the caller belongs to,"


def who(request: Request) -> str:
    """The caller in words, e.g. `user alice of account 111122223333`."""
    caller = request.caller
    if caller.kind is Kind.ANONYMOUS:
        return "an anonymous caller"
    if caller.kind is Kind.SERVICE:
        return f"the service {caller.name}"
    if caller.kind is Kind.FEDERATED:
        return f"the identity provider {caller.name}"
    if caller.kind is Kind.ROOT:
        return f"the root user of account {caller.account}"
    return principal(caller.name or "")


def principal(entry: str) -> str:
    """An entry of a Principal element in words."""
    if entry == "*":
        return "everyone"
    if len(entry) == 12 and entry.isdigit():
        return f"account {entry}"
    arn = Arn.of(entry)
    if arn is None:
        kind, _, name = entry.partition(" ")
        words = {"Service": "the service", "Federated": "the identity provider", "CanonicalUser": "the canonical user"}
        return f"{words[kind]} {name}" if kind in words else entry
    kind, _, name = arn.resource.partition("/")
    if kind == "root":
        return f"account {arn.account}"
    words = {"assumed-role": "role session", "federated-user": "federated user", "user": "user", "role": "role"}
    return f"{words[kind]} {name} of account {arn.account}" if kind in words else entry


def _entries(element: ElementResult) -> str:
    return _list([principal(entry) for entry in element.wanted], "or")


def _entry(statement: StatementResult, request: Request) -> str:
    """Whom a statement that names the caller means: its account, its role, itself or everyone."""
    element = next((each for each in statement.elements if each.element == "Principal"), None)
    if element is None or not element.named:
        return ""
    if len(element.wanted) == 1:
        return principal(element.wanted[0])
    if element.named is Named.ACCOUNT:
        return f"account {request.caller.account}"
    return "everyone" if "*" in element.wanted else who(request)


_WORDS: dict[str, Callable[[str, str], str]] = {
    "StringEquals": "{} = {}".format,
    "StringNotEquals": "{} other than {}".format,
    "StringEqualsIgnoreCase": "{} = {} in any case".format,
    "StringNotEqualsIgnoreCase": "{} other than {} in any case".format,
    "StringLike": "{} like {}".format,
    "StringNotLike": "{} not like {}".format,
    "NumericEquals": "{} = {}".format,
    "NumericNotEquals": "{} other than {}".format,
    "NumericLessThan": "{} below {}".format,
    "NumericLessThanEquals": "{} at most {}".format,
    "NumericGreaterThan": "{} above {}".format,
    "NumericGreaterThanEquals": "{} at least {}".format,
    "DateEquals": "{} = {}".format,
    "DateNotEquals": "{} other than {}".format,
    "DateLessThan": "{} before {}".format,
    "DateLessThanEquals": "{} not after {}".format,
    "DateGreaterThan": "{} after {}".format,
    "DateGreaterThanEquals": "{} not before {}".format,
    "Bool": "{} = {}".format,
    "BinaryEquals": "{} = {}".format,
    "IpAddress": "{} in {}".format,
    "NotIpAddress": "{} outside {}".format,
    "ArnEquals": "{} like {}".format,
    "ArnLike": "{} like {}".format,
    "ArnNotEquals": "{} not like {}".format,
    "ArnNotLike": "{} not like {}".format,
}


def wanted(condition: ConditionResult) -> str:
    """What a condition wants, e.g. `sts:ExternalId = cust-42`."""
    quantifier, _, rest = condition.operator.rpartition(":")
    if_exists = rest.lower().endswith("ifexists")
    name = OPERATORS[rest.lower().removesuffix("ifexists")].name
    if name == "Null":
        return " or ".join(
            f"no {condition.key}" if value.lower() == "true" else f"any {condition.key}" for value in condition.wanted
        )
    values = _list([value or '""' for value in condition.wanted], "or") if condition.wanted else "nothing"
    subject = {"": "", "forallvalues": "every ", "foranyvalue": "some "}[quantifier.lower()] + condition.key
    return _WORDS[name](subject, values) + (f" (or no {condition.key})" if if_exists else "")


_CALLED = {"sts:externalid": "External ID"}


def carried(condition: ConditionResult) -> str:
    """What the request has of a condition's key, e.g. `no External ID` or `sts:ExternalId = cust-13`."""
    if condition.found is None:
        return f"no {_CALLED.get(condition.key.lower(), condition.key)}"
    said = f"{condition.key} = {_list([value or chr(34) * 2 for value in condition.found])}"
    return (
        f"{said} (a set, which ForAnyValue or ForAllValues must ask for)" if condition.written.matches_no_set else said
    )


def asked(request: Request) -> str:
    """The request in words, e.g. `s3:GetObject on arn:aws:s3:::reports/q3.csv by user alice of account
    111122223333`.
    """
    return f"{request.action} on {request.resource} by {who(request)}"


def _list(words: Iterable[str], joint: str = "and") -> str:
    """Words joined as a sentence joins them; of a long list the first ones and how many more there are."""
    words = list(dict.fromkeys(words))
    if len(words) > 4:
        words = [*words[:3], f"{len(words) - 3} more"]
    return f" {joint} ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)
