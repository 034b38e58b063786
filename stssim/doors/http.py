"""The way in over HTTP: one ASGI application, served by uvicorn, for any SDK and the AWS CLI.

Everything but `/_stssim/` is AWS. The control calls want JSON and a local Host header, so that no web page can make
them.
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from typing import TYPE_CHECKING, Any

from stssim.call import HttpReply, HttpRequest

if TYPE_CHECKING:
    from stssim.lab import Lab

MAXIMUM_BODY = 10_000_000
LOOPBACK = {"localhost", "127.0.0.1", "[::1]", "::1"}
_CONTROL = "/_stssim/"
_OF_THE_CONNECTION = {"content-length", "transfer-encoding", "connection"}
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class HttpDoor:
    """The ASGI application of one Lab. With `secret` (the server is open beyond loopback) control calls must bear
    it.
    """

    lab: Lab
    secret: str | None = None

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        request = await _arrived(scope, receive)
        reply = self._control(request) if request.path.startswith(_CONTROL) else self.lab.handle(request)
        headers = [
            (name.encode("latin-1", "replace"), value.encode("utf-8"))
            for name, value in _headers(reply, request.method)
        ]
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if request.method == "HEAD" else reply.body})

    def _control(self, request: HttpRequest) -> HttpReply:
        host = (request.header("host") or "").rpartition(":")[0] or (request.header("host") or "")
        if host.lower() not in LOOPBACK and self.secret is None:
            return _json(403, {"error": "Control calls must name a local Host, such as 127.0.0.1."})
        given = (request.header("authorization") or "").removeprefix("Bearer ")
        if self.secret is not None and not compare_digest(given.encode(), self.secret.encode()):
            return _json(
                403, {"error": "This server is open to others: send the root secret as Authorization: Bearer SECRET."}
            )
        if (
            request.method == "POST"
            and (request.header("content-type") or "").partition(";")[0].strip() != "application/json"
        ):
            return _json(415, {"error": "Control calls want Content-Type: application/json."})
        do = _CONTROLS.get((request.method, request.path.removeprefix(_CONTROL)))
        if do is None:
            known = ", ".join(f"{method} {_CONTROL}{name}" for method, name in _CONTROLS)
            return _json(404, {"error": f"No such control call; these are: {known}."})
        try:
            body = json.loads(request.body or b"{}")
            if not isinstance(body, dict):
                raise ValueError("the body must be a JSON object")
            return _json(200, do(self.lab, body))
        except (ValueError, OverflowError, RecursionError) as error:
            return _json(400, {"error": str(error)})


def _health(lab: Lab, _: dict[str, Any]) -> dict[str, Any]:
    return {"status": "ok", "now": _time(lab), "seed": lab.seed}


def _reset(lab: Lab, _: dict[str, Any]) -> dict[str, Any]:
    lab.reset()
    return {"status": "reset", "now": _time(lab)}


def _clock(lab: Lab, body: dict[str, Any]) -> dict[str, Any]:
    unknown = body.keys() - {"advance_seconds", "now"}
    if unknown:
        raise ValueError(f"{min(unknown)!r} is not known here; send advance_seconds (a number) or now (a time).")
    seconds = body.get("advance_seconds", 0)
    if not isinstance(seconds, int | float) or isinstance(seconds, bool):
        raise ValueError(f"advance_seconds is a number of seconds, and {seconds!r} is not.")
    if "now" in body:
        lab.clock.set(datetime.fromisoformat(str(body["now"])))
    lab.clock.advance(seconds=seconds)
    return {"now": _time(lab)}


def _trace(lab: Lab, _: dict[str, Any]) -> dict[str, Any]:
    from stssim.show.evidence import evidence

    return {"traces": [evidence(trace) for trace in (lab.set_up, *lab.traces.values())]}


_CONTROLS: dict[tuple[str, str], Callable[[Lab, dict[str, Any]], dict[str, Any]]] = {
    ("GET", "health"): _health,
    ("POST", "reset"): _reset,
    ("GET", "clock"): lambda lab, _: {"now": _time(lab)},
    ("POST", "clock"): _clock,
    ("GET", "trace"): _trace,
}


@contextmanager
def serving(lab: Lab, *, host: str = "127.0.0.1", port: int = 0, secret: str | None = None) -> Iterator[str]:
    """Serves the Lab from a thread and yields its URL; port 0 takes a free one.

    Raises `OSError` if the address cannot be had.
    """
    import uvicorn

    listener = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # every connection inherits it; else 40 ms a reply
    server = uvicorn.Server(settings(HttpDoor(lab, secret)))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


def settings(door: HttpDoor) -> Any:
    """uvicorn as this door needs it: h11 keeps header names as they were sent, and the server does not say what it
    is.
    """
    import uvicorn

    return uvicorn.Config(
        door,
        http="h11",
        ws="none",
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=True,
        h11_max_incomplete_event_size=1_000_000,
    )


async def _arrived(scope: dict[str, Any], receive: Receive) -> HttpRequest:
    body = bytearray()
    more = True
    while more and len(body) <= MAXIMUM_BODY:
        event = await receive()
        body += event.get("body", b"")
        more = event.get("more_body", False)
    headers = tuple(
        (name.decode("latin-1"), value.decode("utf-8", "surrogateescape")) for name, value in scope["headers"]
    )
    target = scope["raw_path"].decode("latin-1")
    if scope["query_string"]:
        target += "?" + scope["query_string"].decode("latin-1")
    host = next((value for name, value in headers if name == "host"), "")
    return HttpRequest(
        scope["method"],
        host,
        target,
        headers,
        bytes(body),
        secure=scope["scheme"] == "https",
        source_ip=(scope.get("client") or ("127.0.0.1",))[0],
    )


def _headers(reply: HttpReply, method: str) -> Iterator[tuple[str, str]]:
    """HEAD keeps the length of the body that it leaves out."""
    length = dict(reply.headers).get("content-length", "0") if method == "HEAD" else str(len(reply.body))
    yield "content-length", length
    yield from ((name, value) for name, value in reply.headers if name not in _OF_THE_CONNECTION)


def _json(status: int, body: dict[str, Any]) -> HttpReply:
    return HttpReply(status, (("content-type", "application/json"),), json.dumps(body, ensure_ascii=False).encode())


def _time(lab: Lab) -> str:
    return lab.clock.now().isoformat()
