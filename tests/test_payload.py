"""The `aws-chunked` framing, from AWS's description and from anything that is not it.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
"""

from __future__ import annotations

import base64
import hashlib
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stssim.call import HttpRequest
from stssim.payload import BrokenPayload, payload, unframed
from tests.signers import framed

UNSIGNED = ("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER")


def put(body: bytes, *headers: tuple[str, str]) -> HttpRequest:
    return HttpRequest("PUT", "s3.amazonaws.com", "/bucket/key", (UNSIGNED, *headers), body)


def trailer(name: str, digest: bytes) -> bytes:
    return f"x-amz-checksum-{name}:".encode() + base64.b64encode(digest) + b"\r\n"


def test_a_body_without_framing_is_the_payload() -> None:
    assert (
        payload(HttpRequest("PUT", "s3.amazonaws.com", "/b/k", (), b"5\r\nhello\r\n0\r\n\r\n"))
        == b"5\r\nhello\r\n0\r\n\r\n"
    )


@given(st.lists(st.binary(min_size=1), max_size=5))
def test_what_was_framed_is_the_payload(parts: list[bytes]) -> None:
    assert payload(put(framed([(part, "") for part in [*parts, b""]]))) == b"".join(parts)


def test_chunks_and_trailers_come_with_their_signatures() -> None:
    body = framed([(b"hello", "a" * 64), (b"", "b" * 64)], b"X-Amz-Meta-A: b \r\nx-amz-trailer-signature:cc\r\n")
    found = unframed(put(body))
    assert [(chunk.data, chunk.signature) for chunk in found.chunks] == [(b"hello", "a" * 64), (b"", "b" * 64)]
    assert found.trailers == (("x-amz-meta-a", "b"),)
    assert found.trailer_signature == "cc"


@pytest.mark.parametrize(
    ("name", "digest"),
    [
        ("crc32", zlib.crc32(b"hello").to_bytes(4, "big")),
        ("sha1", hashlib.sha1(b"hello", usedforsecurity=False).digest()),
        ("sha256", hashlib.sha256(b"hello").digest()),
    ],
)
def test_a_checksum_in_the_trailer_is_checked(name: str, digest: bytes) -> None:
    assert payload(put(framed([(b"hello", ""), (b"", "")], trailer(name, digest)))) == b"hello"
    with pytest.raises(BrokenPayload, match=f"The {name.upper()} you specified did not match") as broken:
        payload(put(framed([(b"jello", ""), (b"", "")], trailer(name, digest))))
    assert broken.value.code == "BadDigest"


def test_the_length_announced_is_the_length() -> None:
    body = framed([(b"hello", ""), (b"", "")])
    assert payload(put(body, ("x-amz-decoded-content-length", "5"))) == b"hello"
    with pytest.raises(BrokenPayload, match="has 5 bytes, and X-Amz-Decoded-Content-Length announced 6") as broken:
        payload(put(body, ("x-amz-decoded-content-length", "6")))
    assert broken.value.code == "IncompleteBody"


@pytest.mark.parametrize(
    "body",
    [
        b"", b"hello", b"5\r\nhello", b"5\r\nhello\r\n", b"6\r\nhello\r\n0\r\n\r\n", b"4\r\nhello\r\n0\r\n\r\n",
        b"-1\r\nhello\r\n0\r\n\r\n", b"+5\r\nhello\r\n0\r\n\r\n", b"0x5\r\nhello\r\n0\r\n\r\n", b"1_0\r\nhello\r\n",
        b"ffffffff\r\nhello\r\n", b"fffffffff\r\nhello\r\n", b"5;name=value\r\nhello\r\n0\r\n\r\n", b"\r\n" * 100,
    ],
)  # fmt: skip
def test_broken_framing_is_an_incomplete_body(body: bytes) -> None:
    with pytest.raises(BrokenPayload) as broken:
        payload(put(body))
    assert broken.value.code == "IncompleteBody"


def test_a_broken_trailer_is_malformed() -> None:
    with pytest.raises(BrokenPayload) as broken:
        payload(put(framed([(b"", "")], b"no colon\r\n")))
    assert broken.value.code == "MalformedTrailerError"


@given(st.binary(max_size=80))
def test_no_body_does_worse_than_be_broken(body: bytes) -> None:
    with suppress(BrokenPayload):
        assert len(payload(put(body))) < len(body)


def test_many_small_chunks_take_no_more_than_their_share_of_time() -> None:
    """Chunks of one byte: copying what is left for each of them would move 120 gigabytes."""
    body = b"1\r\nx\r\n" * 200_000 + b"0\r\n\r\n"
    assert len(payload(put(body))) == 200_000
