"""The call that a request makes, at which endpoint; and what is answered to one that makes none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stssim.call import Call, HttpRequest
from stssim.request.reading import MAXIMUM_BODY, MAXIMUM_HEADERS, read
from stssim.trace import Refused
from tests.fakes import NOON
from tests.signers import framed

FORM = ("content-type", "application/x-www-form-urlencoded")
LIST_KEYS = ("x-amz-target", "TrentService.ListKeys")
DATE = ("x-amz-date", "20150830T123600Z")


def signed(service: str, region: str = "us-east-1") -> tuple[str, str]:
    scope = f"AKIDEXAMPLE/20150830/{region}/{service}/aws4_request"
    return "authorization", f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"


def post(body: str, *headers: tuple[str, str], host: str = "127.0.0.1:4570") -> HttpRequest:
    return HttpRequest("POST", host, "/", (*headers, FORM, DATE), body.encode())


def call(request: HttpRequest) -> Call:
    return read(request, NOON)


def refusal(request: HttpRequest) -> tuple[str, int, str]:
    with pytest.raises(Refused) as refused:
        read(request, NOON)
    return refused.value.refusal.code, refused.value.refusal.status, refused.value.refusal.message


WHO = "Action=GetCallerIdentity&Version=2011-06-15"


@pytest.mark.parametrize(
    ("host", "region", "endpoint", "at"),
    [
        ("sts.amazonaws.com", "us-east-1", "sts.amazonaws.com", "us-east-1"),
        ("sts.eu-central-1.amazonaws.com", "eu-central-1", "sts.eu-central-1.amazonaws.com", "eu-central-1"),
        ("127.0.0.1:4570", "eu-central-1", "sts.eu-central-1.amazonaws.com", "eu-central-1"),
        ("127.0.0.1:4570", "aws-global", "sts.amazonaws.com", "us-east-1"),
        ("localhost:4570", "us-east-1", "sts.us-east-1.amazonaws.com", "us-east-1"),
    ],
)
def test_the_scope_says_for_which_endpoint_a_server_on_loopback_stands(
    host: str, region: str, endpoint: str, at: str
) -> None:
    found = call(post(WHO, signed("sts", region), host=host))
    assert (found.service, found.operation, found.endpoint, found.region) == ("sts", "GetCallerIdentity", endpoint, at)


def test_an_unsigned_call_is_for_the_region_of_its_host() -> None:
    assert call(post(WHO, host="sts.eu-west-3.amazonaws.com")).region == "eu-west-3"
    assert call(post(WHO)).endpoint == "sts.us-east-1.amazonaws.com"


def test_a_body_of_ten_million_bytes_is_taken_and_one_more_is_not() -> None:
    put = HttpRequest("PUT", "s3.amazonaws.com", "/bucket/key", (), bytes(MAXIMUM_BODY))
    assert call(put).operation == "PutObject"
    assert refusal(replace(put, body=bytes(MAXIMUM_BODY + 1))) == (
        "EntityTooLarge", 400, "The body is larger than the 10,000,000 bytes that are taken here.",
    )  # fmt: skip
    code, status, _ = refusal(post("x" * (MAXIMUM_BODY + 1), signed("sts")))
    assert (code, status) == ("RequestEntityTooLargeException", 413)


@pytest.mark.parametrize(
    "request_",
    [
        post(WHO, *[(f"x-flood-{n}", "x" * 100) for n in range(1000)]),
        post(WHO, ("x-flood", "x" * MAXIMUM_HEADERS)),
        HttpRequest("GET", "127.0.0.1", "/?" + "a&" * MAXIMUM_HEADERS, ()),
    ],
    ids=["many headers", "a long header", "a long query"],
)
def test_a_flood_of_headers_is_refused(request_: HttpRequest) -> None:
    code, status, _ = refusal(request_)
    assert (code, status) == ("RequestHeaderSectionTooLarge", 400)


def test_an_unknown_action_is_refused_as_sts_does() -> None:
    """https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html"""
    assert refusal(post("Action=AssumeEverything&Version=2011-06-15", signed("sts"))) == (
        "InvalidAction", 400, "Could not find operation AssumeEverything for version 2011-06-15",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("request_", "code", "status"),
    [
        (HttpRequest("POST", "127.0.0.1", "/", (signed("dynamodb"), DATE, ("x-amz-target", "DynamoDB.X"))),
         "UnknownOperationException", 400),
        (HttpRequest("GET", "127.0.0.1", "/2015-03-31/nothing", (signed("lambda"), DATE)),
         "UnknownOperationException", 404),
        (HttpRequest("GET", "127.0.0.1", "/", (signed("no-such-service"), DATE)), "UnknownOperationException", 404),
        (HttpRequest("PATCH", "127.0.0.1", "/bucket", ()), "MethodNotAllowed", 405),
    ],
    ids=["JSON", "REST", "an unknown service", "S3"],
)  # fmt: skip
def test_an_operation_that_there_is_not_is_refused(request_: HttpRequest, code: str, status: int) -> None:
    assert refusal(request_)[:2] == (code, status)


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (post("Action=GetSessionToken&Version=2011-06-15&DurationSeconds=x", signed("sts")), "MalformedInput"),
        (HttpRequest("POST", "127.0.0.1", "/", (signed("kms"), DATE, LIST_KEYS), b"["), "SerializationException"),
        (HttpRequest("POST", "127.0.0.1", "/bucket?delete", (), b"<Delete>"), "MalformedXML"),
    ],
)
def test_a_body_that_is_not_what_its_operation_takes_is_refused(request_: HttpRequest, code: str) -> None:
    assert refusal(request_)[:2] == (code, 400)


def test_broken_framing_is_refused_in_s3s_words() -> None:
    headers = (signed("s3"), DATE, ("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"))
    broken = HttpRequest("PUT", "127.0.0.1", "/bucket/key", headers, b"5\r\nhel")
    assert refusal(broken)[:2] == ("IncompleteBody", 400)
    wrong = framed([(b"hello", ""), (b"", "")], b"no colon\r\n")
    assert refusal(replace(broken, body=wrong))[:2] == ("MalformedTrailerError", 400)
    short = replace(broken, headers=(*headers, ("x-amz-decoded-content-length", "6")))
    with pytest.raises(Refused) as refused:
        call(replace(short, body=framed([(b"hello", ""), (b"", "")])))
    assert refused.value.refusal.detail == {"NumberBytesExpected": "6", "NumberBytesProvided": "5"}


def test_an_unsigned_call_in_json_lacks_its_token() -> None:
    request = HttpRequest("POST", "127.0.0.1", "/", (LIST_KEYS,), b"{}")
    assert refusal(request) == ("MissingAuthenticationToken", 400, "Missing Authentication Token")


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("/bucket?list-type=2&max-keys=abc", "Provided max-keys not an integer or within integer range"),
        ("/bucket?uploads&max-uploads=1.5", "Provided max-uploads not an integer or within integer range"),
        ("/bucket/key?partNumber=one", "Part number must be an integer between 1 and 10000, inclusive"),
    ],
)
def test_what_is_no_number_in_a_url_of_s3s_is_an_invalid_argument(target: str, says: str) -> None:
    """As it was recorded from S3 for `max-keys=abc`."""
    request = HttpRequest("GET", "127.0.0.1", target, (signed("s3"), DATE))
    with pytest.raises(Refused) as refused:
        call(request)
    assert (refused.value.refusal.code, refused.value.refusal.message) == ("InvalidArgument", says)
    assert refused.value.refusal.detail["ArgumentName"] in target
