"""The wire, read: which service and operation a request is for, with which parameters, at which endpoint."""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import parse_qs

from stssim.call import NO_BODY, Call, HttpRequest, Refusal, Signature
from stssim.refused import malformed
from stssim.request.authorization_header import query_of, service_of, signature_of
from stssim.request.aws_chunked import BrokenPayload, body_of
from stssim.request.operation import asked_of
from stssim.request.protocols import UnknownOperation, UnreadableUri
from stssim.trace import Refused

MAXIMUM_BODY = 10_000_000
"""In bytes. What a mock cloud in memory takes; S3 takes far more."""
MAXIMUM_HEADERS = 100_000
"""In bytes, of the request line and all headers. S3 takes 8,192; a SAML assertion in a query may be as long as this."""

_INTEGERS = ("max-keys", "max-parts", "max-uploads", "part-number-marker", "partNumber")
_INTEGER = re.compile("[+-]?[0-9]+")
_GLOBAL = "aws-global"
_TOOLBOX = "iam-toolbox"
_WITHOUT_BODY = ("GET", "HEAD")
"""S3 takes no notice of a body that comes with one of these."""
_HOST = re.compile(r"(?:[^/]+\.)?([a-z0-9-]+)\.([a-z]{2}(?:-[a-z]+)+-[0-9])\.amazonaws\.com")


def read(request: HttpRequest, at: datetime) -> Call:
    """The call that a request makes, at this moment of the Lab's clock.

    Raises `Refused`: a body or headers too large, a signature that cannot be read, a service or operation that there
    is not, a body that is not what its operation takes.
    """
    if len(request.body) > MAXIMUM_BODY:
        raise Refused(too_large(request))
    if len(request.target) + sum(len(name) + len(value) for name, value in request.headers) > MAXIMUM_HEADERS:
        says = "The request header and query parameters used to make the request exceed the maximum allowed size."
        raise Refused(Refusal("RequestHeaderSectionTooLarge", says, 400))
    signature = signature_of(request)
    service = _service(request, signature)
    if signature is None and service == "s3" and request.header("x-amz-target") is not None:
        raise Refused(Refusal("MissingAuthenticationToken", "Missing Authentication Token", 400))
    if signature is None and service == "sso":
        raise _unknown(request, service)
    try:
        body = NO_BODY if service == "s3" and request.method in _WITHOUT_BODY else body_of(request)
        asked = asked_of(request, body, service)
    except UnknownOperation:
        raise _unknown(request, service) from None
    except BrokenPayload as error:
        raise Refused(Refusal(error.code, str(error), 400, error.detail)) from None
    except UnreadableUri as error:
        raise Refused(_unreadable_uri(service, str(error))) from None
    except ValueError as error:
        unfit = _no_integer(request) if service == "s3" else None
        raise Refused(unfit or malformed(service, str(error))) from None
    region, endpoint = _endpoint(request, service, signature)
    return Call(
        request,
        service,
        asked.operation,
        region,
        endpoint,
        asked.parameters,
        signature,
        at,
        body,
        asked.protocol,
        asked.ignored,
    )


def _service(request: HttpRequest, signature: Signature | None) -> str:
    """The service that a request is for. IAM Toolbox is signed for as IAM, whose own paths are no others than `/`."""
    service = signature.service if signature else service_of(request)
    return _TOOLBOX if service == "iam" and request.path.startswith("/authorization-details/") else service


def too_large(request: HttpRequest) -> Refusal:
    """What is answered to a body of more than `MAXIMUM_BODY` bytes."""
    says = f"The body is larger than the {MAXIMUM_BODY:,} bytes that are taken here."
    if service_of(request) == "s3":
        return Refusal("EntityTooLarge", says, 400)
    return Refusal("RequestEntityTooLargeException", says, 413)


def _unreadable_uri(service: str, why: str) -> Refusal:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList"""
    return (
        Refusal("InvalidURI", "Couldn't parse the specified URI.", 400) if service == "s3" else malformed(service, why)
    )


def _no_integer(request: HttpRequest) -> Refusal | None:
    """S3's refusal of a parameter in the URL that is no number where one is wanted, as it was recorded."""
    asked = query_of(request)
    name = next((name for name in _INTEGERS if name in asked and not _INTEGER.fullmatch(asked[name])), None)
    if name is None:
        return None
    says = f"Provided {name} not an integer or within integer range"
    if name == "partNumber":
        says = "Part number must be an integer between 1 and 10000, inclusive"
    return Refusal("InvalidArgument", says, 400, {"ArgumentName": name, "ArgumentValue": asked[name]})


def _endpoint(request: HttpRequest, service: str, signature: Signature | None) -> tuple[str, str]:
    """The Region and the endpoint.

    A server on loopback stands for every endpoint, and the scope says for which: `aws-global` is the global one. On
    AWS's own hosts the name of the host says it.
    """
    host = request.host.partition(":")[0].lower()
    named = _HOST.fullmatch(host)
    region = signature.region if signature and signature.region else named[2] if named else "us-east-1"
    if region == _GLOBAL:
        region, named, host = "us-east-1", None, f"{service}.amazonaws.com"
    if host.endswith(".amazonaws.com"):
        return region, host
    return region, f"{service}.{region}.amazonaws.com"


def _unknown(request: HttpRequest, service: str) -> Refused:
    named = request.header("x-amz-target")
    if named is not None:
        return Refused(Refusal("UnknownOperationException", f"{service} has no operation {named[:100]!r}.", 400))
    form = parse_qs(request.query) or parse_qs(request.body[:2000].decode("latin-1"))
    action = form.get("Action", [""])[0]
    if action:
        version = form.get("Version", ["NO_VERSION_SPECIFIED"])[0]
        return Refused(
            Refusal("InvalidAction", f"Could not find operation {action[:100]} for version {version[:20]}", 400)
        )
    if service == "s3":
        return Refused(Refusal("MethodNotAllowed", "The specified method is not allowed against this resource.", 405))
    return Refused(
        Refusal(
            "UnknownOperationException", f"There is no operation of {service[:50]!r} that this request asks for.", 404
        )
    )
