"""Unique ids: 21 characters, of which the first four say what it is, the same in every reply."""

from __future__ import annotations

import re
from typing import Any

from tests.access.given import a_lab, allow, document, refused, text

POLICY = text(allow("s3:ListAllMyBuckets"))


# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
def test_every_kind_of_thing_has_its_prefix() -> None:
    _, vendor, _ = a_lab()
    iam = vendor.client("iam")
    ids = {
        "AIDA": iam.create_user(UserName="alice")["User"]["UserId"],
        "AGPA": iam.create_group(GroupName="team")["Group"]["GroupId"],
        "AROA": vendor.role("Audit", document(allow("sts:AssumeRole", None, Principal={"AWS": "*"}))).unique_id,
        "ANPA": iam.create_policy(PolicyName="List", PolicyDocument=POLICY)["Policy"]["PolicyId"],
        "AIPA": iam.create_instance_profile(InstanceProfileName="web")["InstanceProfile"]["InstanceProfileId"],
    }
    for prefix, unique_id in ids.items():
        assert re.fullmatch(f"{prefix}[A-Z2-7]{{17}}", unique_id)


def test_later_replies_tell_the_same_id() -> None:
    _, vendor, _ = a_lab()
    iam = vendor.client("iam")
    group = iam.create_group(GroupName="team")["Group"]["GroupId"]
    policy = iam.create_policy(PolicyName="List", PolicyDocument=POLICY)["Policy"]
    profile = iam.create_instance_profile(InstanceProfileName="web")["InstanceProfile"]["InstanceProfileId"]
    assert iam.get_group(GroupName="team")["Group"]["GroupId"] == group
    assert iam.list_groups()["Groups"][0]["GroupId"] == group
    assert iam.get_policy(PolicyArn=policy["Arn"])["Policy"]["PolicyId"] == policy["PolicyId"]
    (shown,) = iam.list_instance_profiles()["InstanceProfiles"]
    assert shown["InstanceProfileId"] == profile


def test_equal_labs_give_equal_ids_and_two_things_of_a_lab_never_one() -> None:
    def made() -> list[Any]:
        _, vendor, _ = a_lab()
        iam = vendor.client("iam")
        return [iam.create_group(GroupName=name)["Group"]["GroupId"] for name in ("red", "blue")]

    assert made() == made()
    assert len(set(made())) == 2


def test_a_thing_that_is_there_already_is_not_renamed() -> None:
    _, vendor, _ = a_lab()
    iam = vendor.client("iam")
    group = iam.create_group(GroupName="team")["Group"]["GroupId"]
    with refused("EntityAlreadyExists"):
        iam.create_group(GroupName="team")
    assert iam.get_group(GroupName="team")["Group"]["GroupId"] == group
