"""EventBridge: event buses."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from stssim.access.core import answer as moto
from stssim.access.core.compiled_policies import compiled
from stssim.access.core.moto_backends import backend
from stssim.access.core.stored_policies import Change, changed_element
from stssim.access.services.adapter import Adapter, Permitted, Resource, WrittenPolicy, parameter
from stssim.access.services.moto_tags import by_arn
from stssim.call import HttpReply
from stssim.policy import Policy


def _policy(events: Any, resource: Resource) -> Policy | None:
    sort, _, name = resource.name.partition("/")
    bus = events.event_buses.get(name) if sort == "event-bus" else None
    text = bus.policy if bus is not None else None
    return compiled(f"the policy of event bus {name}", "resource", text) if text else None


def _rewrite(events: Any, change: Change) -> None:
    for bus in events.event_buses.values():
        for statement in bus._statements.values():
            statement.principal = changed_element(statement.principal, change)


def put_permission(asked: Permitted) -> HttpReply:
    """PutPermission, which lets everyone in if the principal is `*`. moto takes that with a condition alone, and then
    names the account `*`.

    https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutPermission.html
    """
    wanted = asked.call.parameters
    if wanted.get("Principal") != "*":
        return asked.forward()
    stated = {name: value for name, value in wanted.items() if name != "Condition"}
    reply = moto.answer(
        replace(asked.call, parameters={**stated, "Principal": asked.caller.account}),
        asked.caller,
        asked.caller.account,
    )
    if reply.status < 300:
        events = backend("events", asked.caller.account, asked.call.region)
        statement = events.event_buses[wanted.get("EventBusName") or "default"]._statements[wanted["StatementId"]]
        statement.principal = "*"
        condition = wanted.get("Condition")
        statement.condition = {condition["Type"]: {condition["Key"]: condition["Value"]}} if condition else None
    return reply


ADAPTER = Adapter(
    tags=by_arn,
    resource_policy=_policy,
    rewrite_principals=_rewrite,
    answers={"PutPermission": put_permission},
    written={"PutPermission": WrittenPolicy(parameter("Policy"), "resource", "ValidationException")},
)
