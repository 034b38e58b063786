"""Documents that are no policies are refused when they are written, by each service under its own code."""

from __future__ import annotations

from typing import Any

import pytest

from tests.access.given import a_lab, allow, refused, text, to

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


def test_a_principal_must_exist_when_it_is_named() -> None:
    _, vendor, customer = a_lab()
    s3, sqs, sns, kms = (vendor.client(name) for name in ("s3", "sqs", "sns", "kms"))
    secrets, ecr = vendor.client("secretsmanager"), vendor.client("ecr")
    s3.create_bucket(Bucket="reports")
    queue, topic = sqs.create_queue(QueueName="jobs")["QueueUrl"], sns.create_topic(Name="news")["TopicArn"]
    secrets.create_secret(Name="db", SecretString="x")
    ecr.create_repository(repositoryName="app")
    nobody = f"arn:aws:iam::{customer.number}:user/eve"

    def policy(action: str, resource: str | None = "*") -> str:
        return text(allow(action, resource, Principal=to(nobody)))

    bucket = policy("s3:GetObject", "arn:aws:s3:::reports/*")
    with refused("MalformedPolicy", "Invalid principal in policy"):
        s3.put_bucket_policy(Bucket="reports", Policy=bucket)
    with refused("InvalidAttributeValue", "Invalid value for the parameter Policy."):
        sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy("sqs:*")})
    with refused("InvalidParameter", "Policy Error: PrincipalNotFound"):
        sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy("sns:Publish"))
    with refused("MalformedPolicyDocumentException", "one or more invalid principals"):
        kms.create_key(Policy=policy("kms:*"))
    with refused("MalformedPolicyDocumentException", "unsupported principal"):
        secrets.put_resource_policy(SecretId="db", ResourcePolicy=policy("secretsmanager:GetSecretValue"))
    with refused("InvalidParameterException", "Invalid repository policy provided"):
        ecr.set_repository_policy(repositoryName="app", policyText=policy("ecr:ListImages", None))
    customer.user("eve")
    s3.put_bucket_policy(Bucket="reports", Policy=bucket)


def test_accounts_sessions_and_ids_of_principals_can_be_named() -> None:
    _, vendor, customer = a_lab()
    customer.user("eve")
    eve = customer.client("iam").get_user(UserName="eve")["User"]["UserId"]
    sqs = vendor.client("sqs")
    queue = sqs.create_queue(QueueName="jobs")["QueueUrl"]
    session = f"arn:aws:sts::{customer.number}:assumed-role/worker/nightly"
    named = text(allow("sqs:*", Principal=to(customer.number, "*", session, eve)))
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": named})
    with refused("InvalidAttributeValue"):
        sqs.set_queue_attributes(
            QueueUrl=queue, Attributes={"Policy": text(allow("sqs:*", Principal=to("AIDAEXAMPLEEXAMPLE123")))}
        )


def test_the_place_of_what_is_wrong_is_told() -> None:
    _, vendor, _ = a_lab()
    with refused("MalformedPolicyDocument", "/Statement/0"):
        vendor.client("iam").create_policy(PolicyName="p", PolicyDocument=NO_EFFECT)


def test_a_queues_other_attributes_are_its_own_affair() -> None:
    _, vendor, _ = a_lab()
    sqs: Any = vendor.client("sqs")
    queue = sqs.create_queue(QueueName="jobs", Attributes={"DelaySeconds": "5"})["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": ""})
