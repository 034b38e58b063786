"""The body of a request without the `aws-chunked` framing that today's SDKs upload with.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
"""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from stssim.call import HttpRequest

_CHUNK_SIGNATURE = b"chunk-signature="
_TRAILER_SIGNATURE = "x-amz-trailer-signature"


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
    """What the caller sent, without framing. Raises `ValueError` for framing that is broken."""
    return unframed(request).data if is_framed(request) else request.body


def is_framed(request: HttpRequest) -> bool:
    """Whether the body is in chunks that carry their own sizes."""
    return (request.header("x-amz-content-sha256") or "").startswith("STREAMING-")


def unframed(request: HttpRequest) -> Framed:
    """The chunks and trailers of a framed body.

    Raises `ValueError` where the framing is broken, where the length is not the one announced
    (`X-Amz-Decoded-Content-Length`), or where a checksum in the trailer is not that of the data.
    """
    chunks: list[Chunk] = []
    rest = request.body
    while not chunks or chunks[-1].data:
        line, mark, rest = rest.partition(b"\r\n")
        size_text, _, extension = line.partition(b";")
        if not mark or not 0 < len(size_text) <= 8:
            raise ValueError("The aws-chunked body ends before its last chunk.")
        size = int(size_text, 16)
        if size and rest[size : size + 2] != b"\r\n":
            raise ValueError("A chunk of the aws-chunked body is not as long as it says.")
        signature = extension.removeprefix(_CHUNK_SIGNATURE).decode("latin-1") if extension else ""
        chunks.append(Chunk(rest[:size], signature))
        rest = rest[size + 2 :] if size else rest
    headers = [line.partition(":")[::2] for line in rest.decode("latin-1").splitlines() if line.strip()]
    trailers = tuple((name.strip().lower(), value.strip()) for name, value in headers)
    signature = dict(trailers).get(_TRAILER_SIGNATURE, "")
    framed = Framed(tuple(chunks), tuple(item for item in trailers if item[0] != _TRAILER_SIGNATURE), signature)
    _require_whole(request, framed)
    return framed


def _require_whole(request: HttpRequest, framed: Framed) -> None:
    data, announced = framed.data, request.header("x-amz-decoded-content-length")
    if announced is not None and announced != str(len(data)):
        raise ValueError(f"The body has {len(data)} bytes, and {announced} were announced.")
    for name, value in framed.trailers:
        checksum = _CHECKSUMS.get(name)
        if checksum is not None and base64.b64encode(checksum(data)).decode() != value:
            raise ValueError(f"The checksum in {name} is not that of the body.")


_CHECKSUMS: dict[str, Callable[[bytes], bytes]] = {
    "x-amz-checksum-crc32": lambda data: zlib.crc32(data).to_bytes(4, "big"),
    "x-amz-checksum-sha1": lambda data: hashlib.sha1(data, usedforsecurity=False).digest(),
    "x-amz-checksum-sha256": lambda data: hashlib.sha256(data).digest(),
}
