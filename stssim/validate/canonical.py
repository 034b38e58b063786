"""The canonical request and the string to sign of Signature Version 4, built from a request as it arrived.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache
from posixpath import normpath
from urllib.parse import quote, unquote

from stssim.call import HttpRequest, Signature

ALGORITHM = "AWS4-HMAC-SHA256"
NO_BODY = hashlib.sha256(b"").hexdigest()


def canonical_request(request: HttpRequest, signature: Signature, payload_hash: str) -> str:
    """Method, path, query, the signed headers and the payload's hash, spelled in the one way that both sides agree
    on.
    """
    s3 = signature.service == "s3"
    headers = "".join(f"{name}:{_header(request, name)}\n" for name in signature.signed_headers)
    return "\n".join(
        (
            request.method,
            request.path if s3 else _path(request.path),
            _query(request.query, presigned=signature.form == "query") if request.query else "",
            headers,
            ";".join(signature.signed_headers),
            payload_hash,
        )
    )


def string_to_sign(signature: Signature, canonical: str) -> str:
    """What the signing key signs."""
    digest = hashlib.sha256(canonical.encode("utf-8", "surrogateescape")).hexdigest()
    return f"{ALGORITHM}\n{signature.date}\n{scope(signature)}\n{digest}"


def scope(signature: Signature) -> str:
    """The credential scope, e.g. `20270104/us-east-1/sts/aws4_request`."""
    return f"{signature.scope_date}/{signature.region}/{signature.service}/aws4_request"


def sign(secret: str, signature: Signature, text: str) -> str:
    """The signature of a string, in hexadecimal, by the signing key of the scope."""
    key = _signing_key(secret, signature.scope_date, signature.region, signature.service)
    return hmac.digest(key, text.encode(), "sha256").hex()


@lru_cache(maxsize=512)
def _signing_key(secret: str, date: str, region: str, service: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in (date, region, service, "aws4_request"):
        key = hmac.digest(key, part.encode("utf-8", "surrogateescape"), "sha256")
    return key


def _path(path: str) -> str:
    """Every service but S3 resolves dots and doubled slashes, and encodes the path once more."""
    if path in ("", "/"):
        return "/"
    absolute = normpath("/" + path.lstrip("/"))
    if path.endswith("/") and absolute != "/":
        absolute += "/"
    return quote(absolute, safe="/~")


def _query(query: str, *, presigned: bool) -> str:
    pairs = [part.partition("=") for part in query.split("&") if part]
    coded = sorted((_once(name), _once(value)) for name, _, value in pairs)
    return "&".join(f"{name}={value}" for name, value in coded if not (presigned and name == "X-Amz-Signature"))


def _once(text: str) -> str:
    return quote(unquote(text, errors="surrogateescape"), safe="-_.~", errors="surrogateescape")


def _header(request: HttpRequest, name: str) -> str:
    """All headers of this name, joined by commas; runs of spaces count as one."""
    values = [value for key, value in request.headers if key == name]
    if not values and name == "host":
        values = [request.host]
    return ",".join(" ".join(value.split()) for value in values)
