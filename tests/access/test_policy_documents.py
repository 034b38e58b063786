"""Documents that are no policies are refused when they are written, by each service under its own code."""

from __future__ import annotations

from typing import Any

import pytest

from tests.access.given import a_lab, allow, refused, text

NO_JSON, NO_EFFECT = "hello", '{"Version": "2012-10-17", "Statement": [{"Action": "*", "Resource": "*"}]}'
NOBODY = text(allow("sqs:*"))


NO_OPERATOR = text(allow("s3:*", Condition={"NullIfExists": {"aws:PrincipalTag/team": "true"}}))


@pytest.mark.parametrize("document", [NO_JSON, NO_EFFECT, NO_OPERATOR, '{"Version": "1999-01-01", "Statement": []}'])
def test_iam_takes_no_document_that_cannot_be_judged_by(document: str) -> None:
    _, vendor, _ = a_lab()
    vendor.user("eve")
    iam = vendor.client("iam")
    with refused("MalformedPolicyDocument"):
        iam.put_user_policy(UserName="eve", PolicyName="p", PolicyDocument=document)
    with refused("MalformedPolicyDocument"):
        iam.create_policy(PolicyName="p", PolicyDocument=document)
    assert iam.list_user_policies(UserName="eve")["PolicyNames"] == []


@pytest.mark.parametrize("document", [NO_JSON, NO_EFFECT, NOBODY])
def test_every_service_refuses_a_resource_policy_that_is_none(document: str) -> None:
    _, vendor, _ = a_lab()
    sqs, sns, kms, secrets, ecr, dynamodb = (
        vendor.client(name) for name in ("sqs", "sns", "kms", "secretsmanager", "ecr", "dynamodb")
    )
    queue, topic = sqs.create_queue(QueueName="jobs")["QueueUrl"], sns.create_topic(Name="news")["TopicArn"]
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    secrets.create_secret(Name="db", SecretString="x")
    ecr.create_repository(repositoryName="app")
    table = f"arn:aws:dynamodb:us-east-1:{vendor.number}:table/t"
    with refused("InvalidAttributeValue", "Invalid value for the parameter Policy"):
        sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": document})
    with refused("InvalidAttributeValue"):
        sqs.create_queue(QueueName="other", Attributes={"Policy": document})
    with refused("InvalidParameter", "Policy Error"):
        sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=document)
    with refused("MalformedPolicyDocumentException"):
        kms.put_key_policy(KeyId=key, PolicyName="default", Policy=document)
    with refused("MalformedPolicyDocumentException"):
        kms.create_key(Policy=document)
    with refused("MalformedPolicyDocumentException"):
        secrets.put_resource_policy(SecretId="db", ResourcePolicy=document)
    with refused("InvalidParameterException"):
        ecr.set_repository_policy(repositoryName="app", policyText=document)
    with refused("ValidationException"):
        dynamodb.put_resource_policy(ResourceArn=table, Policy=document)


def test_the_place_of_what_is_wrong_is_told() -> None:
    _, vendor, _ = a_lab()
    with refused("MalformedPolicyDocument", "/Statement/0"):
        vendor.client("iam").create_policy(PolicyName="p", PolicyDocument=NO_EFFECT)


def test_a_queues_other_attributes_are_its_own_affair() -> None:
    _, vendor, _ = a_lab()
    sqs: Any = vendor.client("sqs")
    queue = sqs.create_queue(QueueName="jobs", Attributes={"DelaySeconds": "5"})["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": ""})
