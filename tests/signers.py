"""AWS's published signing examples, and requests as AWS's own SDK signs them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from botocore.auth import AUTH_TYPE_MAPS
from botocore.awsrequest import AWSPreparedRequest, AWSRequest
from botocore.credentials import Credentials

from stssim.call import HttpRequest, Refusal, Signature
from stssim.request.authorization_header import signature_of
from stssim.request.aws_chunked import BrokenPayload, body_of
from stssim.trace import Refused
from stssim.validate.authentication.signature_v4 import verify

SUITE_SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
SUITE_TIME = datetime(2015, 8, 30, 12, 36, tzinfo=UTC)
S3_SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
S3_TIME = datetime(2013, 5, 24, tzinfo=UTC)
NO_BODY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def suite(
    method: str,
    target: str,
    signature: str,
    signed: str = "host;x-amz-date",
    *headers: tuple[str, str],
    body: bytes = b"",
) -> HttpRequest:
    """A request of the Signature Version 4 test suite, as it arrives with the published signature."""
    said = (
        f"Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders={signed}, Signature={signature}"
    )
    sent = (("host", "example.amazonaws.com"), *headers, ("x-amz-date", "20150830T123600Z"))
    return HttpRequest(
        method, "example.amazonaws.com", target, (*sent, ("authorization", f"AWS4-HMAC-SHA256 {said}")), body
    )


def s3_example(
    method: str,
    target: str,
    signature: str,
    signed: str,
    *headers: tuple[str, str],
    body: bytes = b"",
    host: str = "examplebucket.s3.amazonaws.com",
) -> HttpRequest:
    """A request of S3's signing examples, as it arrives with the published signature."""
    scope = "AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request"
    said = f"Credential={scope},SignedHeaders={signed},Signature={signature}"
    sent = (("host", host), *headers, ("x-amz-date", "20130524T000000Z"))
    return HttpRequest(method, host, target, (*sent, ("authorization", f"AWS4-HMAC-SHA256 {said}")), body)


def signed_by_botocore(
    scheme: str,
    service: str,
    *,
    method: str = "GET",
    url: str = "https://example.amazonaws.com/",
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    secret: str = S3_SECRET,
    token: str | None = None,
    context: Mapping[str, Any] | None = None,
    expires: int | None = None,
) -> HttpRequest:
    """What botocore sends when it signs by this scheme (`v4`, `s3v4`, `v4-query`, `s3v4-query`, `s3-query`), now.

    By S3's Signature Version 2, a URL that somebody else will use: what headers had to say, it says in the query.
    """
    request = AWSRequest(method, url, headers=dict(headers or {}), data=body)
    request.context.update(context or {})
    credentials = Credentials("AKIAIOSFODNN7EXAMPLE", secret, token)
    settings: dict[str, Any] = {"expires": expires} if expires else {}
    if scheme != "s3-query":
        settings |= {"service_name": service, "region_name": "us-east-1"}
    AUTH_TYPE_MAPS[scheme](credentials, **settings).add_auth(request)
    sent = arrived(request.prepare())
    return replace(sent, headers=(("host", sent.host),)) if scheme == "s3-query" else sent


def arrived(prepared: AWSPreparedRequest) -> HttpRequest:
    """A prepared request as a server receives it."""
    parts = urlsplit(prepared.url)
    headers = [
        (name.lower(), value.decode() if isinstance(value, bytes) else value)
        for name, value in prepared.headers.items()
    ]
    if "host" not in dict(headers):
        headers.append(("host", parts.netloc))
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    body = prepared.body or b""
    return HttpRequest(
        prepared.method, parts.netloc, target, tuple(headers), body.encode() if isinstance(body, str) else body
    )


def read(request: HttpRequest) -> Signature:
    signature = signature_of(request)
    assert signature is not None
    return signature


def check(request: HttpRequest, secret: str = S3_SECRET, wall: datetime | None = None) -> None:
    """Reads and verifies the signature of a request. Raises `Refused`."""
    try:
        body = body_of(request)
    except BrokenPayload as error:
        raise Refused(Refusal(error.code, str(error), 400, error.detail)) from None
    verify(request, body, read(request), secret, wall or datetime.now(UTC))


def refusal(request: HttpRequest, secret: str = S3_SECRET, wall: datetime | None = None) -> tuple[str, int, str]:
    """The code, status and message with which a request is refused; ("", 0, "") if it is not."""
    try:
        check(request, secret, wall)
    except Refused as refused:
        return refused.refusal.code, refused.refusal.status, refused.refusal.message
    return "", 0, ""


def with_header(request: HttpRequest, name: str, value: str | None) -> HttpRequest:
    """The request with this header instead of what it had (None: without it)."""
    kept = tuple(item for item in request.headers if item[0] != name)
    return replace(request, headers=kept if value is None else (*kept, (name, value)))


def framed(chunks: Sequence[tuple[bytes, str]], trailer: bytes = b"") -> bytes:
    """An `aws-chunked` body; each chunk with its signature ("": unsigned)."""
    lines = []
    for data, signature in chunks:
        extension = f";chunk-signature={signature}" if signature else ""
        lines.append(f"{len(data):x}{extension}\r\n".encode() + data + (b"\r\n" if data else b""))
    return b"".join(lines) + trailer + b"\r\n"


EMPTY = ("x-amz-content-sha256", NO_BODY)
LONG, SHORT = b"a" * 65536, b"a" * 1024
GET_OBJECT = s3_example(
    "GET", "/test.txt", "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
    "host;range;x-amz-content-sha256;x-amz-date", ("range", "bytes=0-9"), EMPTY,
)  # fmt: skip
CHUNKED = s3_example(
    "PUT", "/examplebucket/chunkObject.txt", "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
    "content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class",
    ("content-encoding", "aws-chunked"), ("content-length", "66824"), ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
    ("x-amz-decoded-content-length", "66560"), ("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"),
    host="s3.amazonaws.com",
    body=framed([
        (LONG, "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648"),
        (SHORT, "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497"),
        (b"", "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9"),
    ]),
)  # fmt: skip
WITH_TRAILER = s3_example(
    "PUT", "/examplebucket/chunkObject.txt", "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e",
    "content-encoding;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class;x-amz-trailer",
    ("content-encoding", "aws-chunked"), ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
    ("x-amz-decoded-content-length", "66560"), ("x-amz-trailer", "x-amz-checksum-crc32c"),
    ("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"),
    host="s3.amazonaws.com",
    body=framed([
        (LONG, "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2"),
        (SHORT, "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7"),
        (b"", "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992"),
    ], b"x-amz-checksum-crc32c:sOO8/Q==\r\n"
       b"x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n"),
)  # fmt: skip
