"""What a topic's policy may be about."""

from __future__ import annotations

import pytest

from tests.access.given import a_lab, allow, refused, text, to


@pytest.mark.parametrize(
    "action", ["sns:*", "*", "SNS:CreatePlatformEndpoint", "sns:Get*", "sqs:SendMessage", "sns:No"]
)
def test_a_policy_is_about_nothing_but_topics(action: str) -> None:
    _, _, customer = a_lab()
    sns = customer.client("sns")
    topic = sns.create_topic(Name="news")["TopicArn"]
    policy = text(allow(action, topic, Principal=to("*")))
    with refused("InvalidParameter", "Policy statement action out of service scope!"):
        sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
    with refused("InvalidParameter", "Policy statement action out of service scope!"):
        sns.create_topic(Name="other", Attributes={"Policy": policy})


@pytest.mark.parametrize("action", ["sns:Publish", "SNS:Receive", "SNS:Publish*", ["SNS:Subscribe", "sns:publish"]])
def test_what_is_done_to_a_topic_can_be_in_its_policy(action: str | list[str]) -> None:
    _, _, customer = a_lab()
    sns = customer.client("sns")
    topic = sns.create_topic(Name="news")["TopicArn"]
    policy = text(allow(action, topic, Principal=to("*")))
    sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
