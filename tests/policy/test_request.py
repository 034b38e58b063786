"""What is asked, and what policies see of it."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from stssim.policy import Request

ALICE = "arn:aws:iam::111122223333:user/alice"


@pytest.mark.parametrize(
    ("value", "seen"),
    [
        ("text", ("text",)),
        (True, ("true",)),
        (10, ("10",)),
        (1.5, ("1.5",)),
        (b"\x01\x02\x03", ("AQID",)),
        (datetime(2026, 1, 1, tzinfo=UTC), ("2026-01-01T00:00:00Z",)),
        (datetime(2026, 1, 1, 1, tzinfo=timezone(timedelta(hours=1))), ("2026-01-01T00:00:00Z",)),
        (["a", 1, False], ("a", "1", "false")),
        (("a",), ("a",)),
        ([], ()),
    ],
)
def test_values_are_text_to_a_policy(value: Any, seen: tuple[str, ...]) -> None:
    assert Request(ALICE, "s3:GetObject", "*", context={"A:Key": value}).keys == {"a:key": seen}


def test_a_key_without_a_value_is_absent() -> None:
    assert Request(ALICE, "s3:GetObject", "*", context={"a:Key": None}).keys == {}


@pytest.mark.parametrize("value", [{"a": 1}, object(), ["a", ["b"]], [None]])
def test_a_value_that_a_key_cannot_hold_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="The context key a:Key cannot hold"):
        Request(ALICE, "s3:GetObject", "*", context={"a:Key": value})


@pytest.mark.parametrize("action", ["", "GetObject", "s3:Get*", "s3:", "s3:Get Object", "*"])
def test_an_action_is_a_service_and_an_operation(action: str) -> None:
    with pytest.raises(ValueError, match="Not an action"):
        Request(ALICE, action, "*")


def test_a_resource_is_some_text() -> None:
    with pytest.raises(ValueError, match="Not a resource"):
        Request(ALICE, "s3:GetObject", "")


@pytest.mark.parametrize(
    ("resource", "told", "owner"),
    [
        ("arn:aws:sqs:eu-west-1:444455556666:jobs", None, "444455556666"),
        ("arn:aws:s3:::reports", None, "111122223333"),
        ("arn:aws:s3:::reports", "444455556666", "444455556666"),
        ("*", None, "111122223333"),
    ],
)
def test_a_resource_belongs_to_whom_its_arn_says_or_else_to_the_caller(
    resource: str, told: str | None, owner: str
) -> None:
    request = Request(ALICE, "s3:GetObject", resource, told)
    assert request.owner == owner
    assert request.cross_account is (owner != "111122223333")


def test_callers_of_no_account_are_never_of_another() -> None:
    assert not Request(None, "s3:GetObject", "arn:aws:s3:::reports", "111122223333").cross_account
    assert not Request("sns.amazonaws.com", "sqs:SendMessage", "*", "111122223333").cross_account


def test_the_issuer_of_a_role_session_is_its_principal_arn() -> None:
    role = "arn:aws:iam::111122223333:role/ops/Deploy"
    session = "arn:aws:sts::111122223333:assumed-role/Deploy/ci"
    assert Request(session, "s3:GetObject", "*", context={"aws:PrincipalArn": role}).caller.issuer == role


def test_a_request_does_not_change_with_the_dict_it_came_from() -> None:
    context = {"aws:username": "alice"}
    request = Request(ALICE, "s3:GetObject", "*", context=context)
    context["aws:username"] = "bob"
    assert request.context == {"aws:username": "alice"}
    with pytest.raises(TypeError):
        request.context["aws:username"] = "bob"  # type: ignore[index]
