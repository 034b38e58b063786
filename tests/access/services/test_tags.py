"""Access by tags: `aws:ResourceTag` and its other spellings (IAM User Guide, "Controlling access to AWS resources")."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.config import Config

from tests.access.given import a_lab, allow, document, text

TEAM = {"Key": "team", "Value": "blue"}
Made = tuple[str, str, Callable[[Any], Any]]


def _queue(owner: Any, tagged: bool) -> Made:
    url = owner.client("sqs").create_queue(QueueName=f"jobs-{tagged}", tags={"team": "blue"} if tagged else {})[
        "QueueUrl"
    ]
    return "sqs:PurgeQueue", "aws:ResourceTag/team", lambda who: who.client("sqs").purge_queue(QueueUrl=url)


def _topic(owner: Any, tagged: bool) -> Made:
    made = owner.client("sns").create_topic(Name=f"news-{tagged}", Tags=[TEAM] if tagged else [])
    arn = made["TopicArn"]
    return "sns:Publish", "aws:ResourceTag/team", lambda who: who.client("sns").publish(TopicArn=arn, Message="x")


def _key(owner: Any, tagged: bool) -> Made:
    tags = [{"TagKey": "team", "TagValue": "blue"}] if tagged else []
    key = owner.client("kms").create_key(Tags=tags)["KeyMetadata"]["KeyId"]
    return "kms:Encrypt", "aws:ResourceTag/team", lambda who: who.client("kms").encrypt(KeyId=key, Plaintext=b"x")


def _secret(owner: Any, tagged: bool) -> Made:
    name = f"db-{tagged}"
    owner.client("secretsmanager").create_secret(Name=name, SecretString="x", Tags=[TEAM] if tagged else [])

    def use(who: Any) -> Any:
        return who.client("secretsmanager").get_secret_value(SecretId=name)

    return "secretsmanager:GetSecretValue", "secretsmanager:ResourceTag/team", use


def _parameter(owner: Any, tagged: bool) -> Made:
    name = f"/app/{tagged}"
    owner.client("ssm").put_parameter(Name=name, Value="x", Type="String", Tags=[TEAM] if tagged else [])
    return "ssm:GetParameter", "ssm:resourceTag/team", lambda who: who.client("ssm").get_parameter(Name=name)


def _repository(owner: Any, tagged: bool) -> Made:
    name = f"app-{tagged}".lower()
    owner.client("ecr").create_repository(repositoryName=name, tags=[TEAM] if tagged else [])
    return "ecr:ListImages", "ecr:ResourceTag/team", lambda who: who.client("ecr").list_images(repositoryName=name)


def _vpc(owner: Any, tagged: bool) -> Made:
    specification = [{"ResourceType": "vpc", "Tags": [TEAM]}] if tagged else []
    vpc = owner.client("ec2").create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=specification)["Vpc"]["VpcId"]
    return "ec2:DeleteVpc", "ec2:ResourceTag/team", lambda who: who.client("ec2").delete_vpc(VpcId=vpc)


def _object(owner: Any, tagged: bool) -> Made:
    s3, bucket = owner.client("s3"), f"reports-{tagged}".lower()
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", Tagging="team=blue" if tagged else "")
    return "s3:GetObject", "s3:ExistingObjectTag/team", lambda who: who.client("s3").get_object(Bucket=bucket, Key="k")


def _role(owner: Any, tagged: bool) -> Made:
    trust = text({"Effect": "Allow", "Principal": {"AWS": owner.number}, "Action": "sts:AssumeRole"})
    made = owner.client("iam").create_role(
        RoleName=f"r-{tagged}", AssumeRolePolicyDocument=trust, Tags=[TEAM] if tagged else []
    )
    arn = made["Role"]["Arn"]

    def use(who: Any) -> Any:
        return who.client("sts").assume_role(RoleArn=arn, RoleSessionName="s1")

    return "sts:AssumeRole", "iam:ResourceTag/team", use


def _table(owner: Any, tagged: bool) -> Made:
    name = f"scores-{tagged}"
    owner.client("dynamodb").create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "user", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "user", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        Tags=[TEAM] if tagged else [],
    )
    return "dynamodb:Scan", "aws:ResourceTag/team", lambda who: who.client("dynamodb").scan(TableName=name)


TAGGED = [_queue, _topic, _key, _secret, _parameter, _repository, _vpc, _object, _role, _table]


@pytest.mark.parametrize("service", TAGGED, ids=lambda service: service.__name__[1:])
def test_what_is_tagged_is_open_to_whom_the_tag_opens_it(service: Callable[[Any, bool], Made]) -> None:
    _, _, customer = a_lab()
    action, key, use_tagged = service(customer, True)
    _, _, use_other = service(customer, False)
    dora = customer.user("dora", policy=document(allow(action, Condition={"StringEquals": {key: "blue"}})))
    use_tagged(dora)
    with pytest.raises(Exception, match=r"AccessDenied|AuthorizationError|UnauthorizedOperation"):
        use_other(dora)


def test_a_users_own_tags_are_compared_with_the_resources() -> None:
    _, _, customer = a_lab()
    same = {"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}}
    dora = customer.user("dora", policy=document(allow("sns:Publish", Condition=same)))
    arn = customer.client("sns").create_topic(Name="news", Tags=[TEAM])["TopicArn"]
    with pytest.raises(Exception, match="AuthorizationError"):
        dora.client("sns").publish(TopicArn=arn, Message="x")
    customer.client("iam").tag_user(UserName="dora", Tags=[TEAM])
    dora.client("sns").publish(TopicArn=arn, Message="x")


def test_tags_that_a_call_sets_can_be_demanded() -> None:
    _, _, customer = a_lab()
    demanded = {"StringEquals": {"aws:RequestTag/team": "blue"}, "ForAllValues:StringEquals": {"aws:TagKeys": ["team"]}}
    dora = customer.user("dora", policy=document(allow(["sqs:CreateQueue", "sqs:TagQueue"], Condition=demanded)))
    sqs = dora.client("sqs")
    for tags in ({}, {"team": "red"}, {"team": "blue", "site": "north"}):
        with pytest.raises(Exception, match="AccessDenied"):
            sqs.create_queue(QueueName="jobs", tags=tags)
    sqs.create_queue(QueueName="jobs", tags={"team": "blue"})


def test_a_tag_that_was_stored_without_its_key_is_none() -> None:
    _, vendor, _ = a_lab()
    client = vendor.client("secretsmanager", config=Config(parameter_validation=False))
    client.create_secret(Name="pin", SecretString="1234", Tags=[{"Value": "blue"}, TEAM])
    allowed = vendor.user("dora", policy=document(allow("secretsmanager:GetSecretValue") | only_blue()))
    assert allowed.client("secretsmanager").get_secret_value(SecretId="pin")["SecretString"] == "1234"


def only_blue() -> dict[str, Any]:
    return {"Condition": {"StringEquals": {"aws:ResourceTag/team": "blue"}}}
