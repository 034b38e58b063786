"""What exists, as the gate asks for it: every answer is for this moment."""

from __future__ import annotations

import pytest

from stssim.access.core.directory import MotoDirectory
from stssim.access.core.lab_state import LabState
from stssim.access.core.moto_backends import backends
from stssim.access.core.moto_state import MotoState
from tests.access.given import a_lab, allow, deny, document, refused, text


def test_policies_of_a_users_groups_are_the_users_too() -> None:
    _, vendor, _ = a_lab()
    iam, eve = vendor.client("iam"), vendor.user("eve")
    iam.create_group(GroupName="readers")
    iam.put_group_policy(GroupName="readers", PolicyName="read", PolicyDocument=text(allow("s3:ListAllMyBuckets")))
    with refused("AccessDenied"):
        eve.client("s3").list_buckets()
    iam.add_user_to_group(GroupName="readers", UserName="eve")
    eve.client("s3").list_buckets()
    iam.attach_group_policy(GroupName="readers", PolicyArn="arn:aws:iam::aws:policy/AWSDenyAll")
    with refused("AccessDenied", "explicit deny in an identity-based policy"):
        eve.client("s3").list_buckets()
    iam.remove_user_from_group(GroupName="readers", UserName="eve")
    with refused("AccessDenied", "no identity-based policy"):
        eve.client("s3").list_buckets()


def test_the_default_version_of_a_managed_policy_counts() -> None:
    _, vendor, _ = a_lab()
    iam, eve = vendor.client("iam"), vendor.user("eve")
    arn = iam.create_policy(PolicyName="p", PolicyDocument=text(allow("s3:*")))["Policy"]["Arn"]
    iam.attach_user_policy(UserName="eve", PolicyArn=arn)
    eve.client("s3").list_buckets()
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=text(deny("s3:*")), SetAsDefault=True)
    with refused("AccessDenied"):
        eve.client("s3").list_buckets()
    iam.set_default_policy_version(PolicyArn=arn, VersionId="v1")
    eve.client("s3").list_buckets()


def test_a_boundary_limits_a_role() -> None:
    lab, vendor, _ = a_lab()
    trust = document({"Effect": "Allow", "Principal": {"AWS": vendor.number}, "Action": "sts:AssumeRole"})
    role = vendor.role("worker", trust=trust, policy=document(allow("*")))
    eve = vendor.user("eve", policy=document(allow("sts:AssumeRole")))
    work = lab.session(eve.client("sts").assume_role(RoleArn=role.arn, RoleSessionName="work"))
    work.client("sqs").list_queues()
    limit = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
    vendor.client("iam").put_role_permissions_boundary(RoleName="worker", PermissionsBoundary=limit)
    work.client("s3").list_buckets()
    with refused("AccessDenied", "no permissions boundary allows the sqs:listqueues action"):
        work.client("sqs").list_queues()
    vendor.client("iam").delete_role_permissions_boundary(RoleName="worker")
    work.client("sqs").list_queues()


def test_an_inactive_key_is_known_and_of_no_use() -> None:
    _, vendor, _ = a_lab()
    eve, iam = vendor.user("eve"), vendor.client("iam")
    eve.client("sts").get_caller_identity()
    (key,) = iam.list_access_keys(UserName="eve")["AccessKeyMetadata"]
    iam.update_access_key(UserName="eve", AccessKeyId=key["AccessKeyId"], Status="Inactive")
    with refused("InvalidClientTokenId"):
        eve.client("sts").get_caller_identity()


@pytest.fixture
def directory() -> MotoDirectory:
    return MotoDirectory(LabState())


def test_every_account_has_a_root_key_and_nothing_else(directory: MotoDirectory) -> None:
    with MotoState(b"7").entered():
        key = directory.access_key("123456789012")
        assert key is not None
        assert (key.account, key.user) == ("123456789012", None)
        assert directory.access_key("AKIAUNKNOWN") is None
        assert directory.user("123456789012", "eve") is None
        assert directory.role("123456789012", "worker") is None


def test_asking_about_resources_leaves_no_trace(directory: MotoDirectory) -> None:
    with MotoState(b"7").entered():
        for arn in (
            "arn:aws:sqs:eu-west-1:123456789012:jobs",
            "arn:aws:kms:eu-west-1:123456789012:key/1",
            "*",
            "arn:x",
        ):
            assert directory.resource_policy(arn) is None
            assert directory.tags(arn) == {}
        assert directory.owner("arn:aws:s3:::nobodys/k") is None
        assert directory.membership("123456789012") is None
        assert directory.arns("kms-key", "alias/app", "123456789012", "eu-west-1") == ()
        assert not backends("kms")
        assert not backends("organizations")
