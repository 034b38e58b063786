"""EventBridge: event buses."""

from __future__ import annotations

from typing import Any

from stssim.access.core.compiled_policies import compiled
from stssim.access.core.stored_policies import Change, changed_element
from stssim.access.services.adapter import Adapter, Resource, WrittenPolicy, parameter
from stssim.access.services.moto_tags import by_arn
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


ADAPTER = Adapter(
    tags=by_arn,
    resource_policy=_policy,
    rewrite_principals=_rewrite,
    written={"PutPermission": WrittenPolicy(parameter("Policy"), "resource", "ValidationException")},
)
