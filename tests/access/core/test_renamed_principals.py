"""Resource-based policies name users and roles by their unique ids, and accounts by the ARNs of their root users.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
https://repost.aws/knowledge-center/iam-resource-policy-format
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from stssim.lab.handles import Account, User
from tests.access.given import a_lab, allow, document, refused, text, to
from tests.access.services.iam.test_trust_policies import delete_role, delete_user

EVERYTHING = document(allow("*"))


def anew(user: User) -> User:
    """The user deleted, and another created under the same name."""
    delete_user(user)
    again = user.account.user(user.name, EVERYTHING)
    assert again.arn == user.arn
    return again


# One after another, the ways to a service's resource: made and its policy written, read as a user, its policy shown.
Made = tuple[Callable[[User], object], Callable[[], Any]]


def a_bucket(owner: Account, principal: Any) -> Made:
    owner.bucket("reports", {"q3.csv": "1;2"})
    s3 = owner.client("s3")
    policy = text(allow("s3:GetObject", "arn:aws:s3:::reports/*", Principal=principal))
    s3.put_bucket_policy(Bucket="reports", Policy=policy)
    return (
        lambda user: user.client("s3").get_object(Bucket="reports", Key="q3.csv"),
        lambda: json.loads(s3.get_bucket_policy(Bucket="reports")["Policy"]),
    )


def a_queue(owner: Account, principal: Any) -> Made:
    sqs = owner.client("sqs")
    policy = text(allow("sqs:SendMessage", Principal=principal))
    url = sqs.create_queue(QueueName="jobs", Attributes={"Policy": policy})["QueueUrl"]
    return (
        lambda user: user.client("sqs").send_message(QueueUrl=url, MessageBody="x"),
        lambda: json.loads(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])["Attributes"]["Policy"]),
    )


def a_topic(owner: Account, principal: Any) -> Made:
    sns = owner.client("sns")
    arn = sns.create_topic(Name="news")["TopicArn"]
    policy = text(allow("sns:Publish", arn, Principal=principal))
    sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=policy)
    return (
        lambda user: user.client("sns").publish(TopicArn=arn, Message="x"),
        lambda: json.loads(sns.get_topic_attributes(TopicArn=arn)["Attributes"]["Policy"]),
    )


def a_key(owner: Account, principal: Any) -> Made:
    kms = owner.client("kms")
    policy = text(allow("kms:DescribeKey", Principal=principal), allow("kms:*", Principal=to(owner.arn)))
    arn = kms.create_key(Policy=policy)["KeyMetadata"]["Arn"]
    return (
        lambda user: user.client("kms").describe_key(KeyId=arn),
        lambda: json.loads(kms.get_key_policy(KeyId=arn, PolicyName="default")["Policy"]),
    )


def a_secret(owner: Account, principal: Any) -> Made:
    secrets = owner.client("secretsmanager")
    arn = secrets.create_secret(Name="db", SecretString="x")["ARN"]
    policy = text(allow("secretsmanager:DescribeSecret", Principal=principal))
    secrets.put_resource_policy(SecretId=arn, ResourcePolicy=policy)
    return (
        lambda user: user.client("secretsmanager").describe_secret(SecretId=arn),
        lambda: json.loads(secrets.get_resource_policy(SecretId=arn)["ResourcePolicy"]),
    )


def a_repository(owner: Account, principal: Any) -> Made:
    ecr = owner.client("ecr")
    ecr.create_repository(repositoryName="app")
    policy = text(allow("ecr:ListImages", None, Principal=principal))
    ecr.set_repository_policy(repositoryName="app", policyText=policy)
    return (
        lambda user: user.client("ecr").list_images(repositoryName="app", registryId=owner.number),
        lambda: json.loads(ecr.get_repository_policy(repositoryName="app")["policyText"]),
    )


def a_table(owner: Account, principal: Any) -> Made:
    dynamodb = owner.client("dynamodb")
    arn = dynamodb.create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )["TableDescription"]["TableArn"]
    dynamodb.put_resource_policy(ResourceArn=arn, Policy=text(allow("dynamodb:Scan", arn, Principal=principal)))
    return (
        lambda user: user.client("dynamodb").scan(TableName=arn),
        lambda: json.loads(dynamodb.get_resource_policy(ResourceArn=arn)["Policy"]),
    )


def a_bus(owner: Account, principal: Any) -> Made:
    events = owner.client("events")
    arn = events.create_event_bus(Name="orders")["EventBusArn"]
    policy = text(allow("events:PutEvents", arn, Principal=principal, Sid="Others"))
    events.put_permission(EventBusName="orders", Policy=policy)
    entry = {"EventBusName": arn, "Source": "shop", "DetailType": "order", "Detail": "{}"}
    return (
        lambda user: user.client("events").put_events(Entries=[entry]),
        lambda: json.loads(events.describe_event_bus(Name="orders")["Policy"]),
    )


def a_function(owner: Account, principal: Any) -> Made:
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("main.py", "")
    role = owner.role("function", text(allow("sts:AssumeRole", None, Principal={"Service": "lambda.amazonaws.com"})))
    awslambda = owner.client("lambda")
    arn = awslambda.create_function(
        FunctionName="job", Runtime="python3.12", Role=role.arn, Handler="main.run", Code={"ZipFile": code.getvalue()}
    )["FunctionArn"]
    awslambda.add_permission(
        FunctionName="job", StatementId="others", Action="lambda:GetFunction", Principal=principal["AWS"]
    )
    return (
        lambda user: user.client("lambda").get_function(FunctionName=arn),
        lambda: json.loads(awslambda.get_policy(FunctionName="job")["Policy"]),
    )


RESOURCES = [a_bucket, a_queue, a_topic, a_key, a_secret, a_repository, a_table, a_bus, a_function]
every_resource = pytest.mark.parametrize("made", RESOURCES, ids=lambda made: made.__name__)


def named(policy: Any) -> Any:
    """Whom the first statement names."""
    return policy["Statement"][0]["Principal"]


@every_resource
def test_a_user_who_was_created_anew_is_a_stranger_and_the_policy_shows_the_lost_id(made: Any) -> None:
    _, vendor, customer = a_lab()
    alice = vendor.user("alice", EVERYTHING)
    read, shown = made(customer, {"AWS": alice.arn})
    read(alice)
    assert named(shown()) in ({"AWS": alice.arn}, alice.arn)
    again = anew(alice)
    with pytest.raises(Exception, match=r"not authorized|AccessDenied"):
        read(again)
    assert named(shown()) == {"AWS": alice.unique_id}


@every_resource
def test_an_accounts_number_is_shown_as_the_arn_of_its_root_user(made: Any) -> None:
    _, vendor, customer = a_lab()
    read, shown = made(customer, {"AWS": vendor.number})
    assert named(shown()) == {"AWS": f"arn:aws:iam::{vendor.number}:root"}
    read(vendor.user("alice", EVERYTHING))


def test_a_policy_that_is_written_again_names_the_one_who_is_there_now() -> None:
    _, vendor, customer = a_lab()
    alice = vendor.user("alice", EVERYTHING)
    read, _ = a_bucket(customer, to(alice.arn))
    again = anew(alice)
    policy = text(allow("s3:GetObject", "arn:aws:s3:::reports/*", Principal=to(again.arn)))
    customer.client("s3").put_bucket_policy(Bucket="reports", Policy=policy)
    read(again)


def test_a_policy_with_a_lost_id_is_not_taken_back() -> None:
    _, vendor, customer = a_lab()
    alice = vendor.user("alice", EVERYTHING)
    _, shown = a_bucket(customer, to(alice.arn, vendor.arn))
    anew(alice)
    assert named(shown()) == to(alice.unique_id, vendor.arn)
    with refused("MalformedPolicy", "Invalid principal in policy"):
        customer.client("s3").put_bucket_policy(Bucket="reports", Policy=json.dumps(shown()))


def test_a_denial_of_a_user_who_is_gone_is_not_one_of_who_comes_after() -> None:
    _, vendor, customer = a_lab()
    alice = vendor.user("alice", EVERYTHING)
    read, _ = a_bucket(customer, to(vendor.arn))
    objects = "arn:aws:s3:::reports/*"
    denied = {**allow("s3:GetObject", objects, Principal=to(alice.arn)), "Effect": "Deny"}
    both = text(allow("s3:GetObject", objects, Principal=to(vendor.arn)), denied)
    customer.client("s3").put_bucket_policy(Bucket="reports", Policy=both)
    with refused("AccessDenied"):
        read(alice)
    read(anew(alice))


def test_the_sessions_of_a_role_that_was_created_anew_are_strangers() -> None:
    lab, vendor, customer = a_lab()
    alice = vendor.user("alice", EVERYTHING)
    trust = text(allow("sts:AssumeRole", None, Principal=to(vendor.arn)))
    role = vendor.role("Deploy", trust, EVERYTHING)
    read, shown = a_bucket(customer, to(role.arn))

    def session() -> Any:
        return lab.session(alice.client("sts").assume_role(RoleArn=role.arn, RoleSessionName="deploy"))

    read(session())
    delete_role(role)
    assert named(shown()) == to(role.unique_id)
    vendor.role("Deploy", trust, EVERYTHING)
    with refused("AccessDenied"):
        read(session())


def test_a_renamed_user_is_still_the_one_who_was_named() -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/id_users_rename.html"""
    _, vendor, customer = a_lab()
    alice = vendor.user("alice", EVERYTHING)
    read, shown = a_bucket(customer, to(alice.arn))
    vendor.client("iam").update_user(UserName="alice", NewUserName="alicia")
    assert named(shown()) == to(f"arn:aws:iam::{vendor.number}:user/alicia")
    read(alice)


def test_a_bucket_policy_that_names_no_user_stays_word_for_word() -> None:
    _, vendor, customer = a_lab()
    customer.bucket("reports")
    policy = json.dumps(document(allow("s3:GetObject", "arn:aws:s3:::reports/*", Principal=to(vendor.arn))), indent=3)
    s3 = customer.client("s3")
    s3.put_bucket_policy(Bucket="reports", Policy=policy)
    assert s3.get_bucket_policy(Bucket="reports")["Policy"] == policy
