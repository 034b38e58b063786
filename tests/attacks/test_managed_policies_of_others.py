"""AWS's managed policies and other accounts' are changed by nobody from outside, and bind nobody there."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stssim import Lab
from stssim.lab.handles import Account, User
from tests.attacks.generated import least
from tests.attacks.wire import lab_of, model, only, send, serialized

AWS = "arn:aws:iam::aws:policy/SecurityAudit"
THEIRS = "arn:aws:iam::222222222222:policy/theirs"
OPEN = json.dumps(only("*"))


@pytest.fixture
def home() -> Account:
    return Lab(seed=5).account("home", "111111111111")


@pytest.fixture
def other(home: Account) -> Account:
    other = lab_of(home).account("other", "222222222222")
    iam = other.client("iam")
    iam.create_policy(PolicyName="theirs", PolicyDocument=json.dumps(only("s3:ListAllMyBuckets")))
    iam.create_policy_version(PolicyArn=THEIRS, PolicyDocument=json.dumps(only("s3:GetObject")))
    return other


@pytest.fixture
def mallory(home: Account) -> User:
    return home.user("mallory", only("iam:*"))


def seen(account: Account, arn: str) -> Any:
    iam = account.client("iam")
    policy = iam.get_policy(PolicyArn=arn)["Policy"]
    versions = sorted(each["VersionId"] for each in iam.list_policy_versions(PolicyArn=arn)["Versions"])
    documents = [
        iam.get_policy_version(PolicyArn=arn, VersionId=each)["PolicyVersion"]["Document"] for each in versions
    ]
    tags = iam.list_policy_tags(PolicyArn=arn)["Tags"] if arn == THEIRS else []  # AWS's own carry none
    return policy["DefaultVersionId"], versions, documents, tags


OPERATIONS = sorted(
    operation
    for operation in model("iam").operation_names
    if (shape := model("iam").operation_model(operation).input_shape) and "PolicyArn" in shape.members
)
WRITES = [each for each in OPERATIONS if not each.startswith(("Get", "List"))]


@pytest.mark.parametrize("operation", WRITES)
def test_an_aws_managed_policy_stays_as_it_is(home: Account, other: Account, mallory: User, operation: str) -> None:
    versions = home.client("iam").list_policy_versions(PolicyArn=AWS)["Versions"]
    before = seen(other, AWS)
    for version in {"v1", "v2", *(each["VersionId"] for each in versions)}:
        for who in (mallory, home):
            send(who, serialized("iam", operation, {**_parameters(operation, version), "PolicyArn": AWS}))
    assert seen(other, AWS) == before


@pytest.mark.parametrize("operation", WRITES)
def test_another_accounts_policy_stays_as_it_is(home: Account, other: Account, mallory: User, operation: str) -> None:
    before = seen(other, THEIRS)
    for version in ("v1", "v2"):
        for who in (mallory, home):
            reply = send(who, serialized("iam", operation, {**_parameters(operation, version), "PolicyArn": THEIRS}))
            assert reply.status >= 400
    assert seen(other, THEIRS) == before


@pytest.mark.parametrize("operation", sorted(set(OPERATIONS) - set(WRITES)))
def test_another_accounts_policy_is_not_read(home: Account, other: Account, mallory: User, operation: str) -> None:
    for who in (mallory, home):
        reply = send(who, serialized("iam", operation, {**_parameters(operation, "v1"), "PolicyArn": THEIRS}))
        assert reply.status >= 400


def _parameters(operation: str, version: str) -> dict[str, Any]:
    shape = model("iam").operation_model(operation).input_shape
    made = dict(least(shape))
    values = {
        "VersionId": version,
        "PolicyDocument": OPEN,
        "UserName": "mallory",
        "SetAsDefault": True,
        "Tags": [{"Key": "k", "Value": "v"}],
        "TagKeys": ["k"],
    }
    return made | {name: value for name, value in values.items() if name in shape.members}


def test_creating_a_version_of_it_is_refused_as_aws_does(home: Account, mallory: User) -> None:
    parameters = {"PolicyArn": AWS, "PolicyDocument": OPEN, "SetAsDefault": True}
    reply = send(mallory, serialized("iam", "CreatePolicyVersion", parameters))
    assert reply.status in {400, 403}
    assert b"Cannot create versions for policies outside your own account." in reply.body


BOUND = [
    ("PutUserPermissionsBoundary", {"UserName": "bound"}),
    ("CreateUser", {"UserName": "new"}),
    ("PutRolePermissionsBoundary", {"RoleName": "bound"}),
    (
        "CreateRole",
        {
            "RoleName": "new",
            "AssumeRolePolicyDocument": json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {"Effect": "Allow", "Principal": {"AWS": "111111111111"}, "Action": "sts:AssumeRole"}
                    ],
                }
            ),
        },
    ),
]


@pytest.mark.parametrize(("operation", "parameters"), BOUND, ids=[each[0] for each in BOUND])
def test_another_accounts_policy_is_no_permissions_boundary(
    home: Account, other: Account, mallory: User, operation: str, parameters: dict[str, Any]
) -> None:
    iam = home.client("iam")
    home.user("bound")
    home.role("bound", json.loads(BOUND[3][1]["AssumeRolePolicyDocument"]))
    assert send(mallory, serialized("iam", operation, {**parameters, "PermissionsBoundary": THEIRS})).status >= 400
    assert sorted(each["UserName"] for each in iam.list_users()["Users"]) == ["bound", "mallory"]
    assert [each["RoleName"] for each in iam.list_roles()["Roles"]] == ["bound"]
    assert "PermissionsBoundary" not in iam.get_user(UserName="bound")["User"]
    assert "PermissionsBoundary" not in iam.get_role(RoleName="bound")["Role"]


ATTACHED = [
    ("AttachUserPolicy", {"UserName": "mallory"}),
    ("AttachGroupPolicy", {"GroupName": "group"}),
    ("AttachRolePolicy", {"RoleName": "role"}),
]


@pytest.mark.parametrize(("operation", "parameters"), ATTACHED, ids=[each[0] for each in ATTACHED])
def test_another_accounts_policy_is_attached_to_nobody(
    home: Account, other: Account, mallory: User, operation: str, parameters: dict[str, Any]
) -> None:
    iam = home.client("iam")
    iam.create_group(GroupName="group")
    home.role("role", json.loads(BOUND[3][1]["AssumeRolePolicyDocument"]))
    assert send(mallory, serialized("iam", operation, {**parameters, "PolicyArn": THEIRS})).status >= 400
    assert iam.list_attached_user_policies(UserName="mallory")["AttachedPolicies"] == []
    assert iam.list_attached_group_policies(GroupName="group")["AttachedPolicies"] == []
    assert iam.list_attached_role_policies(RoleName="role")["AttachedPolicies"] == []
    assert other.client("iam").get_policy(PolicyArn=THEIRS)["Policy"]["AttachmentCount"] == 0
