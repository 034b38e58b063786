"""Calls that policies do not allow, in the words of each service; and EC2's sealed reason, which may be decoded."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from stssim.lab.handles import User
from tests.access.given import allow, deny, document, refused, text
from tests.sts.scene import Scene, a_scene
from tests.through import Door

ENCODED = ". Encoded authorization failure message: "


def denied(door: Door, who: Any, service: str, operation: str, **parameters: Any) -> tuple[str, int, str]:
    with pytest.raises(ClientError) as caught:
        getattr(door(who, service), operation)(**parameters)
    error = caught.value.response
    return error["Error"]["Code"], error["ResponseMetadata"]["HTTPStatusCode"], error["Error"]["Message"]


def powerless(scene: Scene) -> User:
    return scene.vendor.user("mallory", document(allow("sts:AssumeRole")))


# https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
@pytest.mark.parametrize(
    ("service", "operation", "parameters", "code", "status", "action", "on"),
    [
        (
            "iam",
            "list_users",
            {},
            "AccessDenied",
            403,
            "iam:ListUsers",
            " on resource: arn:aws:iam::111111111111:user/",
        ),
        ("s3", "list_buckets", {}, "AccessDenied", 403, "s3:ListAllMyBuckets", ""),
        (
            "s3",
            "list_objects_v2",
            {"Bucket": "mine"},
            "AccessDenied",
            403,
            "s3:ListBucket",
            ' on resource: "arn:aws:s3:::mine"',
        ),
        (
            "sqs",
            "list_queues",
            {},
            "AccessDenied",
            403,
            "sqs:listqueues",
            " on resource: arn:aws:sqs:us-east-1:111111111111:",
        ),
        (
            "sns",
            "list_topics",
            {},
            "AuthorizationError",
            403,
            "SNS:ListTopics",
            " on resource: arn:aws:sns:us-east-1:111111111111:*",
        ),
        (
            "dynamodb",
            "list_tables",
            {},
            "AccessDeniedException",
            400,
            "dynamodb:ListTables",
            " on resource: arn:aws:dynamodb:us-east-1:111111111111:table/*",
        ),
        (
            "ssm",
            "describe_parameters",
            {},
            "AccessDeniedException",
            400,
            "ssm:DescribeParameters",
            " on resource: arn:aws:ssm:us-east-1:111111111111:*",
        ),
        (
            "cloudwatch",
            "describe_alarms",
            {},
            "AccessDenied",
            403,
            "cloudwatch:DescribeAlarms",
            " on resource: arn:aws:cloudwatch:us-east-1:111111111111:alarm:*",
        ),
        ("lambda", "list_functions", {}, "AccessDeniedException", 403, "lambda:ListFunctions", " on resource: *"),
    ],
)
def test_each_service_says_in_its_own_words_that_nothing_allows_the_call(
    service: str, operation: str, parameters: Any, code: str, status: int, action: str, on: str, door: Door
) -> None:
    scene = a_scene(door)
    scene.vendor.bucket("mine")
    mallory = powerless(scene)
    told = denied(door, mallory, service, operation, **parameters)
    says = (
        f"User: {mallory.arn} is not authorized to perform: {action}{on} "
        f"because no identity-based policy allows the {action} action"
    )
    assert told == (code, status, says)


# As seen in refusals of DeleteRole, AttachRolePolicy, ListAttachedUserPolicies, CreateAccessKey and GetPolicy.
@pytest.mark.parametrize(
    ("operation", "parameters", "action", "on"),
    [
        ("delete_role", {"RoleName": "Audit"}, "iam:DeleteRole", "role Audit"),
        ("create_access_key", {"UserName": "alice"}, "iam:CreateAccessKey", "user alice"),
        ("get_policy", {"PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}, "iam:GetPolicy",
         "policy arn:aws:iam::aws:policy/ReadOnlyAccess"),
        ("create_user", {"UserName": "eve"}, "iam:CreateUser", "arn:aws:iam::111111111111:user/eve"),
    ],
)  # fmt: skip
def test_iam_names_whom_it_is_asked_about_by_kind_and_name(
    operation: str, parameters: dict[str, str], action: str, on: str, door: Door
) -> None:
    scene = a_scene(door)
    mallory = powerless(scene)
    assert denied(door, mallory, "iam", operation, **parameters)[2] == (
        f"User: {mallory.arn} is not authorized to perform: {action} on resource: {on} "
        f"because no identity-based policy allows the {action} action"
    )


def test_sts_says_no_more_than_what_was_refused(door: Door) -> None:
    scene = a_scene(door)
    mallory = scene.vendor.user("mallory", document(deny("*")))
    said = f"User: {mallory.arn} is not authorized to perform: sts:AssumeRole on resource: {scene.role.arn}"
    asked = {"RoleArn": scene.role.arn, "RoleSessionName": "audit"}
    assert denied(door, mallory, "sts", "assume_role", **asked) == ("AccessDenied", 403, said)


def test_sts_says_why_where_that_tells_nothing_of_anybody_else(door: Door) -> None:
    """As users of these two operations have shown it, e.g. in posts about a capture-the-flag of 2023."""
    scene = a_scene(door)
    nobody = scene.vendor.user("nobody")
    for operation, action, parameters in (
        ("decode_authorization_message", "DecodeAuthorizationMessage", {"EncodedMessage": "message"}),
        ("get_access_key_info", "GetAccessKeyInfo", {"AccessKeyId": "AKIAIOSFODNN7EXAMPLE"}),
    ):
        said = (
            f"User: {nobody.arn} is not authorized to perform: sts:{action} "
            f"because no identity-based policy allows the sts:{action} action"
        )
        assert denied(door, nobody, "sts", operation, **parameters) == ("AccessDenied", 403, said)


def test_s3_tells_strangers_nothing(door: Door) -> None:
    scene = a_scene(door)
    scene.customer.bucket("theirs", {"q3.csv": "1"})
    for stranger in (scene.alice, scene.lab):
        assert denied(door, stranger, "s3", "get_object", Bucket="theirs", Key="q3.csv") == (
            "AccessDenied",
            403,
            "Access Denied",
        )


def test_s3_says_why_to_another_account_of_the_organization(door: Door) -> None:
    """S3 User Guide, "Troubleshoot access denied (403 Forbidden) errors": in the account or the organization."""
    scene = a_scene(door)
    scene.customer.bucket("theirs", {"q3.csv": "1"})
    an_organization(scene, "SERVICE_CONTROL_POLICY", deny("iam:ListUsers"))
    said = (
        f'User: {scene.alice.arn} is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::theirs/q3.csv" '
        "because no resource-based policy allows the s3:GetObject action"
    )
    asked = {"Bucket": "theirs", "Key": "q3.csv"}
    assert denied(door, scene.alice, "s3", "get_object", **asked) == ("AccessDenied", 403, said)
    organizations = scene.lab.account("elsewhere").client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    stranger = scene.lab.account("elsewhere").user("eve", document(allow("*")))
    assert denied(door, stranger, "s3", "get_object", **asked) == ("AccessDenied", 403, "Access Denied")


@pytest.mark.parametrize("effect", ["explicit", "implicit"])
def test_a_permissions_boundary_is_named_as_one(effect: str, door: Door) -> None:
    scene = a_scene(door)
    iam = scene.vendor.client("iam")
    statements = [allow("s3:*")] if effect == "implicit" else [allow("*"), deny("iam:*")]
    made = iam.create_policy(PolicyName="Boundary", PolicyDocument=text(*statements))["Policy"]["Arn"]
    iam.put_user_permissions_boundary(UserName="alice", PermissionsBoundary=made)
    says = {
        "explicit": f"with an explicit deny in a permissions boundary: {made}",
        "implicit": "because no permissions boundary allows the iam:ListUsers action",
    }
    assert denied(door, scene.alice, "iam", "list_users") == (
        "AccessDenied",
        403,
        f"User: {scene.alice.arn} is not authorized to perform: iam:ListUsers on resource: "
        f"arn:aws:iam::111111111111:user/ {says[effect]}",
    )


@pytest.mark.parametrize("effect", ["explicit", "implicit"])
def test_a_session_policy_is_named_as_one(effect: str, door: Door) -> None:
    scene = a_scene(door)
    statements = [allow("s3:*")] if effect == "implicit" else [allow("*"), deny("iam:*")]
    session = scene.assume(Policy=text(*statements))
    says = {
        "explicit": "with an explicit deny in a session policy",
        "implicit": "because no session policy allows the iam:ListUsers action",
    }
    assert denied(door, session, "iam", "list_users") == (
        "AccessDenied",
        403,
        "User: arn:aws:sts::222222222222:assumed-role/Audit/audit is not authorized to perform: iam:ListUsers on "
        f"resource: arn:aws:iam::222222222222:user/ {says[effect]}",
    )


@pytest.mark.parametrize("effect", ["explicit", "implicit"])
def test_a_resource_based_policy_is_named_as_one(effect: str, door: Door) -> None:
    scene = a_scene(door)
    statement = allow if effect == "implicit" else deny
    policy = text(statement("sqs:SendMessage", "*", Principal={"AWS": "222222222222"}))
    url = scene.customer.client("sqs").create_queue(QueueName="orders", Attributes={"Policy": policy})["QueueUrl"]
    caller = scene.alice if effect == "implicit" else scene.customer.user("carol", document(allow("*")))
    says = {
        "explicit": "with an explicit deny in a resource-based policy",
        "implicit": "because no resource-based policy allows the sqs:sendmessage action",
    }
    assert denied(door, caller, "sqs", "send_message", QueueUrl=url, MessageBody="x") == (
        "AccessDenied",
        403,
        f"User: {caller.arn} is not authorized to perform: sqs:sendmessage on resource: "
        f"arn:aws:sqs:us-east-1:222222222222:orders {says[effect]}",
    )


def an_organization(scene: Scene, kind: str, *statements: dict[str, Any]) -> str:
    """Puts both accounts into an organization with this control policy on the customer's. Returns the policy's ARN."""
    organizations = scene.vendor.client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    root = organizations.list_roots()["Roots"][0]["Id"]
    invited = organizations.invite_account_to_organization(Target={"Type": "ACCOUNT", "Id": scene.customer.number})
    scene.customer.client("organizations").accept_handshake(HandshakeId=invited["Handshake"]["Id"])
    organizations.enable_policy_type(RootId=root, PolicyType=kind)
    made = organizations.create_policy(Name="Deny", Description="", Type=kind, Content=text(*statements))
    told = made["Policy"]["PolicySummary"]
    organizations.attach_policy(PolicyId=told["Id"], TargetId=scene.customer.number)
    return str(told["Arn"])


def test_a_service_control_policy_is_named_with_its_arn(door: Door) -> None:
    scene = a_scene(door)
    arn = an_organization(scene, "SERVICE_CONTROL_POLICY", deny("iam:ListUsers"))
    carol = scene.customer.user("carol", document(allow("*")))
    says = (
        f"User: {carol.arn} is not authorized to perform: iam:ListUsers on resource: arn:aws:iam::222222222222:user/ "
        f"with an explicit deny in a service control policy: {arn}"
    )
    assert denied(door, carol, "iam", "list_users") == ("AccessDenied", 403, says)


def test_a_service_control_policy_that_allows_nothing_is_named_too(door: Door) -> None:
    scene = a_scene(door)
    carol = scene.customer.user("carol", document(allow("*")))
    an_organization(scene, "SERVICE_CONTROL_POLICY", allow("s3:*"))
    organizations = scene.vendor.client("organizations")
    organizations.detach_policy(PolicyId="p-FullAWSAccess", TargetId=scene.customer.number)
    says = (
        f"User: {carol.arn} is not authorized to perform: iam:ListUsers on resource: arn:aws:iam::222222222222:user/ "
        "because no service control policy allows the iam:ListUsers action"
    )
    assert denied(door, carol, "iam", "list_users") == ("AccessDenied", 403, says)


def test_a_resource_control_policys_arn_is_told_in_the_organization_alone(door: Door) -> None:
    scene = a_scene(door)
    sqs = scene.customer.client("sqs")
    url = sqs.create_queue(QueueName="orders")["QueueUrl"]
    open_to_all = text(allow("sqs:SendMessage", "*", Principal="*"))
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": open_to_all})
    arn = an_organization(scene, "RESOURCE_CONTROL_POLICY", deny("sqs:SendMessage", Principal="*"))
    outsider = scene.lab.account("elsewhere").user("eve", document(allow("*")))
    for caller, ending in ((scene.alice, f": {arn}"), (outsider, "")):
        says = (
            f"User: {caller.arn} is not authorized to perform: sqs:sendmessage on resource: "
            f"arn:aws:sqs:us-east-1:222222222222:orders with an explicit deny in a resource control policy{ending}"
        )
        told = denied(door, caller, "sqs", "send_message", QueueUrl=url, MessageBody="x")
        assert told == ("AccessDenied", 403, says)


# EC2


def test_ec2_refuses_to_show_things_with_the_reason_in_plain_words(door: Door) -> None:
    scene = a_scene(door)
    mallory = powerless(scene)
    says = (
        f"You are not authorized to perform this operation. User: {mallory.arn} is not authorized to perform: "
        "ec2:DescribeInstances because no identity-based policy allows the ec2:DescribeInstances action"
    )
    assert denied(door, mallory, "ec2", "describe_instances") == ("UnauthorizedOperation", 403, says)


def encoded_refusal(scene: Scene, who: User) -> str:
    """The encoded message that a refused RunInstances ends with."""
    asked = {"ImageId": "ami-12345678", "MinCount": 1, "MaxCount": 1, "InstanceType": "t3.micro"}
    code, status, says = denied(scene.door, who, "ec2", "run_instances", **asked)
    assert (code, status) == ("UnauthorizedOperation", 403)
    assert says.startswith("You are not authorized to perform this operation. User: ")
    return says.partition(ENCODED)[2]


def test_the_encoded_message_says_who_asked_for_what_and_under_which_keys(door: Door) -> None:
    scene = a_scene(door)
    mallory = powerless(scene)
    message = encoded_refusal(scene, mallory)
    told = json.loads(scene.sts().decode_authorization_message(EncodedMessage=message)["DecodedMessage"])
    assert (told["allowed"], told["explicitDeny"], told["matchedStatements"]) == (False, False, {"items": []})
    asked = told["context"]
    assert asked["principal"] == {"id": mallory.unique_id, "name": "mallory", "arn": mallory.arn}
    assert asked["action"] == "ec2:RunInstances"
    assert asked["resource"].startswith("arn:aws:ec2:us-east-1:")
    keys = {each["key"].lower(): each["values"]["items"] for each in asked["conditions"]["items"]}
    assert keys["aws:requestedregion"] == [{"value": "us-east-1"}]


def test_the_encoded_message_shows_the_statement_that_denied(door: Door) -> None:
    scene = a_scene(door)
    no_instances = deny("ec2:RunInstances", Sid="NoInstances")
    bob = scene.vendor.user("bob", document(allow("*"), no_instances))
    message = encoded_refusal(scene, bob)
    told = json.loads(scene.sts().decode_authorization_message(EncodedMessage=message)["DecodedMessage"])
    assert told["explicitDeny"] is True
    (matched,) = told["matchedStatements"]["items"]
    assert (matched["statementId"], matched["effect"]) == ("NoInstances", "DENY")
    assert matched["actions"] == {"items": [{"value": "ec2:RunInstances"}]}


def test_decoding_needs_its_permission_and_ones_own_account(door: Door) -> None:
    scene = a_scene(door)
    mallory = powerless(scene)
    message = encoded_refusal(scene, mallory)
    with refused("AccessDenied", "is not authorized to perform: sts:DecodeAuthorizationMessage"):
        scene.sts(mallory).decode_authorization_message(EncodedMessage=message)
    with refused("InvalidAuthorizationMessageException"):
        scene.sts(scene.customer).decode_authorization_message(EncodedMessage=message)
    with refused("InvalidAuthorizationMessageException"):
        scene.sts().decode_authorization_message(EncodedMessage=message[:-4] + "AAAA")
