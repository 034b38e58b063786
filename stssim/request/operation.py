"""What a request asks for: the operation, its parameters, and what the operation does not know. The only reader of it.

A request may name one operation in its query and another in its body, or one thing twice. There is one reading, here,
and what is done later is made of it alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

from stssim.call import Body, HttpRequest, Protocol
from stssim.request.protocols import UnknownOperation, json_body, query, rest
from stssim.service_models import operation_model, query_model, service_model

FORM = "application/x-www-form-urlencoded"
_OF_ONE_VERSION = ("iam", "sts")
"""Services of which there has been one version ever, and which know no operation of another."""
_SIGNATURE = frozenset(
    {
        "AWSAccessKeyId",
        "Expires",
        "Signature",
        "SignatureMethod",
        "SignatureVersion",
        "Timestamp",
        "X-Amz-Algorithm",
        "X-Amz-Credential",
        "X-Amz-Date",
        "X-Amz-Expires",
        "X-Amz-Security-Token",
        "X-Amz-Signature",
        "X-Amz-SignedHeaders",
        "x-amz-security-token",
    }
)
_OF_EVERY_FORM = frozenset({"Action", "Version", "SecurityToken"}) | _SIGNATURE
_OF_EVERY_HEADER = _SIGNATURE | {
    "x-amz-content-sha256",
    "x-amz-date",
    "x-amz-decoded-content-length",
    "x-amz-security-token",
    "x-amz-trailer",
    "x-amz-user-agent",
}
_QUEUE = re.compile(r"/([0-9]{12})/([\w-]{1,80}(?:\.fifo)?)")
_COPY_SOURCE = re.compile(r"/?([^/?]+)/(.+)", re.DOTALL)
_NOT_OUR_MODEL = ("DynamoDBStreams_",)


class Asked(NamedTuple):
    """`ignored` are words for what the request has besides."""

    operation: str
    parameters: Mapping[str, Any]
    protocol: Protocol
    ignored: tuple[str, ...]


def asked_of(request: HttpRequest, body: Body, service: str) -> Asked:
    """Raises `UnknownOperation` for an unknown service or operation, `ValueError` for what is not of its types."""
    model = _model(request, service)
    protocol = _protocol(request, model)
    if protocol in ("query", "ec2"):
        return _form(request, body, service, protocol)
    if protocol == "json":
        return _json(request, body, service, model)
    return _rest(request, body, service, protocol)


def _model(request: HttpRequest, service: str) -> Any:
    """botocore's model of the service. Raises `UnknownOperation` for what is another service's under the same name."""
    from botocore.exceptions import DataNotFoundError

    target = request.header("x-amz-target") or ""
    if target.startswith(_NOT_OUR_MODEL):
        raise UnknownOperation(target)
    if service == "s3" and request.header("x-amz-account-id") is not None and request.path.startswith("/v20180820/"):
        raise UnknownOperation("s3control")
    try:
        return service_model(service)
    except DataNotFoundError:
        raise UnknownOperation(service) from None


def _protocol(request: HttpRequest, model: Any) -> Protocol:
    """The one protocol of the service; of several, the one that the request is in.

    A service that once spoke the query protocol still does: SQS, by its model; CloudWatch, by the list there.
    """
    spoken = [model.protocol, *model.metadata.get("protocols", ())]
    if model.metadata.get("awsQueryCompatible") is not None:
        spoken.append("query")
    if "query" in spoken and "json" in spoken:
        in_form = is_form(request) or (request.header("x-amz-target") is None and "Action=" in request.query)
        return "query" if in_form else "json"
    protocol: Protocol = next(each for each in ("ec2", "query", "json", "rest-json", "rest-xml") if each in spoken)
    return protocol


def is_form(request: HttpRequest) -> bool:
    """Whether the body is a form, whatever the case and the parameters of its content type."""
    return (request.header("content-type") or "").partition(";")[0].strip().lower() == FORM


def _form(request: HttpRequest, body: Body, service: str, protocol: Protocol) -> Asked:
    """The fields of the query and of the body, if that is a form; of each name the first."""
    try:
        sent = body.data.decode() if is_form(request) else ""
    except UnicodeDecodeError:
        raise ValueError("The parameters are not UTF-8.") from None
    fields = query.fields_of(request.query, sent)
    operation, ec2 = fields.get("Action", ""), protocol == "ec2"
    model = query_model(service)
    if operation not in model.operation_names:
        raise UnknownOperation(operation)
    if service in _OF_ONE_VERSION and fields.get("Version") != model.metadata["apiVersion"]:
        raise UnknownOperation(operation)
    shape = model.operation_model(operation).input_shape
    parameters = query.parameters(shape, fields, ec2=ec2)
    if service == "sqs":
        parameters = _with_queue(request, shape, parameters)
    strangers = (name for name in query.unknown(shape, fields, ec2=ec2) if name not in _OF_EVERY_FORM)
    return Asked(operation, parameters, protocol, tuple(f"parameter {name}" for name in strangers))


def _with_queue(request: HttpRequest, shape: Any, parameters: dict[str, Any]) -> dict[str, Any]:
    """SQS's older clients name the queue by the path: `POST /111122223333/orders`."""
    path = _QUEUE.fullmatch(request.path)
    if path is None or shape is None or "QueueUrl" not in shape.members or "QueueUrl" in parameters:
        return parameters
    scheme = "https" if request.secure else "http"
    return {**parameters, "QueueUrl": f"{scheme}://{request.host}{request.path}"}


def _json(request: HttpRequest, body: Body, service: str, model: Any) -> Asked:
    prefix, _, operation = (request.header("x-amz-target") or "").rpartition(".")
    if prefix != model.metadata.get("targetPrefix") or operation not in model.operation_names:
        raise UnknownOperation(operation)
    shape = operation_model(service, operation).input_shape
    document = json_body.document(body.data)
    if shape is None:
        return Asked(operation, {}, "json", ())
    strangers = tuple(f"member {path}" for path in json_body.unknown(shape, document))
    return Asked(operation, json_body.value(shape, document), "json", strangers)


def _rest(request: HttpRequest, body: Body, service: str, protocol: Protocol) -> Asked:
    path = f"/{bucket}{request.path}" if service == "s3" and (bucket := bucket_of_host(request.host)) else request.path
    headers = rest.first_of_each(request.headers)
    asked = rest.RestRequest(request.method, path, rest.query_pairs(request.query), headers, body.data)
    operation, labels = rest.match(service, asked)
    parameters = rest.parameters(service, operation, labels, asked)
    strangers = tuple(rest.unknown(service, operation, asked, _OF_EVERY_HEADER))
    return Asked(operation, dict(_of_s3(parameters)) if service == "s3" else parameters, protocol, strangers)


def bucket_of_host(host: str) -> str | None:
    """The bucket that is named in front of S3's own host: `reports.s3.eu-west-1.amazonaws.com`."""
    labels = host.partition(":")[0].lower().rstrip(".").split(".")
    if labels[-1] == "localhost":
        labels.pop()
        if labels[-1:] == ["s3"]:
            labels.pop()
        return ".".join(labels) or None
    if labels[-2:] != ["amazonaws", "com"]:
        return None
    for at in range(len(labels) - 3, max(len(labels) - 7, 0), -1):
        if labels[at] == "s3" or (labels[at].startswith("s3-") and not labels[at].startswith("s3-control")):
            return ".".join(labels[:at]) or None
    return None


def _of_s3(parameters: Mapping[str, Any]) -> Any:
    """S3's parameters without what the transport has put among them, and a source that is read one way only."""
    for name, value in parameters.items():
        if name == "ContentLength":
            continue
        if name == "ContentEncoding":
            value = ",".join(part for part in value.split(",") if part.strip() != "aws-chunked")
            if not value:
                continue
        yield name, _copy_source(value) if name == "CopySource" else value


def _copy_source(text: str) -> str:
    """`bucket/key?versionId=...`, of which only the version is not percent-encoded as a path is; one slash may stand
    before. Whatever else is in it belongs to the key.

    Raises `ValueError` for a source that names no bucket or no key.
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
    """
    path, mark, version = text.rpartition("?versionId=")
    try:
        named = _COPY_SOURCE.fullmatch(unquote(path if mark else version, errors="strict"))
        version = unquote(version, errors="strict")
    except UnicodeDecodeError:
        raise ValueError("The copy source is not UTF-8.") from None
    if named is None:
        raise ValueError("The copy source names no bucket or no key.")
    source = f"{quote(named[1], safe='')}/{quote(named[2], safe='/')}"
    return f"{source}?versionId={quote(version, safe='')}" if mark else source
