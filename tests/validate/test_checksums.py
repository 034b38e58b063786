"""Bodies that did not arrive as they were sent.

Codes and sentences are those to which OpenStack Swift's functional tests hold the real service
(test/s3api/test_input_errors.py and test_object_checksums.py).
"""

from __future__ import annotations

import base64
import hashlib
import zlib

import pytest
from botocore.exceptions import ClientError

from stssim import Lab
from stssim.call import Call, HttpRequest
from stssim.request.aws_chunked import body_of
from stssim.service_models import operation_model
from stssim.trace import Refused
from stssim.validate.checksums import _CALCULATED, require_intact
from tests.signers import framed
from tests.through import Door

BODY, OTHER = b"123456789", b"another body"
GOOD = ("", "")
CHECK_VALUES = {
    "crc32": "cbf43926", "crc32c": "e3069283", "crc64nvme": "ae8b14860a799888",
    "md5": "25f9e794323b453885f5181f1b624d0b", "sha1": "f7c3bc1d808e04732adf679965ccc34ca7ae3441",
    "sha256": "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225",
    "sha512": "d9e6762dd1c8eaf6d61b3c6192fc408d4d6d5f1176d0c29169bc24e71c3f274a"
              "d27fcd5811b313d681f7e55ec02d73d499c95455b6b5bb503acf574fba8ffe85",
}  # fmt: skip
"""Of `123456789`, as the catalogue of CRC algorithms has it (https://reveng.sourceforge.io/crc-catalogue), and as the
command line's `md5sum`, `sha1sum`... do.
"""
LENGTHS = {"xxhash64": 8, "xxhash3": 8, "xxhash128": 16} | {name: len(it) // 2 for name, it in CHECK_VALUES.items()}
MALFORMED = (
    "MalformedTrailerError",
    "The request contained trailing data that was not well-formed or did not conform to our published schema.",
)
UNSUPPORTED = ("InvalidRequest", "The value specified in the x-amz-trailer header is not supported")
SINGLE = "Expecting a single x-amz-checksum- header"
SEVERAL = ("InvalidRequest", f"{SINGLE}. Multiple checksum Types are not allowed.")


def base64_of(hexadecimal: str) -> str:
    return base64.b64encode(bytes.fromhex(hexadecimal)).decode()


def crc32(data: bytes) -> str:
    return base64.b64encode(zlib.crc32(data).to_bytes(4, "big")).decode()


def sha256(data: bytes) -> str:
    return base64.b64encode(hashlib.sha256(data).digest()).decode()


def a_call(
    *headers: tuple[str, str],
    body: bytes = BODY,
    method: str = "PUT",
    service: str = "s3",
    operation: str = "PutObject",
) -> Call:
    request = HttpRequest(method, "b.s3.amazonaws.com", "/k", headers, body)
    return Call(request, service, operation, "us-east-1", "s3.amazonaws.com", body=body_of(request))


def refusal(*headers: tuple[str, str], body: bytes = BODY) -> tuple[str, str]:
    try:
        require_intact(a_call(*headers, body=body))
    except Refused as refused:
        return refused.refusal.code, refused.refusal.message
    return GOOD


def stream(trailer: str, *headers: tuple[str, str], announced: str | None = "x-amz-checksum-crc32") -> tuple[str, str]:
    """What is said of a body that comes in chunks with this after it."""
    more = () if announced is None else (("x-amz-trailer", announced),)
    kind = ("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER")
    return refusal(kind, *more, *headers, body=framed([(BODY, ""), (b"", "")])[:-2] + trailer.encode())


GOOD_TRAILER, BAD_TRAILER = (f"x-amz-checksum-crc32: {crc32(data)}\r\n" for data in (BODY, OTHER))


# A checksum in a header.


@pytest.mark.parametrize("name", CHECK_VALUES)
def test_the_checksum_of_the_body_is_accepted(name: str) -> None:
    assert refusal((f"x-amz-checksum-{name}", base64_of(CHECK_VALUES[name]))) == GOOD


@pytest.mark.parametrize("name", CHECK_VALUES)
def test_the_checksum_of_another_body_is_a_bad_digest(name: str) -> None:
    header = (f"x-amz-checksum-{name}", base64_of(CHECK_VALUES[name]))
    says = f"The {name.upper()} you specified did not match the calculated checksum."
    assert refusal(header, body=OTHER) == ("BadDigest", says)


def test_awss_own_example_of_a_crc32c_is_that_of_its_body() -> None:
    """65 kibibytes of the letter a: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html"""
    assert refusal(("x-amz-checksum-crc32c", "sOO8/Q=="), body=b"a" * 66560) == GOOD


@pytest.mark.parametrize("name", LENGTHS)
@pytest.mark.parametrize("value", ["", "bad", "not=base-64", "AAAA", "AAAAAAA=" * 20])
def test_what_no_checksum_looks_like_is_an_invalid_value(name: str, value: str) -> None:
    says = f"Value for x-amz-checksum-{name} header is invalid."
    assert refusal((f"x-amz-checksum-{name}", value)) == ("InvalidRequest", says)


def test_every_algorithm_of_s3_is_known_and_its_length_too() -> None:
    members = operation_model("s3", "PutObject").input_shape.members
    named = {name.removeprefix("Checksum").lower() for name in members if name.startswith("Checksum")} - {"algorithm"}
    assert {name: length for name, (length, _) in _CALCULATED.items()} == LENGTHS
    assert named == LENGTHS.keys()


def test_an_algorithm_that_there_is_not_is_invalid() -> None:
    says = "The algorithm type you specified in x-amz-checksum- header is invalid."
    assert refusal(("x-amz-checksum-bad", crc32(BODY))) == ("InvalidRequest", says)


def test_one_checksum_at_a_time_is_taken() -> None:
    both = (("x-amz-checksum-crc32", crc32(BODY)), ("x-amz-checksum-sha256", sha256(BODY)))
    assert refusal(*both) == SEVERAL
    assert refusal(*both, ("x-amz-sdk-checksum-algorithm", "sha1")) == SEVERAL


@pytest.mark.parametrize("said", ["CRC32", "crc32"])
def test_the_algorithm_may_be_said_in_any_case(said: str) -> None:
    assert refusal(("x-amz-sdk-checksum-algorithm", said), ("x-amz-checksum-crc32", crc32(BODY))) == GOOD


def test_the_algorithm_said_is_the_one_used() -> None:
    says = "Value for x-amz-sdk-checksum-algorithm header is invalid."
    header = ("x-amz-sdk-checksum-algorithm", "CRC32C")
    assert refusal(header, ("x-amz-checksum-crc32", crc32(BODY))) == ("InvalidRequest", says)


def test_the_algorithm_said_is_used() -> None:
    assert refusal(("x-amz-sdk-checksum-algorithm", "CRC32")) == (
        "InvalidRequest",
        "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were "
        "found.",
    )


def test_what_a_checksum_is_to_be_is_no_checksum() -> None:
    assert refusal(("x-amz-checksum-algorithm", "CRC32"), ("x-amz-checksum-type", "COMPOSITE")) == GOOD


# A checksum in a trailer.


def test_a_trailer_is_the_checksum_of_what_the_chunks_hold() -> None:
    assert stream(GOOD_TRAILER) == GOOD
    says = "The CRC32 you specified did not match the calculated checksum."
    assert stream(BAD_TRAILER) == ("BadDigest", says)
    assert stream("", ("x-amz-checksum-crc32", crc32(OTHER)), announced=None) == ("BadDigest", says)


def test_a_trailer_that_looks_like_no_checksum_is_an_invalid_value() -> None:
    says = "Value for x-amz-checksum-crc32 trailing header is invalid."
    assert stream("x-amz-checksum-crc32: not=base-64\r\n") == ("InvalidRequest", says)


def test_no_trailer_is_needed_where_none_is_announced() -> None:
    assert stream("\r\n", announced=None) == GOOD
    assert stream("", announced=None) == GOOD


@pytest.mark.parametrize(
    ("trailer", "announced"),
    [
        ("", "x-amz-checksum-crc32"),
        ("\r\n", "x-amz-checksum-crc32"),
        (f"\r\n{GOOD_TRAILER}", "x-amz-checksum-crc32"),
        (GOOD_TRAILER, None),
        (GOOD_TRAILER, "x-amz-checksum-crc32c"),
        (f"{GOOD_TRAILER}bonus: trailer\r\n", "x-amz-checksum-crc32"),
        (f"x-amz-checksum-bad: {crc32(BODY)}\r\n", "x-amz-checksum-crc32c"),
    ],
    ids=["none", "none, well ended", "too late", "unannounced", "another", "one more", "one that there is not"],
)
def test_the_trailers_are_those_announced(trailer: str, announced: str | None) -> None:
    assert stream(trailer, announced=announced) == MALFORMED


def test_a_trailer_is_announced_only_for_a_body_in_chunks() -> None:
    assert refusal(("x-amz-trailer", "x-amz-checksum-crc32")) == MALFORMED


def test_of_a_trailer_that_is_there_twice_the_last_counts() -> None:
    assert stream(BAD_TRAILER + GOOD_TRAILER) == GOOD
    assert stream(GOOD_TRAILER + BAD_TRAILER)[0] == "BadDigest"


@pytest.mark.parametrize("after", ["\r\n", "\r\n\r\n", "\r\nbonus: trailer\r\n", "\r\njunk"])
def test_nobody_looks_at_what_follows_the_empty_line(after: str) -> None:
    assert stream(GOOD_TRAILER + after) == GOOD


@pytest.mark.parametrize("announced", ["x-amz-checksum-crc32,", "x-amz-checksum-crc32,,", "X-Amz-Checksum-CRC32, "])
def test_commas_at_the_end_of_the_announcement_do_not_matter(announced: str) -> None:
    assert stream(GOOD_TRAILER, announced=announced) == GOOD


@pytest.mark.parametrize(
    "announced",
    [
        "", "foo", "content-md5", "x-amz-content-sha256", "x-amz-checksum-bad", ",x-amz-checksum-crc32",
        "x-amz-checksum-crc32, ,", "x-amz-checksum-crc32, x-amz-foo",
    ],
)  # fmt: skip
def test_only_checksums_are_supported_as_trailers(announced: str) -> None:
    assert stream(GOOD_TRAILER, announced=announced) == UNSUPPORTED


def test_a_checksum_is_in_a_header_or_in_a_trailer() -> None:
    header = ("x-amz-checksum-crc32", crc32(BODY))
    assert stream(GOOD_TRAILER, header) == ("InvalidRequest", SINGLE)
    assert stream(GOOD_TRAILER, header, announced="x-amz-checksum-crc32, x-amz-checksum-crc32c") == SEVERAL
    assert stream(GOOD_TRAILER, header, ("x-amz-checksum-sha256", sha256(BODY))) == SEVERAL


# Content-MD5.


@pytest.mark.parametrize("value", ["", "invalid", "zz", "AAAA", base64_of(CHECK_VALUES["sha1"])])
def test_an_md5_that_is_none_is_invalid(value: str) -> None:
    with pytest.raises(Refused) as refused:
        require_intact(a_call(("content-md5", value)))
    assert refused.value.refusal.code == "InvalidDigest"
    assert refused.value.refusal.message == "The Content-MD5 you specified was invalid."
    assert refused.value.refusal.detail == {"Content-MD5": value}


def test_the_md5_of_the_body_is_accepted() -> None:
    md5 = ("content-md5", base64_of(CHECK_VALUES["md5"]))
    assert refusal(md5) == GOOD
    assert stream(GOOD_TRAILER, md5) == GOOD


def test_the_md5_of_another_body_is_a_bad_digest_told_in_two_ways() -> None:
    """Seen in https://github.com/versity/versitygw/issues/2034: what was sent in hexadecimal, what was found not."""
    with pytest.raises(Refused) as refused:
        require_intact(a_call(("content-md5", "XrY7u+Ae7tCTyyK7j1rNww=="), body=b""))
    assert refused.value.refusal.code == "BadDigest"
    assert refused.value.refusal.message == "The Content-MD5 you specified did not match what we received."
    assert refused.value.refusal.detail == {
        "CalculatedDigest": "1B2M2Y8AsgTpgAmY7PhCfg==", "ExpectedDigest": "5eb63bbbe01eeed093cb22bb8f5acdc3",
    }  # fmt: skip


# Where nothing is judged.


def test_a_call_that_sends_nothing_is_not_judged() -> None:
    require_intact(a_call(("content-md5", "invalid"), ("x-amz-checksum-mode", "ENABLED"), method="GET"))


def test_other_services_do_not_look_at_it() -> None:
    require_intact(a_call(("content-md5", "invalid"), service="sqs"))


def test_the_checksum_of_a_multipart_upload_is_not_that_of_the_list_of_its_parts() -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html"""
    header = ("x-amz-checksum-crc32", crc32(OTHER))
    require_intact(a_call(header, method="POST", operation="CompleteMultipartUpload"))


# Through both doors.


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"ChecksumCRC32": "AAAAAA=="}, "BadDigest"),
        ({"ChecksumCRC32C": "AAAAAA=="}, "BadDigest"),
        ({"ChecksumCRC64NVME": "AAAAAAAAAAA="}, "BadDigest"),
        ({"ChecksumSHA256": "AAAA"}, "InvalidRequest"),
        ({"ContentMD5": "AAAAAAAAAAAAAAAAAAAAAA=="}, "BadDigest"),
        ({"ContentMD5": "zz"}, "InvalidDigest"),
    ],
)
def test_an_object_with_a_wrong_checksum_is_not_stored(door: Door, said: dict[str, str], code: str) -> None:
    home = Lab(seed=7).account("home")
    home.bucket("reports")
    s3 = door(home, "s3")
    with pytest.raises(ClientError) as refused:
        s3.put_object(Bucket="reports", Key="q3.csv", Body=b"1;2;3", **said)
    assert refused.value.response["Error"]["Code"] == code
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert "Contents" not in s3.list_objects_v2(Bucket="reports")


@pytest.mark.parametrize("algorithm", ["CRC32", "SHA1", "SHA256"])
def test_what_boto3_calculates_is_right(door: Door, algorithm: str) -> None:
    home = Lab(seed=7).account("home")
    home.bucket("reports")
    s3 = door(home, "s3")
    s3.put_object(Bucket="reports", Key="q3.csv", Body=b"1;2;3", ChecksumAlgorithm=algorithm)
    upload = s3.create_multipart_upload(Bucket="reports", Key="parts", ChecksumAlgorithm=algorithm)["UploadId"]
    names = {"Bucket": "reports", "Key": "parts", "UploadId": upload}
    part = s3.upload_part(**names, PartNumber=1, Body=b"1;2;3", ChecksumAlgorithm=algorithm)
    s3.complete_multipart_upload(**names, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]})
    s3.delete_objects(Bucket="reports", Delete={"Objects": [{"Key": "q3.csv"}]}, ChecksumAlgorithm=algorithm)
    assert [each["Key"] for each in s3.list_objects_v2(Bucket="reports")["Contents"]] == ["parts"]


def test_a_damaged_body_is_refused_to_those_only_who_may_send_it(door: Door) -> None:
    lab = Lab(seed=7)
    home = lab.account("home")
    home.bucket("reports")
    with pytest.raises(ClientError, match="AccessDenied"):
        door(home.user("nobody"), "s3").put_object(Bucket="reports", Key="k", Body=b"", ChecksumCRC32="AAAAAQ==")
