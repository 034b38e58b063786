"""The body of a request without the `aws-chunked` framing that today's SDKs upload with.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from stssim.call import NOTHING, STREAMS, Body, Chunk, HttpRequest
from stssim.refused import MALFORMED_TRAILER

_ENDS_EARLY = "The request body terminated unexpectedly"
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})(?:;chunk-signature=([0-9a-f]{64}))?\r\n")
_LONGEST_LINE = 100
_TRAILER_SIGNATURE = "x-amz-trailer-signature"


class BrokenPayload(ValueError):
    """Raised for a body that is not framed as its headers say. `code` is S3's error code for it, `detail` what S3 tells
    beside its message.
    """

    def __init__(self, code: str, message: str, detail: Mapping[str, str] = NOTHING) -> None:
        super().__init__(message)
        self.code = code
        self.detail = detail


def body_of(request: HttpRequest) -> Body:
    """What the caller sent. Raises `BrokenPayload`, a `ValueError`, where the framing is broken, or where the length is
    not the one announced (`X-Amz-Decoded-Content-Length`).
    """
    if request.header("x-amz-content-sha256") not in STREAMS:
        return Body(request.body)
    chunks: list[Chunk] = []
    body, at = request.body, 0
    while not chunks or chunks[-1].data:
        line = _CHUNK.match(body, at, at + _LONGEST_LINE)
        if line is None:
            raise BrokenPayload("IncompleteBody", _ENDS_EARLY)
        start, end = line.end(), line.end() + int(line[1], 16)
        if end > start and body[end : end + 2] != b"\r\n":
            raise BrokenPayload("IncompleteBody", _ENDS_EARLY)
        chunks.append(Chunk(body[start:end], (line[2] or b"").decode()))
        at = end + 2 if end > start else end
    trailers = _trailers(body[at:])
    data = b"".join(chunk.data for chunk in chunks)
    _require_announced_length(request, len(data))
    return Body(
        data,
        tuple(chunks),
        tuple((name, value) for name, value in trailers if name != _TRAILER_SIGNATURE),
        dict(trailers).get(_TRAILER_SIGNATURE, ""),
    )


def _trailers(text: bytes) -> tuple[tuple[str, str], ...]:
    """The lines up to the first empty one. What follows that is nobody's, and S3 takes no notice of it."""
    lines = text.decode("latin-1").split("\r\n")
    if "" not in lines:
        raise BrokenPayload("IncompleteBody", _ENDS_EARLY)
    parts = [line.partition(":") for line in lines[: lines.index("")]]
    if not all(name.strip() and colon for name, colon, _ in parts):
        raise BrokenPayload("MalformedTrailerError", MALFORMED_TRAILER)
    return tuple((name.strip().lower(), value.strip()) for name, _, value in parts)


def _require_announced_length(request: HttpRequest, length: int) -> None:
    announced = request.header("x-amz-decoded-content-length")
    if announced is not None and announced != str(length):
        says = "You did not provide the number of bytes specified by the Content-Length HTTP header"
        detail = {"NumberBytesExpected": announced, "NumberBytesProvided": str(length)}
        raise BrokenPayload("IncompleteBody", says, detail)
