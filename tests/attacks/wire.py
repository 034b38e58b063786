"""What an attacker sends: any bytes at all, signed as AWS's own SDK signs them.

A `Wire` is a request before it is signed. botocore serializes the honest one; what is put on top of it, or instead of
a part of it, is signed along with the rest unless a test says that it is not.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from typing import Any
from urllib.parse import quote, unquote, urlencode

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.model import OperationModel, ServiceModel
from botocore.serialize import create_serializer
from botocore.session import Session

from stssim import Lab
from stssim.call import HttpReply, HttpRequest
from stssim.lab.handles import Account, Handle

FORM = "application/x-www-form-urlencoded; charset=utf-8"
REGION = "us-east-1"


@dataclass(frozen=True)
class Wire:
    """A request as an attacker writes it. `headers` are signed, `unsigned` are added afterwards, both in order.

    `host` is the service's own endpoint unless given.
    """

    service: str
    method: str = "POST"
    target: str = "/"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    unsigned: tuple[tuple[str, str], ...] = ()
    host: str = ""
    region: str = REGION

    def plus(self, *headers: tuple[str, str]) -> Wire:
        """With these signed headers as well, after the others."""
        return replace(self, headers=(*self.headers, *headers))

    def beneath(self, *headers: tuple[str, str]) -> Wire:
        """With these signed headers as well, before the others."""
        return replace(self, headers=(*headers, *self.headers))

    def instead(self, name: str, value: str) -> Wire:
        """With this header in place of those that had its name."""
        return replace(self.without(name), headers=(*self.without(name).headers, (name, value)))

    def without(self, name: str) -> Wire:
        return replace(self, headers=tuple(each for each in self.headers if each[0].lower() != name.lower()))

    def asking(self, query: str) -> Wire:
        """With this query string, after what there is of one."""
        return replace(self, target=f"{self.target}{'&' if '?' in self.target else '?'}{query}")

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


@cache
def session() -> Session:
    return Session()


@cache
def model(service: str) -> ServiceModel:
    """The newest model that botocore has of this service."""
    return session().get_service_model(service)


def signing_name(service: str) -> str:
    return str(model(service).signing_name)


def endpoint(service: str, region: str = REGION) -> str:
    """The host that boto3 calls for this service."""
    prefix = str(model(service).endpoint_prefix)
    return {
        "iam": "iam.amazonaws.com",
        "organizations": "organizations.us-east-1.amazonaws.com",
        "account": "account.us-east-1.amazonaws.com",
    }.get(service, f"{prefix}.{region}.amazonaws.com")


def serialized(service: str, operation: str, parameters: Mapping[str, Any], protocol: str | None = None) -> Wire:
    """The honest request: what botocore sends for this call in this protocol (the service's own unless given)."""
    service_model = model(service)
    operation_model: OperationModel = service_model.operation_model(operation)
    serializer = create_serializer(protocol or service_model.resolved_protocol, include_validation=False)
    made = serializer.serialize_to_request(dict(parameters), operation_model)
    query = made["query_string"]
    target = made["url_path"]
    if query:
        pairs = query.items() if isinstance(query, Mapping) else query
        target += ("&" if "?" in target else "?") + urlencode(list(pairs), doseq=True, quote_via=quote, safe="-_.~")
    body = made["body"]
    if isinstance(body, dict):
        body = urlencode(body, doseq=True, quote_via=quote, safe="-_.~").encode()
    elif isinstance(body, str):
        body = body.encode()
    elif hasattr(body, "read"):
        body = body.read()
    headers = tuple((name, str(value)) for name, value in made["headers"].items())
    return Wire(service, made["method"], target, headers, bytes(body))


def signed(wire: Wire, key_id: str, secret: str, token: str | None = None, *, raw: bool = False) -> HttpRequest:
    """The request that arrives, with Signature Version 4 by botocore.

    Its canonical query is encoded anew, as AWS does with what it receives, and its canonical path normalized, but for
    S3; `raw`: both as they are sent.
    """
    host = wire.host or endpoint(wire.service, wire.region)
    path, mark, query = wire.target.partition("?")
    canonical = wire.target if raw else path + mark + "&".join(_encoded(pair) for pair in query.split("&") if pair)
    request = AWSRequest(wire.method, f"https://{host}{canonical}", data=wire.body)
    request.headers.add_header("Host", host)
    for name, value in wire.headers:
        request.headers.add_header(name, value)
    scheme = S3SigV4Auth if raw or wire.service in {"s3", "s3control"} else SigV4Auth
    scheme(Credentials(key_id, secret, token), signing_name(wire.service), wire.region).add_auth(request)
    headers = tuple((name.lower(), value) for name, value in request.headers.items())
    return HttpRequest(wire.method, host, wire.target, (*headers, *wire.unsigned), wire.body)


def _encoded(pair: str) -> str:
    name, _, value = pair.partition("=")
    return f"{quote(unquote(name), safe='-_.~')}={quote(unquote(value), safe='-_.~')}"


def lab_of(who: Handle) -> Lab:
    """The Lab in which this one is somebody."""
    assert isinstance(who._lab, Lab)
    return who._lab


@lru_cache(maxsize=32)
def administrator(home: Account, service: str) -> Any:
    """The client of this account's administrator, made once: that costs more than what it is used for."""
    return home.client(service)


def send(who: Handle, wire: Wire) -> HttpReply:
    """Signs as this one and hands the request to their Lab. Where a signature does not verify, the other way of
    signing an odd target is tried.
    """
    reply = who._lab.handle(signed(wire, *who._keys))
    if reply.status == 403 and b"SignatureDoesNotMatch" in reply.body:
        return who._lab.handle(signed(wire, *who._keys, raw=True))
    return reply


def send_request(who: Handle, request: HttpRequest) -> HttpReply:
    """Hands a request that is signed already to the Lab of this one."""
    return who._lab.handle(request)


@dataclass(frozen=True)
class RawReply:
    """What came back over a socket, as it stood there."""

    status: int
    head: bytes = field(repr=False)
    body: bytes = field(repr=False)


def over_a_socket(url: str, data: bytes, *, patience: float = 10.0) -> bytes:
    """What a server answers to these bytes, until it closes or is silent."""
    host, _, port = url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=patience) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while part := connection.recv(65536):
            answer += part
    return answer


def as_bytes(request: HttpRequest, *, target: str | None = None, chunked: bool = False) -> bytes:
    """The request as HTTP/1.1 writes it."""
    lines = [f"{request.method} {request.target if target is None else target} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in request.headers]
    if chunked:
        lines.append("transfer-encoding: chunked")
        body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(request.body), request.body) if request.body else b"0\r\n\r\n"
    else:
        if "content-length" not in dict(request.headers):
            lines.append(f"content-length: {len(request.body)}")
        body = request.body
    return "\r\n".join([*lines, "connection: close", "", ""]).encode("utf-8", "surrogateescape") + body


def form(pairs: Mapping[str, str] | Iterable[tuple[str, str]]) -> str:
    """`application/x-www-form-urlencoded`."""
    return urlencode(list(pairs.items()) if isinstance(pairs, Mapping) else list(pairs), quote_via=quote)


def multipart(pairs: Mapping[str, str], boundary: str = "boundary") -> tuple[str, bytes]:
    """The content type and the body of a `multipart/form-data` form."""
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in pairs.items()
    ]
    return f"multipart/form-data; boundary={boundary}", ("".join(parts) + f"--{boundary}--\r\n").encode()


def only(*actions: str, resource: str | list[str] = "*") -> dict[str, Any]:
    """An identity policy that allows this and nothing else."""
    return {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": resource}],
    }
