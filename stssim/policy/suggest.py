"""The smallest change that turns a deny into an allow: candidates are made of what failed, and each is tried."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from stssim.policy.acceptance import refusals
from stssim.policy.document import Number, pointer
from stssim.policy.evaluate import Decision, decide
from stssim.policy.exposure import exposures
from stssim.policy.keys import Reach, Source, set_by
from stssim.policy.policies import KINDS, RESOURCE_KINDS, Policies, Policy, PolicyKind
from stssim.policy.principals import Kind
from stssim.policy.request import Request
from stssim.policy.results import ConditionResult, ElementResult, PolicyResult, Results, StatementResult
from stssim.policy.sample_requests import near
from stssim.policy.sentence import principal

__all__ = ["Change", "Opens", "changes", "opens"]

_MOST_KEYS = 3
_MOST_TRIALS = 200

Keys = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Change:
    """A change that was tried and lets the request through.

    In the `request`: `keys` are the condition keys to set, or to leave out (None). In a `policy`: `policy` is the one
    as it would be, `pointer` the clause that is new or gone. `decision` is what comes of it.
    """

    kind: Literal["request", "policy"]
    sentence: str
    decision: Decision
    keys: Keys | None = None
    policy: Policy | None = None
    pointer: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The change as data that JSON can hold."""
        data: dict[str, Any] = {"kind": self.kind, "sentence": self.sentence}
        if self.keys is not None:
            data["keys"] = dict(self.keys)
        if self.policy is not None:
            data |= {"policy": self.policy.name, "pointer": self.pointer, "text": self.policy.document.text}
        return data


Opens = Callable[[Policy | None, Policy, str], bool]
"""Whether a policy as it would be lets somebody in whom the policy as it is keeps out. The third is the account that
owns it.
"""


def opens(old: Policy | None, new: Policy, owner: str) -> bool:
    """The same by one policy alone: whether an outsider gets in by `exposures`. An adversary that walks knows more."""
    if new.kind not in RESOURCE_KINDS:
        return False
    before = {each.name for each in exposures(old, owner)} if old is not None else set()
    return any(each.name not in before for each in exposures(new, owner))


def changes(results: Results, opens: Opens = opens) -> tuple[Change, ...]:
    """The smallest change in the request, if one does, and the smallest in one policy, if one does.

    Only such as somebody can make: a request carries what its caller can choose, a policy can be edited by its owner,
    AWS takes it, and by `opens` it lets nobody in but those who are meant.
    """
    if results.decision.allowed or results.decision.policies.no_resource:
        return ()
    found = (_in_request(results.decision), _in_policy(results, opens))
    return tuple(change for change in found if change is not None)


def _in_request(decision: Decision) -> Change | None:
    """Breadth first: every single key before any two keys."""
    trials = 0
    row: list[dict[str, str | None]] = [{}]
    seen: set[frozenset[tuple[str, str | None]]] = set()
    for _ in range(_MOST_KEYS):
        following: list[dict[str, str | None]] = []
        for keys in row:
            now = decide(_carrying(decision.request, keys), decision.policies)
            for key, value in _steps(Results(now)):
                tried = {name: each for name, each in keys.items() if name.lower() != key.lower()} | {key: value}
                mark = frozenset((name.lower(), each) for name, each in tried.items())
                if mark in seen:
                    continue
                seen.add(mark)
                trials += 1
                if trials > _MOST_TRIALS:
                    return None
                turned = decide(_carrying(decision.request, tried), decision.policies)
                if turned.allowed:
                    return Change("request", _said(tried), turned, keys=tried)
                following.append(tried)
        row = following
    return None


def _said(keys: Keys) -> str:
    put = [f"{key} = {value or chr(34) * 2}" for key, value in keys.items() if value is not None]
    out = [key for key, value in keys.items() if value is None]
    parts = [f"with {' and '.join(put)}"] if put else []
    parts += [f"without {' and '.join(out)}"] if out else []
    return f"A request {' and '.join(parts)} would be allowed."


def _carrying(request: Request, keys: Keys) -> Request:
    if not keys:
        return request
    changed = {name.lower() for name in keys}
    context = {name: value for name, value in request.context.items() if name.lower() not in changed}
    return replace(request, context=context | {name: value for name, value in keys.items() if value is not None})


def _steps(results: Results) -> Iterator[tuple[str, str | None]]:
    """Single keys that might get past what stands in the way: a condition that fails, or one of a Deny that holds."""
    if results.decision.effect == "ExplicitDeny":
        matched = [
            each for result in results.settled_by for each in result.statements if each.matched and not _allows(each)
        ]
        conditions = [each for statement in matched for each in statement.conditions]
    else:
        near = [each for result in results.settled_by for each in result.statements if _only_conditions(each)]
        conditions = [each for statement in near for each in statement.conditions if not each.matched]
    for condition in conditions:
        for value in _values(condition):
            if _can_be_sent(condition.key, value, results.decision.request):
                yield condition.key, value


def _can_be_sent(key: str, value: str | None, request: Request) -> bool:
    """Whether the caller, staying who they are, could make the request with this value, or without the key.

    A tag of their own or of the resource they can have set; their account, their name and the claims of a token are
    what they are.
    """
    rule = set_by(key)
    name = key.lower()
    if rule is None:
        return True
    if value is None:
        return rule.may_be_absent and (rule.source in _CHOSEN or name in _WITH_OTHER_CREDENTIALS)
    if rule.source is Source.IDENTITY_PROVIDER:
        return rule.reach is Reach.ANY_VALUE
    if rule.source is Source.SERVICE:
        return request.caller.kind is Kind.SERVICE and rule.reach is not Reach.NOTHING
    if rule.source in (Source.CALLER_IDENTITY, Source.RESOURCE_OWNER):
        return name in _WITH_OTHER_CREDENTIALS or "tag/" in name
    return rule.source in _CHOSEN


_CHOSEN = (Source.CALLER_CHOICE, Source.NETWORK)
_WITH_OTHER_CREDENTIALS = frozenset(
    {"aws:multifactorauthpresent", "aws:multifactorauthage", "aws:tokenissuetime", "aws:sourceidentity"}
)
"""Keys that change when the same caller gets other credentials."""


def _allows(statement: StatementResult) -> bool:
    return statement.statement.allows


def _only_conditions(statement: StatementResult) -> bool:
    return _allows(statement) and not statement.matched and all(each.matched for each in statement.elements)


def _values(condition: ConditionResult) -> Iterator[str | None]:
    """Values that might turn a condition over, the most telling first; None leaves the key out."""
    name = condition.operator.rpartition(":")[2].lower().removesuffix("ifexists")
    if name == "null":
        yield "x" if condition.found is None else None
        return
    if condition.found is not None and condition.matched:
        yield None
    for wanted in condition.wanted:
        yield from near(name, wanted)
    if name.startswith(("string", "arn")):
        yield "x" if name.startswith("string") else "arn:aws:x:::x"
    if name.endswith("ipaddress"):
        yield "198.51.100.7"
    if condition.found is not None and not condition.matched:
        yield None


@dataclass(frozen=True, slots=True)
class _Edit:
    """A policy as it might be. `size` counts the clauses that are new or gone."""

    size: int
    old: Policy | None
    new: Policy
    pointer: str
    does: str
    level: int | None = None


def _in_policy(results: Results, opens: Opens) -> Change | None:
    decision = results.decision
    edits = _undenied(results) if decision.effect == "ExplicitDeny" else _allowed(results)
    for edit in sorted(edits, key=lambda each: each.size):
        turned = decide(decision.request, _swapped(decision.policies, edit))
        if turned.allowed and _is_theirs(edit) and not opens(edit.old, edit.new, decision.request.owner):
            sentence = f"It would be allowed if {edit.new.name} {edit.does}."
            return Change("policy", sentence, turned, policy=edit.new, pointer=edit.pointer)
    return None


def _is_theirs(edit: _Edit) -> bool:
    """Whether an owner could make the edit: AWS's own policies nobody edits, and AWS takes no document that is none."""
    if edit.new.arn is not None and edit.new.arn.startswith("arn:aws:iam::aws:"):
        return False
    before = {each.name for each in refusals(edit.old)} if edit.old is not None else set()
    return all(each.name in before for each in refusals(edit.new))


def _swapped(policies: Policies, edit: _Edit) -> Policies:
    """The policies with one of them changed, or one more."""

    def swap(group: Sequence[Policy]) -> tuple[Policy, ...]:
        return tuple(edit.new if each is edit.old else each for each in group)

    if edit.old is None:
        if edit.new.kind in RESOURCE_KINDS:
            return replace(policies, resource=edit.new)
        if edit.new.kind == "identity":
            return replace(policies, identity=(*policies.identity, edit.new))
        return replace(policies, session=(edit.new,))
    return replace(
        policies,
        identity=swap(policies.identity),
        resource=edit.new if policies.resource is edit.old else policies.resource,
        session=None if policies.session is None else swap(policies.session),
        scope_down=swap(policies.scope_down),
        boundaries=swap(policies.boundaries),
        service_control=tuple(map(swap, policies.service_control)),
        resource_control=tuple(map(swap, policies.resource_control)),
    )


def _undenied(results: Results) -> Iterator[_Edit]:
    """Each denying policy without its Deny statements that match, or with the request excepted from the one that
    does.
    """
    for result in results.settled_by:
        denying = [each for each in result.statements if each.matched and not _allows(each)]
        if len(denying) == 1:
            yield from _excepted(result, denying[0])
        document = _document(result.policy)
        gone = {each.statement.index for each in denying}
        statements = document["Statement"] if isinstance(document["Statement"], list) else [document["Statement"]]
        document["Statement"] = [each for index, each in enumerate(statements) if index not in gone]
        at = denying[0].statement
        which = f"statement {at.sid}" if at.sid else f"the statement at {at.pointer}"
        yield _edit(len(denying) + 1, result, document, at.pointer, f"did not have {which}")


def _excepted(result: PolicyResult, statement: StatementResult) -> Iterator[_Edit]:
    for condition in statement.conditions:
        negated = "not" in condition.operator.lower()
        if negated and condition.found and not condition.missing:
            document = _document(result.policy)
            _extend(document, condition.pointer, condition.found)
            also = " and ".join(condition.found)
            yield _edit(1, result, document, condition.pointer, f"also excepted {condition.key} = {also}")


def _allowed(results: Results) -> Iterator[_Edit]:
    request = results.decision.request
    grants = [grant.policy for grant in results.decision.policies.grants]
    for result in results.settled_by:
        if result.policy in grants:  # a grant can't be edited
            continue
        for statement in result.statements:
            if _allows(statement) and statement.failures and not any(_negated(each) for each in statement.failures):
                yield _matching(result, statement, request)
        yield _with_statement(result, request)
    for kind in _absent(results):
        new = Policy(f"a new {KINDS[kind]}", kind, _document_of(request, kind))
        yield _Edit(6, None, new, "/Statement/0", f"allowed {request.action} on {request.resource}")


def _absent(results: Results) -> Iterator[PolicyKind]:
    """The kinds of policy that should have allowed it, and of which there is none."""
    decision = results.decision
    if decision.rule == "identity" and decision.request.caller.has_identity:
        yield "identity"
    if decision.rule == "resource" and decision.policies.resource is None:
        yield decision.policies.kind_of_resource(decision.request)
    if decision.rule == "no-session-policy":
        yield "session"


def _negated(clause: ElementResult | ConditionResult) -> bool:
    return isinstance(clause, ElementResult) and clause.element.startswith("Not")


def _matching(result: PolicyResult, statement: StatementResult, request: Request) -> _Edit:
    """The policy with one statement widened by just what the request needs."""
    document = _document(result.policy)
    does = []
    for clause in statement.failures:
        if isinstance(clause, ConditionResult):
            plain = "not" not in clause.operator.lower() and not clause.operator.lower().startswith("null")
            if clause.found and plain and not clause.missing:
                _extend(document, clause.pointer, clause.found)
                does.append(f"also took {clause.key} = {' or '.join(clause.found)}")
            else:
                _remove(document, clause.pointer)
                does.append(f"had no condition {clause.operator} on {clause.key}")
        elif clause.element == "Principal":
            kind, name = _principal_of(request)
            _extend(document, clause.pointer + pointer(kind), (name,))
            does.append(f"also named {principal(name)}")
        else:
            _extend(document, clause.pointer, (clause.found,))
            does.append(f"also listed {clause.found}")
    return _edit(len(does), result, document, statement.failures[0].pointer, " and ".join(does))


def _with_statement(result: PolicyResult, request: Request) -> _Edit:
    document = _document(result.policy)
    statements = document["Statement"] if isinstance(document["Statement"], list) else [document["Statement"]]
    document["Statement"] = [*statements, _statement_of(request, result.policy.kind)]
    at = pointer("Statement", len(statements))
    return _edit(5, result, document, at, f"had a statement that allows {request.action} on {request.resource}")


def _document_of(request: Request, kind: PolicyKind) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [_statement_of(request, kind)]}


def _statement_of(request: Request, kind: PolicyKind) -> dict[str, Any]:
    statement: dict[str, Any] = {"Effect": "Allow"}
    if kind in RESOURCE_KINDS:
        type_, name = _principal_of(request)
        statement["Principal"] = "*" if name == "*" else {type_: name}
    if kind == "resource-control":
        statement["Principal"] = "*"
    statement["Action"] = request.action
    if kind != "trust":
        statement["Resource"] = request.target
    return statement


def _principal_of(request: Request) -> tuple[str, str]:
    caller = request.caller
    if caller.name is None:
        return "AWS", "*"
    if caller.kind in (Kind.SERVICE, Kind.FEDERATED):
        return ("Service" if caller.kind is Kind.SERVICE else "Federated"), caller.name
    return "AWS", caller.name


def _document(policy: Policy) -> dict[str, Any]:
    return copy.deepcopy(dict(policy.document.source.data))


def _edit(size: int, result: PolicyResult, document: dict[str, Any], at: str, does: str) -> _Edit:
    new = Policy(result.policy.name, result.policy.kind, _plain(document), result.policy.arn)
    return _Edit(size, result.policy, new, at, does, result.level)


def _plain(value: Any) -> Any:
    """Numbers as text, which is how conditions read them anyway."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return str(value) if isinstance(value, Number) else value


def _reach(document: dict[str, Any], at: str) -> tuple[Any, str | int]:
    """The object or array that holds the clause, and the clause's name or number in it."""
    steps = [step.replace("~1", "/").replace("~0", "~") for step in at.split("/")[1:]]
    holder: Any = document
    for step in steps[:-1]:
        holder = holder[int(step)] if isinstance(holder, list) else holder[step]
    return holder, int(steps[-1]) if isinstance(holder, list) else steps[-1]


def _extend(document: dict[str, Any], at: str, values: Sequence[str]) -> None:
    holder, name = _reach(document, at)
    old = holder.get(name, []) if isinstance(holder, dict) else holder[name]
    holder[name] = [*(old if isinstance(old, list) else [old]), *values]


def _remove(document: dict[str, Any], at: str) -> None:
    holder, name = _reach(document, at)
    del holder[name]
