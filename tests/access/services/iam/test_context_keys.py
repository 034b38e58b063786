"""The condition keys that a policy mentions. Recorded in September 2026: radkawar/stackd, context_keys_aws.json."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.access.given import a_lab, allow, refused, text

OURS = "arn:aws:s3:::shop/${aws:PrincipalTag/team, 'none'}/${*}"
BLUE = {"StringEquals": {"AWS:username": "${aws:SourceIdentity}"}}


def keys(document: Any) -> list[str]:
    _, vendor, _ = a_lab()
    listed = vendor.client("iam").get_context_keys_for_custom_policy(PolicyInputList=[json.dumps(document)])
    names: list[str] = listed["ContextKeyNames"]
    return names


def test_keys_stand_in_conditions_and_as_variables_in_values_and_resources() -> None:
    statement = allow("s3:${aws:userid}", OURS, Condition=BLUE)
    document = {"Version": "2012-10-17", "Statement": [statement, statement]}
    assert keys(document) == ["*", "AWS:username", "aws:PrincipalTag/team", "aws:SourceIdentity"]


def test_a_policy_of_the_old_version_has_no_variables() -> None:
    assert keys({"Version": "2008-10-17", "Statement": allow("s3:*", OURS, Condition=BLUE)}) == ["AWS:username"]


@pytest.mark.parametrize("document", [{}, {"Statement": []}, {"Statement": {"Effect": "Allow", "Principal": "*"}}])
def test_a_policy_need_not_be_a_whole_one(document: Any) -> None:
    assert keys(document) == []


@pytest.mark.parametrize(
    "document",
    [
        {"Foo": "x"},
        [],
        {"Statement": {"Action": "*"}},
        {"Statement": {"Effect": "Allow", "Foo": "x"}},
        {"Statement": {"Effect": "Allow", "Condition": {"MadeUp": {"aws:username": "a"}}}},
    ],
)
def test_what_cannot_be_read_is_refused(document: Any) -> None:
    with refused("InvalidInput"):
        keys(document)


def test_a_principal_has_the_keys_of_its_groups_and_its_boundary_too() -> None:
    _, vendor, _ = a_lab()
    iam = vendor.client("iam")
    policies = {name: text(allow("s3:*", Condition={"Null": {f"aws:{name}": "true"}})) for name in ("a", "b", "c")}
    boundary = iam.create_policy(PolicyName="b", PolicyDocument=policies["b"])["Policy"]["Arn"]
    user = iam.create_user(UserName="bob", PermissionsBoundary=boundary)["User"]["Arn"]
    iam.create_group(GroupName="team")
    iam.add_user_to_group(GroupName="team", UserName="bob")
    iam.put_user_policy(UserName="bob", PolicyName="a", PolicyDocument=policies["a"])
    iam.put_group_policy(GroupName="team", PolicyName="c", PolicyDocument=policies["c"])
    listed = iam.get_context_keys_for_principal_policy(PolicySourceArn=user)
    assert sorted(listed["ContextKeyNames"]) == ["aws:a", "aws:b", "aws:c"]
    with refused("NoSuchEntity"):
        iam.get_context_keys_for_principal_policy(PolicySourceArn=f"{user}-2")
