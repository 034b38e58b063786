"""Handing a call to moto. What moto is handed is built, not forwarded: moto must not judge, only answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import quote_plus

from stssim.access.dispatching import dispatch
from stssim.access.routing import at_aws
from stssim.call import Call, Caller, HttpReply, HttpRequest, Refusal, Refused

_SIGNING_QUERY = ("x-amz-", "awsaccesskeyid=", "signature=", "expires=")
_LONGEST_POLL = 20
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


def answer(call: Call, caller: Caller, resource_account: str, body: bytes) -> HttpReply:
    """moto's answer to a call that was let through, in the account whose resource it is about.

    Raises `Refused` (`NotImplemented`, 501) where moto has no answer of its own.
    """
    request = call.request
    if call.service == "iam" and caller.kind == "user":
        body = _name_the_caller(call, caller, body)
    elif call.name == "sqs:ReceiveMessage":
        body = _not_waiting(call, body)
    headers = dict(_headers(request))
    host, target = at_aws(request, call.service, call.region)
    headers |= {
        "host": host,
        "x-moto-account-id": resource_account,
        "authorization": _authorization(call, caller),
        "content-length": str(len(body)),
    }
    try:
        replied = dispatch(request.method, host, _without_signature(target), headers, body)
    except NotImplementedError as error:
        raise Refused(_unanswered(call, str(error))) from None
    except Exception as error:
        raise Refused(_unanswered(call, f"{type(error).__name__}: {error}")) from error
    if replied is None:
        raise Refused(_unanswered(call, ""))
    status, reply_headers, text = replied
    content = text.encode() if isinstance(text, str) else text
    return HttpReply(status, tuple((str(name).lower(), str(value)) for name, value in reply_headers.items()), content)


def _headers(request: HttpRequest) -> Iterator[tuple[str, str]]:
    for name, value in request.headers:
        if name == "content-encoding":
            value = ",".join(part for part in value.split(",") if part.strip() != "aws-chunked")
        if name not in _LEFT_OUT and value:
            yield name, value


def _without_signature(target: str) -> str:
    path, _, query = target.partition("?")
    kept = "&".join(part for part in query.split("&") if not part.lower().startswith(_SIGNING_QUERY))
    return f"{path}?{kept}" if kept else path


def _authorization(call: Call, caller: Caller) -> str:
    """Always there and always the caller's own, for moto's GetUser and its like ask it who is calling."""
    key = (caller.access_key_id or "").ljust(20, "0")
    return (
        f"AWS4-HMAC-SHA256 Credential={key}/20260101/{call.region}/{call.service}/aws4_request, "
        "SignedHeaders=host, Signature=0"
    )


def _name_the_caller(call: Call, caller: Caller, body: bytes) -> bytes:
    """IAM takes a missing UserName to mean the caller; moto knows long-term keys only, so it is told."""
    if "UserName" in call.parameters or call.operation not in _ABOUT_ONESELF:
        return body
    return body + b"&UserName=" + quote_plus(caller.arn.rpartition("/")[2]).encode()


def _not_waiting(call: Call, body: bytes) -> bytes:
    """A long poll would keep everybody else out of the Lab, so it comes back at once. (AWS takes 0 to 20 seconds.)"""
    wait = call.parameters.get("WaitTimeSeconds", 0)
    if not isinstance(wait, int) or not 0 <= wait <= _LONGEST_POLL:
        return body
    if call.request.header("x-amz-target") is None:
        return b"WaitTimeSeconds=0&" + body
    return json.dumps(json.loads(body) | {"WaitTimeSeconds": 0}).encode()


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


def _unanswered(call: Call, why: str) -> Refusal:
    says = f"The mock cloud behind stssim has no answer for {call.name}"
    return Refusal("NotImplemented", f"{says}: {why}" if why else f"{says}.", 501)
