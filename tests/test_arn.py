"""ARNs in the forms that AWS documents.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
"""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from stssim.arn import Arn


def test_an_arn_names_partition_service_region_account_and_resource() -> None:
    queue = Arn.parse("arn:aws-cn:sqs:cn-north-1:111122223333:orders")
    assert queue == Arn("aws-cn", "sqs", "cn-north-1", "111122223333", "orders")


def test_an_iam_role_is_in_no_region() -> None:
    role = Arn.parse("arn:aws:iam::111122223333:role/Audit")
    assert (role.region, role.account) == ("", "111122223333")


def test_a_bucket_names_neither_region_nor_account() -> None:
    bucket = Arn.parse("arn:aws:s3:::reports")
    assert (bucket.region, bucket.account, bucket.resource) == ("", "", "reports")


def test_the_account_of_an_aws_managed_policy_is_aws() -> None:
    assert Arn.parse("arn:aws:iam::aws:policy/ReadOnlyAccess").account == "aws"


@pytest.mark.parametrize(
    ("text", "resource_type", "name"),
    [
        ("arn:aws:sns:us-east-1:111122223333:alarms", "", "alarms"),
        ("arn:aws:iam::111122223333:root", "", "root"),
        ("arn:aws:ec2:us-east-1:111122223333:vpc/vpc-0e9801d129EXAMPLE", "vpc", "vpc-0e9801d129EXAMPLE"),
        ("arn:aws:lambda:us-east-1:111122223333:function:orders:3", "function", "function:orders:3"),
        ("arn:aws:logs:us-east-1:111122223333:log-group:/aws/lambda/orders", "log-group", "orders"),
        ("arn:aws:sts::111122223333:assumed-role/Audit/ana", "assumed-role", "ana"),
    ],
)
def test_a_resource_is_an_id_or_a_type_and_an_id_after_a_slash_or_a_colon(
    text: str, resource_type: str, name: str
) -> None:
    found = Arn.parse(text)
    assert (found.resource_type, found.name) == (resource_type, name)


def test_the_name_of_a_user_is_without_the_path() -> None:
    user = Arn.parse("arn:aws:iam::111122223333:user/Development/product_1234/ana")
    assert (user.resource_type, user.name) == ("user", "ana")


def test_a_path_may_hold_colons_and_the_last_part_keeps_them() -> None:
    role = Arn.parse("arn:aws:iam::111122223333:role/a:user/Audit")
    assert (role.resource, role.resource_type, role.name) == ("role/a:user/Audit", "role", "Audit")


@pytest.mark.parametrize(
    "text", ["arn:aws:iam::111122223333:role/ops/Audit", "arn:aws:s3:::reports/2026/q3.csv", "arn:aws:s3:::*"]
)
def test_an_arn_is_written_as_it_was_read(text: str) -> None:
    assert str(Arn.parse(text)) == text


@pytest.mark.parametrize(
    "text", ["", "*", "Audit", "111122223333", "arn:aws:iam::111122223333", "urn:aws:iam::111122223333:role/Audit"]
)
def test_a_text_that_is_no_arn_is_refused_with_the_form_that_is_right(text: str) -> None:
    assert Arn.of(text) is None
    with pytest.raises(ValueError, match=r"is no ARN; an ARN is arn:partition:service:region:account:resource\.$"):
        Arn.parse(text)


def test_a_refusal_shows_only_the_start_of_a_long_text() -> None:
    with pytest.raises(ValueError, match=r"^'x{99}…' is no ARN"):
        Arn.parse("x" * 5000)


def test_an_arn_does_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        Arn.parse("arn:aws:s3:::reports").account = "111122223333"  # type: ignore[misc]
