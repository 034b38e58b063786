"""Who uses a managed policy, and for what. Recorded in September 2026: radkawar/stackd, testdata/aws/iam."""

from __future__ import annotations

from typing import Any

import pytest

from tests.access.given import a_lab, allow, text

PREFIX = "arn:aws:iam::111111111111:policy/"
TRUST = text(allow("sts:AssumeRole", None, Principal={"Service": "ec2.amazonaws.com"}))


def policies_in_use() -> Any:
    """`attached` is a user's policy, `boundary` a user's boundary, `both` a group's policy and a role's boundary."""
    _, vendor, _ = a_lab()
    iam = vendor.client("iam")
    for name in ("attached", "boundary", "both", "unused"):
        iam.create_policy(PolicyName=name, PolicyDocument=text(allow("s3:*")))
    iam.create_user(UserName="bob", PermissionsBoundary=f"{PREFIX}boundary")
    iam.create_group(GroupName="team")
    iam.create_role(RoleName="audit", AssumeRolePolicyDocument=TRUST, PermissionsBoundary=f"{PREFIX}both")
    iam.attach_user_policy(UserName="bob", PolicyArn=f"{PREFIX}attached")
    iam.attach_group_policy(GroupName="team", PolicyArn=f"{PREFIX}both")
    return iam


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({}, ["attached", "both", "boundary", "unused"]),
        ({"PolicyUsageFilter": "PermissionsBoundary"}, ["attached", "both", "boundary", "unused"]),
        ({"OnlyAttached": True}, ["attached", "both", "boundary"]),
        ({"OnlyAttached": True, "PolicyUsageFilter": "PermissionsPolicy"}, ["attached", "both"]),
        ({"OnlyAttached": True, "PolicyUsageFilter": "PermissionsBoundary"}, ["both", "boundary"]),
    ],
)
def test_the_usage_filter_counts_only_among_attached_policies(asked: dict[str, Any], names: list[str]) -> None:
    found = policies_in_use().list_policies(Scope="Local", **asked)["Policies"]
    assert sorted(each["PolicyName"] for each in found) == names


@pytest.mark.parametrize(
    ("name", "asked", "used_by"),
    [
        ("both", {}, ["team", "audit"]),
        ("both", {"PolicyUsageFilter": "PermissionsPolicy"}, ["team"]),
        ("both", {"PolicyUsageFilter": "PermissionsBoundary"}, ["audit"]),
        ("both", {"EntityFilter": "Role"}, ["audit"]),
        ("both", {"PathPrefix": "/elsewhere/"}, []),
        ("boundary", {}, ["bob"]),
        ("attached", {"PolicyUsageFilter": "PermissionsBoundary"}, []),
        ("unused", {}, []),
    ],
)
def test_entities_are_found_by_what_they_use_a_policy_for(name: str, asked: dict[str, str], used_by: list[str]) -> None:
    found = policies_in_use().list_entities_for_policy(PolicyArn=PREFIX + name, **asked)
    users = [each["UserName"] for each in found["PolicyUsers"]]
    groups = [each["GroupName"] for each in found["PolicyGroups"]]
    assert users + groups + [each["RoleName"] for each in found["PolicyRoles"]] == used_by


def test_a_policy_shows_how_often_it_is_attached_and_how_often_it_is_a_boundary() -> None:
    iam = policies_in_use()
    counts = [
        (each["AttachmentCount"], each["PermissionsBoundaryUsageCount"])
        for each in (iam.get_policy(PolicyArn=PREFIX + name)["Policy"] for name in ("attached", "boundary", "both"))
    ]
    assert counts == [(1, 0), (0, 1), (1, 1)]


def test_versions_are_listed_newest_first_and_only_one_alone_shows_its_document() -> None:
    """Recorded by LocalStack against AWS."""
    iam = policies_in_use()
    made = iam.create_policy_version(PolicyArn=f"{PREFIX}unused", PolicyDocument=text(allow("s3:*")))["PolicyVersion"]
    assert made.keys() == {"CreateDate", "IsDefaultVersion", "VersionId"}
    listed = iam.list_policy_versions(PolicyArn=f"{PREFIX}unused")
    assert [each["VersionId"] for each in listed["Versions"]] == ["v2", "v1"]
    assert all("Document" not in each for each in listed["Versions"])
    assert "Document" in iam.get_policy_version(PolicyArn=f"{PREFIX}unused", VersionId="v2")["PolicyVersion"]
