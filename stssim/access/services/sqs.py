"""SQS: queues."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stssim.access.core.compiled_policies import compiled
from stssim.access.core.stored_policies import in_attribute
from stssim.access.services.adapter import Adapter, Resource, WrittenPolicy, parameter
from stssim.call import NOTHING
from stssim.policy import Policy


def _tags(sqs: Any, resource: Resource) -> Mapping[str, str]:
    queue = sqs.queues.get(resource.name)
    return dict(queue.tags or {}) if queue is not None else NOTHING


def _policy(sqs: Any, resource: Resource) -> Policy | None:
    queue = sqs.queues.get(resource.name)
    text = queue.policy if queue is not None else None
    return compiled(f"the queue policy of {resource.name}", "resource", text) if text else None


_WRITTEN = WrittenPolicy(
    parameter("Policy", "Attributes"),
    "resource",
    "InvalidAttributeValue",
    "Invalid value for the parameter Policy. Reason: {reason}",
    "Invalid value for the parameter Policy.",
)


ADAPTER = Adapter(
    tags=_tags,
    resource_policy=_policy,
    rewrite_principals=in_attribute("queues", "policy"),
    written={"CreateQueue": _WRITTEN, "SetQueueAttributes": _WRITTEN},
)
