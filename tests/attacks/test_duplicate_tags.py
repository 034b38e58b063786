"""A tag key that is given twice: no value of it is kept that no policy has seen.

AWS refuses most of these (`InvalidInput`, `Duplicate tag keys found. Please note that Tag keys are case insensitive.`);
whatever is answered, the resource never carries the value that a policy forbids.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from stssim import Lab
from stssim.lab.handles import Account, User
from tests.attacks.wire import Wire, lab_of, only, send, serialized

HOME = "111111111111"
RED, ADMIN = {"Key": "team", "Value": "red"}, {"Key": "team", "Value": "admin"}
DOUBLED = [[RED, ADMIN], [ADMIN, RED], [RED, ADMIN, RED], [ADMIN, RED, ADMIN], [RED, ADMIN, ADMIN], [ADMIN]]


@pytest.fixture
def home() -> Account:
    home = Lab(seed=5).account("home", HOME)
    home.bucket("mine", {"x": "x"})
    home.client("sqs").create_queue(QueueName="mine")
    home.client("sns").create_topic(Name="mine")
    home.client("secretsmanager").create_secret(Name="mine", SecretString="x")
    home.client("ssm").put_parameter(Name="mine", Value="x", Type="String")
    home.client("logs").create_log_group(logGroupName="mine")
    home.client("events").create_event_bus(Name="mine")
    home.client("ecr").create_repository(repositoryName="mine")
    home.client("iam").create_user(UserName="mine")
    home.client("dynamodb").create_table(
        TableName="mine",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return home


@pytest.fixture
def mallory(home: Account) -> User:
    """She may do all, but with no other value of the tag `team` than `red`."""
    policy = only("*")
    policy["Statement"].append(
        {
            "Effect": "Deny",
            "Action": "*",
            "Resource": "*",
            "Condition": {"StringNotEquals": {"aws:RequestTag/team": "red"}, "Null": {"aws:RequestTag/team": "false"}},
        }
    )
    return home.user("mallory", policy)


def arn(service: str, rest: str) -> str:
    return f"arn:aws:{service}:us-east-1:{HOME}:{rest}"


def lowered(tags: list[dict[str, str]]) -> list[dict[str, str]]:
    return [{name.lower(): value for name, value in each.items()} for each in tags]


def tagged(home: Account) -> str:
    """Every tag that an administrator can see."""
    iam, s3, ec2 = home.client("iam"), home.client("s3"), home.client("ec2")
    seen: list[Any] = []
    for user in iam.list_users()["Users"]:
        if user["UserName"] != "mallory":
            seen.append(iam.list_user_tags(UserName=user["UserName"])["Tags"])  # noqa: PERF401
    for role in iam.list_roles()["Roles"]:
        seen.append(iam.list_role_tags(RoleName=role["RoleName"])["Tags"])  # noqa: PERF401
    sqs, sns = home.client("sqs"), home.client("sns")
    seen += [sqs.list_queue_tags(QueueUrl=url).get("Tags") for url in sqs.list_queues()["QueueUrls"]]
    seen += [sns.list_tags_for_resource(ResourceArn=each["TopicArn"])["Tags"] for each in sns.list_topics()["Topics"]]
    seen += [each.get("Tags") for each in home.client("secretsmanager").list_secrets()["SecretList"]]
    seen.append(home.client("ssm").list_tags_for_resource(ResourceType="Parameter", ResourceId="mine")["TagList"])
    seen.append(home.client("logs").list_tags_log_group(logGroupName="mine")["tags"])
    seen.append(home.client("events").list_tags_for_resource(ResourceARN=arn("events", "event-bus/mine"))["Tags"])
    seen.append(home.client("ecr").list_tags_for_resource(resourceArn=arn("ecr", "repository/mine"))["tags"])
    seen.append(home.client("dynamodb").list_tags_of_resource(ResourceArn=arn("dynamodb", "table/mine"))["Tags"])
    seen += [each.get("Tags") for each in ec2.describe_key_pairs()["KeyPairs"]]
    seen += [each.get("Tags") for each in ec2.describe_security_groups()["SecurityGroups"]]
    for each in s3.list_objects_v2(Bucket="mine").get("Contents", []):
        seen.append(s3.get_object_tagging(Bucket="mine", Key=each["Key"])["TagSet"])
    kms = home.client("kms")
    seen += [kms.list_resource_tags(KeyId=each["KeyId"])["Tags"] for each in kms.list_keys()["Keys"]]
    return repr(seen)


def calls(tags: list[dict[str, str]]) -> list[tuple[str, str, dict[str, Any]]]:
    who = {"Effect": "Allow", "Principal": {"AWS": HOME}, "Action": "sts:AssumeRole"}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [who]})
    kms = [{"TagKey": each["Key"], "TagValue": each["Value"]} for each in tags]
    return [
        ("iam", "TagUser", {"UserName": "mine", "Tags": tags}),
        ("iam", "CreateUser", {"UserName": "new", "Tags": tags}),
        ("iam", "CreateRole", {"RoleName": "new", "AssumeRolePolicyDocument": trust, "Tags": tags}),
        ("ec2", "CreateTags", {"Resources": ["sg-0"], "Tags": tags}),
        ("ec2", "CreateKeyPair", {"KeyName": "new", "TagSpecifications": [{"ResourceType": "key-pair", "Tags": tags}]}),
        (
            "ec2",
            "CreateSecurityGroup",
            {
                "GroupName": "new",
                "Description": "x",
                "TagSpecifications": [{"ResourceType": "security-group", "Tags": tags}],
            },
        ),
        (
            "ec2",
            "CreateSecurityGroup",
            {
                "GroupName": "new2",
                "Description": "x",
                "TagSpecifications": [{"ResourceType": "security-group", "Tags": [each]} for each in tags],
            },
        ),
        ("sns", "TagResource", {"ResourceArn": arn("sns", "mine"), "Tags": tags}),
        ("sns", "CreateTopic", {"Name": "new", "Tags": tags}),
        ("secretsmanager", "TagResource", {"SecretId": "mine", "Tags": tags}),
        ("secretsmanager", "CreateSecret", {"Name": "new", "SecretString": "x", "Tags": tags}),
        ("ssm", "AddTagsToResource", {"ResourceType": "Parameter", "ResourceId": "mine", "Tags": tags}),
        ("events", "TagResource", {"ResourceARN": arn("events", "event-bus/mine"), "Tags": tags}),
        ("ecr", "TagResource", {"resourceArn": arn("ecr", "repository/mine"), "tags": tags}),
        ("dynamodb", "TagResource", {"ResourceArn": arn("dynamodb", "table/mine"), "Tags": tags}),
        ("kms", "CreateKey", {"Tags": kms}),
    ]


CALLS = [(number, each[0], each[1]) for number, each in enumerate(calls([]))]


@pytest.mark.parametrize(("number", "service", "operation"), CALLS, ids=[f"{c[1]}-{c[2]}-{c[0]}" for c in CALLS])
def test_of_a_tag_given_twice_no_forbidden_value_is_kept(
    home: Account, mallory: User, number: int, service: str, operation: str
) -> None:
    assert send(mallory, serialized(*calls([RED])[number])).status in {200, 400}  # allowed; a group may not be there
    for tags in DOUBLED:
        for other in ("team", "Team", "TEAM") if service == "iam" else ("team",):  # IAM's keys are one in any case
            spelt = [{**each, "Key": other} if each["Value"] == "admin" else each for each in tags]
            reply = send(mallory, serialized(*calls(spelt)[number]))
            assert reply.status != 500
    assert "admin" not in tagged(home)


def spellings(body: str) -> Iterator[str]:
    """The parameters of a list of tags in a form, spelt so that one reader may find two and another one."""
    second = "Tags.member.{n}.Key=team&Tags.member.{n}.Value=admin"
    for number in ("1", "01", "2", "02", "3", "0", "-1", "+1", "%31", " 1", "1.", "999999999", "1e0", "\u0661"):
        yield f"{body}&{second.format(n=number)}"
        yield f"{second.format(n=number)}&{body}"
    yield f"{body}&Tags.1.Key=team&Tags.1.Value=admin"
    yield f"{body}&Tag.1.Key=team&Tag.1.Value=admin"
    yield f"{body}&tags.member.1.key=team&tags.member.1.value=admin"
    yield f"{body}&Tags.Member.1.Key=team&Tags.Member.1.Value=admin"
    yield f"{body}&Tags.entry.1.Key=team&Tags.entry.1.Value=admin"
    yield f"{body}&Tags.member.1.Value=admin"
    yield f"Tags.member.1.Value=admin&{body}"
    yield f"{body}&%54ags.member.1.Value=admin"
    yield f"{body}&Tags%2Emember%2E1%2EValue=admin"
    yield f"{body}&Tags.member.1.Value.1=admin"
    yield f"{body}&Tags=&Tags.member.2.Key=team&Tags.member.2.Value=admin"


@pytest.mark.parametrize("where", ["body", "query", "both"])
def test_of_a_tag_spelt_twice_in_a_form_no_forbidden_value_is_kept(home: Account, mallory: User, where: str) -> None:
    for service, operation, parameters in (calls([RED])[0], calls([RED])[7], calls([RED])[3]):
        honest = serialized(service, operation, parameters)
        for text in spellings(honest.body.decode()):
            if service == "ec2":
                text = text.replace("Tags.member", "Tag")
            wire = {
                "body": replace(honest, body=text.encode()),
                "query": replace(honest, method="GET", target=f"/?{text.replace(' ', '%20')}", body=b""),
                "both": honest.asking(text.removeprefix(honest.body.decode()).strip("&").replace(" ", "%20") or "x"),
            }[where]
            reply = send(mallory, wire)
            assert reply.status != 500, text
        assert "admin" not in tagged(home)


@pytest.mark.parametrize(
    "header",
    [
        "team=red&team=admin",
        "team=admin&team=red",
        "team=red&te%61m=admin",
        "te%61m=admin&team=red",
        "team=red&Team=admin",
        "team=red;team=admin",
        "team=red&team=admin&",
        "team&team=admin",
        "team=&team=admin",
        "team=red&team=",
        "team=red, team=admin",
        "team=re%64&team=%61dmin",
    ],
)
def test_of_a_tag_given_twice_in_s3s_header_no_forbidden_value_is_kept(home: Account, header: str) -> None:
    policy = only("s3:*")
    policy["Statement"].append(
        {
            "Effect": "Deny",
            "Action": "s3:*",
            "Resource": "*",
            "Condition": {
                "StringNotEquals": {"s3:RequestObjectTag/team": "red"},
                "Null": {"s3:RequestObjectTag/team": "false"},
            },
        }
    )
    mallory = home.user("mallory", policy)
    for wire in (
        Wire("s3", "PUT", "/mine/new", (("x-amz-tagging", header),), b"x"),
        Wire("s3", "PUT", "/mine/new", (("x-amz-tagging", "team=red"), ("x-amz-tagging", header)), b"x"),
        Wire(
            "s3",
            "PUT",
            "/mine/new",
            (("x-amz-tagging", header), ("x-amz-copy-source", "mine/x"), ("x-amz-tagging-directive", "REPLACE")),
        ),
        Wire("s3", "POST", "/mine/new?uploads", (("x-amz-tagging", header),)),
    ):
        reply = send(mallory, wire)
        assert reply.status < 500
        assert "admin" not in tagged(home)


@pytest.mark.parametrize("first", ["red", "admin"])
def test_of_a_tag_given_twice_in_s3s_body_no_forbidden_value_is_kept(home: Account, first: str) -> None:
    policy = only("s3:*")
    policy["Statement"].append(
        {
            "Effect": "Deny",
            "Action": "s3:*",
            "Resource": "*",
            "Condition": {
                "StringNotEquals": {"s3:RequestObjectTag/team": "red"},
                "Null": {"s3:RequestObjectTag/team": "false"},
            },
        }
    )
    mallory = home.user("mallory", policy)
    last = {"red": "admin", "admin": "red"}[first]
    tag = "<Tag><Key>team</Key><Value>{}</Value></Tag>"
    for inside in (
        tag.format(first) + tag.format(last),
        f"<Tag><Key>team</Key><Value>{first}</Value><Value>{last}</Value></Tag>",
        f"<Tag><Key>x</Key><Key>team</Key><Value>{last}</Value></Tag>{tag.format(first)}",
        tag.format(first) + "</TagSet><TagSet>" + tag.format(last),
        tag.format(first) + f"<x:Tag xmlns:x='urn:x'><x:Key>team</x:Key><x:Value>{last}</x:Value></x:Tag>",
        tag.format(f"<!-- x -->{first}<!-- x -->") + tag.format(last),
    ):
        body = f"<Tagging><TagSet>{inside}</TagSet></Tagging>"
        reply = send(mallory, Wire("s3", "PUT", "/mine/x?tagging", body=body.encode()))
        assert reply.status < 500
        assert "admin" not in tagged(home)


def test_of_a_session_tag_given_twice_no_forbidden_value_is_issued(home: Account, mallory: User) -> None:
    """The role's own policy asks for the tag `team` of a session, and lets an admin in."""
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": HOME},
                "Action": ["sts:AssumeRole", "sts:TagSession"],
                "Condition": {"StringEquals": {"aws:RequestTag/team": "red"}},
            }
        ],
    }
    policy = only("s3:ListAllMyBuckets")
    policy["Statement"][0]["Condition"] = {"StringEquals": {"aws:PrincipalTag/team": "admin"}}
    role = home.role("role", trust, policy)
    for tags in DOUBLED:
        for other in ("team", "Team"):
            spelt = [{**each, "Key": other} if each["Value"] == "admin" else each for each in tags]
            parameters = {"RoleArn": role.arn, "RoleSessionName": "s", "Tags": spelt}
            honest = serialized("sts", "AssumeRole", parameters)
            texts = [honest.body.decode()]
            if spelt[0] == RED:
                plain = serialized("sts", "AssumeRole", {**parameters, "Tags": [RED]}).body.decode()
                texts += [*spellings(plain)]
            for text in texts:
                reply = send(mallory, replace(honest, body=text.encode()))
                assert reply.status < 500
                if reply.status == 200:
                    assert not _is_admin(home, reply.body), text


def _is_admin(home: Account, body: bytes) -> bool:
    import re

    found = [
        re.search(f"<{name}>([^<]+)<".encode(), body) for name in ("AccessKeyId", "SecretAccessKey", "SessionToken")
    ]
    keys = [each[1].decode() for each in found if each]
    from tests.attacks.wire import signed

    return lab_of(home).handle(signed(Wire("s3", "GET", "/"), *keys)).status == 200
