"""Documents that are no policies are refused when they are written, by each service under its own code."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

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


READ = allow("s3:GetObject")


@pytest.mark.parametrize(
    ("document", "says"),
    [
        (NO_JSON, "Syntax errors in policy."),
        (NO_EFFECT, "Syntax errors in policy."),
        (text(), "Syntax errors in policy."),
        (text({**READ, "Principal": "*"}), "Policy document should not specify a principal."),
        (text(allow("s3:GetObject", None)), "Policy statement must contain resources."),
        (text({"Effect": "Allow", "Resource": "*"}), "Policy statement must contain actions."),
        (text({**READ, "Sid": "a b"}), "Statement IDs (SID) must be alpha-numeric."),
    ],
)
def test_iam_says_what_is_wrong_in_its_own_words_and_the_trace_where_and_what_would_be_right(
    document: str, says: str
) -> None:
    """IAM's words as people have met them: https://github.com/terraform-aws-modules/terraform-aws-iam/issues/603"""
    lab, vendor, _ = a_lab()
    with lab.recording("refused") as trace, refused("MalformedPolicyDocument", says):
        vendor.client("iam").create_policy(PolicyName="p", PolicyDocument=document)
    assert trace.denied is not None
    assert trace.denied.sentence.startswith("IAM refuses the policy: ")
    assert "(line 1, column " in trace.denied.sentence


def test_the_place_of_what_is_wrong_is_told() -> None:
    lab, vendor, _ = a_lab()
    with lab.recording("refused") as trace, refused("MalformedPolicyDocument"):
        vendor.client("iam").create_policy(PolicyName="p", PolicyDocument=NO_EFFECT)
    assert trace.denied is not None
    assert "The statement has no Effect; it must be Allow or Deny" in trace.denied.sentence
    assert "at /Statement/0" in trace.denied.sentence


# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length


def of(characters: int) -> str:
    """A policy of so many characters, and white space besides."""
    policy = text(allow("s3:GetObject", "arn:aws:s3:::reports/")).replace(" ", "")
    return " " + policy.replace("reports/", "reports/".ljust(characters - len(policy) + len("reports/"), "x")) + " "


def exceeded() -> Any:
    return pytest.raises(ClientError, match=r"LimitExceeded.*Maximum policy size of \d+ bytes exceeded for ")


def test_all_inline_policies_of_a_user_group_or_role_share_a_quota() -> None:
    _, vendor, _ = a_lab()
    iam = vendor.client("iam")
    vendor.user("eve")
    iam.create_group(GroupName="team")
    vendor.role("worker", text(allow("sts:AssumeRole", None, Principal=to(vendor.arn))))

    def put(word: str, name: str, policy: str) -> None:
        holder = {"user": "eve", "group": "team", "role": "worker"}[word]
        write: Any = getattr(iam, f"put_{word}_policy")
        write(**{f"{word.title()}Name": holder}, PolicyName=name, PolicyDocument=policy)

    for word, most in (("user", 2_048), ("group", 5_120), ("role", 10_240)):
        put(word, "first", of(most - 200))
        put(word, "first", of(most - 200))
        put(word, "second", of(200))
        with exceeded() as caught:
            put(word, "second", of(201))
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 409
        assert f"of {most} bytes exceeded for {word} " in str(caught.value)


def test_a_managed_policy_has_6144_characters_at_most() -> None:
    _, vendor, _ = a_lab()
    iam = vendor.client("iam")
    arn = iam.create_policy(PolicyName="p", PolicyDocument=of(6_144))["Policy"]["Arn"]
    says = "Cannot exceed quota for PolicySize: 6144"
    with refused("LimitExceeded", says):
        iam.create_policy(PolicyName="q", PolicyDocument=of(6_145))
    with refused("LimitExceeded", says):
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=of(6_145))


def test_a_queues_other_attributes_are_its_own_affair() -> None:
    _, vendor, _ = a_lab()
    sqs: Any = vendor.client("sqs")
    queue = sqs.create_queue(QueueName="jobs", Attributes={"DelaySeconds": "5"})["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": ""})
