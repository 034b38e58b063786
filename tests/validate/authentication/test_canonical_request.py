"""Canonicalization, held to AWS's Signature Version 4 test suite.

The suite's key, time and service are the same throughout; its signatures were published with it.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from stssim.call import Signature
from stssim.validate.authentication.canonical_request import canonical_request, date, string_to_sign
from tests.signers import NO_BODY, SUITE_SECRET, SUITE_TIME, read, refusal, suite

VANILLA = "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"
UNRESERVED = "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
TOKEN = (
    "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/"
    "qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr"
    "7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA=="
)

TARGETS = {
    "get-vanilla": ("GET", "/", VANILLA),
    "get-vanilla-query-order-key-case": (
        "GET", "/?Param2=value2&Param1=value1", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
    ),
    "get-vanilla-query-order-value": (
        "GET", "/?Param1=value2&Param1=Value1", "eedbc4e291e521cf13422ffca22be7d2eb8146eecf653089df300a15b2382bd1",
    ),
    "get-unreserved": (
        "GET", f"/{UNRESERVED}", "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f",
    ),
    "get-vanilla-query-unreserved": (
        "GET", f"/?{UNRESERVED}={UNRESERVED}", "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197",
    ),
    "get-utf8": ("GET", "/ሴ", "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"),
    "get-vanilla-utf8-query": ("GET", "/?ሴ=bar", "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"),
    "get-space": ("GET", "/example space/", "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741"),
    "get-relative": ("GET", "/example/..", VANILLA),
    "get-relative-relative": ("GET", "/example1/example2/../..", VANILLA),
    "get-slash": ("GET", "//", VANILLA),
    "get-slash-dot-slash": ("GET", "/./", VANILLA),
    "get-slash-pointless-dot": (
        "GET", "/./example", "ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5",
    ),
    "get-slashes": ("GET", "//example//", "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84"),
    "post-vanilla": ("POST", "/", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
    "post-vanilla-query": (
        "POST", "/?Param1=value1", "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11",
    ),
}  # fmt: skip

HEADERS = {
    "get-header-value-trim": (
        "GET", "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
        (("my-header1", " value1"), ("my-header2", ' "a   b   c"')), b"",
    ),
    "get-header-key-duplicate": (
        "GET", "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea",
        (("my-header1", "value2"), ("my-header1", "value2"), ("my-header1", "value1")), b"",
    ),
    "get-header-value-order": (
        "GET", "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01",
        (("my-header1", "value4"), ("my-header1", "value1"), ("my-header1", "value3"), ("my-header1", "value2")), b"",
    ),
    "post-header-key-sort": (
        "POST", "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c", (("my-header1", "value1"),), b"",
    ),
    "post-header-value-case": (
        "POST", "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d", (("my-header1", "VALUE1"),), b"",
    ),
    "post-x-www-form-urlencoded": (
        "POST", "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
        (("content-type", "application/x-www-form-urlencoded"),), b"Param1=value1",
    ),
    "post-x-www-form-urlencoded-parameters": (
        "POST", "1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe",
        (("content-type", "application/x-www-form-urlencoded; charset=utf8"),), b"Param1=value1",
    ),
    "post-sts-header-before": (
        "POST", "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead",
        (("x-amz-security-token", TOKEN),), b"",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", TARGETS)
def test_paths_and_queries_are_spelled_as_in_the_test_suite(case: str) -> None:
    method, target, signature = TARGETS[case]
    assert refusal(suite(method, target, signature), SUITE_SECRET, SUITE_TIME) == ("", 0, "")


@pytest.mark.parametrize("case", HEADERS)
def test_headers_are_spelled_as_in_the_test_suite(case: str) -> None:
    method, signature, headers, body = HEADERS[case]
    signed = ";".join(sorted({"host", "x-amz-date", *dict(headers)}))
    assert refusal(suite(method, "/", signature, signed, *headers, body=body), SUITE_SECRET, SUITE_TIME) == ("", 0, "")


def test_the_canonical_request_of_get_vanilla_is_the_published_one() -> None:
    request = suite("GET", "/", VANILLA)
    canonical = canonical_request(request, read(request), NO_BODY)
    assert canonical == (
        "GET\n/\n\nhost:example.amazonaws.com\nx-amz-date:20150830T123600Z\n\nhost;x-amz-date\n"
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )
    assert string_to_sign(read(request), canonical) == (
        "AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/service/aws4_request\n"
        "bb579772317eb040ac9ed261061d46c1f17a8133879d6129b6e1c25292927e63"
    )


def signed_at(text: str) -> Signature:
    return Signature("header", "AKIDEXAMPLE", "", date=text)


def test_a_date_header_in_the_words_of_http_tells_the_same_time() -> None:
    assert date(signed_at("Sun, 30 Aug 2015 12:36:00 GMT")) == datetime(2015, 8, 30, 12, 36, tzinfo=UTC)
    assert date(signed_at("Sun, 30 Aug 2015 14:36:00 +0200")) == datetime(2015, 8, 30, 12, 36, tzinfo=UTC)
    assert date(signed_at("Sun, 30 Aug 2015 12:36:00 -0000")) == datetime(2015, 8, 30, 12, 36, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "2015-08-30T12:36:00Z", "20150830T1236Z", "20151330T123600Z", "２０１５0830T123600Z",
     "Fri, 31 Dec 9999 23:59:59 -2359", ", , ,"],
)  # fmt: skip
def test_anything_else_is_no_date(text: str) -> None:
    assert date(signed_at(text)) is None
