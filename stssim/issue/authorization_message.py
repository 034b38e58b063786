"""DecodeAuthorizationMessage, and the encoded message of a refused call that it decodes.

https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from stssim.call import Beat, Call, Caller, Refusal
from stssim.cloud import Cloud, Seal
from stssim.issue.answers import answered, refused
from stssim.policy import Decision
from stssim.policy.explain import ConditionResult, StatementResult


def encode(caller: Caller, decision: Decision, seal: Seal) -> str:
    """The encoded message of a call that was refused by this decision."""
    return seal.encode(json.dumps(_message(caller, decision), separators=(",", ":")))


def answer(call: Call, caller: Caller, cloud: Cloud) -> tuple[Mapping[str, Any], tuple[Beat, ...]]:
    """The decoded message, for a caller of the account whose principal was refused.

    Raises `Refused` for any other. That it must be the same account, and the wording, are not documented.
    """
    try:
        text = cloud.seal.decode(call.parameters["EncodedMessage"])
    except ValueError as error:
        raise _invalid(call, caller, f"The message is not decoded: {error}.") from None
    asked = json.loads(text)["context"]
    if asked["principal"]["arn"].split(":")[4] != caller.account:
        raise _invalid(call, caller, "The message tells of another account's principal.")
    sentence = f"STS decodes why {asked['action']} was refused."
    return {"DecodedMessage": text}, answered(call, caller, sentence, "decoded message", {"DecodedMessage": text})


def _invalid(call: Call, caller: Caller, why: str) -> Exception:
    refusal = Refusal("InvalidAuthorizationMessageException", "Message is not valid", 400)
    return refused(call, caller, refusal, why, "message not valid")


def _message(caller: Caller, decision: Decision) -> dict[str, Any]:
    """The decoded message, in the shape of AWS's documented example."""
    request = decision.request
    denying = [
        _statement(statement, caller)
        for policy in decision.explanation.settled_by
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
