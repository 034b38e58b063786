"""A request that names two operations, or names one in two places: the one that was judged is the one that is done.

Each vector joins a call that the attacker may make with one that they may not, in one signed request, in such a way
that one reader may find the first in it and another the second. Whatever is answered, an administrator sees afterwards
that the second was not done.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from tests.attacks.prizes import ATTEMPTS, SECRET, Attempt, Worlds, world_of
from tests.attacks.wire import FORM, Wire, multipart, send

Vector = Callable[[Attempt], Iterator[Wire]]

CONTENT_TYPES = (
    "application/x-www-form-urlencoded",
    "Application/x-www-form-urlencoded",
    "APPLICATION/X-WWW-FORM-URLENCODED; Charset=UTF-8",
    " application/x-www-form-urlencoded ",
    "application/x-www-form-urlencoded, application/json",
    "application/json, application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded;boundary=x",
    "application/x-url-encoded",
    "application/x-www-form-urlencoded\tx",
    "text/plain",
    "text/xml",
    "application/json",
    "application/x-amz-json-1.0",
    "Application/X-Amz-Json-1.1",
    "application/x-amz-json-1.1; charset=utf-16",
    "application/cbor",
    "multipart/form-data",
    "multipart/form-data; boundary=none",
    "",
)
"""What a body may be said to be. None but the first two, and those with a parameter, is a form."""


def in_a_value(attempt: Attempt) -> Iterator[Wire]:
    """In free text of the caller's: a message, a description, a tag."""
    for text in (attempt.form, attempt.bare_form):
        for note in (f"x?a=1&{text}&b=2", f"&{text}", f"x\n{text}&", f"x;{text.replace('&', ';')};", f"&{text}#"):
            yield attempt.honest(note)
            yield attempt.honest(note).without("content-type")
            yield attempt.honest(note).instead("Content-Type", "text/plain")
    for name, value in attempt.pairs.items():
        yield attempt.honest(f"x&{name}={value}&b=2")


def in_an_unknown_member(attempt: Attempt) -> Iterator[Wire]:
    """In the name or the value of a member that no model has."""
    honest = attempt.honest()
    if honest.body.startswith(b"{"):
        members = json.loads(honest.body)
        unknown = {name: value for name, value in attempt.pairs.items() if name not in members}
        for extra in ({f"&{attempt.form}&": "x"}, {"x": f"&{attempt.form}&"}, unknown):
            yield replace(honest, body=json.dumps({**extra, **members}).encode())
            yield replace(honest, body=json.dumps({**members, **extra}).encode())


def in_the_query(attempt: Attempt) -> Iterator[Wire]:
    """In the query of the URL, spelt out or percent-encoded, with the honest call in the body."""
    escaped = attempt.form.replace("Action=", "%41ction=", 1)
    for text in (attempt.form, escaped, attempt.form.replace("&", ";"), f"x&{attempt.form}", f"&{attempt.form}"):
        for honest in (attempt.honest(), attempt.idle):
            yield honest.asking(text)
            yield honest.asking(text).without("content-type")
            yield replace(honest.asking(text), method="GET")
            yield replace(honest.asking(text), body=b"")
    target = attempt.forbidden.header("x-amz-target")
    if target:
        yield attempt.honest().asking(f"X-Amz-Target={target}")
        yield attempt.honest().asking(f"x-amz-target={target}").without("x-amz-target")


def in_the_body(attempt: Attempt) -> Iterator[Wire]:
    """In the body, said to be of any type, with the honest call in the query or in its header."""
    form = attempt.form.encode()
    for honest in (attempt.honest(), attempt.idle):
        for kind in CONTENT_TYPES:
            in_query = replace(honest, target="/?" + honest.body.decode(), body=form)
            for wire in (replace(honest, body=form), in_query):
                yield wire.instead("Content-Type", kind)
                yield wire.instead("Content-Type", kind).plus(("Content-Type", FORM))
        escaped = replace(honest, target="/?" + honest.body.decode().replace("Action=", "%41ction="), body=form)
        for kind in CONTENT_TYPES:
            yield escaped.instead("Content-Type", kind)
        for wire in (escaped, escaped.without("content-type")):
            yield wire
            yield replace(wire, method="GET")
            yield replace(wire, method="PUT")


def in_a_multipart_body(attempt: Attempt) -> Iterator[Wire]:
    """In a `multipart/form-data` body, with the honest call in the query or in its header."""
    kind, body = multipart(attempt.pairs)
    for honest in (attempt.honest(), attempt.idle):
        for spelt in (kind, kind.replace("multipart/form-data", "Multipart/Form-Data"), kind + "; charset=utf-8"):
            yield replace(honest, body=body).instead("Content-Type", spelt)
            yield replace(honest, body=body, target="/?" + honest.body.decode()).instead("Content-Type", spelt)
        # The honest call stands before and after the parts, where MIME has a preamble and an epilogue.
        for mixed in (honest.body + b"\r\n" + body, body + honest.body):
            yield replace(honest, body=mixed).instead("Content-Type", kind)
            yield replace(honest, body=mixed).plus(("Content-Type", kind))
            yield replace(honest, body=mixed).beneath(("Content-Type", kind))


def twice_in_the_body(attempt: Attempt) -> Iterator[Wire]:
    """One after the other in the same body: forms, or JSON documents, or one of each."""
    form = attempt.form.encode()
    for honest in (attempt.honest(), attempt.idle):
        for joint in (b"&", b"\n", b"\r\n\r\n", b"\x00", b";"):
            yield replace(honest, body=honest.body + joint + form)
            yield replace(honest, body=form + joint + honest.body)
        yield replace(honest, body=honest.body + form)
        yield replace(honest, body=honest.body.replace(b"Action=", b"Action=&Action=", 1) + b"&" + form)
        yield replace(honest, body=honest.body + b"&" + form.replace(b"Action", b"%41ction", 1))
        yield replace(honest, body=form.replace(b"Action", b"%41ction", 1) + b"&" + honest.body)
        yield replace(honest, body=form.replace(b"Action", b"+Action", 1) + b"&" + honest.body)
        yield replace(honest, body=honest.body + b"&" + form.replace(b"Action=", b"Action[]=", 1))


def in_two_headers(attempt: Attempt) -> Iterator[Wire]:
    """In a second `X-Amz-Target`, in one that is not signed, in one with underscores, and as parameters of headers."""
    forbidden = attempt.forbidden
    target = forbidden.header("x-amz-target") or attempt.operation
    for honest in (attempt.honest(), attempt.idle):
        mixed = replace(honest, body=forbidden.body)
        for wire in (honest, mixed):
            yield wire.plus(("X-Amz-Target", target))
            yield wire.beneath(("X-Amz-Target", target))
            yield wire.plus(("x_amz_target", target))
            yield replace(wire, unsigned=(("x_amz_target", target),))
            yield replace(wire, unsigned=(("x-amz-target", target),))
            yield replace(wire.without("x-amz-target"), unsigned=(("x_amz_target", target),))
            yield wire.instead("X-Amz-Target", f"{wire.header('x-amz-target')}, {target}")
            yield wire.instead("X-Amz-Target", f"{target},{wire.header('x-amz-target')}")
            yield wire.instead("X-Amz-Target", f"{wire.header('x-amz-target')}.{attempt.operation}")
            yield wire.plus(("Action", attempt.operation))
        headers = tuple((name, value) for name, value in attempt.pairs.items() if "\n" not in value)
        for bare in (honest, replace(honest, body=b""), replace(honest, body=b"", method="GET")):
            yield bare.plus(*headers)
            yield replace(bare, unsigned=headers)
            yield bare.without("content-type").plus(*headers)


def in_the_method(attempt: Attempt) -> Iterator[Wire]:
    """In a header or a parameter that overrides the method, as some frameworks have it."""
    forbidden = attempt.forbidden
    for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "x_http_method_override"):
        for honest in (attempt.honest(), attempt.idle):
            yield replace(honest.plus((name, forbidden.method)), body=forbidden.body)
            if forbidden.target != "/":
                yield replace(honest.plus((name, forbidden.method)), target=forbidden.target)
                yield replace(honest, target=forbidden.target).asking(f"_method={forbidden.method}")


def compressed(attempt: Attempt) -> Iterator[Wire]:
    """Compressed: what is inside is another call than the one that is named outside."""
    form = gzip.compress(attempt.form.encode(), mtime=0)
    body = gzip.compress(attempt.forbidden.body, mtime=0)
    for honest in (attempt.honest(), attempt.idle):
        for encoding in ("gzip", "GZIP", "gzip, identity", "x-gzip"):
            for inside in (form, body):
                packed = replace(honest, body=inside).plus(("Content-Encoding", encoding))
                yield packed
                yield packed.instead("Content-Type", FORM)
                yield replace(packed, target="/?" + honest.body.decode()).instead("Content-Type", FORM)


def in_the_path(attempt: Attempt) -> Iterator[Wire]:
    """In a path of another protocol: `/service/.../operation/...`, a queue's own path, or the forbidden call's."""
    forbidden = attempt.forbidden
    prefix = forbidden.header("x-amz-target").partition(".")[0] or "Service"
    for honest in (attempt.honest(), attempt.idle):
        for path in (
            f"/service/{prefix}/operation/{attempt.operation}",
            f"/{attempt.operation}",
            "/111111111111/theirs",
        ):
            for wire in (honest, replace(honest, body=forbidden.body), replace(honest, body=attempt.form.encode())):
                yield replace(wire, target=path)
                yield replace(wire, target=path).plus(("smithy-protocol", "rpc-v2-cbor"))
                yield replace(wire, target=path).plus(("smithy-protocol", "rpc-v2-cbor")).without("x-amz-target")
        if forbidden.target != "/":
            for target in (forbidden.target, forbidden.target + "?" + attempt.form, forbidden.target + "/"):
                yield replace(honest, target=target)
                yield replace(honest, target=target).plus(("X-Amz-Target", attempt.operation))
            for path in (f"{honest.target}/..{forbidden.target}", f"{honest.target}/%2e%2e{forbidden.target}"):
                yield replace(honest, target=path, method=forbidden.method)


VECTORS: list[Vector] = [
    in_a_value,
    in_an_unknown_member,
    in_the_query,
    in_the_body,
    in_a_multipart_body,
    twice_in_the_body,
    in_two_headers,
    in_the_method,
    compressed,
    in_the_path,
]


@pytest.fixture(scope="module")
def worlds() -> Worlds:
    """One Lab a prize, which all vectors try that change nothing in it."""
    return {}


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.__name__)
@pytest.mark.parametrize("attempt", ATTEMPTS, ids=str)
def test_only_the_operation_that_was_judged_is_done(attempt: Attempt, vector: Vector, worlds: Worlds) -> None:
    home, mallory = world_of(attempt.prize, worlds)
    before = attempt.prize.seen(home)
    done = []
    for number, wire in enumerate(dict.fromkeys(vector(attempt))):
        reply = send(mallory, wire)
        if reply.status == 200 and SECRET.encode() in reply.body:
            done.append((number, wire, "read"))
        if reply.status == 500:
            done.append((number, wire, "500"))
    assert not done, f"{len(done)} of {number + 1}, the first: {done[0]}"
    assert attempt.prize.seen(home) == before
    worlds[attempt.prize.name] = home, mallory
