"""IAM users: ids that policies can be bound to, and permissions boundaries, which bear on users as on roles.

IAM User Guide, "IAM identifiers" and "Permissions boundaries for IAM entities".
"""

from __future__ import annotations

from tests.access.given import a_lab, allow, document, refused, text


def test_a_users_id_begins_with_aida_wherever_it_is_shown() -> None:
    _, vendor, _ = a_lab()
    iam = vendor.client("iam")
    made = iam.create_user(UserName="eve")["User"]["UserId"]
    assert made.startswith("AIDA")
    assert len(made) == 21
    assert iam.get_user(UserName="eve")["User"]["UserId"] == made
    assert [user["UserId"] for user in iam.list_users()["Users"]] == [made]


def test_a_boundary_limits_a_user_and_grants_nothing() -> None:
    _, vendor, _ = a_lab()
    eve = vendor.user("eve", policy=document(allow(["s3:ListAllMyBuckets", "sqs:ListQueues"])))
    iam = vendor.client("iam")
    limit = iam.create_policy(PolicyName="limit", PolicyDocument=text(allow(["s3:*", "sns:*"])))["Policy"]["Arn"]
    eve.client("sqs").list_queues()
    iam.put_user_permissions_boundary(UserName="eve", PermissionsBoundary=limit)
    eve.client("s3").list_buckets()
    with refused("AccessDenied", "because no permissions boundary allows the sqs:listqueues action"):
        eve.client("sqs").list_queues()
    with refused("AuthorizationError", "because no identity-based policy allows the SNS:ListTopics action"):
        eve.client("sns").list_topics()
    iam.delete_user_permissions_boundary(UserName="eve")
    eve.client("sqs").list_queues()


def test_a_user_is_made_with_a_boundary_and_shown_with_it() -> None:
    _, vendor, _ = a_lab()
    iam = vendor.client("iam")
    limit = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    wanted = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": limit}
    assert iam.create_user(UserName="eve", PermissionsBoundary=limit)["User"]["PermissionsBoundary"] == wanted
    assert iam.get_user(UserName="eve")["User"]["PermissionsBoundary"] == wanted
    assert "PermissionsBoundary" not in iam.list_users()["Users"][0]


def test_a_new_user_of_the_same_name_has_no_boundary() -> None:
    _, vendor, _ = a_lab()
    iam = vendor.client("iam")
    iam.create_user(UserName="eve", PermissionsBoundary="arn:aws:iam::aws:policy/ReadOnlyAccess")
    iam.delete_user(UserName="eve")
    iam.create_user(UserName="eve")
    assert "PermissionsBoundary" not in iam.get_user(UserName="eve")["User"]


def test_a_boundary_must_be_a_policy_that_exists_and_its_user_too() -> None:
    _, vendor, _ = a_lab()
    iam = vendor.client("iam")
    missing = f"arn:aws:iam::{vendor.number}:policy/missing"
    with refused("NoSuchEntity", missing):
        iam.create_user(UserName="eve", PermissionsBoundary=missing)
    with refused("NoSuchEntity", "The user with name eve cannot be found."):
        iam.put_user_permissions_boundary(UserName="eve", PermissionsBoundary="arn:aws:iam::aws:policy/ReadOnlyAccess")
