"""DeletePolicy: not while the policy is in use. https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html"""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.access.given import a_lab, allow, refused, text, to

IN_USE = "Cannot delete a policy attached to entities."


def a_policy() -> tuple[Any, Any, str]:
    _, vendor, _ = a_lab()
    iam = vendor.client("iam")
    vendor.user("eve")
    iam.create_group(GroupName="team")
    vendor.role("Audit", text(allow("sts:AssumeRole", None, Principal=to(vendor.arn))))
    return vendor, iam, iam.create_policy(PolicyName="limit", PolicyDocument=text(allow("ec2:*")))["Policy"]["Arn"]


@pytest.mark.parametrize(("entity", "name"), [("user", "eve"), ("role", "Audit")])
def test_a_boundary_in_use_is_not_deleted(entity: str, name: str) -> None:
    _, iam, arn = a_policy()
    holder = {f"{entity.title()}Name": name}
    getattr(iam, f"put_{entity}_permissions_boundary")(**holder, PermissionsBoundary=arn)
    with pytest.raises(ClientError, match=IN_USE) as caught:
        iam.delete_policy(PolicyArn=arn)
    assert caught.value.response["Error"]["Code"] == "DeleteConflict"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 409
    getattr(iam, f"delete_{entity}_permissions_boundary")(**holder)
    iam.delete_policy(PolicyArn=arn)


@pytest.mark.parametrize(("entity", "name"), [("user", "eve"), ("role", "Audit"), ("group", "team")])
def test_an_attached_policy_is_not_deleted(entity: str, name: str) -> None:
    _, iam, arn = a_policy()
    holder = {f"{entity.title()}Name": name}
    getattr(iam, f"attach_{entity}_policy")(**holder, PolicyArn=arn)
    with refused("DeleteConflict", IN_USE):
        iam.delete_policy(PolicyArn=arn)
    getattr(iam, f"detach_{entity}_policy")(**holder, PolicyArn=arn)
    iam.delete_policy(PolicyArn=arn)


def test_the_boundary_of_a_user_who_is_gone_is_in_use_no_more() -> None:
    vendor, iam, arn = a_policy()
    eve = vendor.user("mallory")
    iam.put_user_permissions_boundary(UserName="mallory", PermissionsBoundary=arn)
    iam.delete_access_key(UserName="mallory", AccessKeyId=eve.access_key_id)
    iam.delete_user(UserName="mallory")
    iam.delete_policy(PolicyArn=arn)


def test_a_policy_with_other_versions_is_not_deleted() -> None:
    _, iam, arn = a_policy()
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=text(allow("s3:*")))
    with refused("DeleteConflict", "This policy has more than one version."):
        iam.delete_policy(PolicyArn=arn)
    iam.delete_policy_version(PolicyArn=arn, VersionId="v2")
    iam.delete_policy(PolicyArn=arn)


def test_a_policy_that_is_not_there_cannot_be_deleted() -> None:
    vendor, iam, _ = a_policy()
    with refused("NoSuchEntity"):
        iam.delete_policy(PolicyArn=f"arn:aws:iam::{vendor.number}:policy/nothing")
