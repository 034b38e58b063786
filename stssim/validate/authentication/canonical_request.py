"""The canonical request and the string to sign of Signature Version 4, built from a request as it arrived.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from posixpath import normpath
from urllib.parse import quote, unquote

from stssim.call import HttpRequest, Signature

ALGORITHM = "AWS4-HMAC-SHA256"
NO_BODY = hashlib.sha256(b"").hexdigest()
_ISO = "%Y%m%dT%H%M%SZ"
_BASIC = re.compile("([0-9]{4})([0-9]{2})([0-9]{2})T([0-9]{2})([0-9]{2})([0-9]{2})Z")


def canonical_request(request: HttpRequest, signature: Signature, payload_hash: str) -> str:
    """Method, path, query, the signed headers and the payload's hash, spelled in the one way that both sides agree
    on.
    """
    s3 = signature.service == "s3"
    sent = _headers(request)
    headers = "".join(f"{name}:{sent.get(name, '')}\n" for name in signature.signed_headers)
    return "\n".join(
        (
            request.method,
            _coded(request.path, "/-_.~") if s3 else _path(request.path),
            _query(request.query, presigned=signature.form == "query") if request.query else "",
            headers,
            ";".join(signature.signed_headers),
            payload_hash,
        )
    )


def string_to_sign(signature: Signature, canonical: str) -> str:
    """What the signing key signs."""
    digest = hashlib.sha256(canonical.encode("utf-8", "surrogateescape")).hexdigest()
    return f"{ALGORITHM}\n{timestamp(signature)}\n{scope(signature)}\n{digest}"


def timestamp(signature: Signature) -> str:
    """The date of the signature, e.g. `20270104T090000Z`. A `Date` header says it in the words of HTTP."""
    moment = date(signature)
    return signature.date if moment is None else f"{moment:{_ISO}}"


def date(signature: Signature) -> datetime | None:
    """When it was signed, or None: that cannot be read."""
    try:
        if signature.form == "header" and "," in signature.date:
            said = parsedate_to_datetime(signature.date)
            return said.replace(tzinfo=UTC) if said.tzinfo is None else said.astimezone(UTC)
        basic = _BASIC.fullmatch(signature.date)
        return datetime(*map(int, basic.groups()), tzinfo=UTC) if basic else None  # type: ignore[arg-type, misc]
    except (ValueError, OverflowError):
        return None


def scope(signature: Signature) -> str:
    """The credential scope, e.g. `20270104/us-east-1/sts/aws4_request`."""
    return f"{signature.scope_date}/{signature.region}/{signature.service}/aws4_request"


def sign(secret: str, signature: Signature, text: str) -> str:
    """The signature of a string, in hexadecimal, by the signing key of the scope."""
    key = _signing_key(secret, signature.scope_date, signature.region, signature.service)
    return hmac.digest(key, text.encode("utf-8", "surrogateescape"), "sha256").hex()


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
    coded = sorted((_coded(name), _coded(value)) for name, _, value in pairs)
    return "&".join(f"{name}={value}" for name, value in coded if not (presigned and name == "X-Amz-Signature"))


def _coded(text: str, safe: str = "-_.~") -> str:
    """Percent-encoded once, however it was sent."""
    return quote(unquote(text, errors="surrogateescape"), safe=safe, errors="surrogateescape")


def _headers(request: HttpRequest) -> dict[str, str]:
    """Each header's values, joined by commas; runs of spaces count as one."""
    sent: dict[str, list[str]] = {}
    for name, value in request.headers:
        sent.setdefault(name, []).append(" ".join(value.split()))
    return {"host": request.host} | {name: ",".join(values) for name, values in sent.items()}
