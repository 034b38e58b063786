"""S3's older signed URLs, held to AWS's published example and to boto3, which still makes them."""

from __future__ import annotations

import base64
import hmac
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest

from stssim.call import HttpRequest
from stssim.trace import Refused
from stssim.validate.authentication.signature_v2 import _bucket
from tests.signers import S3_SECRET, check, refusal, signed_by_botocore, with_header

GOOD = ("", 0, "")
V2_PRESIGNED = HttpRequest(
    "GET",
    "johnsmith.s3.amazonaws.com",
    "/photos/puppy.jpg?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Signature=NpgCjnDzrM%2BWFzoENXmpNDUsSn8%3D&Expires=1175139620",
    (("host", "johnsmith.s3.amazonaws.com"),),
)
V2_ENDS = datetime.fromtimestamp(1175139620, UTC)


def test_the_published_signature_version_2_url_verifies() -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html"""
    assert refusal(V2_PRESIGNED, S3_SECRET, V2_ENDS - timedelta(seconds=1)) == GOOD
    in_path = replace(V2_PRESIGNED, host="s3.amazonaws.com", target=f"/johnsmith{V2_PRESIGNED.target}")
    assert refusal(in_path, S3_SECRET, V2_ENDS - timedelta(seconds=1)) == GOOD


@pytest.mark.parametrize(
    ("sent", "signed"), [("/johnsmith", "/johnsmith"), ("/johnsmith", "/johnsmith/"), ("/johnsmith/", "/johnsmith/")]
)
def test_a_bucket_is_signed_with_or_without_a_slash_by_signature_version_2(sent: str, signed: str) -> None:
    """As it is sent, says the documentation of the scheme; with a slash whatever it sends, says boto3."""
    ends = int(V2_ENDS.timestamp())
    text = f"GET\n\n\n{ends}\n{signed}".encode()
    given = quote(base64.b64encode(hmac.digest(S3_SECRET.encode(), text, "sha1")), safe="")
    target = f"{sent}?list-type=2&AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Signature={given}&Expires={ends}"
    request = HttpRequest("GET", "s3.amazonaws.com", target, (("host", "s3.amazonaws.com"),))
    assert refusal(request, S3_SECRET, V2_ENDS - timedelta(seconds=1)) == GOOD


def test_by_signature_version_2_a_header_may_say_what_the_url_says_too() -> None:
    """Seen in https://github.com/boto/boto3/issues/1070: an upload was taken with an ACL in its URL, whether with a
    header of this name or without, and was not with one in the header alone.
    """
    url = "https://s3.amazonaws.com/b/k"
    with_acl = signed_by_botocore("s3-query", "s3", method="PUT", url=url, headers={"x-amz-acl": "public-read"})
    without = signed_by_botocore("s3-query", "s3", method="PUT", url=url)
    assert "x-amz-acl=public-read" in with_acl.query
    assert refusal(with_acl) == GOOD
    assert refusal(with_header(with_acl, "x-amz-acl", "bucket-owner-full-control")) == GOOD
    assert refusal(with_header(without, "x-amz-acl", "public-read"))[0] == "SignatureDoesNotMatch"


def test_a_signature_version_2_url_ends_when_it_says() -> None:
    assert refusal(V2_PRESIGNED, S3_SECRET, V2_ENDS) == ("AccessDenied", 403, "Request has expired")


@pytest.mark.parametrize(
    "change",
    [("puppy.jpg", "kitten.jpg"), ("Expires=1175139620", "Expires=1999999999"), ("NpgC", "NpgD")],
    ids=["the key", "the end", "the signature"],
)
def test_a_changed_signature_version_2_url_is_refused(change: tuple[str, str]) -> None:
    changed = replace(V2_PRESIGNED, target=V2_PRESIGNED.target.replace(*change))
    assert refusal(changed, S3_SECRET, V2_ENDS - timedelta(seconds=1))[0] == "SignatureDoesNotMatch"


def test_of_a_wrong_one_s3_tells_the_string_that_it_signed_itself() -> None:
    """Seen in https://github.com/boto/botocore/issues/2962. There is no canonical request to tell."""
    with pytest.raises(Refused) as refused:
        check(V2_PRESIGNED, S3_SECRET[::-1], V2_ENDS - timedelta(seconds=1))
    told = refused.value.refusal.detail
    assert list(told) == ["AWSAccessKeyId", "StringToSign", "SignatureProvided", "StringToSignBytes"]
    assert told["StringToSign"] == "GET\n\n\n1175139620\n/johnsmith/photos/puppy.jpg"
    assert told["SignatureProvided"] == "NpgCjnDzrM+WFzoENXmpNDUsSn8="


@pytest.mark.parametrize(
    ("host", "bucket"),
    [
        ("logs.s3.amazonaws.com", "logs"),
        ("my.logs.s3.eu-west-1.amazonaws.com", "my.logs"),
        ("logs.s3-eu-west-1.amazonaws.com", "logs"),
        ("logs.localhost", "logs"),
        ("s3.amazonaws.com", ""),
        ("s3-eu-west-1.amazonaws.com", ""),
        ("logs.s3.example.com", ""),
    ],
)
def test_a_bucket_in_the_host_is_signed_as_part_of_the_path(host: str, bucket: str) -> None:
    assert _bucket(host) == bucket
