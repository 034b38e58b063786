"""What a call to IAM names and is not there, in IAM's words.

Recorded against AWS: localstack/localstack, tests/aws/services/iam/test_iam.snapshot.json.
"""

from __future__ import annotations

import pytest

from tests.access.given import a_lab, allow, refused, text

SHELF = "arn:aws:iam::111111111111:policy/shelf"


@pytest.mark.parametrize(
    ("operation", "named", "says"),
    [
        ("get_user", {"UserName": "no"}, "The user with name no cannot be found."),
        ("list_role_policies", {"RoleName": "no"}, "The role with name no cannot be found."),
        ("delete_group", {"GroupName": "no"}, "The group with name no cannot be found."),
        ("get_user_policy", {"UserName": "bob", "PolicyName": "no"}, "The user policy with name no cannot be found."),
        ("get_policy", {"PolicyArn": f"{SHELF}-2"}, f"Policy {SHELF}-2 was not found."),
        (
            "attach_user_policy",
            {"UserName": "bob", "PolicyArn": f"{SHELF}-2"},
            f"Policy {SHELF}-2 does not exist or is not attachable.",
        ),
        (
            "get_policy_version",
            {"PolicyArn": SHELF, "VersionId": "v9"},
            f"Policy {SHELF} version v9 does not exist or is not attachable.",
        ),
        (
            "set_default_policy_version",
            {"PolicyArn": f"{SHELF}-2", "VersionId": "v1"},
            f"Policy {SHELF}-2 version v1 does not exist or is not attachable.",
        ),
    ],
)
def test_what_is_not_there_is_said_in_iams_words(operation: str, named: dict[str, str], says: str) -> None:
    _, vendor, _ = a_lab()
    iam = vendor.client("iam")
    iam.create_user(UserName="bob")
    iam.create_policy(PolicyName="shelf", PolicyDocument=text(allow("s3:*")))
    with refused("NoSuchEntity", says):
        getattr(iam, operation)(**named)


def test_an_arn_that_is_none_and_one_of_another_partition_are_told_apart() -> None:
    """The latter recorded in September 2026: radkawar/stackd, internal/iam/managed/testdata."""
    _, vendor, _ = a_lab()
    with refused("InvalidInput", "ARN twenty-characters-and-more is not valid."):
        vendor.client("iam").get_policy(PolicyArn="twenty-characters-and-more")
    with refused("ValidationError", "Invalid ARN partition"):
        vendor.client("iam").get_policy(PolicyArn="arn:aws-cn:iam::aws:policy/ReadOnlyAccess")
