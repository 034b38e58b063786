"""What is in moto is looked at, and what is not there is told to those who may list the bucket alone.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html: "If you have the s3:ListBucket permission on the
bucket, Amazon S3 returns an HTTP status code 404 Not Found error. If you don't, 403 Access Denied".
"""

from __future__ import annotations

from typing import Any

import pytest

from stssim.access.core.moto_backends import backend, s3_object
from tests.access.given import a_lab, allow, document, refused

READ = allow("s3:GetObject")
LIST = allow("s3:ListBucket", "arn:aws:s3:::reports")


def a_bucket() -> tuple[Any, Any]:
    _, _, customer = a_lab()
    s3 = customer.client("s3")
    s3.create_bucket(Bucket="reports")
    s3.put_object(Bucket="reports", Key="k", Body=b"x")
    return customer, s3


def test_a_missing_object_is_denied_to_who_may_not_list() -> None:
    customer, _ = a_bucket()
    bob = customer.user("bob", document(READ)).client("s3")
    assert bob.get_object(Bucket="reports", Key="k")["Body"].read() == b"x"
    with refused("AccessDenied", "is not authorized to perform: s3:ListBucket"):
        bob.get_object(Bucket="reports", Key="nothing")
    with refused("403"):
        bob.head_object(Bucket="reports", Key="nothing")


def test_a_missing_object_is_missing_to_who_may_list() -> None:
    customer, _ = a_bucket()
    bob = customer.user("bob", document(READ, LIST)).client("s3")
    with refused("NoSuchKey"):
        bob.get_object(Bucket="reports", Key="nothing")
    with refused("404"):
        bob.head_object(Bucket="reports", Key="nothing")


@pytest.mark.parametrize(("statements", "code"), [([READ], "AccessDenied"), ([READ, LIST], "NoSuchKey")])
def test_an_object_under_a_delete_marker_is_missing(statements: list[dict[str, Any]], code: str) -> None:
    customer, s3 = a_bucket()
    s3.put_bucket_versioning(Bucket="reports", VersioningConfiguration={"Status": "Enabled"})
    s3.delete_object(Bucket="reports", Key="k")
    with refused(code):
        customer.user("bob", document(*statements)).client("s3").get_object(Bucket="reports", Key="k")


def test_a_missing_bucket_is_missing_to_all() -> None:
    customer, _ = a_bucket()
    with refused("NoSuchBucket"):
        customer.user("bob", document(READ)).client("s3").get_object(Bucket="nowhere", Key="k")


def test_to_ask_for_what_is_not_there_does_not_make_it() -> None:
    assert s3_object("arn:aws:s3:::nowhere/k") is None
    assert backend("s3", "999999999999") is None
