"""S3 as its clients know it: the owner that is expected, ACLs that are off, logging by policy, ids of its own."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from stssim import Lab
from tests.through import Door

OTHER = "222222222222"


def a_bucket(door: Door) -> Any:
    """S3 for the owner of a bucket with an object in it."""
    lab = Lab(seed=7)
    s3 = door(lab.account("harbour"), "s3")
    s3.create_bucket(Bucket="reports")
    s3.put_object(Bucket="reports", Key="q3.csv", Body=b"1,2")
    return s3


# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
@pytest.mark.parametrize(
    ("operation", "more"),
    [
        ("get_object", {"Key": "q3.csv"}),
        ("put_object", {"Key": "q4.csv", "Body": b""}),
        ("list_objects_v2", {}),
        ("get_bucket_policy", {}),
        ("delete_object", {"Key": "q3.csv"}),
    ],
)
def test_a_bucket_of_another_owner_than_expected_is_refused(door: Door, operation: str, more: dict[str, Any]) -> None:
    s3 = a_bucket(door)
    with pytest.raises(ClientError, match="AccessDenied"):
        getattr(s3, operation)(Bucket="reports", ExpectedBucketOwner=OTHER, **more)
    assert s3.get_object(Bucket="reports", Key="q3.csv", ExpectedBucketOwner="111111111111")["Body"].read() == b"1,2"


def test_a_source_of_another_owner_than_expected_is_not_copied(door: Door) -> None:
    s3 = a_bucket(door)
    wanted = {"Bucket": "reports", "Key": "copy", "CopySource": "reports/q3.csv"}
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.copy_object(ExpectedSourceBucketOwner=OTHER, **wanted)
    s3.copy_object(ExpectedSourceBucketOwner="111111111111", **wanted)


# https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
def test_a_new_bucket_has_no_acls(door: Door) -> None:
    s3 = a_bucket(door)
    rules = s3.get_bucket_ownership_controls(Bucket="reports")["OwnershipControls"]["Rules"]
    assert rules == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    not_allowed: tuple[tuple[str, dict[str, Any]], ...] = (
        ("put_bucket_acl", {"ACL": "private"}),
        ("put_object_acl", {"Key": "q3.csv", "ACL": "public-read"}),
        ("put_object", {"Key": "k", "ACL": "public-read"}),
        ("put_object", {"Key": "k", "GrantRead": f'id="{OTHER}"'}),
    )
    for operation, more in not_allowed:
        with pytest.raises(ClientError, match=r"AccessControlListNotSupported.*The bucket does not allow ACLs"):
            getattr(s3, operation)(Bucket="reports", **more)
    s3.put_object(Bucket="reports", Key="k", ACL="bucket-owner-full-control")


def test_an_acl_that_grants_to_another_account_is_refused_where_acls_are_on(door: Door) -> None:
    s3 = a_bucket(door)
    s3.create_bucket(Bucket="older", ObjectOwnership="ObjectWriter")
    s3.put_object(Bucket="older", Key="k", ACL="private")
    with pytest.raises(ClientError, match="stssim knows no canonical user but the owner"):
        s3.put_object(Bucket="older", Key="k", GrantRead=f'id="{OTHER}"')


@pytest.mark.parametrize(
    ("condition", "logged"),
    [({}, True), ({"aws:SourceAccount": "111111111111"}, True), ({"aws:SourceAccount": OTHER}, False)],
)
def test_logging_is_allowed_by_the_policy_of_the_target(door: Door, condition: dict[str, str], logged: bool) -> None:
    s3 = a_bucket(door)
    s3.create_bucket(Bucket="access-logs")
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "logging.s3.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::access-logs/reports/*",
        **({"Condition": {"StringEquals": condition}} if condition else {}),
    }
    s3.put_bucket_policy(Bucket="access-logs", Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    status = {"LoggingEnabled": {"TargetBucket": "access-logs", "TargetPrefix": "reports/"}}
    if not logged:
        with pytest.raises(ClientError, match="InvalidTargetBucketForLogging"):
            s3.put_bucket_logging(Bucket="reports", BucketLoggingStatus=status)
        return
    s3.put_bucket_logging(Bucket="reports", BucketLoggingStatus=status)
    assert s3.get_bucket_logging(Bucket="reports")["LoggingEnabled"]["TargetBucket"] == "access-logs"


# https://docs.aws.amazon.com/AmazonS3/latest/API/get-request-ids.html
def test_s3_tells_ids_of_its_own_and_none_twice(door: Door) -> None:
    s3 = a_bucket(door)
    told = [s3.list_objects_v2(Bucket="reports")["ResponseMetadata"] for _ in range(2)]
    assert told[0]["RequestId"] != told[1]["RequestId"]
    for each in told:
        assert len(each["RequestId"]) == 16
        assert each["HostId"]
        assert "x-amzn-requestid" not in each["HTTPHeaders"]
