"""Signatures, held to AWS's published examples and to botocore, which signs what AWS verifies."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from stssim.call import Call, HttpRequest
from stssim.request.aws_chunked import body_of
from stssim.trace import Refused
from stssim.validate.authentication.signature_v4 import SKEW, require_scope
from tests.fakes import refusals
from tests.signers import (
    CHUNKED,
    EMPTY,
    GET_OBJECT,
    LONG,
    NO_BODY,
    S3_SECRET,
    S3_TIME,
    SHORT,
    WITH_TRAILER,
    check,
    framed,
    read,
    refusal,
    s3_example,
    signed_by_botocore,
    with_header,
)

FACTS = refusals("wire_errors")
GOOD = ("", 0, "")
MISMATCH_S3 = (
    "The request signature we calculated does not match the signature you provided. Check your key and signing method."
)
WHO_AM_I = "https://sts.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15"
PUT_OBJECT = s3_example(
    "PUT", "/test$file.text", "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
    "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
    ("date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
    ("x-amz-content-sha256", "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072"),
    body=b"Welcome to Amazon S3.",
)  # fmt: skip
GET_LIFECYCLE = s3_example(
    "GET", "/?lifecycle", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
    "host;x-amz-content-sha256;x-amz-date", EMPTY,
)  # fmt: skip
LIST_OBJECTS = s3_example(
    "GET", "/?max-keys=2&prefix=J", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
    "host;x-amz-content-sha256;x-amz-date", EMPTY,
)  # fmt: skip
PRESIGNED = HttpRequest(
    "GET",
    "examplebucket.s3.amazonaws.com",
    "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
    "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z"
    "&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
    "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
    (("host", "examplebucket.s3.amazonaws.com"),),
)
EXAMPLES = {
    "GET Object": GET_OBJECT,
    "PUT Object": PUT_OBJECT,
    "GET Bucket Lifecycle": GET_LIFECYCLE,
    "Get Bucket (List Objects)": LIST_OBJECTS,
    "presigned URL": PRESIGNED,
    "chunked upload": CHUNKED,
    "chunked upload with a trailer": WITH_TRAILER,
}


@pytest.mark.parametrize("example", EXAMPLES)
def test_s3s_published_example_verifies(example: str) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html and its neighbours."""
    assert refusal(EXAMPLES[example], S3_SECRET, S3_TIME) == GOOD


@pytest.mark.parametrize("example", EXAMPLES)
def test_s3s_published_example_fails_with_another_secret(example: str) -> None:
    assert refusal(EXAMPLES[example], S3_SECRET[::-1], S3_TIME) == ("SignatureDoesNotMatch", 403, MISMATCH_S3)


CHANGES: dict[str, tuple[HttpRequest, Callable[[HttpRequest], HttpRequest]]] = {
    "another method": (GET_OBJECT, lambda sent: replace(sent, method="DELETE")),
    "another key": (GET_OBJECT, lambda sent: replace(sent, target="/test.txu")),
    "another host": (GET_OBJECT, lambda sent: with_header(sent, "host", "otherbucket.s3.amazonaws.com")),
    "another range": (GET_OBJECT, lambda sent: with_header(sent, "range", "bytes=0-99")),
    "no range": (GET_OBJECT, lambda sent: with_header(sent, "range", None)),
    "a second range": (GET_OBJECT, lambda sent: replace(sent, headers=(*sent.headers, ("range", "bytes=1-2")))),
    "another second": (GET_OBJECT, lambda sent: with_header(sent, "x-amz-date", "20130524T000001Z")),
    "another storage class": (PUT_OBJECT, lambda sent: with_header(sent, "x-amz-storage-class", "STANDARD")),
    "a parameter more": (LIST_OBJECTS, lambda sent: replace(sent, target=sent.target + "&delimiter=/")),
    "a parameter less": (LIST_OBJECTS, lambda sent: replace(sent, target="/?prefix=J")),
    "another subresource": (GET_LIFECYCLE, lambda sent: replace(sent, target="/?policy")),
    "a longer life": (PRESIGNED, lambda sent: replace(sent, target=sent.target.replace("86400", "86401"))),
    "another presigned key": (PRESIGNED, lambda sent: replace(sent, target=sent.target.replace("test", "best"))),
    "a changed chunk": (CHUNKED, lambda sent: replace(sent, body=sent.body.replace(b"aa\r\n", b"ab\r\n", 1))),
    "a changed last chunk": (CHUNKED, lambda sent: replace(sent, body=sent.body.replace(b"b6c6", b"c6c6"))),
    "unsigned chunks": (
        CHUNKED, lambda sent: replace(sent, body=framed([(LONG, ""), (SHORT, ""), (b"", "")])),
    ),
    "a changed trailer": (WITH_TRAILER, lambda sent: replace(sent, body=sent.body.replace(b"sOO8", b"sOO9"))),
    "no trailer signature": (
        WITH_TRAILER, lambda sent: replace(sent, body=sent.body.replace(b"x-amz-trailer-s", b"x-amz-s")),
    ),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_under_the_signature_is_refused(change: str) -> None:
    example, do = CHANGES[change]
    assert do(example) != example
    assert refusal(do(example), S3_SECRET, S3_TIME) == ("SignatureDoesNotMatch", 403, MISMATCH_S3)


def test_another_body_than_was_hashed_is_refused_by_s3() -> None:
    assert refusal(replace(PUT_OBJECT, body=b"Welcome to Amazon EC2."), S3_SECRET, S3_TIME) == (
        "XAmzContentSHA256Mismatch",
        400,
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
    )


def test_chunks_in_another_order_are_refused() -> None:
    first, second, last = body_of(CHUNKED).chunks or ()
    body = framed([(chunk.data, chunk.signature) for chunk in (second, first, last)])
    assert refusal(replace(CHUNKED, body=body), S3_SECRET, S3_TIME) == ("SignatureDoesNotMatch", 403, MISMATCH_S3)


def test_what_is_not_signed_may_change() -> None:
    assert refusal(with_header(GET_OBJECT, "user-agent", "curl/8.5.0"), S3_SECRET, S3_TIME) == GOOD


def test_a_replayed_request_is_allowed() -> None:
    for _ in range(2):
        assert refusal(GET_OBJECT, S3_SECRET, S3_TIME) == GOOD


def test_an_added_amz_header_is_refused_by_s3() -> None:
    added = with_header(GET_OBJECT, "x-amz-acl", "public-read")
    with pytest.raises(Refused) as refused:
        check(added, S3_SECRET, S3_TIME)
    assert refused.value.refusal.code == "AccessDenied"
    assert refused.value.refusal.message == "There were headers present in the request which were not signed"
    assert refused.value.refusal.detail == {"HeadersNotSigned": "x-amz-acl"}


def test_an_added_session_token_is_refused_by_s3() -> None:
    assert (
        refusal(with_header(GET_OBJECT, "x-amz-security-token", "IQoJb3JpZ2lu"), S3_SECRET, S3_TIME)[0]
        == "AccessDenied"
    )


@pytest.mark.parametrize("value", ["UNSIGNED", "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD", NO_BODY.upper(), ""])
def test_s3_wants_to_know_the_payload(value: str) -> None:
    code, status, message = refusal(with_header(GET_OBJECT, "x-amz-content-sha256", value), S3_SECRET, S3_TIME)
    assert (code, status) == ("InvalidArgument", 400)
    assert message.startswith("x-amz-content-sha256 must be UNSIGNED-PAYLOAD, ")


def test_s3_misses_the_hash_of_the_payload() -> None:
    assert refusal(with_header(GET_OBJECT, "x-amz-content-sha256", None), S3_SECRET, S3_TIME) == (
        "InvalidRequest", 400, "Missing required header for this request: x-amz-content-sha256",
    )  # fmt: skip


# The clock that clients sign by. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html


def sts_call(**settings: Any) -> HttpRequest:
    return signed_by_botocore(
        "v4", "sts", method="POST", body=b"Action=GetCallerIdentity&Version=2011-06-15", **settings
    )


def signed_time(request: HttpRequest) -> datetime:
    return datetime.strptime(read(request).date, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def test_a_signature_is_good_for_fifteen_minutes_either_way() -> None:
    request = sts_call()
    at = signed_time(request)
    assert refusal(request, wall=at + SKEW) == GOOD
    assert refusal(request, wall=at - SKEW) == GOOD


def test_an_old_signature_is_refused_in_awss_words() -> None:
    request = sts_call()
    at = signed_time(request)
    wall = at + timedelta(minutes=15, seconds=1)
    says = FACTS["clock skew"]["message"].replace("{reqtime}", f"{at:%Y%m%dT%H%M%SZ}")
    says = says.replace("{now-15m}", f"{wall - SKEW:%Y%m%dT%H%M%SZ}").replace("{now}", f"{wall:%Y%m%dT%H%M%SZ}")
    assert refusal(request, wall=wall) == (FACTS["clock skew"]["code"], FACTS["clock skew"]["status"], says)


def test_a_signature_of_the_future_is_refused_in_awss_words() -> None:
    request = sts_call()
    at = signed_time(request)
    wall = at - timedelta(minutes=15, seconds=1)
    assert refusal(request, wall=wall) == (
        "SignatureDoesNotMatch",
        403,
        f"Signature not yet current: {at:%Y%m%dT%H%M%SZ} is still later than {wall + SKEW:%Y%m%dT%H%M%SZ} "
        f"({wall:%Y%m%dT%H%M%SZ} + 15 min.)",
    )


@pytest.mark.parametrize("minutes", [16, -16])
def test_s3_says_of_skew_only_that_it_is_too_large(minutes: int) -> None:
    assert refusal(GET_OBJECT, S3_SECRET, S3_TIME + timedelta(minutes=minutes)) == (
        "RequestTimeTooSkewed", 403, "The difference between the request time and the current time is too large.",
    )  # fmt: skip


@pytest.mark.parametrize("expires", [60, 3600])
def test_a_presigned_request_to_sts_is_good_for_fifteen_minutes_whatever_it_says(expires: int) -> None:
    """Seen by many who sign in to Kubernetes with one: https://github.com/aws/aws-sdk-go/issues/2167"""
    request = signed_by_botocore("v4-query", "sts", url=WHO_AM_I, expires=expires)
    at = signed_time(request)
    assert f"X-Amz-Expires={expires}" in request.query
    assert refusal(request, wall=at + SKEW) == GOOD
    late = at + SKEW + timedelta(seconds=1)
    assert refusal(request, wall=late) == (
        "SignatureDoesNotMatch",
        403,
        f"Signature expired: {at:%Y%m%dT%H%M%SZ} is now earlier than {late - SKEW:%Y%m%dT%H%M%SZ} "
        f"({late:%Y%m%dT%H%M%SZ} - 15 min.)",
    )


def test_a_presigned_url_of_s3_is_good_as_long_as_it_says() -> None:
    end = S3_TIME + timedelta(seconds=86400)
    assert refusal(PRESIGNED, S3_SECRET, end - timedelta(seconds=1)) == GOOD
    assert refusal(PRESIGNED, S3_SECRET, end) == ("AccessDenied", 403, "Request has expired")
    assert refusal(PRESIGNED, S3_SECRET, S3_TIME - timedelta(minutes=16)) == (
        "AccessDenied",
        403,
        "Request is not valid yet",
    )


def test_the_host_must_be_signed() -> None:
    request = sts_call()
    unsigned = with_header(
        request,
        "authorization",
        (request.header("authorization") or "").replace("SignedHeaders=host;", "SignedHeaders="),
    )
    says = "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."
    assert refusal(unsigned) == ("SignatureDoesNotMatch", 403, says)


# The credential scope.


def scope_refusal(request: HttpRequest, endpoint: str = "") -> tuple[str, int, str]:
    signature = read(request)
    call = Call(request, signature.service, "Any", signature.region, endpoint or request.host, signature=signature)
    try:
        require_scope(call)
    except Refused as refused:
        return refused.refusal.code, refused.refusal.status, refused.refusal.message
    return GOOD


def scoped(host: str, service: str, region: str, day: str = "20150830") -> HttpRequest:
    said = f"Credential=AKIDEXAMPLE/{day}/{region}/{service}/aws4_request, SignedHeaders=host;x-amz-date, Signature=0"
    headers = (("host", host), ("x-amz-date", "20150830T123600Z"), ("authorization", f"AWS4-HMAC-SHA256 {said}"))
    return HttpRequest("GET", host, "/", headers)


WRONG_REGION = tuple(FACTS["wrong region in scope"][key] for key in ("code", "status", "message"))


@pytest.mark.parametrize(
    ("host", "region"),
    [
        ("sts.amazonaws.com", "us-east-1"),
        ("sts.eu-central-1.amazonaws.com", "eu-central-1"),
        ("127.0.0.1:4570", "ap-south-2"),
        ("127.0.0.1:4570", "aws-global"),
    ],
)
def test_a_scope_fits_its_endpoint(host: str, region: str) -> None:
    assert scope_refusal(scoped(host, "sts", region)) == GOOD


@pytest.mark.parametrize(
    ("host", "region"),
    [
        ("sts.amazonaws.com", "eu-west-1"),
        ("sts.eu-central-1.amazonaws.com", "us-east-1"),
        ("iam.amazonaws.com", "eu-west-1"),
        ("127.0.0.1:4570", "mars-north-1x"),
        ("127.0.0.1:4570", ""),
    ],
)
def test_a_scope_for_another_region_is_refused(host: str, region: str) -> None:
    assert scope_refusal(scoped(host, host.partition(".")[0] if "amazonaws" in host else "sts", region)) == WRONG_REGION


def test_a_scope_for_another_service_is_refused() -> None:
    assert scope_refusal(scoped("sts.amazonaws.com", "iam", "us-east-1")) == (
        "SignatureDoesNotMatch", 403, "Credential should be scoped to correct service: 'sts'.",
    )  # fmt: skip


def test_a_scope_of_another_day_is_refused() -> None:
    assert scope_refusal(scoped("sts.amazonaws.com", "sts", "us-east-1", day="20150829")) == (
        "SignatureDoesNotMatch",
        403,
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
        "'20150829' != '20150830', from '20150830T123600Z'.",
    )


def test_s3_says_what_is_wrong_with_a_scope_in_words_of_its_own() -> None:
    region = scoped("bucket.s3.eu-central-1.amazonaws.com", "s3", "us-east-1")
    assert scope_refusal(region) == (
        "AuthorizationHeaderMalformed",
        400,
        "The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-central-1'",
    )
    assert scope_refusal(scoped("s3.amazonaws.com", "s3", "us-east-1", day="20150829")) == (
        "AuthorizationHeaderMalformed",
        400,
        'The authorization header is malformed; Invalid credential date "20150829". '
        'This date is not the same as X-Amz-Date: "20150830".',
    )


def test_a_date_that_is_none_is_refused() -> None:
    request = with_header(scoped("sts.amazonaws.com", "sts", "us-east-1"), "x-amz-date", "2015-08-30")
    assert scope_refusal(request) == (
        "IncompleteSignature",
        400,
        "Date must be in ISO-8601 'basic format'. Got '2015-08-30'. See http://en.wikipedia.org/wiki/ISO_8601",
    )


# What botocore signs verifies, whatever it is, and nothing else does.

PRINTABLE = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=12)
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
HEADER_VALUES = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=20).map(str.strip)
PARTS = st.lists(ANY_TEXT, max_size=4)
QUERIES = st.lists(st.tuples(PRINTABLE.filter(bool), ANY_TEXT), max_size=4).map(
    lambda pairs: "&".join(f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in pairs)
)
HEADERS = st.dictionaries(st.from_regex(r"x-amz-meta-[a-z][a-z0-9_-]{0,8}", fullmatch=True), HEADER_VALUES, max_size=3)
BODIES = st.binary(max_size=200)
SCHEMES = {
    "v4": ("sts", "iam", "dynamodb", "lambda", "sqs"),
    "s3v4": ("s3",),
    "v4-query": ("sts", "polly"),
    "s3v4-query": ("s3",),
    "s3-query": ("s3",),
}
TOKENS = st.none() | st.from_regex(r"[A-Za-z0-9+/]{20,60}={0,2}", fullmatch=True)


@st.composite
def signed_requests(draw: st.DrawFn) -> HttpRequest:
    scheme = draw(st.sampled_from(sorted(SCHEMES)))
    parts = draw(PARTS)
    if scheme.startswith("s3"):
        path = quote("/" + "/".join(parts), safe="-._~/")
    else:
        path = "/" + "/".join(quote(part, safe="-._~()!$'*+,;=:@") for part in parts)
    query, in_query = draw(QUERIES), scheme.endswith("query")
    headers = draw(HEADERS)
    if scheme in ("v4", "s3v4") and draw(st.booleans()):
        headers = {**headers, "Content-Type": draw(st.sampled_from(["application/json", "text/plain; charset=utf-8"]))}
    if scheme == "v4" and draw(st.booleans()):
        headers = {**headers, "Date": "Thu, 01 Jan 1970 00:00:00 GMT"}
    method = draw(st.sampled_from(["GET", "HEAD", "DELETE"] if in_query else ["GET", "HEAD", "DELETE", "PUT", "POST"]))
    return signed_by_botocore(
        scheme,
        draw(st.sampled_from(SCHEMES[scheme])),
        method=method,
        url=f"https://example.amazonaws.com{path}{'?' + query if query else ''}",
        headers=headers,
        body=draw(BODIES) if method in ("PUT", "POST") else b"",
        token=draw(TOKENS),
        expires=draw(st.integers(60, 604800)) if in_query else None,
    )


@given(signed_requests())
def test_whatever_botocore_signs_verifies(request: HttpRequest) -> None:
    assert refusal(request) == GOOD


@given(signed_requests(), st.data())
def test_any_single_change_of_what_was_signed_is_refused(request: HttpRequest, data: st.DataObject) -> None:
    signature = read(request)
    parts = ["method", "path", "query", "secret"]
    if signature.form == "header":
        parts += ["body", *signature.signed_headers]
    part = data.draw(st.sampled_from(parts))
    changed, secret = request, S3_SECRET
    match part:
        case "method":
            changed = replace(request, method="PATCH")
        case "path":
            changed = replace(request, target="/x" + request.target)
        case "query":
            more = "acl" if signature.form == "s3-v2-query" else "more=1"
            assume(more not in request.query)
            changed = replace(request, target=f"{request.target}{'&' if request.query else '?'}{more}")
        case "secret":
            secret = S3_SECRET + "x"
        case "body":
            changed = replace(request, body=request.body + b"x")
        case name:
            value = request.header(name)
            assert value is not None
            changed = with_header(request, name, value + "x")
    assert refusal(changed, secret) != GOOD


@given(st.lists(st.binary(min_size=1, max_size=300), max_size=4), TOKENS)
def test_an_unsigned_stream_with_a_checksum_trailer_verifies_as_boto3_sends_it(
    parts: list[bytes], token: str | None
) -> None:
    data = b"".join(parts)
    crc = base64.b64encode(zlib.crc32(data).to_bytes(4, "big"))
    body = framed([(part, "") for part in [*parts, b""]], b"x-amz-checksum-crc32:" + crc + b"\r\n")
    request = signed_by_botocore(
        "s3v4",
        "s3",
        method="PUT",
        url="https://bucket.s3.amazonaws.com/key",
        headers={
            "X-Amz-Trailer": "x-amz-checksum-crc32",
            "X-Amz-Decoded-Content-Length": str(len(data)),
            "Content-Encoding": "aws-chunked",
        },
        body=body,
        token=token,
        context={
            "checksum": {"request_algorithm": {"algorithm": "crc32", "in": "trailer", "name": "x-amz-checksum-crc32"}}
        },
    )
    assert request.header("x-amz-content-sha256") == "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
    assert refusal(request) == GOOD
    other = replace(request, body=framed([(data + b"x", ""), (b"", "")], b"x-amz-checksum-crc32:" + crc + b"\r\n"))
    assert refusal(other)[0] == "IncompleteBody"
