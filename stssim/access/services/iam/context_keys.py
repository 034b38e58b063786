"""The condition keys that a policy mentions: GetContextKeysForCustomPolicy and GetContextKeysForPrincipalPolicy.

The policy need not be a whole one. What is read off it, and what refused, was recorded in September 2026:
radkawar/stackd, internal/services/iam/testdata/context_keys_aws.json.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from xml.sax.saxutils import escape

from stssim.access.services.adapter import Permitted
from stssim.access.services.iam.entities import Kind, held
from stssim.access.services.iam.replies import result
from stssim.call import HttpReply, Refusal
from stssim.policy import PolicyError
from stssim.policy.policies import Policy
from stssim.trace import Refused

_VARIABLE = re.compile(r"\$\{([^{}]+)\}")
_WITH_VARIABLES = "2012-10-17"
_SOURCE = re.compile(r"arn:aws:iam::([0-9]{12}):(user|group|role)/(?:.*/)?([^/]+)")
_KINDS: Mapping[str, Kind] = {"user": "users", "group": "groups", "role": "roles"}
_DOCUMENT = {"Id", "Statement", "Version"}
_ELEMENTS = {
    "Action", "Condition", "Effect", "NotAction", "NotPrincipal", "NotResource", "Principal", "Resource", "Sid",
}  # fmt: skip
_WITH_KEYS = ("Resource", "NotResource")


def of_documents(asked: Permitted) -> HttpReply:
    """GetContextKeysForCustomPolicy."""
    return _reply(asked, asked.call.parameters["PolicyInputList"])


def of_principal(asked: Permitted) -> HttpReply:
    """GetContextKeysForPrincipalPolicy: of all policies of a user, group or role, and of those that are given."""
    given = asked.call.parameters.get("PolicyInputList") or ()
    return _reply(asked, [*_policies_of(asked.call.parameters["PolicySourceArn"], asked), *given])


def _policies_of(arn: str, asked: Permitted) -> Iterator[str]:
    """The identity-based policies and the boundary of a user, group or role of the caller's account, each once.

    An ARN with another path is taken for that of the one with this name. Raises `Refused`: `InvalidInput`, 400, for
    what is no such ARN; `NoSuchEntity`, 404, without such a principal (which was not recorded).
    """
    named = _SOURCE.fullmatch(arn)
    if named is None:
        raise Refused(Refusal("InvalidInput", f"Invalid Entity Arn: {arn}", 400))
    kind: Kind = _KINDS[named[2]]
    found = held(kind, asked.caller.account).named(named[3])
    if found is None or named[1] != asked.caller.account:
        raise Refused(Refusal("NoSuchEntity", f"{arn} cannot be found.", 404))
    holders = [found]
    if kind == "users":
        holders += [group for group in held("groups", asked.caller.account).values() if found in group.users]
    managed: dict[str, None] = {}
    for holder in holders:
        yield from holder.policies.values()
        managed |= dict.fromkeys(holder.managed_policies)
    boundary = asked.directory.permissions_boundary_arn(found.arn) if kind != "groups" else None
    for policy in map(asked.directory.managed_policy, (*managed, *([boundary] if boundary else ()))):
        if policy is not None:
            yield policy.document.source.raw


def _reply(asked: Permitted, documents: list[str]) -> HttpReply:
    names = [name for document in documents for name in sorted(set(_keys(document)))]
    members = "".join(f"<member>{escape(name)}</member>" for name in names)
    return result(asked.call, f"<ContextKeyNames>{members}</ContextKeyNames>")


def _keys(text: str) -> Iterator[str]:
    """The keys in a document, as it spells them. Raises `Refused` (`InvalidInput`, 400)."""
    document = _object(text)
    if not document.keys() <= _DOCUMENT:
        raise _unreadable()
    statements = document.get("Statement", [])
    variables = document.get("Version") == _WITH_VARIABLES
    for statement in statements if isinstance(statements, list) else [statements]:
        if not isinstance(statement, dict) or "Effect" not in statement or not statement.keys() <= _ELEMENTS:
            raise _unreadable()
        for element in _WITH_KEYS if variables else ():
            yield from _variables(statement.get(element))
        for operator, block in _pairs(statement.get("Condition", {})):
            _require_operator(operator)
            for key, values in _pairs(block):
                yield key
                if variables:
                    yield from _variables(values)


def _object(text: str) -> Mapping[str, Any]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise _unreadable() from None
    if not isinstance(document, dict):
        raise _unreadable()
    return document


def _pairs(value: Any) -> Iterator[tuple[str, Any]]:
    if not isinstance(value, dict):
        raise _unreadable()
    yield from value.items()


def _variables(value: Any) -> Iterator[str]:
    for each in value if isinstance(value, list) else [value]:
        yield from (found.partition(",")[0] for found in _VARIABLE.findall(str(each)))


def _require_operator(operator: str) -> None:
    condition = {operator: {"aws:username": "a"}}
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition}
    try:
        Policy("an operator", "identity", json.dumps({"Version": _WITH_VARIABLES, "Statement": statement}))
    except PolicyError as error:
        if error.code == "bad-operator":
            raise _unreadable() from None


def _unreadable() -> Refused:
    return Refused(Refusal("InvalidInput", "Syntax errors in policy.", 400))
