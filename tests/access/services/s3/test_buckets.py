"""Buckets are listed by name, as S3 and its console do."""

from __future__ import annotations

from tests.access.given import a_lab


def test_buckets_are_listed_by_name_and_not_by_age() -> None:
    _, vendor, customer = a_lab()
    s3 = customer.client("s3")
    for name in ("zoo", "ant", "mule"):
        s3.create_bucket(Bucket=name)
    vendor.client("s3").create_bucket(Bucket="bee")
    assert [each["Name"] for each in s3.list_buckets()["Buckets"]] == ["ant", "mule", "zoo"]
