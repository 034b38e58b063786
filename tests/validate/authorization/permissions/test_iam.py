"""IAM's calls: whom they are about, by ARN and path, and the keys that guard delegation."""

from __future__ import annotations

import pytest

from stssim.call import RequiredPermission, Session
from stssim.cloud import AccessKey, User
from stssim.trace import Refused
from tests.fakes import HOME, FakeDirectory, a_role, a_user, using
from tests.request.asked import needed, pairs


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
    key = AccessKey("AKIAIOSFODNN7EXAMPLE", "secret", HOME, "bob")
    directory = FakeDirectory(users={(HOME, "bob"): user}, keys={"AKIAIOSFODNN7EXAMPLE": key})
    found = needed("iam", "GetAccessKeyLastUsed", directory=directory, AccessKeyId="AKIAIOSFODNN7EXAMPLE")
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
    assert found[1] == RequiredPermission(
        "iam:PassRole", f"arn:aws:iam::{HOME}:role/Audit", HOME, {"iam:PassedToService": "ec2.amazonaws.com"}
    )
