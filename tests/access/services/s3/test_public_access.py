"""S3 Block Public Access: what "public" means, and what the settings do (S3 User Guide, "Blocking public access")."""

from __future__ import annotations

from typing import Any

import pytest

from stssim.access.services.s3.public_access import is_public
from stssim.policy import Policy
from tests.access.given import a_lab, allow, deny, document, refused, text, to

EVERYONE = allow("s3:GetObject", "arn:aws:s3:::reports/*", Principal="*")
OPEN = {"BlockPublicAcls": False, "IgnorePublicAcls": False, "BlockPublicPolicy": False, "RestrictPublicBuckets": False}


def under(operator: str, key: str, value: Any) -> dict[str, Any]:
    return {**EVERYONE, "Condition": {operator: {key: value}}}


@pytest.mark.parametrize(
    ("statement", "public"),
    [
        (EVERYONE, True),
        ({**EVERYONE, "Principal": {"AWS": "*"}}, True),
        ({**EVERYONE, "Principal": to("arn:aws:iam::111122223333:root")}, False),
        ({**EVERYONE, "Principal": {"Service": "cloudtrail.amazonaws.com"}}, False),
        (deny("s3:*", "arn:aws:s3:::reports/*", Principal="*"), False),
        (under("StringLike", "aws:SourceVpc", "vpc-*"), True),
        (under("StringLike", "aws:SourceVpc", "vpc-91237329"), False),
        (under("StringEquals", "aws:PrincipalOrgID", "o-example123"), False),
        (under("StringEqualsIfExists", "aws:PrincipalOrgID", "o-example123"), True),
        (under("StringEquals", "aws:PrincipalTag/team", "blue"), True),
        (under("StringEquals", "aws:userid", "${aws:userid}"), True),
        (under("IpAddress", "aws:SourceIp", "192.0.2.0/24"), False),
        (under("IpAddress", "aws:SourceIp", "0.0.0.0/1"), True),
        (under("IpAddress", "aws:SourceIp", "10.0.0.0/8"), False),
        (under("IpAddress", "aws:SourceIp", "10.0.0.0/7"), True),
        (under("IpAddress", "aws:SourceIp", "2001:db8::/32"), False),
        (under("IpAddress", "aws:SourceIp", "2001:db8::/31"), True),
        (under("NotIpAddress", "aws:SourceIp", "192.0.2.0/24"), True),
        (under("ArnLike", "aws:SourceArn", "arn:aws:cloudtrail:*:*:trail/*"), True),
    ],
)
def test_a_policy_is_public_that_no_fixed_value_limits(statement: dict[str, Any], public: bool) -> None:
    assert is_public(Policy("p", "resource", document(statement))) is public


def a_bucket(owner: Any, **settings: bool) -> Any:
    s3 = owner.client("s3")
    s3.create_bucket(Bucket="reports")
    s3.put_object(Bucket="reports", Key="k", Body=b"x")
    if settings:
        s3.put_public_access_block(Bucket="reports", PublicAccessBlockConfiguration={**OPEN, **settings})
    return s3


def test_a_new_bucket_blocks_everything() -> None:
    _, _, customer = a_lab()
    found = a_bucket(customer).get_public_access_block(Bucket="reports")["PublicAccessBlockConfiguration"]
    assert found == dict.fromkeys(OPEN, True)


def test_a_public_policy_is_not_taken_where_they_are_blocked() -> None:
    _, _, customer = a_lab()
    s3 = a_bucket(customer)
    says = "because public policies are blocked by the BlockPublicPolicy block public access setting."
    with refused("AccessDenied", says):
        s3.put_bucket_policy(Bucket="reports", Policy=text(EVERYONE))
    s3.delete_public_access_block(Bucket="reports")
    s3.put_bucket_policy(Bucket="reports", Policy=text(EVERYONE))
    assert s3.get_bucket_policy_status(Bucket="reports")["PolicyStatus"]["IsPublic"] is True


def test_a_restricted_bucket_is_its_own_accounts_whatever_its_policy_says() -> None:
    _, vendor, customer = a_lab()
    s3 = a_bucket(customer, RestrictPublicBuckets=False)
    also = allow("s3:GetObject", "arn:aws:s3:::reports/*", Principal=to(f"arn:aws:iam::{vendor.number}:root"))
    s3.put_bucket_policy(Bucket="reports", Policy=text(EVERYONE, also))
    eve = vendor.user("eve", policy=document(allow("s3:*")))
    dora = customer.user("dora")
    for who in (eve, dora):
        who.client("s3").get_object(Bucket="reports", Key="k")
    s3.put_public_access_block(Bucket="reports", PublicAccessBlockConfiguration={**OPEN, "RestrictPublicBuckets": True})
    dora.client("s3").get_object(Bucket="reports", Key="k")
    with refused("AccessDenied"):
        eve.client("s3").get_object(Bucket="reports", Key="k")


def test_a_policy_that_is_not_public_is_not_restricted() -> None:
    _, vendor, customer = a_lab()
    s3 = a_bucket(customer, RestrictPublicBuckets=True)
    eve = vendor.user("eve", policy=document(allow("s3:*")))
    s3.put_bucket_policy(
        Bucket="reports", Policy=text(allow("s3:GetObject", "arn:aws:s3:::reports/*", Principal=to(eve.arn)))
    )
    eve.client("s3").get_object(Bucket="reports", Key="k")
    assert s3.get_bucket_policy_status(Bucket="reports")["PolicyStatus"]["IsPublic"] is False
