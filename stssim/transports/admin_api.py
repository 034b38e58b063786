"""The control calls under `/_stssim/`: health, reset, clock, trace. They are the server's own, and no AWS.

They want JSON and a local Host header, so that no web page can make them: a page in a browser can send neither
`application/json` to another origin unasked, nor a Host that is not its own. (`origins` has refused most pages before.)
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from hmac import compare_digest
from typing import Any

from stssim.call import HttpReply, HttpRequest
from stssim.transports.origins import ADMIN, hostname, is_loopback
from stssim.transports.served import Served


def control(request: HttpRequest, lab: Served, secret: str | None) -> HttpReply:
    """Answers a control call. With `secret` (the server is open beyond loopback) it must be borne."""
    if secret is None and not is_loopback(hostname(request.host)):
        return _json(403, {"error": "Control calls must name a local Host, such as 127.0.0.1."})
    given = (request.header("authorization") or "").removeprefix("Bearer ")
    if secret is not None and not compare_digest(given.encode("utf-8", "replace"), secret.encode()):
        return _json(
            403, {"error": "This server is open to others: send the root secret as Authorization: Bearer SECRET."}
        )
    methods = _CONTROLS.get(request.path.removeprefix(ADMIN))
    if methods is None:
        known = ", ".join(f"{method} {ADMIN}{name}" for name, each in _CONTROLS.items() for method in each)
        return _json(404, {"error": f"No such control call; these are: {known}."})
    if request.method not in methods:
        return _json(405, {"error": f"{request.path} takes {' or '.join(methods)}."}, ("allow", ", ".join(methods)))
    content_type = (request.header("content-type") or "").partition(";")[0].strip().lower()
    if request.method == "POST" and content_type != "application/json":
        return _json(415, {"error": "Control calls want Content-Type: application/json."})
    try:
        body = json.loads(request.body or b"{}")
        if not isinstance(body, dict):
            raise ValueError("The body must be a JSON object.")
        return _json(200, methods[request.method](lab, body))
    except (ValueError, OverflowError, RecursionError) as error:
        return _json(400, {"error": str(error)})


def _health(lab: Served, _: dict[str, Any]) -> dict[str, Any]:
    return {"status": "ok", "now": _time(lab)}


def _reset(lab: Served, _: dict[str, Any]) -> dict[str, Any]:
    lab.reset()
    return {"status": "reset", "now": _time(lab)}


def _clock(lab: Served, body: dict[str, Any]) -> dict[str, Any]:
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


def _trace(lab: Served, _: dict[str, Any]) -> dict[str, Any]:
    return {"traces": _cut(lab.evidence())}


def _cut(told: Any) -> Any:
    """The same with every long text cut: a message of 250,000 characters is in the evidence of several steps."""
    if isinstance(told, str):
        return told if len(told) <= _LONGEST else f"{told[:_LONGEST]}… ({len(told):,} characters)"
    if isinstance(told, Mapping):
        return {key: _cut(each) for key, each in told.items()}
    return [_cut(each) for each in told] if isinstance(told, list | tuple) else told


_LONGEST = 4_000
"""In characters."""
_CONTROLS: Mapping[str, Mapping[str, Callable[[Served, dict[str, Any]], dict[str, Any]]]] = {
    "health": {"GET": _health},
    "reset": {"POST": _reset},
    "clock": {"GET": lambda lab, _: {"now": _time(lab)}, "POST": _clock},
    "trace": {"GET": _trace},
}


def _json(status: int, body: dict[str, Any], *headers: tuple[str, str]) -> HttpReply:
    content = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    return HttpReply(status, (("content-type", "application/json"), *headers), content)


def _time(lab: Served) -> str:
    return lab.clock.now().isoformat()
