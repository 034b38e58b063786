"""Was the request signed with this secret, lately, and for the place it arrived at?

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import unquote

from stssim.call import Call, HttpRequest, Refusal, Refused, Signature
from stssim.payload import unframed
from stssim.validate.canonical import ALGORITHM, NO_BODY, canonical_request, scope, sign, string_to_sign
from stssim.validate.dialect import PROTOCOLS

SKEW = timedelta(minutes=15)
_REGION = re.compile(r"(?:aws-global|[a-z]{2}(?:-[a-z]+){1,3}-[0-9])")
_ISO = "%Y%m%dT%H%M%SZ"
_UNSIGNED = "UNSIGNED-PAYLOAD"
_NEED_NOT = {"x-amz-content-sha256"}
_HEX = re.compile("[0-9a-f]{64}")
_OUTSIDE_XML = "The request signature we calculated does not match the signature you provided. Check your "
_MISMATCH = f"{_OUTSIDE_XML}AWS Secret Access Key and signing method. Consult the service documentation for details."
_MISMATCH_S3 = f"{_OUTSIDE_XML}key and signing method."


def require_scope(call: Call) -> None:
    """Raises `Refused` for a signature whose credential scope is not that of the endpoint, or not of its own date."""
    signature = call.signature
    if signature is None or signature.form == "s3-v2-query":
        return
    host = call.request.host.partition(":")[0]
    at_region = (
        f".{signature.region}." in host
        or call.endpoint == f"{call.service}.amazonaws.com"
        or not host.endswith(".amazonaws.com")
    )
    if not _REGION.fullmatch(signature.region) or not (at_region or call.service == "s3"):
        raise _scope(signature, "Credential should be scoped to a valid region.")
    said = _date(signature)
    if said is None:
        says = f"Date must be in ISO-8601 'basic format'. Got '{signature.date[:40]}'. See http://en.wikipedia.org/wiki/ISO_8601"
        raise Refused(Refusal("IncompleteSignature", says, 400))
    if said.strftime("%Y%m%d") != signature.scope_date:
        says = (
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
            f"'{signature.scope_date[:20]}' != '{said:%Y%m%d}', from '{signature.date[:40]}'."
        )
        raise _scope(signature, says)


def verify(request: HttpRequest, signature: Signature, secret: str, wall: datetime) -> None:
    """Raises `Refused`, in the words of the service that was signed for, unless the signature is this secret's and of
    now.

    `wall` is the time that clients sign with, in UTC; a signature is good for 15 minutes around it, and a presigned URL
    as long as it says.
    """
    if signature.form == "s3-v2-query":
        _verify_v2(request, signature, secret, wall)
        return
    _require_current(signature, wall)
    _require_signed(request, signature)
    digest = _payload_hash(request, signature)
    canonical = canonical_request(request, signature, digest)
    wanted = sign(secret, signature, string_to_sign(signature, canonical))
    if not hmac.compare_digest(wanted.encode(), signature.signature.encode("utf-8", "surrogateescape")):
        raise _mismatch(signature)
    if digest.startswith("STREAMING-"):
        _verify_chunks(request, signature, secret, digest)
    elif _HEX.fullmatch(digest) and digest != _hash(request.body):
        raise Refused(_other_body(signature))


def _require_current(signature: Signature, wall: datetime) -> None:
    said = _date(signature)
    if said is None:
        raise Refused(Refusal("IncompleteSignature", "The date of the signature cannot be read.", 400))
    if signature.form == "query" and signature.expires is not None:
        if wall >= said + timedelta(seconds=signature.expires):
            raise _expired(signature, said, wall)
    elif said < wall - SKEW:
        raise _expired(signature, said, wall)
    if said > wall + SKEW:
        says = f"{said:{_ISO}} is still later than {wall + SKEW:{_ISO}} ({wall:{_ISO}} + 15 min.)"
        raise _skewed(signature, f"Signature not yet current: {says}")


def _require_signed(request: HttpRequest, signature: Signature) -> None:
    """The host must be under the signature, and for S3 every `x-amz-` header, so that nobody can add one."""
    if "host" not in signature.signed_headers:
        raise _scope(signature, "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
    if signature.service != "s3":
        return
    unsigned = (
        {name for name, _ in request.headers if name.startswith("x-amz-")} - {*signature.signed_headers} - _NEED_NOT
    )
    if unsigned:
        says = "There were headers present in the request which were not signed"
        raise Refused(Refusal("AccessDenied", says, 403, {"HeadersNotSigned": ", ".join(sorted(unsigned))}))


def _payload_hash(request: HttpRequest, signature: Signature) -> str:
    """What the signer says of the payload; for those who say nothing, its hash."""
    said = request.header("x-amz-content-sha256")
    if said is not None and (signature.service == "s3" or said == _UNSIGNED or _HEX.fullmatch(said)):
        return said
    if signature.service != "s3":
        return _hash(request.body)
    if signature.form == "query":
        return _UNSIGNED
    raise Refused(Refusal("InvalidRequest", "Missing required header for this request: x-amz-content-sha256", 400))


def _verify_chunks(request: HttpRequest, signature: Signature, secret: str, kind: str) -> None:
    """Each chunk is signed on top of the signature before it, the trailer on top of the last."""
    try:
        framed = unframed(request)
    except ValueError as error:
        raise Refused(Refusal("IncompleteBody", str(error), 400)) from None
    if not kind.startswith("STREAMING-AWS4-HMAC-SHA256-PAYLOAD"):
        return
    before, where = signature.signature, f"{signature.date}\n{scope(signature)}"
    for chunk in framed.chunks:
        text = f"{ALGORITHM}-PAYLOAD\n{where}\n{before}\n{NO_BODY}\n{_hash(chunk.data)}"
        before = sign(secret, signature, text)
        if not hmac.compare_digest(before.encode(), chunk.signature.encode()):
            raise _mismatch(signature)
    if kind.endswith("-TRAILER"):
        trailer = "".join(f"{name}:{value}\n" for name, value in framed.trailers)
        text = f"{ALGORITHM}-TRAILER\n{where}\n{before}\n{_hash(trailer.encode('latin-1'))}"
        if not hmac.compare_digest(sign(secret, signature, text).encode(), framed.trailer_signature.encode()):
            raise _mismatch(signature)


def _verify_v2(request: HttpRequest, signature: Signature, secret: str, wall: datetime) -> None:
    """S3's older scheme, which boto3 still presigns with in some Regions. `Expires` is the epoch second at which it
    ends.
    """
    from botocore.auth import HmacV1QueryAuth
    from botocore.compat import HTTPHeaders, urlsplit

    if signature.expires is not None and wall.timestamp() >= signature.expires:
        raise Refused(Refusal("AccessDenied", "Request has expired"))
    headers = HTTPHeaders()
    for name, value in request.headers:
        if name.startswith("x-amz-") or name in ("content-md5", "content-type"):
            headers[name] = value
    for part in request.query.split("&"):
        name, _, value = part.partition("=")
        if name.lower().startswith("x-amz-"):
            headers[name.lower()] = unquote(value)
    host = request.host.partition(":")[0]
    bucket = re.match(r"(.+?)\.(?:s3[.-].*amazonaws\.com|s3\.amazonaws\.com|localhost)$", host)
    path = f"/{bucket[1]}{request.path}" if bucket else request.path
    auth = HmacV1QueryAuth(None)
    text = auth.canonical_string(
        request.method,
        urlsplit(f"https://{host}{request.target}"),
        headers,
        expires=str(signature.expires),
        auth_path=path,
    )
    wanted = base64.b64encode(hmac.digest(secret.encode(), text.encode(), "sha1"))
    if not hmac.compare_digest(wanted, signature.signature.encode("utf-8", "surrogateescape")):
        raise _mismatch(signature)


def _date(signature: Signature) -> datetime | None:
    try:
        if signature.form == "header" and "," in signature.date:
            return parsedate_to_datetime(signature.date).astimezone(UTC)
        return datetime.strptime(signature.date, _ISO).replace(tzinfo=UTC)
    except ValueError:
        return None


def _hash(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _expired(signature: Signature, said: datetime, wall: datetime) -> Refused:
    if signature.service == "s3" and signature.form == "query":
        return Refused(Refusal("AccessDenied", "Request has expired"))
    if signature.form == "query" and signature.expires is not None:
        ended = said + timedelta(seconds=signature.expires)
        return _skewed(signature, f"Signature expired: {ended:{_ISO}} is now earlier than {wall:{_ISO}}")
    return _skewed(
        signature,
        f"Signature expired: {said:{_ISO}} is now earlier than {wall - SKEW:{_ISO}} ({wall:{_ISO}} - 15 min.)",
    )


def _skewed(signature: Signature, says: str) -> Refused:
    if signature.service == "s3":
        return Refused(
            Refusal(
                "RequestTimeTooSkewed", "The difference between the request time and the current time is too large."
            )
        )
    return Refused(_refusal(signature, says))


def _mismatch(signature: Signature) -> Refused:
    return Refused(_refusal(signature, _MISMATCH_S3 if signature.service == "s3" else _MISMATCH))


def _scope(signature: Signature, says: str) -> Refused:
    if signature.service == "s3":
        return Refused(Refusal("AuthorizationHeaderMalformed", f"The authorization header is malformed; {says}", 400))
    return Refused(_refusal(signature, says))


def _other_body(signature: Signature) -> Refusal:
    if signature.service == "s3":
        return Refusal(
            "XAmzContentSHA256Mismatch",
            "The provided 'x-amz-content-sha256' header does not match what was computed.",
            400,
        )
    return _refusal(signature, _MISMATCH)


def _refusal(signature: Signature, says: str) -> Refusal:
    """A wrong signature, in the words of the service that was signed for."""
    match PROTOCOLS.get(signature.service, "json"):
        case "ec2":
            return Refusal("AuthFailure", "AWS was not able to validate the provided access credentials", 401)
        case "json":
            return Refusal("InvalidSignatureException", says, 403 if signature.service == "lambda" else 400)
        case _:
            return Refusal("SignatureDoesNotMatch", says)
