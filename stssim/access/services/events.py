"""EventBridge: event buses."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from stssim.access.core import answer as moto
from stssim.access.core.compiled_policies import compiled
from stssim.access.core.stored_policies import Change, changed_element
from stssim.access.services.adapter import Adapter, Permitted, Resource, WrittenPolicy, parameter
from stssim.access.services.moto_tags import by_arn
from stssim.call import HttpReply, Refusal
from stssim.policy import Policy
from stssim.trace import Refused


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
    """PutPermission. A policy takes the place of all statements, and a statement of the one with its id. The principal
    `*` is everyone.

    Recorded on 2024-12-06 (localstack/localstack, tests/aws/services/events/test_events.snapshot.json).
    """
    wanted, bus = asked.call.parameters, _bus(asked)
    if bus is None:
        return asked.forward()
    before: dict[str, Any] = dict(bus._statements)
    put: dict[str, Any] = {}
    bus._statements.clear()
    try:
        everyone = wanted.get("Principal") == "*" and "Policy" not in wanted
        reply = _put_for_everyone(asked, bus) if everyone else asked.forward()
        if reply.status < 300:
            put = dict(bus._statements) if "Policy" in wanted else before | bus._statements
    finally:
        bus._statements.clear()
        bus._statements.update(put or before)
    return reply


def _put_for_everyone(asked: Permitted, bus: Any) -> HttpReply:
    """moto takes `*` with a condition alone, and then names the account `*`."""
    wanted, account = asked.call.parameters, asked.caller.account
    stated = {name: value for name, value in wanted.items() if name != "Condition"}
    reply = moto.answer(replace(asked.call, parameters={**stated, "Principal": account}), asked.caller, account)
    if reply.status < 300:
        condition = wanted.get("Condition")
        statement = bus._statements[wanted["StatementId"]]
        statement.principal = "*"
        statement.condition = {condition["Type"]: {condition["Key"]: condition["Value"]}} if condition else None
    return reply


def remove_permission(asked: Permitted) -> HttpReply:
    """RemovePermission. Raises `Refused` (400) for a statement that does not exist, with a policy or without."""
    wanted, bus = asked.call.parameters, _bus(asked)
    if bus is not None and not wanted.get("RemoveAllPermissions") and wanted.get("StatementId") not in bus._statements:
        says = "Statement with the provided id does not exist."
        raise Refused(Refusal("ResourceNotFoundException", says, 400))
    return asked.forward()


def _bus(asked: Permitted) -> Any:
    """The bus that a call names, or None. The default one is there before anything was asked of the service."""
    from moto.events.models import events_backends

    buses = events_backends[asked.caller.account][asked.call.region].event_buses
    return buses.get(asked.call.parameters.get("EventBusName") or "default")


ADAPTER = Adapter(
    tags=by_arn,
    resource_policy=_policy,
    rewrite_principals=_rewrite,
    answers={"PutPermission": put_permission, "RemovePermission": remove_permission},
    written={"PutPermission": WrittenPolicy(parameter("Policy"), "resource", "ValidationException")},
)
