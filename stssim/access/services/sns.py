"""SNS: topics."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stssim.access.core.compiled_policies import compiled
from stssim.access.core.stored_policies import in_attribute
from stssim.access.services.adapter import Adapter, Resource, WrittenPolicy, parameter
from stssim.call import NOTHING
from stssim.policy import Policy


def _tags(sns: Any, resource: Resource) -> Mapping[str, str]:
    topic = sns.topics.get(resource.arn)
    return dict(topic._tags or {}) if topic is not None else NOTHING


def _policy(sns: Any, resource: Resource) -> Policy | None:
    topic = sns.topics.get(resource.arn)
    return compiled(f"the topic policy of {resource.name}", "resource", topic.policy) if topic is not None else None


def _topic_attribute(asked: Mapping[str, Any]) -> Any:
    return asked.get("AttributeValue") if asked.get("AttributeName") == "Policy" else None


_REFUSED = ("Invalid parameter: Policy Error: {reason}", "Invalid parameter: Policy Error: PrincipalNotFound")
ADAPTER = Adapter(
    tags=_tags,
    resource_policy=_policy,
    rewrite_principals=in_attribute("topics", "policy"),
    written={
        "CreateTopic": WrittenPolicy(parameter("Policy", "Attributes"), "resource", "InvalidParameter", *_REFUSED),
        "SetTopicAttributes": WrittenPolicy(_topic_attribute, "resource", "InvalidParameter", *_REFUSED),
    },
)
