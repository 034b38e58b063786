"""The wire, read: which service and operation a request is for, with which parameters, at which endpoint."""

from __future__ import annotations

import re
from urllib.parse import parse_qs

from stssim.call import Call, HttpRequest, Refusal, Refused, Signature
from stssim.cloud import Cloud
from stssim.request.signing import signature_of

MAXIMUM_BODY = 10_000_000
"""In bytes. What a mock cloud in memory takes; S3 takes far more."""

_STS_VERSION = "2011-06-15"
_GLOBAL = "aws-global"
_HOST = re.compile(r"(?:[^/]+\.)?([a-z0-9-]+)\.([a-z]{2}(?:-[a-z]+)+-[0-9])\.amazonaws\.com")


def read(request: HttpRequest, cloud: Cloud) -> Call:
    """The call that a request makes.

    Raises `Refused`: a body too large, a signature that cannot be read, a service or operation that there is not, a
    body that is not what its operation takes.
    """
    if len(request.body) > MAXIMUM_BODY:
        raise _too_large(request)
    signature = signature_of(request)
    service = signature.service if signature else "sts" if _is_sts(request) else "s3"
    try:
        operation, parameters = cloud.router.read(request, service)
    except LookupError:
        raise _unknown(request, service) from None
    except ValueError as error:
        raise _malformed(service, str(error)) from None
    region, endpoint = _door(request, service, signature)
    return Call(request, service, operation, region, endpoint, parameters, signature, cloud.now)


def service_of(request: HttpRequest) -> str:
    """The service that a request is for, as far as it can be told without a signature."""
    try:
        signature = signature_of(request)
    except Refused:
        signature = None
    if signature is not None:
        return signature.service
    host = _HOST.fullmatch(request.host.partition(":")[0])
    if host is not None:
        return host[1]
    return "sts" if _is_sts(request) else "s3"


def _is_sts(request: HttpRequest) -> bool:
    """Unsigned calls carry no scope. STS's carry its API version; the others that may be unsigned are S3's."""
    if request.host.startswith("sts.") or f"Version={_STS_VERSION}" in request.query:
        return True
    return b"Version=" + _STS_VERSION.encode() in request.body[:MAXIMUM_BODY] and (
        request.header("content-type") or ""
    ).startswith("application/x-www-form-urlencoded")


def _door(request: HttpRequest, service: str, signature: Signature | None) -> tuple[str, str]:
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


def _too_large(request: HttpRequest) -> Refused:
    says = f"The body is larger than the {MAXIMUM_BODY:,} bytes that are taken here."
    if service_of(request) == "s3":
        return Refused(Refusal("EntityTooLarge", says, 400))
    return Refused(Refusal("RequestEntityTooLargeException", says, 413))


def _unknown(request: HttpRequest, service: str) -> Refused:
    named = request.header("x-amz-target")
    if named is not None:
        return Refused(Refusal("UnknownOperationException", f"{service} has no operation {named[:100]!r}.", 400))
    form = parse_qs(request.query) or parse_qs(request.body[:2000].decode("latin-1"))
    action = form.get("Action", [""])[0]
    if action:
        version = form.get("Version", [""])[0]
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


def _malformed(service: str, why: str) -> Refused:
    if service == "s3":
        return Refused(
            Refusal(
                "MalformedXML",
                "The XML you provided was not well-formed or did not validate against our published schema",
                400,
            )
        )
    if service in ("sts", "iam", "sns", "ec2"):
        return Refused(Refusal("MalformedInput", why, 400))
    return Refused(Refusal("SerializationException", why, 400))
