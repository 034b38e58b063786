"""The `aws-chunked` framing, from AWS's description and from anything that is not it.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
"""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stssim.call import HttpRequest
from stssim.request.aws_chunked import BrokenPayload, body_of
from tests.signers import framed

UNSIGNED = ("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER")


def put(body: bytes, *headers: tuple[str, str]) -> HttpRequest:
    return HttpRequest("PUT", "s3.amazonaws.com", "/bucket/key", (UNSIGNED, *headers), body)


def test_a_body_without_framing_is_the_payload() -> None:
    assert (
        body_of(HttpRequest("PUT", "s3.amazonaws.com", "/b/k", (), b"5\r\nhello\r\n0\r\n\r\n")).data
        == b"5\r\nhello\r\n0\r\n\r\n"
    )


@given(st.lists(st.binary(min_size=1), max_size=5))
def test_what_was_framed_is_the_payload(parts: list[bytes]) -> None:
    assert body_of(put(framed([(part, "") for part in [*parts, b""]]))).data == b"".join(parts)


def test_chunks_and_trailers_come_with_their_signatures() -> None:
    body = framed([(b"hello", "a" * 64), (b"", "b" * 64)], b"X-Amz-Meta-A: b \r\nx-amz-trailer-signature:cc\r\n")
    found = body_of(put(body))
    assert [(chunk.data, chunk.signature) for chunk in found.chunks or ()] == [(b"hello", "a" * 64), (b"", "b" * 64)]
    assert found.trailers == (("x-amz-meta-a", "b"),)
    assert found.trailer_signature == "cc"


def test_the_length_announced_is_the_length() -> None:
    body = framed([(b"hello", ""), (b"", "")])
    assert body_of(put(body, ("x-amz-decoded-content-length", "5"))).data == b"hello"
    with pytest.raises(BrokenPayload, match="You did not provide the number of bytes specified") as broken:
        body_of(put(body, ("x-amz-decoded-content-length", "6")))
    assert broken.value.code == "IncompleteBody"
    assert broken.value.detail == {"NumberBytesExpected": "6", "NumberBytesProvided": "5"}


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
        body_of(put(body))
    assert (broken.value.code, str(broken.value)) == ("IncompleteBody", "The request body terminated unexpectedly")


def test_a_broken_trailer_is_malformed() -> None:
    with pytest.raises(BrokenPayload) as broken:
        body_of(put(framed([(b"", "")], b"no colon\r\n")))
    assert broken.value.code == "MalformedTrailerError"


@pytest.mark.parametrize("end", [b"", b"\r\n", b"\r\n\r\n", b"\r\njunk"])
def test_an_empty_line_or_nothing_ends_a_body_and_nothing_after_it_counts(end: bytes) -> None:
    """Seen at the real service by the authors of OpenStack Swift's test/s3api/test_input_errors.py."""
    assert body_of(put(b"5\r\nhello\r\n0\r\n" + end)).trailers == ()
    assert body_of(put(b"5\r\nhello\r\n0\r\na:b\r\n" + end)).trailers == (("a", "b"),)


@given(st.binary(max_size=80))
def test_no_body_does_worse_than_be_broken(body: bytes) -> None:
    with suppress(BrokenPayload):
        assert len(body_of(put(body)).data) < len(body)


def test_many_small_chunks_take_no_more_than_their_share_of_time() -> None:
    """Chunks of one byte: copying what is left for each of them would move 120 gigabytes."""
    body = b"1\r\nx\r\n" * 200_000 + b"0\r\n\r\n"
    assert len(body_of(put(body)).data) == 200_000
