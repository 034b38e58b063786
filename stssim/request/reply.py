"""What goes back over the wire: STS's results as XML, or as JSON for who asks for it, and refusals in the dialect that
the request was made in.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import chain
from typing import Any
from xml.sax.saxutils import escape

from stssim.call import Call, HttpReply, HttpRequest, Refusal
from stssim.request.authorization_header import service_of
from stssim.request_ids import id_of, s3_ids
from stssim.service_models import operation_model

_STS_NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"
_NAMESPACES = {
    "sts": _STS_NAMESPACE,
    "iam": "https://iam.amazonaws.com/doc/2010-05-08/",
    "sns": "http://sns.amazonaws.com/doc/2010-03-31/",
    "route53": "https://route53.amazonaws.com/doc/2013-04-01/",
    "cloudfront": "http://cloudfront.amazonaws.com/doc/2020-05-31/",
}
_NOT_XML = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f]|[\ud800-\udfff]|[\ufffe\uffff]")
_XML = ("content-type", "text/xml")
_JSON = ("application/x-amz-json-1.0", "application/x-amz-json-1.1", "application/json")
_EXCEPTIONS = {
    "IncompleteSignature": "IncompleteSignatureException",
    "MissingAuthenticationToken": "MissingAuthenticationTokenException",
    "SignatureDoesNotMatch": "InvalidSignatureException",
}
"""What JSON's services call the errors of a signature that could not be read."""


def reply(call: Call, result: Mapping[str, Any]) -> HttpReply:
    """STS's reply: the result of one of its operations, under botocore's names.

    As XML, or as JSON to a request that accepts that: aws-iam-authenticator, which takes a presigned GetCallerIdentity
    for proof of who somebody is, asks for it.
    """
    name = call.operation
    shape = operation_model(call.service, name).output_shape
    request_id = id_of(call.request)
    if _asks_for_json(call.request):
        told = {f"{name}Result": _plain(shape, result)} if shape else {}
        return _as_json(200, request_id, {f"{name}Response": told | {"ResponseMetadata": {"RequestId": request_id}}})
    inner = f"<{name}Result>{''.join(_members(shape, result))}</{name}Result>" if shape else ""
    text = (
        f'<{name}Response xmlns="{_STS_NAMESPACE}">{inner}'
        f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></{name}Response>"
    )
    return HttpReply(200, (_XML, ("x-amzn-requestid", request_id)), text.encode())


def refuse(asked: Call | HttpRequest, refusal: Refusal) -> HttpReply:
    """The reply to a call that was refused, or to a request that is none."""
    request = asked.request if isinstance(asked, Call) else asked
    service = asked.service if isinstance(asked, Call) else service_of(request)
    request_id = id_of(request)
    content_type = request.header("content-type") or ""
    if request.header("smithy-protocol") == "rpc-v2-cbor":
        return _cbor(refusal, request_id)
    if request.header("x-amz-target") is not None or "json" in content_type:
        return _json(refusal, request_id, content_type if content_type in _JSON else _JSON[0])
    if service == "s3":
        return _s3(request, refusal)
    if service == "ec2":
        inner = f"<Errors><Error>{_code_and_message(refusal)}</Error></Errors><RequestID>{request_id}</RequestID>"
        return _xml(refusal, request_id, f'<?xml version="1.0" encoding="UTF-8"?><Response>{inner}</Response>')
    if (
        "Action=" in request.query
        or content_type.startswith("application/x-www-form-urlencoded")
        or service in _NAMESPACES
    ):
        kind = "Sender" if refusal.status < 500 else "Receiver"
        if service == "sts" and _asks_for_json(request):
            told = {"Code": refusal.code, "Message": refusal.message, "Type": kind}
            return _as_json(refusal.status, request_id, {"Error": told, "RequestId": request_id})
        where = f' xmlns="{_NAMESPACES[service]}"' if service in _NAMESPACES else ""
        inner = f"<Error><Type>{kind}</Type>{_code_and_message(refusal)}</Error><RequestId>{request_id}</RequestId>"
        return _xml(refusal, request_id, f"<ErrorResponse{where}>{inner}</ErrorResponse>")
    return _json(refusal, request_id, "application/json")


def _s3(request: HttpRequest, refusal: Refusal) -> HttpReply:
    detail = "".join(f"<{name}>{_text(value)}</{name}>" for name, value in refusal.detail.items())
    request_id, host_id = s3_ids(request)
    ids = f"<RequestId>{request_id}</RequestId><HostId>{host_id}</HostId>"
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>{_code_and_message(refusal)}{detail}{ids}</Error>'
    headers = (("content-type", "application/xml"), ("x-amz-request-id", request_id), ("x-amz-id-2", host_id))
    return HttpReply(refusal.status, headers, b"" if request.method == "HEAD" else text.encode())


def _xml(refusal: Refusal, request_id: str, text: str) -> HttpReply:
    return HttpReply(refusal.status, (_XML, ("x-amzn-requestid", request_id)), text.encode())


def _asks_for_json(request: HttpRequest) -> bool:
    return "application/json" in (request.header("accept") or "")


def _as_json(status: int, request_id: str, told: Mapping[str, Any]) -> HttpReply:
    headers = (("content-type", "application/json"), ("x-amzn-requestid", request_id))
    return HttpReply(status, headers, json.dumps(told, separators=(",", ":")).encode())


def _json(refusal: Refusal, request_id: str, content_type: str) -> HttpReply:
    code = _EXCEPTIONS.get(refusal.code, refusal.code)
    body = {"__type": code, "message": refusal.message, **refusal.detail}
    headers = (("content-type", content_type), ("x-amzn-requestid", request_id), ("x-amzn-errortype", code))
    return HttpReply(refusal.status, headers, json.dumps(body).encode())


def _cbor(refusal: Refusal, request_id: str) -> HttpReply:
    """https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html"""
    body = {"__type": _EXCEPTIONS.get(refusal.code, refusal.code), "message": refusal.message, **refusal.detail}
    headers = (
        ("content-type", "application/cbor"),
        ("smithy-protocol", "rpc-v2-cbor"),
        ("x-amzn-requestid", request_id),
    )
    return HttpReply(
        refusal.status, headers, bytes([0xA0 + len(body)]) + b"".join(map(_cbor_text, chain(*body.items())))
    )


def _cbor_text(text: str) -> bytes:
    """A text string of RFC 8949, its length in four bytes."""
    coded = text.encode("utf-8", "replace")
    return b"\x7a" + len(coded).to_bytes(4, "big") + coded


def _code_and_message(refusal: Refusal) -> str:
    return f"<Code>{refusal.code}</Code><Message>{_text(refusal.message)}</Message>"


def _plain(shape: Any, value: Any) -> Any:
    """A result as JSON has it: times are seconds since 1970."""
    if value is None:
        return None
    if shape.type_name == "structure":
        return {name: _plain(member, value.get(name)) for name, member in shape.members.items()}
    if shape.type_name == "list":
        return [_plain(shape.member, item) for item in value]
    return value.timestamp() if isinstance(value, datetime) else value


def _members(shape: Any, value: Mapping[str, Any]) -> Iterator[str]:
    for name, member in shape.members.items():
        given = value.get(name)
        if given is not None:
            yield f"<{name}>{_inside(member, given)}</{name}>"


def _inside(shape: Any, value: Any) -> str:
    if shape.type_name == "structure":
        return "".join(_members(shape, value))
    if shape.type_name == "list":
        return "".join(f"<member>{_inside(shape.member, item)}</member>" for item in value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    return _text(str(value).lower() if isinstance(value, bool) else str(value))


def _text(text: str) -> str:
    return escape(_NOT_XML.sub("\ufffd", text))
