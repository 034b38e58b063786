"""Resource-based policies of every service that has them: what they let strangers do, and that a change counts at once.

Across accounts both sides must allow (IAM User Guide, "Cross-account policy evaluation logic").
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from tests.access.given import a_lab, allow, deny, document, refused, text, to

DENIED = "AccessDenied"


def _queue(owner: Any) -> tuple[Callable[[str], Any], Callable[[Any], Any], str]:
    sqs = owner.client("sqs")
    url = sqs.create_queue(QueueName="jobs")["QueueUrl"]

    def use(who: Any) -> Any:
        return who.client("sqs").send_message(QueueUrl=url, MessageBody="x")

    return lambda policy: sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy}), use, "sqs:SendMessage"


def _topic(owner: Any) -> tuple[Callable[[str], Any], Callable[[Any], Any], str]:
    sns = owner.client("sns")
    arn = sns.create_topic(Name="news")["TopicArn"]

    def put(policy: str) -> Any:
        return sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=policy)

    return put, lambda who: who.client("sns").publish(TopicArn=arn, Message="x"), "sns:Publish"


def _key(owner: Any) -> tuple[Callable[[str], Any], Callable[[Any], Any], str]:
    kms = owner.client("kms")
    arn = kms.create_key()["KeyMetadata"]["Arn"]
    root = allow("kms:*", Principal=to(f"arn:aws:iam::{owner.number}:root"))

    def put(policy: str) -> Any:
        both = document(root, *json.loads(policy)["Statement"])
        return kms.put_key_policy(KeyId=arn, PolicyName="default", Policy=json.dumps(both))

    return put, lambda who: who.client("kms").encrypt(KeyId=arn, Plaintext=b"x"), "kms:Encrypt"


def _secret(owner: Any) -> tuple[Callable[[str], Any], Callable[[Any], Any], str]:
    secrets = owner.client("secretsmanager")
    arn = secrets.create_secret(Name="db/password", SecretString="x")["ARN"]

    def use(who: Any) -> Any:
        return who.client("secretsmanager").describe_secret(SecretId=arn)

    return (
        lambda policy: secrets.put_resource_policy(SecretId="db/password", ResourcePolicy=policy),
        use,
        "secretsmanager:DescribeSecret",
    )


def _repository(owner: Any) -> tuple[Callable[[str], Any], Callable[[Any], Any], str]:
    ecr = owner.client("ecr")
    ecr.create_repository(repositoryName="team/app")

    def put(policy: str) -> Any:
        without = [
            {key: value for key, value in each.items() if key != "Resource"} for each in json.loads(policy)["Statement"]
        ]
        return ecr.set_repository_policy(repositoryName="team/app", policyText=json.dumps(document(*without)))

    def use(who: Any) -> Any:
        return who.client("ecr").list_images(registryId=owner.number, repositoryName="team/app")

    return put, use, "ecr:ListImages"


def _table(owner: Any) -> tuple[Callable[[str], Any], Callable[[Any], Any], str]:
    dynamodb = owner.client("dynamodb")
    arn = dynamodb.create_table(
        TableName="scores",
        KeySchema=[{"AttributeName": "user", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "user", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )["TableDescription"]["TableArn"]

    def use(who: Any) -> Any:
        return who.client("dynamodb").get_item(TableName=arn, Key={"user": {"S": "dora"}})

    return lambda policy: dynamodb.put_resource_policy(ResourceArn=arn, Policy=policy), use, "dynamodb:GetItem"


def _bucket(owner: Any) -> tuple[Callable[[str], Any], Callable[[Any], Any], str]:
    s3 = owner.client("s3")
    s3.create_bucket(Bucket="reports")
    s3.put_object(Bucket="reports", Key="q3.csv", Body=b"x")

    def put(policy: str) -> Any:
        return s3.put_bucket_policy(Bucket="reports", Policy=policy.replace('"*"', '"arn:aws:s3:::reports/*"'))

    return put, lambda who: who.client("s3").get_object(Bucket="reports", Key="q3.csv"), "s3:GetObject"


SERVICES = [_bucket, _queue, _topic, _key, _secret, _repository, _table]


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.__name__[1:])
def test_a_stranger_needs_both_sides_to_allow(service: Callable[[Any], Any]) -> None:
    _, vendor, customer = a_lab()
    eve, bob = vendor.user("eve", policy=document(allow("*"))), vendor.user("bob")
    put, use, action = service(customer)
    with pytest.raises(Exception, match=r"AccessDenied|AuthorizationError"):
        use(eve)
    put(text(allow(action, Principal=to(eve.arn, bob.arn))))
    use(eve)
    with pytest.raises(Exception, match=r"AccessDenied|AuthorizationError"):
        use(bob)


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.__name__[1:])
def test_at_home_the_resources_policy_is_enough_and_its_deny_is_final(service: Callable[[Any], Any]) -> None:
    _, _, customer = a_lab()
    dora, carl = customer.user("dora"), customer.user("carl", policy=document(allow("*")))
    put, use, action = service(customer)
    with pytest.raises(Exception, match=r"AccessDenied|AuthorizationError"):
        use(dora)
    use(carl)
    put(text(allow(action, Principal=to(dora.arn)), deny(action, Principal=to(carl.arn))))
    use(dora)
    with pytest.raises(Exception, match="explicit deny in a resource-based policy"):
        use(carl)


def test_a_key_that_names_nobody_shuts_its_own_account_out() -> None:
    _, vendor, customer = a_lab()
    carl = customer.user("carl", policy=document(allow("kms:*")))
    kms = customer.client("kms")
    arn = kms.create_key()["KeyMetadata"]["Arn"]
    carl.client("kms").encrypt(KeyId=arn, Plaintext=b"x")
    only = allow("kms:*", Principal=to(f"arn:aws:iam::{vendor.number}:root"))
    kms.put_key_policy(KeyId=arn, PolicyName="default", Policy=text(only), BypassPolicyLockoutSafetyCheck=True)
    with refused("AccessDeniedException", "no resource-based policy allows the kms:Encrypt action"):
        carl.client("kms").encrypt(KeyId=arn, Plaintext=b"x")


def a_zip() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("f.py", "def f(event, context): return event")
    return held.getvalue()


def test_a_function_lets_in_whom_add_permission_names() -> None:
    _, vendor, customer = a_lab()
    eve = vendor.user("eve", policy=document(allow("*")))
    role = customer.role(
        "worker",
        trust=document(
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ),
    )
    functions = customer.client("lambda")
    arn = functions.create_function(
        FunctionName="f", Role=role.arn, Code={"ZipFile": a_zip()}, Runtime="python3.12", Handler="f.f"
    )["FunctionArn"]
    with refused("AccessDeniedException"):
        eve.client("lambda").get_policy(FunctionName=arn)
    functions.add_permission(FunctionName="f", StatementId="vendor", Action="lambda:GetPolicy", Principal=vendor.number)
    assert "vendor" in eve.client("lambda").get_policy(FunctionName=arn)["Policy"]
    with refused("AccessDeniedException"):
        eve.client("lambda").get_function(FunctionName=arn)


def test_an_indexs_policy_is_its_tables() -> None:
    _, vendor, customer = a_lab()
    eve = vendor.user("eve", policy=document(allow("*")))
    dynamodb = customer.client("dynamodb")
    arn = dynamodb.create_table(
        TableName="scores",
        KeySchema=[{"AttributeName": "user", "KeyType": "HASH"}],
        AttributeDefinitions=[
            {"AttributeName": "user", "AttributeType": "S"},
            {"AttributeName": "game", "AttributeType": "S"},
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-game",
                "KeySchema": [{"AttributeName": "game", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        BillingMode="PAY_PER_REQUEST",
    )["TableDescription"]["TableArn"]
    asked: dict[str, Any] = {
        "TableName": arn,
        "IndexName": "by-game",
        "KeyConditionExpression": "game = :g",
        "ExpressionAttributeValues": {":g": {"S": "chess"}},
    }
    with refused("AccessDeniedException"):
        eve.client("dynamodb").query(**asked)
    on = [arn, f"{arn}/index/*"]
    policy = {**allow("dynamodb:Query", Principal=to(eve.arn)), "Resource": on}
    dynamodb.put_resource_policy(ResourceArn=arn, Policy=text(policy))
    eve.client("dynamodb").query(**asked)
