"""The encoded message that EC2 refuses a call with: the whole reason, sealed, for who may decode it.

https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from stssim.call import Caller
from stssim.cloud import TokenCodec
from stssim.policy import Decision
from stssim.policy.results import ConditionResult, Results, StatementResult


def encoded(caller: Caller, decision: Decision, seal: TokenCodec) -> str:
    """The encoded message of a call that was refused by this decision."""
    return seal.encode(json.dumps(_message(caller, decision), separators=(",", ":")))


def _message(caller: Caller, decision: Decision) -> dict[str, Any]:
    """The decoded message, in the shape of AWS's documented example."""
    request = decision.request
    denying = [
        _statement(statement, caller)
        for policy in Results(decision).settled_by
        for statement in policy.statements
        if statement.matched and not statement.statement.allows
    ]
    principal = {"id": caller.user_id, "arn": caller.arn}
    if caller.kind == "user":
        principal = {"id": caller.user_id, "name": caller.actor.name, "arn": caller.arn}
    return {
        "allowed": decision.allowed,
        "explicitDeny": decision.effect == "ExplicitDeny",
        "matchedStatements": {"items": denying if decision.effect == "ExplicitDeny" else []},
        "failures": {"items": []},
        "context": {
            "principal": principal,
            "action": request.action,
            "resource": request.resource,
            "conditions": {"items": [{"key": key, "values": _values(found)} for key, found in request.keys.items()]},
        },
    }


def _statement(result: StatementResult, caller: Caller) -> dict[str, Any]:
    wanted = {element.element: element.wanted for element in result.elements}
    return {
        "statementId": result.statement.sid,
        "effect": "DENY",
        "principals": _values([caller.principal_id]),
        "principalGroups": {"items": []},
        "actions": _values(wanted.get("Action", ())),
        "resources": _values(wanted.get("Resource", ())),
        "conditions": {"items": [_condition(condition) for condition in result.conditions]},
    }


def _condition(result: ConditionResult) -> dict[str, Any]:
    return {"key": result.key, "values": _values(result.wanted)}


def _values(found: Iterable[str]) -> dict[str, Any]:
    return {"items": [{"value": value} for value in found]}
