"""The way in over HTTP: one ASGI application, served by uvicorn, for any SDK and the AWS CLI.

Everything but the control calls under `/_stssim/` is AWS.
"""

from __future__ import annotations

import asyncio
import logging
import re
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from stssim.call import HttpReply, HttpRequest, Refusal
from stssim.error_log import described
from stssim.request import refuse
from stssim.request.authorization_header import service_of
from stssim.request.reading import MAXIMUM_BODY, too_large
from stssim.transports import admin_api as control
from stssim.transports.origins import ADMIN, LOOPBACK_ONLY, Origins, is_loopback
from stssim.transports.served import Served

_OF_THE_CONNECTION = {"content-length", "transfer-encoding", "connection", "date"}
_LAST = ("connection", "close")
_BODILESS = {204, 304}
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_NOT_IN_A_HEADER = re.compile("[\x00-\x1f\x7f]")
_ABSOLUTE = re.compile("https?://[^/?]*", re.IGNORECASE)
_BUG = Refusal(
    "InternalFailure", "The request processing has failed because of an unknown error, exception or failure.", 500
)
_BUG_AT_S3 = Refusal("InternalError", "We encountered an internal error. Please try again.", 500)
_TOO_SLOW = Refusal(
    "RequestTimeout",
    "Your socket connection to the server was not read from or written to within the timeout period. "
    "Idle connections will be closed.",
    400,
)
"""S3's words: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList"""
_CLOSING = Refusal("ServiceUnavailable", "The server is being shut down.", 503)
IDLE = 20.0
"""Seconds for which a body may stand still."""
_LARGEST_HEAD = 1_000_000
"""In bytes, of a request line and headers that are still incomplete."""
_MOST_CONNECTIONS = 1_000
"""At a time; a further one is answered with 503."""
_MOST_THROWN_AWAY = 10 * MAXIMUM_BODY
"""In bytes, of a body that is refused anyway: a client listens only once it has sent it. Who sends more is cut off."""
GRACE = 1.0
"""Seconds that calls which are under way are given when the server is to end."""
_LOG = logging.getLogger("stssim")
_Reply = TypeVar("_Reply", bound=HttpReply | None)
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class _FarTooLarge(Exception):
    """Raised for a body that is not even read to its end."""


@dataclass(frozen=True, slots=True)
class HttpDoor:
    """The ASGI application of one Lab. With `secret` (the server is open beyond loopback) control calls must bear
    it. `origins` are the web pages that may call it.
    """

    lab: Served
    secret: str | None = None
    origins: Origins = LOOPBACK_ONLY

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        request = head(scope)
        try:
            reply = await self._reply(request, receive)
        except ConnectionAbortedError:
            return
        except _FarTooLarge:
            reply = _last(request, too_large(request))
        except TimeoutError:
            reply = _last(request, _TOO_SLOW)
        except asyncio.CancelledError:
            reply = _last(request, _CLOSING)
        reply = self.origins.shared(request, reply)
        await answer(send, request.method, reply)

    async def _reply(self, request: HttpRequest, receive: Receive) -> HttpReply:
        """What can be answered at once is, for a thread costs time; what has to wait for an issuer's keys keeps nobody
        else waiting.
        """
        body = await whole_body(receive)
        if body is None:
            return refuse(request, too_large(request))
        request = replace(request, body=body)
        not_for_the_lab = self.origins.reply(request)
        if not_for_the_lab is not None:
            return not_for_the_lab
        at_once = self._answer(request, self.lab.handle_at_once)
        if at_once is not None:
            return at_once
        return await asyncio.to_thread(self._answer, request, self.lab.handle)

    def _answer(self, request: HttpRequest, handle: Callable[[HttpRequest], _Reply]) -> _Reply | HttpReply:
        try:
            if request.path.startswith(ADMIN):
                return control.control(request, self.lab, self.secret)
            return handle(request)
        except Exception as error:  # noqa: BLE001  whatever it is, the client gets an answer and the log the reason
            why = described(error, request)
            _LOG.error("A bug in stssim: %s %s was not answered.\n%s", request.method, request.path, why)
            return refuse(request, _BUG_AT_S3 if service_of(request) == "s3" else _BUG)


async def answer(send: Send, method: str, reply: HttpReply) -> None:
    """Sends a reply to a request of this method."""
    headers = [*_headers(reply, method)]
    empty = method == "HEAD" or reply.status in _BODILESS
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if empty else reply.body})


def _last(request: HttpRequest, refusal: Refusal) -> HttpReply:
    """The last reply on a connection, after which the rest of the request is not waited for."""
    reply = refuse(request, refusal)
    return replace(reply, headers=(*reply.headers, _LAST))


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens there. Its connections send at once what they have: Nagle's delay costs 40 ms a reply.

    Raises `OSError` if the address cannot be had.
    """
    listener = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


@contextmanager
def serving(
    lab: Served, *, host: str = "127.0.0.1", port: int = 0, secret: str | None = None, allowed: Origins = LOOPBACK_ONLY
) -> Iterator[str]:
    """Serves the Lab from a thread and yields its URL; port 0 takes a free one. `allowed` are the web pages that may
    call it.

    Raises `OSError` if the address cannot be had, `ValueError` for one that other machines can reach, unless a `secret`
    guards the control calls.
    """
    if secret is None and not is_loopback(host):
        raise ValueError(f"{host} can be reached from other machines; use `stssim serve --allow-remote` for that.")
    with running(HttpDoor(lab, secret, allowed), host, port) as url:
        yield url


@contextmanager
def running(application: Any, host: str, port: int = 0) -> Iterator[str]:
    """Runs an ASGI application in a thread as long as the block lasts, and yields its URL; port 0 takes a free one.

    Raises `OSError` if the address cannot be had.
    """
    import uvicorn

    listener = listening(host, port)
    server = uvicorn.Server(settings(application))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(GRACE)
        server.force_exit = True
        thread.join()
        listener.close()


def settings(application: Any) -> Any:
    """uvicorn as it is needed here: h11 keeps header names as they were sent, and the server does not say what it is.
    It warns of what clients send, with advice that is not for who reads it here; errors it tells.
    """
    import uvicorn

    from stssim.transports.slow_heads import PatientProtocol

    return uvicorn.Config(
        application,
        http=PatientProtocol,
        ws="none",
        lifespan="off",
        log_level="error",
        access_log=False,
        server_header=False,
        date_header=True,
        h11_max_incomplete_event_size=_LARGEST_HEAD,
        limit_concurrency=_MOST_CONNECTIONS,
    )


def head(scope: dict[str, Any]) -> HttpRequest:
    """The request as far as its headers say; the body is still to come."""
    headers = tuple(
        (name.decode("latin-1"), value.decode("utf-8", "surrogateescape")) for name, value in scope["headers"]
    )
    target = scope["raw_path"].decode("latin-1")
    if scope["query_string"]:
        target += "?" + scope["query_string"].decode("latin-1")
    return HttpRequest(
        scope["method"],
        next((value for name, value in headers if name == "host"), ""),
        _ABSOLUTE.sub("", target, count=1) or "/",
        headers,
        secure=scope["scheme"] == "https",
        source_ip=(scope.get("client") or ("127.0.0.1",))[0],
    )


async def whole_body(receive: Receive) -> bytes | None:
    """The whole body, or None: it is larger than is taken here (and was read to its end, for a client listens only
    then).

    Raises `ConnectionAbortedError` for a client that leaves before, `TimeoutError` for one that stands still,
    `_FarTooLarge` for one that goes on sending.
    """
    body, length, more = bytearray(), 0, True
    now = asyncio.get_running_loop().time
    async with asyncio.timeout(IDLE) as patience:
        while more:
            event = await receive()
            if event["type"] == "http.disconnect":
                raise ConnectionAbortedError
            part = event.get("body", b"")
            length += len(part)
            if length <= MAXIMUM_BODY:
                body += part
            elif length > _MOST_THROWN_AWAY:
                raise _FarTooLarge
            more = event.get("more_body", False)
            if more:
                patience.reschedule(now() + IDLE)
    return bytes(body) if length <= MAXIMUM_BODY else None


def _headers(reply: HttpReply, method: str) -> Iterator[tuple[bytes, bytes]]:
    """HEAD keeps the length of the body that it leaves out. No value may break the header section."""
    length = dict(reply.headers).get("content-length", "0") if method == "HEAD" else str(len(reply.body))
    if reply.status not in _BODILESS:
        yield b"content-length", length.encode()
    for name, value in reply.headers:
        if (name not in _OF_THE_CONNECTION or (name, value) == _LAST) and _HEADER_NAME.fullmatch(name):
            yield name.encode(), _NOT_IN_A_HEADER.sub(" ", value).strip().encode("utf-8", "replace")
