"""IAM's lists come in pages, whichever of them moto shows whole."""

from __future__ import annotations

from typing import Any

import pytest

from tests.access.given import a_lab, refused


def users(number: int) -> Any:
    _, vendor, _ = a_lab()
    iam = vendor.client("iam")
    for each in range(number):
        iam.create_user(UserName=f"user-{each:03}", Tags=[{"Key": "team", "Value": "a"}])
    return iam


def test_a_page_has_as_many_items_as_the_call_asks_for() -> None:
    iam = users(3)
    first = iam.list_users(MaxItems=2)
    assert ([each["UserName"] for each in first["Users"]], first["IsTruncated"]) == (["user-000", "user-001"], True)
    second = iam.list_users(MaxItems=2, Marker=first["Marker"])
    assert ([each["UserName"] for each in second["Users"]], second["IsTruncated"]) == (["user-002"], False)
    assert "Marker" not in second
    assert iam.list_users(MaxItems=3)["IsTruncated"] is False


def test_a_page_has_a_hundred_items_unless_the_call_says_how_many() -> None:
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUsers.html"""
    iam = users(101)
    first = iam.list_users()
    assert (len(first["Users"]), first["IsTruncated"]) == (100, True)
    assert len(iam.list_users(MaxItems=1000)["Users"]) == 101


@pytest.mark.parametrize("marker", ["x", "4", "-1"])
def test_a_marker_that_no_reply_has_given_out_is_refused(marker: str) -> None:
    with refused("ValidationError", "Invalid Marker."):
        users(3).list_users(Marker=marker)


def test_several_lists_of_one_reply_share_their_pages() -> None:
    iam, arn = users(2), "arn:aws:iam::aws:policy/ReadOnlyAccess"
    iam.create_group(GroupName="team")
    iam.attach_group_policy(GroupName="team", PolicyArn=arn)
    iam.attach_user_policy(UserName="user-001", PolicyArn=arn)
    first = iam.list_entities_for_policy(PolicyArn=arn, MaxItems=1)
    assert (len(first["PolicyGroups"]), len(first["PolicyUsers"]), first["IsTruncated"]) == (1, 0, True)
    second = iam.list_entities_for_policy(PolicyArn=arn, MaxItems=1, Marker=first["Marker"])
    assert (len(second["PolicyGroups"]), len(second["PolicyUsers"]), second["IsTruncated"]) == (0, 1, False)
