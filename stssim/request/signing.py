"""What a request says of its own signature: in its Authorization header, or in the query of a presigned URL.

Nothing is verified here. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import unquote

from stssim.call import HttpRequest, Refusal, Refused, Signature

ALGORITHM = "AWS4-HMAC-SHA256"
_ASYMMETRIC = "AWS4-ECDSA-P256-SHA256"
_WEEK = 604800
_SHOWN = 200


def signature_of(request: HttpRequest) -> Signature | None:
    """The signature of a request, or None: it carries none.

    Raises `Refused` (`IncompleteSignature`, 400, in AWS's words) for one that cannot be read.
    """
    header = request.header("authorization")
    if header is not None:
        return _in_header(request, header)
    query = query_of(request)
    if "X-Amz-Algorithm" in query or "X-Amz-Signature" in query:
        return _in_query(query)
    if "AWSAccessKeyId" in query and "Signature" in query:
        return Signature(
            "s3-v2-query",
            query["AWSAccessKeyId"],
            query["Signature"],
            service="s3",
            expires=_seconds(query.get("Expires", ""), "Expires"),
            session_token=query.get("x-amz-security-token"),
        )
    return None


def query_of(request: HttpRequest) -> Mapping[str, str]:
    """The parameters in a request's URL, decoded. Of one that is there twice, the first."""
    if not request.query:
        return {}
    pairs = (part.partition("=") for part in request.query.split("&"))
    return {unquote(name): unquote(value) for name, _, value in reversed([*pairs])}


def _in_header(request: HttpRequest, header: str) -> Signature:
    scheme, _, rest = header.strip().partition(" ")
    _require_known(scheme)
    said: dict[str, str] = {}
    for part in rest.split(","):
        name, equals, value = part.strip().partition("=")
        if not equals and part.strip():
            says = f"'{part.strip()[:_SHOWN]}' not a valid key=value pair (missing equal-sign) in Authorization header"
            raise _incomplete(f"{says}: '{header[:_SHOWN]}'.")
        said[name] = value
    date = request.header("x-amz-date") or request.header("date")
    missing = [
        f"Authorization header requires '{name}' parameter."
        for name in ("Credential", "Signature", "SignedHeaders")
        if not said.get(name)
    ]
    if not date:
        missing.append("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
    if missing:
        raise _incomplete(f"{' '.join(missing)} Authorization={scheme}")
    return _signature(
        "header",
        said["Credential"],
        said["Signature"],
        date or "",
        said["SignedHeaders"],
        None,
        request.header("x-amz-security-token"),
    )


def _in_query(query: Mapping[str, str]) -> Signature:
    _require_known(query.get("X-Amz-Algorithm", ""))
    wanted = ("X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date")
    missing = [f"AWS query-string parameters must include '{name}'." for name in wanted if not query.get(name)]
    if missing:
        raise _incomplete(f"{' '.join(missing)} Re-examine the query-string parameters.")
    expires = query.get("X-Amz-Expires")
    return _signature(
        "query",
        query["X-Amz-Credential"],
        query["X-Amz-Signature"],
        query["X-Amz-Date"],
        query["X-Amz-SignedHeaders"],
        _seconds(expires, "X-Amz-Expires") if expires is not None else None,
        query.get("X-Amz-Security-Token"),
    )


def _signature(
    form: str, credential: str, signature: str, date: str, signed: str, expires: int | None, token: str | None
) -> Signature:
    scope = credential.split("/")
    if len(scope) != 5:
        says = "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term"
        raise _incomplete(f"{says}, got '{credential[:_SHOWN]}'")
    key_id, scope_date, region, service, term = scope
    if term != "aws4_request":
        says = f"Credential should be scoped with a valid terminator: 'aws4_request', not '{term[:_SHOWN]}'."
        raise Refused(Refusal("SignatureDoesNotMatch", says))
    return Signature(
        "header" if form == "header" else "query",
        key_id,
        signature,
        date,
        region,
        service,
        scope_date,
        tuple(signed.lower().split(";")),
        expires,
        token,
    )


def _require_known(scheme: str) -> None:
    if scheme == _ASYMMETRIC:
        raise _incomplete(
            f"Signature Version 4A ({_ASYMMETRIC}) is not simulated here; sign for one Region, with {ALGORITHM}."
        )
    if scheme != ALGORITHM:
        raise _incomplete(f"Unsupported AWS 'algorithm': '{scheme[:_SHOWN]}'.")


def _seconds(text: str, name: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 12:
        raise Refused(Refusal("AuthorizationQueryParametersError", f"{name} should be a number", 400))
    seconds = int(text)
    if name == "X-Amz-Expires" and seconds > _WEEK:
        says = f"{name} must be less than a week (in seconds) that is {_WEEK}"
        raise Refused(Refusal("AuthorizationQueryParametersError", says, 400))
    return seconds


def _incomplete(message: str) -> Refused:
    return Refused(Refusal("IncompleteSignature", message, 400))
