"""A resource that is named twice, or spelt so that two readers may read two: the one that was judged is the one that
is touched.

The attacker may call one operation on one resource, and names another beside it: in a second key of the same JSON
object, one in escapes, one in other letters, in the query, in a header, behind the end of the document, in another
encoding.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from urllib.parse import quote

import pytest

from tests.attacks.prizes import PRIZES, SECRET, Attempt, Prize, Worlds, world_of
from tests.attacks.wire import FORM, Wire, form, multipart, send

Vector = Callable[[Wire, str, str], Iterator[Wire]]

JSON = [each for each in PRIZES if Attempt(each, "", {}).honest().body.startswith(b"{") and each.service != "lambda"]
FORMS = [each for each in PRIZES if b"Action=" in Attempt(each, "", {}).honest().body]


def escaped(name: str) -> str:
    return "".join(f"\\u{ord(letter):04x}" for letter in name)


def a_key_twice(honest: Wire, member: str, value: str) -> Iterator[Wire]:
    inside = honest.body.decode()[1:-1]
    second = json.dumps(value)
    for name in (member, escaped(member), escaped(member[0]) + member[1:], member[:-1] + escaped(member[-1])):
        yield replace(honest, body=f'{{"{name}": {second}, {inside}}}'.encode())
        yield replace(honest, body=f'{{{inside}, "{name}": {second}}}'.encode())
    for empty in ("null", '""', "{}", "[]", f"[{second}]", f'{{"S": {second}}}'):
        yield replace(honest, body=f'{{{inside}, "{member}": {second}, "{member}": {empty}}}'.encode())
        yield replace(honest, body=f'{{"{member}": {second}, {inside}, "{member}": {empty}}}'.encode())


def a_key_in_other_letters(honest: Wire, member: str, value: str) -> Iterator[Wire]:
    inside = honest.body.decode()[1:-1]
    for name in (
        member.lower(),
        member.upper(),
        member.swapcase(),
        f" {member}",
        f"{member} ",
        f"{member}\\u0000",
        f"\\ufeff{member}",
        f"{member}.1",
        f"{member}[]",
        f"_{member}",
        member.replace("I", "\\u0130"),
        member[0].swapcase() + member[1:],
    ):
        yield replace(honest, body=f'{{"{name}": {json.dumps(value)}, {inside}}}'.encode())
        yield replace(honest, body=f'{{{inside}, "{name}": {json.dumps(value)}}}'.encode())


def beside_the_body(honest: Wire, member: str, value: str) -> Iterator[Wire]:
    pair = f"{member}={quote(value, safe='')}"
    yield honest.asking(pair)
    yield honest.asking(f"{quote(member[0])}{pair[1:]}")
    yield honest.asking(f"%{ord(member[0]):02X}{pair[1:]}")
    yield honest.plus((member, value))
    yield honest.plus((member, value)).without("content-type")
    yield replace(honest, unsigned=((member.lower(), value),))
    yield honest.asking(pair).instead("Content-Type", FORM)


def behind_the_document(honest: Wire, member: str, value: str) -> Iterator[Wire]:
    other = json.dumps({**json.loads(honest.body), member: value}).encode()
    pair = form({member: value}).encode()
    for joint in (b"", b"\n", b"\x00", b"\xef\xbb\xbf", b","):
        yield replace(honest, body=honest.body + joint + other)
        yield replace(honest, body=other + joint + honest.body)
    for tail in (b"&" + pair, b"&" + pair + b"&", b"\r\n" + pair, b"NaN", b"//" + other, b"/*" + other + b"*/", b"]}"):
        yield replace(honest, body=honest.body + tail)
    yield replace(honest, body=b"x&" + pair + b"&y=" + honest.body)
    yield replace(honest, body=honest.body[:-1] + b',"x":"&' + pair + b'&"}')
    yield replace(honest, body=honest.body[:-1] + b',"&' + pair + b'&":NaN}')
    yield replace(honest, body=b"[" + other + b"," + honest.body + b"]")
    yield replace(honest, body=b"[" + honest.body + b"," + other + b"]")


def in_another_encoding(honest: Wire, member: str, value: str) -> Iterator[Wire]:
    other = json.dumps({**json.loads(honest.body), member: value})
    for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig", "utf-7"):
        for text in (other, honest.body.decode()):
            yield replace(honest, body=text.encode(encoding))
            kind = honest.header("content-type") + f"; charset={encoding}"
            yield replace(honest, body=text.encode(encoding)).instead("Content-Type", kind)
    for packing in ("gzip", "GZIP", "deflate", "br", "aws-chunked"):
        yield replace(honest, body=gzip.compress(other.encode(), mtime=0)).plus(("Content-Encoding", packing))
        yield honest.plus(("Content-Encoding", packing))
    for broken in (b"\xc0\xa2", b"\xff", b"\xed\xa0\x80"):
        yield replace(honest, body=honest.body[:-1] + b',"' + broken + b'":"","' + member.encode() + b'":"x"}')


def in_numbers_and_names_that_json_does_not_have(honest: Wire, member: str, value: str) -> Iterator[Wire]:
    inside = honest.body.decode()[1:-1]
    for odd in ("NaN", "Infinity", "-Infinity", "1e999", "0x10", "01", "1" * 5000, "'x'", "undefined", '"\t"'):
        yield replace(honest, body=f'{{{inside}, "x": {odd}}}'.encode())
        yield replace(honest, body=f'{{"x": {odd}, {inside}, "{member}": {json.dumps(value)}}}'.encode())


def deeply(honest: Wire, member: str, value: str) -> Iterator[Wire]:
    inside = honest.body.decode()[1:-1]
    for depth in (100, 2_000, 200_000):
        for opening, closing in (("[", "]"), ('{"a":', "}")):
            core = "1" if opening != "[" else ""
            yield replace(honest, body=f'{{{inside}, "x": {opening * depth}{core}{closing * depth}}}'.encode())
            yield replace(honest, body=f'{{{inside}, "x": {opening * depth}'.encode())


def as_a_form(honest: Wire, member: str, value: str) -> Iterator[Wire]:
    pair = form({member: value}).encode()
    kind, body = multipart({member: value})
    for content_type in (FORM, "Application/x-www-form-urlencoded", kind, kind.upper()):
        for text in (pair, body, honest.body + b"&" + pair, honest.body + b"\r\n" + body, honest.body):
            yield replace(honest, body=text).instead("Content-Type", content_type)
            yield replace(honest, body=text).plus(("Content-Type", content_type))
            yield replace(honest, body=text).beneath(("Content-Type", content_type))


IN_JSON: list[Vector] = [
    a_key_twice,
    a_key_in_other_letters,
    beside_the_body,
    behind_the_document,
    in_another_encoding,
    in_numbers_and_names_that_json_does_not_have,
    deeply,
    as_a_form,
]


def a_parameter_twice(honest: Wire, member: str, value: str) -> Iterator[Wire]:
    text, pair = honest.body.decode(), form({member: value})
    hexadecimal = f"%{ord(member[0]):02X}{pair[1:]}"
    lower = f"%{ord(member[0]):02x}{pair[1:]}"
    for second in (
        pair,
        hexadecimal,
        lower,
        f"{member}[]={value}",
        f"{member}.1={value}",
        f"+{pair}",
        f"{pair}%00",
        f"{member.lower()}={value}",
        f"{member}%00={value}",
        f"&{pair}",
        f"{member}",
        f"{member}=",
    ):
        for joint in ("&", ";", "&&", "\n&", "\r\n", "&amp;"):
            yield replace(honest, body=f"{text}{joint}{second}".encode())
            yield replace(honest, body=f"{second}{joint}{text}".encode())
    yield replace(honest, body=f"{text}&{member}={'x' * 100_000}&{pair}".encode())


def a_parameter_in_the_query_as_well(honest: Wire, member: str, value: str) -> Iterator[Wire]:
    text, pair = honest.body.decode(), form({member: value})
    escaped_pair = f"%{ord(member[0]):02X}{pair[1:]}"
    other = "&".join(each for each in text.split("&") if not each.startswith(f"{member}=")) + "&" + pair
    kind, body = multipart({member: value})
    for query in (pair, escaped_pair, other, text):
        for inside in (text, other, pair):
            for method in ("POST", "GET", "PUT"):
                for content_type in (FORM, "APPLICATION/X-www-form-urlencoded", "text/plain", kind):
                    wire = replace(honest, method=method, target=f"/?{query}", body=inside.encode())
                    yield wire.instead("Content-Type", content_type)
                    if content_type == kind:
                        yield replace(wire, body=body).instead("Content-Type", kind)
    for headers in (((member, value),), (("Content-Type", "text/plain"), (member, value))):
        yield honest.plus(*headers)
        yield replace(honest, unsigned=tuple((name.lower(), text) for name, text in headers))
        yield replace(honest, target=f"/?{text}", body=b"", method="GET").plus(*headers)


IN_FORMS: list[Vector] = [a_parameter_twice, a_parameter_in_the_query_as_well]

CASES = [(prize, vector) for prize in JSON for vector in IN_JSON] + [
    (prize, vector) for prize in FORMS for vector in IN_FORMS
]


@pytest.fixture(scope="module")
def worlds() -> Worlds:
    """One Lab a prize, which all vectors try that change nothing in it."""
    return {}


@pytest.mark.parametrize(("prize", "vector"), CASES, ids=[f"{prize.name}-{vector.__name__}" for prize, vector in CASES])
def test_only_the_resource_that_was_judged_is_touched(prize: Prize, vector: Vector, worlds: Worlds) -> None:
    home, mallory = world_of(prize, worlds)
    before = prize.seen(home)
    honest = Attempt(prize, "", {}).honest()
    member, theirs = prize.member
    broken = []
    for number, wire in enumerate(dict.fromkeys(vector(honest, member, theirs))):
        reply = send(mallory, wire)
        if reply.status == 500:
            broken.append((number, reply.status, wire.body[:200], reply.body[:200]))
        assert SECRET.encode() not in reply.body
    assert prize.seen(home) == before
    assert not broken
    worlds[prize.name] = home, mallory
