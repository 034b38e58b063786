"""Mistakes that moto stumbles over are answered as AWS answers them, and Python's words reach nobody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from stssim import Lab
from tests.access.given import refused

UNCHECKED = Config(parameter_validation=False)
PARTS = {"Parts": [{"PartNumber": 1, "ETag": "x"}]}
UPLOAD = {"Bucket": "reports", "Key": "k", "UploadId": "nope"}
NO_UPLOAD = "The specified upload does not exist. The upload ID may be invalid"


@pytest.fixture
def s3() -> Any:
    account = Lab(seed=7).account("customer")
    account.bucket("reports", {"q3.csv": "1"})
    return account.client("s3", config=UNCHECKED)


@pytest.mark.parametrize(
    "call",
    [
        lambda s3: s3.upload_part(**UPLOAD, PartNumber=1, Body=b"x"),
        lambda s3: s3.complete_multipart_upload(**UPLOAD, MultipartUpload=PARTS),
        lambda s3: s3.list_parts(**UPLOAD),
        lambda s3: s3.abort_multipart_upload(**UPLOAD),
    ],
)
def test_an_upload_that_there_is_not_is_missing(s3: Any, call: Callable[[Any], Any]) -> None:
    with pytest.raises(s3.exceptions.NoSuchUpload, match=NO_UPLOAD) as caught:
        call(s3)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


@pytest.mark.parametrize(
    "call",
    [
        lambda s3: s3.put_object(Bucket="reports", Key="k", Body=b"", ACL="privat"),
        lambda s3: s3.put_object_acl(Bucket="reports", Key="q3.csv", ACL="privat"),
        lambda s3: s3.put_bucket_acl(Bucket="reports", ACL="privat"),
        lambda s3: s3.create_bucket(Bucket="others", ACL="privat"),
    ],
)
def test_a_canned_acl_that_there_is_not_is_named_without_a_word(s3: Any, call: Callable[[Any], Any]) -> None:
    """As S3 was seen to: https://github.com/Turistforeningen/node-s3-uploader/pull/44, and what boto3 makes of it:
    https://github.com/aws-ia/taskcat/issues/492
    """
    with pytest.raises(ClientError) as caught:
        call(s3)
    error = caught.value.response["Error"]
    assert (error["Code"], error.get("Message"), error["ArgumentName"], error["ArgumentValue"]) == (
        "InvalidArgument",
        None,
        "x-amz-acl",
        "privat",
    )
    assert [each["Name"] for each in s3.list_buckets()["Buckets"]] == ["reports"]
    assert [each["Key"] for each in s3.list_objects_v2(Bucket="reports")["Contents"]] == ["q3.csv"]


@pytest.mark.parametrize("listing", ["list_objects", "list_objects_v2"])
def test_fewer_than_no_keys_cannot_be_listed(s3: Any, listing: str) -> None:
    """As S3 was seen to: https://github.com/brekkylab/backlot/issues/192"""
    with refused("InvalidArgument", "Argument maxKeys must be an integer between 0 and 2147483647"):
        getattr(s3, listing)(Bucket="reports", MaxKeys=-1)


def test_what_is_no_number_is_named(s3: Any) -> None:
    with refused("InvalidArgument", "Provided max-keys not an integer or within integer range"):
        s3.list_objects_v2(Bucket="reports", MaxKeys="abc")


def test_a_continuation_token_of_ones_own_making_is_incorrect(s3: Any) -> None:
    with refused("InvalidArgument", "The continuation token provided is incorrect"):
        s3.list_objects_v2(Bucket="reports", ContinuationToken="zzz")


def test_an_upload_completed_without_its_parts_is_malformed(s3: Any) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList"""
    upload = s3.create_multipart_upload(Bucket="reports", Key="k")["UploadId"]
    with refused("MalformedXML", "did not validate against our published schema"):
        s3.complete_multipart_upload(Bucket="reports", Key="k", UploadId=upload)


@pytest.mark.parametrize("listing", ["list_roles", "list_policies", "list_virtual_mfa_devices"])
def test_a_marker_of_ones_own_making_is_a_validation_error(listing: str) -> None:
    iam = Lab(seed=7).account("customer").client("iam")
    with refused("ValidationError", "Invalid Marker."):
        getattr(iam, listing)(Marker="abc")


def test_an_event_source_that_nobody_knows_is_not_found() -> None:
    events = Lab(seed=7).account("customer").client("events")
    with refused("ResourceNotFoundException", "aws.partner/none"):
        events.describe_event_source(Name="aws.partner/none")


def test_of_any_other_fault_it_is_said_that_there_is_no_answer(s3: Any) -> None:
    with pytest.raises(ClientError) as caught:
        s3.get_object(Bucket="reports", Key="q3.csv", Range="all of it")
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert caught.value.response["Error"] == {
        "Code": "NotImplemented",
        "Message": "The mock cloud behind stssim has no answer for s3:GetObject.",
    }
