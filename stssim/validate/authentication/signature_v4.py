"""Was the request signed with this secret, lately, and for the place it arrived at?

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from stssim.call import NOTHING, STREAMS, Body, Call, HttpRequest, Refusal, Signature
from stssim.trace import Refused
from stssim.validate.authentication.canonical_request import (
    ALGORITHM,
    NO_BODY,
    canonical_request,
    date,
    scope,
    sign,
    string_to_sign,
    timestamp,
)
from stssim.validate.authentication.signature_errors import MISMATCH, equal, in_dialect, mismatch
from stssim.validate.authentication.signature_v2 import verify_v2
from stssim.validate.protocol_errors import PROTOCOLS

SKEW = timedelta(minutes=15)
_REGION = re.compile(r"aws-global|[a-z]{2}(?:-[a-z]+){1,3}-[0-9]")
_AT_AWS = re.compile(
    r"(?:(.+)\.)?(?:(s3)[.-]|(sts|iam)\.)(?:dualstack\.)?(?:([a-z]{2}(?:-[a-z]+)+-[0-9])\.)?amazonaws\.com"
)
_ISO = "%Y%m%dT%H%M%SZ"
_UNSIGNED = "UNSIGNED-PAYLOAD"
_NEED_NOT = {"x-amz-content-sha256"}
_HEX = re.compile("[0-9a-f]{64}")


def require_scope(call: Call) -> None:
    """Raises `Refused` for a signature whose credential scope is not that of the endpoint, or not of its own date.

    A server on loopback stands for every endpoint; at AWS's own hosts the name says which it is.
    """
    signature = call.signature
    if signature is None or signature.form == "s3-v2-query":
        return
    host = call.request.host.partition(":")[0].lower()
    named = _AT_AWS.fullmatch(host)
    service = (named[2] or named[3]) if named else None
    region = (named[4] or "us-east-1") if named else None
    if not _REGION.fullmatch(signature.region) or (region or signature.region) != signature.region:
        if signature.service == "s3":
            wanted = region or "us-east-1"
            says = f"the region '{signature.region[:40]}' is wrong; expecting '{wanted}'"
            raise _scope(signature, says, {"Region": wanted})
        raise _scope(signature, "Credential should be scoped to a valid region.")
    if (service or signature.service) != signature.service:
        if service == "s3":
            raise _scope(signature, f'incorrect service "{signature.service}". This endpoint belongs to "s3".')
        raise _scope(signature, f"Credential should be scoped to correct service: '{service}'.")
    said = date(signature)
    if said is None:
        raise _no_date(signature)
    if said.strftime("%Y%m%d") != signature.scope_date:
        scoped, day, sent = signature.scope_date[:20], said.strftime("%Y%m%d"), signature.date[:40]
        if signature.service == "s3":
            says = f'Invalid credential date "{scoped}". This date is not the same as X-Amz-Date: "{day}".'
            raise _scope(signature, says)
        says = "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP"
        raise _scope(signature, f"{says}: '{scoped}' != '{day}', from '{sent}'.")


def verify(request: HttpRequest, body: Body, signature: Signature, secret: str, wall: datetime) -> None:
    """Raises `Refused`, in the words of the service that was signed for, unless the signature is this secret's and of
    now. `body` is the request's, without framing.

    `wall` is the time that clients sign with, in UTC; a signature is good for 15 minutes around it, and a presigned URL
    of S3 as long as it says.
    """
    if signature.form == "s3-v2-query":
        verify_v2(request, signature, secret, wall)
        return
    _require_current(signature, wall)
    _require_signed(request, signature)
    digest = _payload_hash(request, body, signature)
    canonical = canonical_request(request, signature, digest)
    _require_equal(signature, secret, string_to_sign(signature, canonical), signature.signature, canonical)
    if digest in STREAMS:
        _verify_chunks(body, signature, secret, digest, canonical)
    elif digest not in (_UNSIGNED, found := _hash(body.data)):
        raise _other_body(signature, digest, found)


def _require_current(signature: Signature, wall: datetime) -> None:
    said = date(signature)
    if said is None:
        raise _no_date(signature)
    if said > wall + SKEW:
        if signature.expires is not None:
            raise Refused(Refusal("AccessDenied", "Request is not valid yet", 403, _times(said, wall)))
        says = f"{said:{_ISO}} is still later than {wall + SKEW:{_ISO}} ({wall:{_ISO}} + 15 min.)"
        raise _skewed(signature, f"Signature not yet current: {says}", said, wall)
    if signature.expires is not None:
        ends = said + timedelta(seconds=signature.expires)
        if wall >= ends:
            raise _over(signature, ends, wall)
    elif said < wall - SKEW:
        says = f"{said:{_ISO}} is now earlier than {wall - SKEW:{_ISO}} ({wall:{_ISO}} - 15 min.)"
        raise _skewed(signature, f"Signature expired: {says}", said, wall)


def _require_signed(request: HttpRequest, signature: Signature) -> None:
    """The host must be under the signature, and for S3 every `x-amz-` header, so that nobody can add one."""
    signed = {*signature.signed_headers}
    if "host" not in signed:
        if signature.service == "s3":
            raise _unsigned({"host"})
        raise _scope(signature, "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
    if signature.service == "s3":
        unsigned = {name for name, _ in request.headers if name.startswith("x-amz-")} - signed - _NEED_NOT
        if unsigned:
            raise _unsigned(unsigned)


def _payload_hash(request: HttpRequest, body: Body, signature: Signature) -> str:
    """What the signer says of the payload; for those who say nothing, its hash."""
    said = request.header("x-amz-content-sha256")
    if said is not None and (said == _UNSIGNED or _HEX.fullmatch(said)):
        return said
    if signature.service != "s3":
        return _hash(body.data)
    if said in STREAMS:
        return said
    if said is not None:
        says = f"x-amz-content-sha256 must be {_UNSIGNED}, {', '.join(STREAMS)} or a valid sha256 value."
        raise Refused(Refusal("InvalidArgument", says, 400, {"ArgumentName": "x-amz-content-sha256"}))
    if signature.form == "query":
        return _UNSIGNED
    raise Refused(Refusal("InvalidRequest", "Missing required header for this request: x-amz-content-sha256", 400))


def _verify_chunks(body: Body, signature: Signature, secret: str, kind: str, canonical: str) -> None:
    """Each chunk is signed on top of the signature before it, the trailer on top of the last."""
    if kind.startswith("STREAMING-UNSIGNED"):
        return
    before, where = signature.signature, f"{timestamp(signature)}\n{scope(signature)}"
    for chunk in body.chunks or ():
        text = f"{ALGORITHM}-PAYLOAD\n{where}\n{before}\n{NO_BODY}\n{_hash(chunk.data)}"
        _require_equal(signature, secret, text, chunk.signature, canonical)
        before = chunk.signature
    if kind.endswith("-TRAILER"):
        trailer = "".join(f"{name}:{value}\n" for name, value in body.trailers)
        text = f"{ALGORITHM}-TRAILER\n{where}\n{before}\n{_hash(trailer.encode('latin-1'))}"
        _require_equal(signature, secret, text, body.trailer_signature, canonical)


def _require_equal(signature: Signature, secret: str, text: str, given: str, canonical: str) -> None:
    if not equal(sign(secret, signature, text), given):
        raise mismatch(signature, text, given, canonical)


def _hash(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _skewed(signature: Signature, says: str, said: datetime, wall: datetime) -> Refused:
    if signature.service == "s3":
        words = "The difference between the request time and the current time is too large."
        detail = _times(said, wall) | {"MaxAllowedSkewMilliseconds": "900000"}
        return Refused(Refusal("RequestTimeTooSkewed", words, 403, detail))
    return Refused(in_dialect(signature, says))


def _over(signature: Signature, ends: datetime, wall: datetime) -> Refused:
    detail = {"X-Amz-Expires": str(signature.expires), "Expires": f"{ends:{_ISO}}", "ServerTime": f"{wall:{_ISO}}"}
    return Refused(Refusal("AccessDenied", "Request has expired", 403, detail))


def _times(said: datetime, wall: datetime) -> dict[str, str]:
    return {"RequestTime": f"{said:{_ISO}}", "ServerTime": f"{wall:{_ISO}}"}


def _unsigned(names: set[str]) -> Refused:
    says = "There were headers present in the request which were not signed"
    return Refused(Refusal("AccessDenied", says, 403, {"HeadersNotSigned": ", ".join(sorted(names))}))


def _scope(signature: Signature, says: str, detail: Mapping[str, str] = NOTHING) -> Refused:
    if signature.service == "s3":
        if signature.form == "query":
            says = f"Error parsing the X-Amz-Credential parameter; {says}"
            return Refused(Refusal("AuthorizationQueryParametersError", says, 400, detail))
        says = f"The authorization header is malformed; {says}"
        return Refused(Refusal("AuthorizationHeaderMalformed", says, 400, detail))
    return Refused(in_dialect(signature, says))


def _no_date(signature: Signature) -> Refused:
    if signature.service == "s3":
        if signature.form == "query":
            says = "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\""
            return Refused(Refusal("AuthorizationQueryParametersError", says, 400))
        return Refused(Refusal("AccessDenied", "AWS authentication requires a valid Date or x-amz-date header"))
    sent = signature.date[:40]
    says = f"Date must be in ISO-8601 'basic format'. Got '{sent}'. See http://en.wikipedia.org/wiki/ISO_8601"
    json = PROTOCOLS.get(signature.service, "json") == "json"
    return Refused(Refusal("IncompleteSignatureException" if json else "IncompleteSignature", says, 400))


def _other_body(signature: Signature, said: str, computed: str) -> Refused:
    if signature.service == "s3":
        says = "The provided 'x-amz-content-sha256' header does not match what was computed."
        detail = {"ClientComputedContentSHA256": said, "S3ComputedContentSHA256": computed}
        return Refused(Refusal("XAmzContentSHA256Mismatch", says, 400, detail))
    return Refused(in_dialect(signature, MISMATCH))
