"""Policy documents as IAM sends them, whichever operation does."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote, unquote_plus

import pytest

from tests.access.given import a_lab

POLICY = """{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*",
  "Condition": {"StringLike": {"aws:userid": ["*:a+b=c@d", "50%25 <&> ü/~-_."]}}}}"""
TRUST = POLICY.replace('"s3:*", "Resource": "*"', '"sts:AssumeRole", "Principal": {"AWS": "*"}')
DOCUMENTS = re.compile(r"<(?:AssumeRolePolicy|Policy|)Document>([^<]*)<")
SHOWING = {
    "get_account_authorization_details": {},
    "get_group_policy": {"GroupName": "g", "PolicyName": "inline"},
    "get_instance_profile": {"InstanceProfileName": "profile"},
    "get_policy_version": {"PolicyArn": "arn:aws:iam::111111111111:policy/managed", "VersionId": "v1"},
    "get_role": {"RoleName": "r"},
    "get_role_policy": {"RoleName": "r", "PolicyName": "inline"},
    "get_user_policy": {"UserName": "u", "PolicyName": "inline"},
    "list_instance_profiles": {},
    "list_instance_profiles_for_role": {"RoleName": "r"},
    "list_roles": {},
    "update_role_description": {"RoleName": "r", "Description": "d"},
}


@pytest.mark.parametrize("operation", SHOWING)
def test_a_document_comes_percent_encoded_as_rfc_3986_has_it(operation: str) -> None:
    lab, vendor, _ = a_lab()
    iam = vendor.client("iam")
    holders: dict[str, dict[str, Any]] = {
        "user": {"UserName": "u"},
        "group": {"GroupName": "g"},
        "role": {"RoleName": "r"},
    }
    iam.create_user(UserName="u")
    iam.create_group(GroupName="g")
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)
    for kind, named in holders.items():
        getattr(iam, f"put_{kind}_policy")(**named, PolicyName="inline", PolicyDocument=POLICY)
    iam.create_policy(PolicyName="managed", PolicyDocument=POLICY)
    iam.create_instance_profile(InstanceProfileName="profile")
    iam.add_role_to_instance_profile(InstanceProfileName="profile", RoleName="r")

    with lab.recording("shown") as trace:
        getattr(iam, operation)(**SHOWING[operation])

    reply = trace.steps[-1].reply
    assert reply is not None
    shown = DOCUMENTS.findall(reply.body.decode())
    assert shown
    for document in shown:
        assert document == quote(unquote_plus(document), safe="")
        assert '*:a+b=c@d", "50%25 <&> ' in unquote_plus(document)
    if "inline" in str(SHOWING[operation]):
        assert shown == [quote(POLICY, safe="")]
