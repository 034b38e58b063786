"""What is answered to a signature that is wrong: in each service's dialect, and at S3 with what it signed itself.

Seen in https://github.com/minio/minio/issues/2986.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from stssim.call import HttpRequest
from stssim.trace import Refused
from tests.fakes import refusals
from tests.signers import (
    CHUNKED,
    GET_OBJECT,
    NO_BODY,
    S3_SECRET,
    S3_TIME,
    WITH_TRAILER,
    check,
    refusal,
    signed_by_botocore,
    with_header,
)

MISMATCH = refusals("wire_errors")["wrong secret"]["message"]
MISMATCH_S3 = (
    "The request signature we calculated does not match the signature you provided. Check your key and signing method."
)


@pytest.mark.parametrize(
    ("service", "code", "status", "message"),
    [
        ("sts", "SignatureDoesNotMatch", 403, MISMATCH),
        ("iam", "SignatureDoesNotMatch", 403, MISMATCH),
        ("s3", "SignatureDoesNotMatch", 403, MISMATCH_S3),
        ("dynamodb", "InvalidSignatureException", 400, MISMATCH),
        ("lambda", "InvalidSignatureException", 403, MISMATCH),
        ("ec2", "AuthFailure", 401, "AWS was not able to validate the provided access credentials"),
    ],
)
def test_a_wrong_secret_is_refused_in_the_dialect_of_the_service(
    service: str, code: str, status: int, message: str
) -> None:
    request = signed_by_botocore(
        "s3v4" if service == "s3" else "v4", service, method="POST", secret="no secret of ours"
    )
    assert refusal(request) == (code, status, message)


def diagnosis(request: HttpRequest, secret: str = S3_SECRET, wall: datetime = S3_TIME) -> Mapping[str, str]:
    with pytest.raises(Refused) as refused:
        check(request, secret, wall)
    assert refused.value.refusal.code == "SignatureDoesNotMatch"
    return refused.value.refusal.detail


def test_s3_tells_the_canonical_request_and_the_string_that_it_signed_itself() -> None:
    """Its example, signed with another secret: text and hash as published."""
    told = diagnosis(GET_OBJECT, S3_SECRET[::-1])
    assert list(told) == [
        "AWSAccessKeyId", "StringToSign", "SignatureProvided", "StringToSignBytes",
        "CanonicalRequest", "CanonicalRequestBytes",
    ]  # fmt: skip
    assert told["AWSAccessKeyId"] == "AKIAIOSFODNN7EXAMPLE"
    assert told["SignatureProvided"] == "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
    assert told["CanonicalRequest"] == (
        f"GET\n/test.txt\n\nhost:examplebucket.s3.amazonaws.com\nrange:bytes=0-9\nx-amz-content-sha256:{NO_BODY}\n"
        f"x-amz-date:20130524T000000Z\n\nhost;range;x-amz-content-sha256;x-amz-date\n{NO_BODY}"
    )
    assert told["StringToSign"] == (
        "AWS4-HMAC-SHA256\n20130524T000000Z\n20130524/us-east-1/s3/aws4_request\n"
        "7344ae5b7ee6c3e7e6b0fe0640412a37625d1fbfff95c48bbb2dc43964946972"
    )
    for name in ("StringToSign", "CanonicalRequest"):
        assert bytes.fromhex(told[f"{name}Bytes"]).decode() == told[name]
    assert told["StringToSignBytes"].startswith("41 57 53 34 2d 48 4d 41 43 2d 53 48 41 32 35 36 0a 32 30 ")


def test_what_s3_tells_differs_where_the_request_was_changed() -> None:
    told = diagnosis(with_header(GET_OBJECT, "range", "bytes=0-99"))
    assert "range:bytes=0-99\n" in told["CanonicalRequest"]
    assert not told["StringToSign"].endswith("7344ae5b7ee6c3e7e6b0fe0640412a37625d1fbfff95c48bbb2dc43964946972")


@pytest.mark.parametrize(
    ("example", "old", "new", "algorithm"),
    [
        (CHUNKED, b"aa\r\n", b"ab\r\n", "AWS4-HMAC-SHA256-PAYLOAD"),
        (WITH_TRAILER, b"trailer-signature:d8", b"trailer-signature:8d", "AWS4-HMAC-SHA256-TRAILER"),
    ],
    ids=["a chunk", "the trailer"],
)
def test_of_a_part_of_a_stream_s3_tells_the_string_of_the_part_and_the_request_of_the_whole(
    example: HttpRequest, old: bytes, new: bytes, algorithm: str
) -> None:
    told = diagnosis(replace(example, body=example.body.replace(old, new, 1)))
    assert told["StringToSign"].startswith(f"{algorithm}\n20130524T000000Z\n20130524/us-east-1/s3/aws4_request\n")
    assert told["CanonicalRequest"].startswith("PUT\n/examplebucket/chunkObject.txt\n")


def test_no_other_service_tells_what_it_signed() -> None:
    assert not diagnosis(signed_by_botocore("v4", "sts", secret="no secret of ours"), wall=datetime.now(UTC))
