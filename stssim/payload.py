"""The body of a request without the `aws-chunked` framing that today's SDKs upload with.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
"""

from __future__ import annotations

import base64
import hashlib
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from stssim.call import HttpRequest

_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})(?:;chunk-signature=([0-9a-f]{64}))?\r\n")
_LONGEST_LINE = 100
_TRAILER_SIGNATURE = "x-amz-trailer-signature"


class BrokenPayload(ValueError):
    """Raised for a body that is not what its headers and trailers say. `code` is S3's error code for it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Chunk:
    """One chunk and the signature that it came with ("": it is not signed). The last chunk has no data."""

    data: bytes
    signature: str = ""


@dataclass(frozen=True, slots=True)
class Framed:
    """A body taken apart. `trailers` are the headers that came after it, `trailer_signature` what signs those."""

    chunks: tuple[Chunk, ...]
    trailers: tuple[tuple[str, str], ...] = ()
    trailer_signature: str = ""

    @property
    def data(self) -> bytes:
        return b"".join(chunk.data for chunk in self.chunks)


def payload(request: HttpRequest) -> bytes:
    """What the caller sent, without framing. Raises `BrokenPayload` for framing that is broken."""
    return unframed(request).data if is_framed(request) else request.body


def is_framed(request: HttpRequest) -> bool:
    """Whether the body is in chunks that carry their own sizes."""
    return (request.header("x-amz-content-sha256") or "").startswith("STREAMING-")


def unframed(request: HttpRequest) -> Framed:
    """The chunks and trailers of a framed body.

    Raises `BrokenPayload`, a `ValueError`, where the framing is broken, where the length is not the one announced
    (`X-Amz-Decoded-Content-Length`), or where a CRC32, SHA-1 or SHA-256 in the trailer is not that of the data.
    """
    chunks: list[Chunk] = []
    body, at = request.body, 0
    while not chunks or chunks[-1].data:
        line = _CHUNK.match(body, at, at + _LONGEST_LINE)
        if line is None:
            raise BrokenPayload("IncompleteBody", "The aws-chunked body ends, or is broken, before its last chunk.")
        start, end = line.end(), line.end() + int(line[1], 16)
        if end > start and body[end : end + 2] != b"\r\n":
            raise BrokenPayload("IncompleteBody", "A chunk of the aws-chunked body is not as long as it says.")
        chunks.append(Chunk(body[start:end], (line[2] or b"").decode()))
        at = end + 2 if end > start else end
    trailers = _trailers(body[at:])
    framed = Framed(
        tuple(chunks),
        tuple((name, value) for name, value in trailers if name != _TRAILER_SIGNATURE),
        dict(trailers).get(_TRAILER_SIGNATURE, ""),
    )
    _require_whole(request, framed)
    return framed


def _trailers(text: bytes) -> tuple[tuple[str, str], ...]:
    lines = [line.partition(":") for line in text.decode("latin-1").split("\r\n") if line]
    if not all(name.strip() and colon for name, colon, _ in lines):
        says = (
            "The request contained trailing data that was not well-formed or did not conform to our published schema."
        )
        raise BrokenPayload("MalformedTrailerError", says)
    return tuple((name.strip().lower(), value.strip()) for name, _, value in lines)


def _require_whole(request: HttpRequest, framed: Framed) -> None:
    data, announced = framed.data, request.header("x-amz-decoded-content-length")
    if announced is not None and announced != str(len(data)):
        says = f"The body has {len(data)} bytes, and X-Amz-Decoded-Content-Length announced {announced[:20]}."
        raise BrokenPayload("IncompleteBody", says)
    for name, value in framed.trailers:
        checksum = _CHECKSUMS.get(name)
        if checksum is not None and base64.b64encode(checksum(data)).decode() != value:
            kind = name.rpartition("-")[2].upper()
            raise BrokenPayload("BadDigest", f"The {kind} you specified did not match the calculated checksum.")


_CHECKSUMS: dict[str, Callable[[bytes], bytes]] = {
    "x-amz-checksum-crc32": lambda data: zlib.crc32(data).to_bytes(4, "big"),
    "x-amz-checksum-sha1": lambda data: hashlib.sha1(data, usedforsecurity=False).digest(),
    "x-amz-checksum-sha256": lambda data: hashlib.sha256(data).digest(),
}
