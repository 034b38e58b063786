"""The way in for boto3 in the same process: a `before-send` handler on clients of a botocore session of our own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import boto3
import botocore
from botocore import UNSIGNED
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config
from botocore.configprovider import BOTOCORE_DEFAUT_SESSION_VARIABLES
from botocore.credentials import Credentials
from botocore.session import Session

from stssim.call import HttpReply, HttpRequest
from stssim.service_models import loader

Handler = Callable[[HttpRequest], HttpReply]
Outgoing = Callable[[str, Mapping[str, Any]], Mapping[str, Any]]
"""Given the name of a call, e.g. `sts:AssumeRole`, and its parameters: the parameters to send instead."""
_STILL_READ = {"sts_regional_endpoints"}
_AGENT = f"Boto3/{boto3.__version__} Botocore/{botocore.__version__}"


def client(
    service: str,
    handle: Handler,
    *,
    access_key_id: str | None = None,
    secret: str | None = None,
    session_token: str | None = None,
    credentials: Credentials | None = None,
    region: str = "us-east-1",
    config: Config | None = None,
    outgoing: Outgoing | None = None,
) -> Any:
    """A real boto3 client whose requests go to `handle` instead of the network.

    It reads no profile and no configuration file, and of the environment only `AWS_STS_REGIONAL_ENDPOINTS`. Without a
    key or `credentials` it does not sign. `credentials` may be such as refresh themselves. What is to be sent passes
    `outgoing` before it is checked and signed. Its User-Agent names boto3 and not the machine: the same call is the
    same request everywhere.
    """
    unsigned = access_key_id is None and credentials is None
    settings = Config(user_agent=_AGENT, signature_version=UNSIGNED if unsigned else None)
    made = (_session() if credentials is None else _session_with(credentials)).client(
        service,
        region_name=region,
        aws_access_key_id=access_key_id,
        aws_secret_access_key=secret,
        aws_session_token=session_token,
        config=settings.merge(config) if config else settings,
    )
    made.meta.events.register_first("before-send", _door(handle))
    if outgoing is not None:
        made.meta.events.register_first("provide-client-params", _passed(service, outgoing))
    return made


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who makes a call through a shared client: where it goes, with which of botocore's credentials it is signed, and
    what its parameters pass before.
    """

    handle: Handler
    credentials: Any
    outgoing: Outgoing


_speaker: ContextVar[Speaker] = ContextVar("who calls through a shared client")


@contextmanager
def speaking(service: str, speaker: Speaker) -> Iterator[Any]:
    """A boto3 client of this service in us-east-1, whose calls are this speaker's inside the block, and nobody's after
    it. It is one for the whole process: making one costs more than most calls do.
    """
    made = _shared(service)
    token = _speaker.set(speaker)
    try:
        yield made
    finally:
        _speaker.reset(token)


@cache
def _shared(service: str) -> Any:
    return client(
        service,
        lambda request: _speaker.get().handle(request),
        credentials=_Speakers("", ""),
        outgoing=lambda name, parameters: _speaker.get().outgoing(name, parameters),
    )


class _Speakers(Credentials):  # type: ignore[misc]
    """The credentials of whoever speaks."""

    def get_frozen_credentials(self) -> Any:
        return _speaker.get().credentials.get_frozen_credentials()


@cache
def _session() -> boto3.Session:
    """One session for all clients: making one costs 45 ms, and nothing of a caller is kept in it."""
    return boto3.Session(botocore_session=_silent_session())


def _session_with(credentials: Credentials) -> boto3.Session:
    session = _silent_session()
    session._credentials = credentials  # botocore has no other way in for credentials that refresh
    return boto3.Session(botocore_session=session)


def _silent_session() -> Session:
    silent = {
        name: (None, None, default, conversion)
        for name, (_, _, default, conversion) in BOTOCORE_DEFAUT_SESSION_VARIABLES.items()
        if name not in _STILL_READ
    }
    silent |= {"config_file": (None, None, os.devnull, None), "credentials_file": (None, None, os.devnull, None)}
    silent |= {"ignore_configured_endpoint_urls": (None, None, True, None)}
    session = Session(session_vars=silent)
    session.register_component("data_loader", loader())
    return session


def _passed(service: str, outgoing: Outgoing) -> Callable[..., Mapping[str, Any]]:
    def provide(params: Mapping[str, Any], model: Any, **_: Any) -> Mapping[str, Any]:
        return outgoing(f"{service}:{model.name}", params)

    return provide


def _door(handle: Handler) -> Callable[..., AWSResponse]:
    def send(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        reply = handle(_arrived(request))
        return AWSResponse(request.url, reply.status, dict(reply.headers), _Body(reply.body))

    return send


def _arrived(request: AWSPreparedRequest) -> HttpRequest:
    url = urlsplit(request.url)
    body = request.body
    if hasattr(body, "read"):
        body = body.read()
    elif isinstance(body, str):
        body = body.encode()
    headers = tuple((name.lower(), _text(value)) for name, value in request.headers.items())
    if request.headers.get("host") is None:
        headers += (("host", url.netloc),)
    target = (url.path or "/") + (f"?{url.query}" if url.query else "")
    return HttpRequest(request.method, url.netloc, target, headers, body or b"")


def _text(value: str | bytes) -> str:
    return value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else value


class _Body(BytesIO):
    """A body as botocore reads it off a connection."""

    def stream(self, amt: int = 65536, **_: Any) -> Any:
        while chunk := self.read(amt):
            yield chunk
