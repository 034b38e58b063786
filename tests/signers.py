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

from stssim.call import HttpRequest, Refused, Signature
from stssim.request.signing import signature_of
from stssim.validate.signature import verify

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
    verify(request, read(request), secret, wall or datetime.now(UTC))


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
