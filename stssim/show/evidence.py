"""Steps as plain data: what each of the player's tabs has to say, ready for JSON.

Nothing here decides or remembers. Secrets and tokens are shortened, signatures left out, and every date is the Lab's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, unquote_plus
from xml.etree import ElementTree as ET

from stssim.call import Call, HttpReply, Refusal, Session, shorten
from stssim.show.clauses import explained
from stssim.show.cloudtrail import events
from stssim.show.commands import commands
from stssim.show.redaction import body_shape, hidden, hide, input_shape, is_secret, is_sensitive, output_shape, shown
from stssim.trace import Step, Trace

Line = tuple[str, str]
"""One line of a request or reply: its kind (`start`, `header`, `body`, `note`) and its text."""

SHOWN_HEADERS = frozenset(
    {
        "content-type", "host", "range", "x-amz-copy-source", "x-amz-security-token", "x-amz-source-account",
        "x-amz-source-arn", "x-amz-target",
    }
)  # fmt: skip
DATES_OF_THE_UPSTREAM = frozenset({"CreateDate", "CreationDate", "LastModified", "UpdateDate"})
SIGNED_BY_WALL_CLOCK = frozenset({"CanonicalRequestBytes", "SignatureProvided", "StringToSign", "StringToSignBytes"})
"""What S3 says of a signature that does not match, and is another every time."""
_TOKEN = re.compile(r"(?<=x-amz-security-token[:=])[^&\s]+", re.IGNORECASE)
_SIGNING_TIME = re.compile(r"(?<=x-amz-date[:=])\w+|(?<=%2F)[0-9]{8}(?=%2F)", re.IGNORECASE)
LONGEST_BODY = 4000
CELL = 300


def evidence(trace: Trace) -> dict[str, Any]:
    """A Trace as JSON data: its `name`, its `calls` (each once, however many steps it has) and its `steps`."""
    calls: dict[int, list[int]] = {}
    for index, step in enumerate(trace):
        if step.call is not None:
            calls.setdefault(id(step.call), []).append(index)
    place = {call: nth for nth, call in enumerate(calls)}
    steps = [_step(step, None if step.call is None else place[id(step.call)]) for step in trace]
    for at in calls.values():
        steps[at[-1]]["events"] = events(trace, [trace[index] for index in at])
    told = [_call(call) for at in calls.values() if (call := trace[at[0]].call) is not None]
    return {"name": trace.name, "accounts": dict(trace.accounts), "calls": told, "steps": steps}


def _step(step: Step, call: int | None) -> dict[str, Any]:
    return {
        "position": step.position,
        "arrow": step.arrow,
        "stage": step.stage,
        "source": step.source.name,
        "target": step.target.name,
        "label": step.label,
        "sentence": step.sentence,
        "outcome": step.outcome,
        "at": None if step.at is None else moment(step.at),
        "call": call,
        "caller": None if step.caller is None else step.caller.arn,
        "resource": step.resource,
        "facts": [[name, _cell(name, value)] for name, value in step.found.items()],
        "response": response(step.reply, step.refusal, output_shape(step.call) if step.call is not None else None),
        "policy": None if step.decision is None else explained(step.decision),
        "credentials": credentials(step),
        "events": [],
    }


def _call(call: Call) -> dict[str, Any]:
    return {
        "name": call.name,
        "endpoint": call.endpoint,
        "region": call.region,
        "parameters": _parameters(call.parameters, input_shape(call)),
        "request": request(call),
        "commands": commands(call),
    }


def moment(at: datetime | int) -> str:
    """A moment on the Lab's clock as a reader sees it, in UTC.

    >>> moment(0)
    '1970-01-01 00:00:00 UTC'
    """
    when = datetime.fromtimestamp(at, UTC) if isinstance(at, int) else at.astimezone(UTC)
    return when.strftime("%Y-%m-%d %H:%M:%S UTC")


def request(call: Call) -> list[Line]:
    """The request as it went over the wire, less what nobody should see and what differs from run to run."""
    sent = call.request
    target = sent.path + (f"?{'&'.join(_query(sent.query, call))}" if sent.query else "")
    lines: list[Line] = [("start", f"{sent.method} {target} HTTP/1.1")]
    for name, value in sent.headers:
        if name == "host":
            value = call.endpoint
        elif name == "x-amz-security-token":
            value = shorten(value)
        if name in SHOWN_HEADERS:
            lines.append(("header", f"{name}: {value}"))
    if call.at is not None:
        lines.append(("header", f"x-amz-date: {call.at.astimezone(UTC):%Y%m%dT%H%M%SZ}"))
    if call.signature is not None and call.signature.form == "header":
        lines.append(("header", f"authorization: {_authorization(call)}"))
    lines += [("body", line) for line in _body(sent.body, sent.header("content-type") or "", input_shape(call))]
    return lines


def _query(query: str, call: Call) -> Iterator[str]:
    for pair in query.split("&"):
        name, equals, value = pair.partition("=")
        plain = unquote_plus(name).lower()
        if plain in {"x-amz-signature", "signature"}:
            value = "(left out)"
        elif plain in {"x-amz-date", "expires"}:
            value = f"{call.at.astimezone(UTC):%Y%m%dT%H%M%SZ}" if call.at and plain == "x-amz-date" else "(left out)"
        elif plain == "x-amz-security-token" or is_secret(input_shape(call), unquote_plus(name)):
            value = shorten(unquote_plus(value))
        elif plain == "x-amz-credential":
            value = re.sub(r"(%2F)\d{8}(%2F)", rf"\g<1>{_day(call)}\g<2>", value, flags=re.IGNORECASE)
        yield name + equals + value


def _authorization(call: Call) -> str:
    signature = call.signature
    assert signature is not None
    scope = f"{signature.access_key_id}/{_day(call)}/{signature.region}/{signature.service}/aws4_request"
    signed = ";".join(signature.signed_headers)
    return f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders={signed}, Signature=(left out)"


def _day(call: Call) -> str:
    return "00000000" if call.at is None else f"{call.at.astimezone(UTC):%Y%m%d}"


def response(reply: HttpReply | None, refusal: Refusal | None, shape: Any = None) -> dict[str, Any] | None:
    """What the caller got back, or None while there is no answer yet. `shape` is that of the operation's output."""
    if reply is None and refusal is None:
        return None
    status = reply.status if reply is not None else refusal.status if refusal is not None else 0
    lines: list[Line] = [("start", f"HTTP/1.1 {status} {_phrase(status)}")]
    if reply is not None:
        kind = next((value for name, value in reply.headers if name.lower() == "content-type"), "")
        if kind:
            lines.append(("header", f"content-type: {kind}"))
        lines += [("body", line) for line in _body(reply.body, kind, shape)]
    return {
        "status": status,
        "code": None if refusal is None else refusal.code,
        "message": None if refusal is None else refusal.message,
        "lines": lines,
    }


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _body(body: bytes, kind: str, shape: Any) -> list[str]:
    if not body:
        return []
    of_the_body = body_shape(shape)
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return [f"({len(body):,} bytes)"]
    if is_sensitive(of_the_body) and of_the_body.type_name in ("blob", "string"):
        return [shorten(text)]
    if "x-www-form-urlencoded" in kind:
        pairs = parse_qsl(text, keep_blank_values=True)
        return [f"{name}={shown(name, value, shape)}" for name, value in pairs]
    if "json" in kind or text.startswith("{"):
        try:
            return json.dumps(hidden(json.loads(text), of_the_body), indent=2, ensure_ascii=False).splitlines()
        except ValueError:
            pass
    is_structure = of_the_body is not None and of_the_body.type_name == "structure"
    if "xml" in kind or text.startswith("<?xml") or (is_structure and text.startswith("<")):
        try:
            return _xml(text, of_the_body)
        except ET.ParseError:
            pass
    begun = text[:LONGEST_BODY].splitlines()
    return begun if len(text) <= LONGEST_BODY else [*begun, f"... ({len(text):,} characters)"]


def _xml(text: str, shape: Any) -> list[str]:
    root = ET.fromstring(text)
    space = root.tag.partition("}")[0][1:] if root.tag.startswith("{") else ""
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
        if element.tag in DATES_OF_THE_UPSTREAM | SIGNED_BY_WALL_CLOCK and element.text:
            element.text = "(left out)"
        elif element.tag == "CanonicalRequest" and element.text:
            element.text = _canonical_request(element.text)
    hide(root, shape)
    if space:
        root.set("xmlns", space)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode").splitlines()


def _canonical_request(text: str) -> str:
    """What S3 says that a client should have signed, less its token and the time it was signed at."""
    return _SIGNING_TIME.sub("(left out)", _TOKEN.sub(lambda token: shorten(unquote_plus(token[0])), text))


def _parameters(asked: Mapping[str, Any], shape: Any) -> list[list[str]]:
    return [[name, _written(value)] for name, value in hidden(asked, shape).items()]


def _cell(name: str, value: Any) -> str:
    """A fact as one cell of text."""
    return _written(hidden({name: value})[name])


def _written(value: Any) -> str:
    """What may be shown, as one cell of text."""
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, bytes):
        value = value.decode(errors="replace")
    if isinstance(value, str):
        text = value
    elif value is None or value == {}:
        text = "none"
    elif isinstance(value, bool | int | float):
        text = json.dumps(value)
    elif isinstance(value, Mapping) and any(isinstance(inner, str) and "\n" in inner for inner in value.values()):
        text = "\n".join(f"{key}\n{inner}".rstrip() for key, inner in value.items())
    else:
        text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= CELL else f"{text[:CELL]}... ({len(text):,} characters)"


def credentials(step: Step) -> dict[str, Any] | None:
    """The credentials that the step issued, or else those that its caller used; None if it knows of neither."""
    session = step.session or (step.caller.session if step.caller is not None else None)
    if session is not None:
        return _session(session, step, issued=step.session is not None)
    if step.caller is None or step.caller.access_key_id is None:
        return None
    return {
        "issued": False,
        "rows": [
            ["Access key ID", step.caller.access_key_id],
            ["Belongs to", step.caller.arn],
            ["Expires", "never: a long-term key"],
        ],
        "life": None,
    }


def _session(session: Session, step: Step, *, issued: bool) -> dict[str, Any]:
    rows = [
        ["Access key ID", session.access_key_id],
        ["Kind", f"{session.kind} session"],
        ["Session name", session.name],
        ["Principal", session.principal],
        ["Issued", moment(session.issued_at)],
        ["Expires", moment(session.expires_at)],
        ["Session policies", str(len(session.policies or ()) + len(session.policy_arns)) if session.policies or
         session.policy_arns else "none"],
        ["MFA", "none" if session.mfa_at is None else moment(session.mfa_at)],
    ]  # fmt: skip
    if session.scope_down:
        rows.append(["Scope-down policies", str(len(session.scope_down))])
    if session.tags:
        rows.append(["Tags", ", ".join(f"{key}={value}" for key, value in session.tags)])
    if session.transitive_tag_keys:
        rows.append(["Transitive tags", ", ".join(session.transitive_tag_keys)])
    if session.source_identity is not None:
        rows.append(["Source identity", session.source_identity])
    if session.provider is not None:
        rows.append(["Identity provider", session.provider])
    now = session.issued_at if step.at is None else int(step.at.timestamp())
    life = {"issued_at": session.issued_at, "expires_at": session.expires_at, "now": now}
    return {"issued": issued, "rows": rows, "life": life}
