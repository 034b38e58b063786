"""What a request says of its own signature: in its Authorization header, or in the query of a presigned URL.

Nothing is verified here. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import unquote

from stssim.call import HttpRequest, Refusal, Signature
from stssim.trace import Refused

ALGORITHM = "AWS4-HMAC-SHA256"
_ASYMMETRIC = "AWS4-ECDSA-P256-SHA256"
_WEEK = 604800
_SHOWN = 200
_SCOPED = re.compile(r"Credential=[^/,&=]+/[^/,&]*/[^/,&]*/([a-z0-9-]+)/")
_HOST = re.compile(r"(?:[^/]+\.)?([a-z0-9-]+)\.[a-z]{2}(?:-[a-z]+)+-[0-9]\.amazonaws\.com")
_GLOBAL_HOST = re.compile(r"([a-z0-9-]+)\.amazonaws\.com")
_API_VERSIONS = {
    "2011-06-15": "sts",
    "2010-05-08": "iam",
    "2010-03-31": "sns",
    "2016-11-15": "ec2",
    "2010-05-15": "cloudformation",
    "2014-10-31": "rds",
}
"""The query protocol's services tell their API version in every request."""
_S3_PARTS = "The authorization header requires three components: Credential, SignedHeaders, and Signature."
_S3_SCOPE = 'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".'
_S3_QUERY = (
    "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, "
    "X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters."
)
_S3_TWICE = (
    "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or "
    "the Authorization header should be specified"
)
_BY_FORM = "An upload by a form with a signed policy (presigned POST) is not simulated here; presign a PUT instead."
_NOT_SUPPORTED = "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256."


def signature_of(request: HttpRequest) -> Signature | None:
    """The signature of a request, or None: it carries none.

    Raises `Refused` for one that cannot be read: `IncompleteSignature`, or what S3 calls it, 400, in AWS's words; and
    for one that stands in a form: `NotImplemented`, 501.
    """
    header = ",".join(value for name, value in request.headers if name == "authorization").strip()
    query = query_of(request)
    in_query = "X-Amz-Algorithm" in query or "X-Amz-Signature" in query
    if header and service_of(request) == "s3":
        if in_query or "Signature" in query:
            raise Refused(Refusal("InvalidArgument", _S3_TWICE, 400))
        if header.startswith("AWS "):
            raise Refused(Refusal("InvalidRequest", _NOT_SUPPORTED, 400))
        if not header.startswith("AWS4-"):
            raise Refused(Refusal("InvalidArgument", "Unsupported Authorization Type", 400))
    if header.startswith("AWS4-"):
        return _in_header(request, header)
    if in_query:
        return _in_query(request, query)
    if "AWSAccessKeyId" in query and "Signature" in query:
        return Signature(
            "s3-v2-query",
            query["AWSAccessKeyId"],
            query["Signature"],
            service="s3",
            expires=_epoch(query.get("Expires", "")),
            session_token=query.get("x-amz-security-token"),
        )
    if request.method == "POST" and (request.header("content-type") or "").startswith("multipart/form-data"):
        raise Refused(Refusal("NotImplemented", _BY_FORM, 501))
    return None


def service_of(request: HttpRequest) -> str:
    """The service that a request is for, as far as it can be told without reading its signature.

    The credential scope says it, or the host, or IAM Identity Center's own token, or the API version of the query
    protocol; of what may be called unsigned, what remains is S3's.
    """
    scope = _SCOPED.search(request.header("authorization") or unquote(request.query))
    if scope is not None:
        return scope[1]
    host = request.host.partition(":")[0].lower()
    if host.endswith(".amazonaws.com"):
        if host.startswith(("s3.", "s3-")) or ".s3." in host or ".s3-" in host:
            return "s3"
        named = _HOST.fullmatch(host) or _GLOBAL_HOST.fullmatch(host)
        if named is not None:
            return named[1]
    if request.header("x-amz-sso_bearer_token") is not None:
        return "sso"
    form = request.query
    if (request.header("content-type") or "").startswith("application/x-www-form-urlencoded"):
        form += "&" + request.body.decode("latin-1")
    version = re.search(r"(?:^|&)Version=([0-9-]{10})(?:&|$)", form)
    return _API_VERSIONS.get(version[1] if version else "", "s3")


def query_of(request: HttpRequest) -> Mapping[str, str]:
    """The parameters in a request's URL, decoded. Of one that is there twice, the first."""
    if not request.query:
        return {}
    pairs = (part.partition("=") for part in request.query.split("&"))
    return {unquote(name): unquote(value) for name, _, value in reversed([*pairs])}


def _in_header(request: HttpRequest, header: str) -> Signature:
    scheme, _, rest = header.partition(" ")
    _require_known(request, scheme, "AuthorizationHeaderMalformed")
    said: dict[str, str] = {}
    for part in rest.split(","):
        name, equals, value = part.strip().partition("=")
        if not equals and part.strip():
            says = f"'{part.strip()[:_SHOWN]}' not a valid key=value pair (missing equal-sign) in Authorization header"
            raise _unreadable(request, f"{says}: '{_shown(header)}'.", _S3_PARTS)
        said[name] = value
    date = request.header("x-amz-date") or request.header("date")
    missing = [
        f"Authorization header requires '{name}' parameter."
        for name in ("Credential", "Signature", "SignedHeaders")
        if not said.get(name)
    ]
    if missing:
        raise _unreadable(request, f"{' '.join(missing)} Authorization={_shown(header)}", _S3_PARTS)
    if not date:
        if service_of(request) == "s3":
            raise Refused(Refusal("AccessDenied", "AWS authentication requires a valid Date or x-amz-date header"))
        says = "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."
        raise _unreadable(request, f"{says} Authorization={_shown(header)}", "")
    return _signature(request, "header", said["Credential"], said["Signature"], date, said["SignedHeaders"])


def _in_query(request: HttpRequest, query: Mapping[str, str]) -> Signature:
    """Only S3 heeds `X-Amz-Expires`: https://github.com/aws/aws-sdk-go/issues/2167"""
    wanted = ("X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date")
    missing = [f"AWS query-string parameters must include '{name}'." for name in wanted if not query.get(name)]
    s3, expires = service_of(request) == "s3", query.get("X-Amz-Expires")
    if missing or (s3 and expires is None):
        says = f"{' '.join(missing)} Re-examine the query-string parameters."
        raise _unreadable(request, says, _S3_QUERY, "AuthorizationQueryParametersError")
    _require_known(request, query["X-Amz-Algorithm"], "AuthorizationQueryParametersError")
    return _signature(
        request,
        "query",
        query["X-Amz-Credential"],
        query["X-Amz-Signature"],
        query["X-Amz-Date"],
        query["X-Amz-SignedHeaders"],
        _lifetime(expires) if s3 and expires is not None else None,
    )


def _signature(
    request: HttpRequest, form: str, credential: str, signature: str, date: str, signed: str, expires: int | None = None
) -> Signature:
    scope = credential.split("/")
    s3_code = "AuthorizationHeaderMalformed" if form == "header" else "AuthorizationQueryParametersError"
    if len(scope) != 5:
        says = "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term"
        raise _unreadable(request, f"{says}, got '{_shown(credential)}'", _S3_SCOPE, s3_code)
    key_id, scope_date, region, service, term = scope
    if term != "aws4_request":
        if service == "s3":
            raise _unreadable(
                request, "", f'incorrect terminal "{_shown(term)}". This endpoint uses "aws4_request".', s3_code
            )
        says = f"Credential should be scoped with a valid terminator: 'aws4_request', not '{_shown(term)}'."
        raise Refused(Refusal("SignatureDoesNotMatch", says))
    token = (
        request.header("x-amz-security-token") if form == "header" else query_of(request).get("X-Amz-Security-Token")
    )
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


def _require_known(request: HttpRequest, scheme: str, s3_code: str) -> None:
    if scheme.startswith(_ASYMMETRIC):
        says = f"Signature Version 4A ({_ASYMMETRIC}) is not simulated here; sign for one Region, with {ALGORITHM}."
        raise _unreadable(request, says, says, s3_code)
    if scheme != ALGORITHM:
        says = f"Unsupported AWS 'algorithm': '{_shown(scheme)}' (only {ALGORITHM} for now)."
        s3_says = (
            f'X-Amz-Algorithm only supports "{ALGORITHM}"' if s3_code.startswith("AuthorizationQ") else _NOT_SUPPORTED
        )
        raise _unreadable(request, says, s3_says, s3_code)


def _lifetime(text: str) -> int:
    code = "AuthorizationQueryParametersError"
    if text.startswith("-") and text[1:].isdecimal():
        raise Refused(Refusal(code, "X-Amz-Expires must be non-negative", 400))
    if not text.isascii() or not text.isdecimal():
        raise Refused(Refusal(code, "X-Amz-Expires should be a number", 400))
    if len(text) > 12 or int(text) > _WEEK:
        limit = f"the given X-Amz-Expires must be less than {_WEEK} seconds"
        says = f"X-Amz-Expires must be less than a week (in seconds); that is, {limit}"
        raise Refused(Refusal(code, says, 400))
    return int(text)


def _epoch(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 12:
        says = "Invalid date (should be seconds since epoch): " + _shown(text)
        raise Refused(Refusal("AccessDenied", says))
    return int(text)


def _unreadable(
    request: HttpRequest, says: str, s3_says: str, s3_code: str = "AuthorizationHeaderMalformed"
) -> Refused:
    if service_of(request) != "s3":
        return Refused(Refusal("IncompleteSignature", says, 400))
    if s3_code == "AuthorizationHeaderMalformed":
        s3_says = f"The authorization header is malformed; {s3_says}"
    elif s3_says == _S3_SCOPE:
        s3_says = f"Error parsing the X-Amz-Credential parameter; {s3_says}"
    return Refused(Refusal(s3_code, s3_says, 400))


def _shown(text: str) -> str:
    return text[:_SHOWN]
