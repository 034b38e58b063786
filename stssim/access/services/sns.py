"""SNS: topics."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stssim.access.core.compiled_policies import compiled
from stssim.access.core.stored_policies import in_attribute
from stssim.access.services.adapter import Adapter, Permitted, Resource, WrittenPolicy, parameter
from stssim.call import NOTHING, HttpReply, Refusal
from stssim.policy import Policy
from stssim.policy.service_authorization import action
from stssim.policy.vocabulary import actions
from stssim.trace import Refused


def _tags(sns: Any, resource: Resource) -> Mapping[str, str]:
    topic = sns.topics.get(resource.arn)
    return dict(topic._tags or {}) if topic is not None else NOTHING


def _policy(sns: Any, resource: Resource) -> Policy | None:
    topic = sns.topics.get(resource.arn)
    return compiled(f"the topic policy of {resource.name}", "resource", topic.policy) if topic is not None else None


def _topic_attribute(asked: Mapping[str, Any]) -> Any:
    return asked.get("AttributeValue") if asked.get("AttributeName") == "Policy" else None


def put_policy(asked: Permitted) -> HttpReply:
    """CreateTopic and SetTopicAttributes. Raises `Refused` (400) for a policy that also allows or denies what isn't
    done to a topic, such as `sns:*`.

    Recorded in September 2026: radkawar/stackd, testdata/aws/sns/policy_actions.json.
    """
    text = _topic_attribute(asked.call.parameters) or parameter("Policy", "Attributes")(asked.call.parameters)
    if text:
        statements = Policy("the policy", "resource", text).document.statements
        if not all(_on_topics(pattern) for statement in statements for pattern in statement.action.values):
            says = "Invalid parameter: Policy statement action out of service scope!"
            raise Refused(Refusal("InvalidParameter", says, 400))
    return asked.forward()


def _on_topics(pattern: str) -> bool:
    """Whether an Action of a policy names nothing but what is done to a topic."""
    service, _, name = pattern.lower().partition(":")
    if service != "sns" or name == _RECEIVE:
        return service == "sns"
    found = [action("sns", each.partition(":")[2]) for each in actions(f"sns:{name}")]
    return bool(found) and all(each is not None and each.resources for each in found)


_RECEIVE = "receive"
"""In the policies that the console writes, though nothing needs it any more."""
_REFUSED = ("Invalid parameter: Policy Error: {reason}", "Invalid parameter: Policy Error: PrincipalNotFound")
ADAPTER = Adapter(
    tags=_tags,
    resource_policy=_policy,
    rewrite_principals=in_attribute("topics", "policy"),
    written={
        "CreateTopic": WrittenPolicy(parameter("Policy", "Attributes"), "resource", "InvalidParameter", *_REFUSED),
        "SetTopicAttributes": WrittenPolicy(_topic_attribute, "resource", "InvalidParameter", *_REFUSED),
    },
    answers={"CreateTopic": put_policy, "SetTopicAttributes": put_policy},
)
