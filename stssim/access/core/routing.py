"""The operation that a request asks for and its parameters, by moto's router and parsers, which work from botocore's
models.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

from stssim.access.core.moto_request import moto_request
from stssim.aws_chunked import payload
from stssim.call import HttpRequest
from stssim.service_models import SIGNED_AS, service_data, service_model

_MOST_FIELDS = 5000
_INTEGER = re.compile("[+-]?[0-9]{1,40}")
_LARGEST = 2**31
_OF_ONE_VERSION = ("iam", "sts")
"""Services of which there has been one version ever, and which know no operation of another."""
_BUCKET = re.compile(r"(.+?)\.(?:s3(?:[.-](?!control)[a-z0-9-]+)*\.amazonaws\.com|localhost)")
_OF_THE_TRANSPORT = (("ContentLength", 0), ("ContentEncoding", "aws-chunked"))


class MotoRouter:
    """The Router of every Lab: it keeps nothing."""

    def read(self, request: HttpRequest, service: str) -> tuple[str, Mapping[str, Any]]:
        """Raises `LookupError` for an unknown service or operation, `ValueError` for a body that is not one."""
        from werkzeug.exceptions import HTTPException

        try:
            fields = form(request, service)
            return _read_any(request, service) if fields is None else _read_query(fields, service)
        except (HTTPException, NotImplementedError):
            raise LookupError(service) from None
        except (LookupError, ValueError):
            raise
        except Exception as error:  # noqa: BLE001  moto's parsers raise anything for a body that they did not foresee
            raise ValueError(f"The body is not what the operation takes ({type(error).__name__}).") from None


def at_aws(request: HttpRequest, service: str, region: str) -> tuple[str, str]:
    """The host and the target at AWS that a request stands for, which a server on loopback has to make up.

    S3's buckets move from the host into the path: to moto, `logs.s3.amazonaws.com` is CloudWatch Logs.
    """
    host = request.host.partition(":")[0].lower()
    if service == "s3":
        bucket = _BUCKET.fullmatch(host)
        return f"s3.{region}.amazonaws.com", f"/{bucket[1]}{request.target}" if bucket else request.target
    if host.endswith(".amazonaws.com"):
        return host, request.target
    return "iam.amazonaws.com" if service == "iam" else f"{service}.{region}.amazonaws.com", request.target


def form(request: HttpRequest, service: str) -> Mapping[str, str] | None:
    """The fields of a request in the query protocol, of each name the first; None for another protocol.

    Raises `ValueError` for a form that cannot be read.
    """
    content_type = request.header("content-type") or ""
    is_form = content_type.startswith("application/x-www-form-urlencoded")
    if service == "s3" or not (is_form or "Action=" in request.query):
        return None
    try:
        text = f"{request.query}&{request.body.decode()}"
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict")
    except UnicodeDecodeError:
        raise ValueError("The parameters are not UTF-8.") from None
    return dict(reversed(pairs))


def _read_query(values: Mapping[str, str], service: str) -> tuple[str, Mapping[str, Any]]:
    """The query protocol, without a request object: the form has it all."""
    from moto.core.parse import PROTOCOL_PARSERS

    model = _model(service)
    operation = model.operation_model(_known(values.get("Action", ""), model.operation_names))
    if service in _OF_ONE_VERSION and values.get("Version") != model.api_version:
        raise LookupError(operation.name)
    parser: Any = PROTOCOL_PARSERS["ec2" if service == "ec2" else "query"](operation)
    _require_integers(operation.input_shape, values)
    return operation.name, parser.parse({"values": values})


def _require_integers(shape: Any, values: Mapping[str, str]) -> None:
    """Raises `ValueError` for a number that is none to AWS, which took `+900` and `0900` of 32 bits and no space beside
    them: recorded of GetSessionToken's DurationSeconds in September 2026.
    """
    for name, member in shape.members.items() if shape else ():
        given = values.get(name) if member.type_name == "integer" else None
        if given is not None and not (_INTEGER.fullmatch(given) and -_LARGEST <= int(given) < _LARGEST):
            raise ValueError(f"The parameter {name} must be an integer of 32 bits, and {given[:40]!r} is not.")


def _read_any(request: HttpRequest, service: str) -> tuple[str, Mapping[str, Any]]:
    from moto.core.parse import PROTOCOL_PARSERS
    from moto.core.request import determine_request_protocol
    from moto.core.routing import get_service_router

    name = name_at_moto(request, service)
    host, target = at_aws(request, service, "us-east-1")
    if service == "s3":
        target = _naming_subresources(target)
    body = payload(request)
    if body and request.header("x-amz-target") is not None:
        json.loads(body)
    read = moto_request(request.method, host, target, {**dict(reversed(request.headers)), "host": host}, body)
    model = _model(name)
    operation, from_path = get_service_router(name).match(read)
    _known(operation.name, service_model(name).operation_names)
    parser: Any = PROTOCOL_PARSERS[determine_request_protocol(model, read.content_type)](operation)
    asked = parser.parse(
        {
            "query_string": read.query_string,
            "headers": read.headers,
            "body": b"" if _is_a_file(operation) else read.data,
            "url_params": from_path,
            "values": read.values,
            "method": read.method,
        }
    )
    return operation.name, {
        member: value
        for member, value in asked.items()
        if value is not None and (member, value) not in _OF_THE_TRANSPORT
    }


def _is_a_file(operation: Any) -> bool:
    """Whether the body is a document of the caller's own, which is no parameter to be shown."""
    shape = operation.input_shape
    payload = shape.serialization.get("payload") if shape else None
    return payload is not None and shape.members[payload].type_name in ("blob", "string")


def _naming_subresources(target: str) -> str:
    """S3 goes by the name of a subresource, whatever value is given to it: `?acl=1` is `?acl`."""
    path, _, query = target.partition("?")
    if not query:
        return target
    parts = ((part.partition("=")[0], part) for part in query.split("&"))
    return f"{path}?{'&'.join(name if name in _subresources() else part for name, part in parts)}"


@cache
def _subresources() -> frozenset[str]:
    model = service_model("s3")
    queries = (model.operation_model(name).http["requestUri"].partition("?")[2] for name in model.operation_names)
    return frozenset(word for query in queries for word in query.split("&") if word and "=" not in word)


def name_at_moto(request: HttpRequest, service: str) -> str:
    """The service by the name under which its model is found. Raises `LookupError` for what moto would take for it."""
    target = request.header("x-amz-target") or ""
    if target.startswith("DynamoDBStreams_"):
        raise LookupError("dynamodbstreams")
    if service == "ses" and request.path.startswith("/v2/"):
        return "sesv2"
    if service == "s3" and request.header("x-amz-account-id") is not None and request.path.startswith("/v20180820/"):
        raise LookupError("s3control")
    return SIGNED_AS.get(service, service)


def _model(service: str) -> Any:
    from botocore.exceptions import DataNotFoundError
    from moto.core.utils import get_service_model

    if service == "sts":
        return _model_of_sts()
    try:
        return get_service_model(SIGNED_AS.get(service, service))
    except DataNotFoundError:
        raise LookupError(service) from None


@cache
def _model_of_sts() -> Any:
    """No call to STS reaches moto, so there is no need that moto reads its model a second time."""
    from moto.core.model import ServiceModel

    return ServiceModel(service_data("sts"), "sts")


def _known(action: str, names: Any) -> str:
    if action not in names:
        raise LookupError(action)
    return action
