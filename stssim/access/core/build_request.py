"""The request that moto is given: serialized anew from the parameters that were judged, by botocore's own serializers.

Nothing that a client wrote is in it but as a parameter: no header that the model does not know, no second operation, no
body but the one that the model has. Where moto's reading of such a request differs from the model, it is said here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote_plus, urlencode

from stssim.arn import Arn
from stssim.call import Call, Caller
from stssim.service_models import operation_model, query_model

_LONGEST_POLL = 20
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
_OF_THE_BODY_SENT = "ContentMD5"
"""Not of the body that moto gets."""
_PLACE_HOLDER = "stssim"
"""moto takes a body for a form, and headers for parameters, where nothing is in the query."""


@dataclass(frozen=True, slots=True)
class MotoRequest:
    """A request for moto, in the parts that it takes. `headers` have lower-case names; `is_form` says whether the body
    is one.
    """

    method: str
    host: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    is_form: bool


def build_request(call: Call, caller: Caller, resource_account: str) -> MotoRequest:
    """What moto is to answer: this call and no other, in the account whose resource it is about."""
    model = _model(call)
    serialized = _serializer(call.protocol).serialize_to_request(_parameters(call, caller, model), model)
    path, words = _split(serialized["url_path"])
    pairs = [*words, *_pairs(serialized["query_string"])]
    headers = {name.lower(): value for name, value in serialized["headers"].items()}
    body = _body(call, serialized["body"])
    if call.protocol in ("json", "rest-json") and not pairs:
        pairs = [(_PLACE_HOLDER, "")]
    query = "&".join(name if value is None else f"{quote_plus(name)}={quote_plus(value)}" for name, value in pairs)
    headers |= {
        "host": _host(call),
        "x-moto-account-id": resource_account,
        "authorization": _authorization(call, caller),
        "content-length": str(len(body)),
    }
    target = f"{path}?{query}" if query else path
    return MotoRequest(serialized["method"], headers["host"], target, headers, body, call.protocol in ("query", "ec2"))


def _model(call: Call) -> Any:
    if call.protocol == "query":
        return query_model(call.service).operation_model(call.operation)
    return operation_model(call.service, call.operation)


@cache
def _serializer(protocol: str) -> Any:
    from botocore.serialize import create_serializer

    return create_serializer(protocol, include_validation=False)


def _parameters(call: Call, caller: Caller, model: Any) -> Mapping[str, Any]:
    """The parameters, with the body where it is one of them."""
    given = {name: value for name, value in call.parameters.items() if name != _OF_THE_BODY_SENT}
    payload = model.input_shape.serialization.get("payload") if model.input_shape else None
    if payload is not None and model.input_shape.members[payload].type_name in ("blob", "string"):
        given[payload] = call.body.data
    if call.service == "iam" and caller.kind == "user" and call.operation in _ABOUT_ONESELF:
        # IAM takes a missing UserName to mean the caller; moto knows long-term keys only.
        given.setdefault("UserName", Arn.parse(caller.arn).name)
    if call.name == "sqs:ReceiveMessage" and 0 <= given.get("WaitTimeSeconds", 0) <= _LONGEST_POLL:
        # A long poll would keep everybody else out of the Lab, so it comes back at once. (AWS takes 0 to 20 seconds.)
        given["WaitTimeSeconds"] = 0
    return given


def _split(url_path: str) -> tuple[str, list[tuple[str, str | None]]]:
    """The path, and the words of the operation in its query: `/reports?acl`."""
    path, _, query = url_path.partition("?")
    words = (word.partition("=") for word in query.split("&") if word)
    return path, [(name, value if equals else None) for name, equals, value in words]


def _pairs(query: Any) -> list[tuple[str, str | None]]:
    if not query:
        return []
    found: list[tuple[str, str | None]] = []
    for name, value in query.items():
        found += [(name, str(each)) for each in (value if isinstance(value, list) else [value])]
    return found


def _body(call: Call, body: Any) -> bytes:
    """As bytes. In JSON, what means something in a form is written as an escape: moto looks into every body for one."""
    if isinstance(body, Mapping):
        return urlencode(body).encode()
    data: bytes = body.encode() if isinstance(body, str) else bytes(body or b"")
    if call.protocol == "json":
        return data.replace(b"&", b"\\u0026").replace(b"=", b"\\u003d")
    return data


def _host(call: Call) -> str:
    """A host of AWS's, by which moto knows the service and the Region."""
    return "iam.amazonaws.com" if call.service == "iam" else f"{call.service}.{call.region}.amazonaws.com"


def _authorization(call: Call, caller: Caller) -> str:
    """Always there and always the caller's own, for moto's GetUser and its like ask it who is calling."""
    key = (caller.access_key_id or "").ljust(20, "0")
    return (
        f"AWS4-HMAC-SHA256 Credential={key}/20260101/{call.region}/{call.service}/aws4_request, "
        "SignedHeaders=host, Signature=0"
    )
