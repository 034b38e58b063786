"""The request that moto is handed. It is built from the call that was judged, so that moto can do nothing else.

A request may name one operation in its query and another in its body, or ask for two things at once. The gate reads
one call off it; moto would read it by rules of its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import unquote, urlencode

from stssim.access.core.routing import at_aws, form, name_at_moto
from stssim.call import Call, Caller
from stssim.service_models import operation_model

_LONGEST_POLL = 20
_FORM = "application/x-www-form-urlencoded; charset=utf-8"
_LEFT_OUT = {
    "authorization",
    "content-length",
    "expect",
    "host",
    "transfer-encoding",
    "x-amz-content-sha256",
    "x-amz-date",
    "x-amz-decoded-content-length",
    "x-amz-security-token",
    "x-amz-trailer",
    "x-moto-account-id",
}
_COPYING = {"s3:CopyObject", "s3:UploadPartCopy"}
_ABOUT_ONESELF = {
    "CreateAccessKey",
    "DeactivateMFADevice",
    "DeleteAccessKey",
    "GetUser",
    "ListAccessKeys",
    "ListMFADevices",
    "ListSigningCertificates",
    "UpdateAccessKey",
}


@dataclass(frozen=True, slots=True)
class MotoRequest:
    """A request for moto, in the parts that it takes."""

    method: str
    host: str
    target: str
    headers: Mapping[str, str]
    body: bytes


def build_request(call: Call, caller: Caller, resource_account: str, body: bytes) -> MotoRequest:
    """What moto is to answer: this call and no other, `body` its payload, in the account whose resource it is about."""
    request = call.request
    host, target = at_aws(request, call.service, call.region)
    path, _, query = target.partition("?")
    method, headers = request.method, dict(_headers(call))
    fields = form(request, call.service)
    if fields is not None:
        method, target = "POST", path
        body = urlencode(_completed(call, caller, fields)).encode()
        headers["content-type"] = _FORM
        headers.pop("x-amz-target", None)
    elif request.header("x-amz-target") is not None:
        target, body = path, _not_waiting(call, body)
    else:
        kept = "&".join(_of_the_operation(call, query))
        target = f"{path}?{kept}" if kept else path
    headers |= {
        "host": host,
        "x-moto-account-id": resource_account,
        "authorization": _authorization(call, caller),
        "content-length": str(len(body)),
    }
    return MotoRequest(method, host, target, headers, body)


def _headers(call: Call) -> Iterator[tuple[str, str]]:
    """The first of each name, for that is the one that the gate has read."""
    for name, value in dict(reversed(call.request.headers)).items():
        if name == "content-encoding":
            value = ",".join(part for part in value.split(",") if part.strip() != "aws-chunked")
        if name.startswith("x-amz-copy-source") and call.name not in _COPYING:
            continue
        if name not in _LEFT_OUT and value:
            yield name, value


def _of_the_operation(call: Call, query: str) -> Iterator[str]:
    """What the operation's model says that its query has: the words that name it, and its parameters, each once."""
    fixed, names = _query_of(name_at_moto(call.request, call.service), call.operation)
    yield from fixed
    seen = set()
    for part in query.split("&"):
        name = unquote(part.partition("=")[0])
        if name in names and name not in seen:
            seen.add(name)
            yield part


@cache
def _query_of(service: str, operation: str) -> tuple[tuple[str, ...], frozenset[str]]:
    model: Any = operation_model(service, operation)
    fixed = model.http["requestUri"].partition("?")[2]
    members = model.input_shape.members.values() if model.input_shape else ()
    sent = [member.serialization for member in members]
    names = frozenset(each["name"] for each in sent if each.get("location") == "querystring")
    return tuple(fixed.split("&")) if fixed else (), names


def _authorization(call: Call, caller: Caller) -> str:
    """Always there and always the caller's own, for moto's GetUser and its like ask it who is calling."""
    key = (caller.access_key_id or "").ljust(20, "0")
    return (
        f"AWS4-HMAC-SHA256 Credential={key}/20260101/{call.region}/{call.service}/aws4_request, "
        "SignedHeaders=host, Signature=0"
    )


def _completed(call: Call, caller: Caller, fields: Mapping[str, str]) -> Mapping[str, str]:
    """IAM takes a missing UserName to mean the caller; moto knows long-term keys only, so it is told."""
    if call.service == "iam" and caller.kind == "user" and call.operation in _ABOUT_ONESELF:
        return {"UserName": caller.arn.rpartition("/")[2], **fields}
    if _polls_too_long(call):
        return {**fields, "WaitTimeSeconds": "0"}
    return fields


def _not_waiting(call: Call, body: bytes) -> bytes:
    return json.dumps({**json.loads(body), "WaitTimeSeconds": 0}).encode() if _polls_too_long(call) else body


def _polls_too_long(call: Call) -> bool:
    """A long poll would keep everybody else out of the Lab, so it comes back at once. (AWS takes 0 to 20 seconds.)"""
    wait = call.parameters.get("WaitTimeSeconds", 0)
    return call.name == "sqs:ReceiveMessage" and isinstance(wait, int) and 0 <= wait <= _LONGEST_POLL
