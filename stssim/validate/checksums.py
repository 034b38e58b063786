"""Did the body arrive as it was sent? S3 holds it to its `Content-MD5` and to one checksum of the sender's choice.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
Codes and sentences are those that OpenStack Swift's tests hold the real service to (test/s3api/test_input_errors.py).
"""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Callable, Mapping
from functools import lru_cache

from stssim.call import NOTHING, Call, HttpRequest, Refusal
from stssim.refused import MALFORMED_TRAILER
from stssim.trace import Refused

_CHECKSUM = "x-amz-checksum-"
_SETTINGS = {f"{_CHECKSUM}{name}" for name in ("algorithm", "mode", "type")}
_OF_THE_OBJECT = {"CompleteMultipartUpload"}
"""Operations whose checksum is not that of their own body."""


def require_intact(call: Call) -> None:
    """Raises `Refused`, 400, for a call to S3 whose body is not the one that its checksums were made of, or whose
    checksums cannot be read.
    """
    request = call.request
    if call.service != "s3" or request.method not in ("POST", "PUT"):
        return
    md5, sent, announced = request.header("content-md5"), _sent(call), _announced(request)
    if md5 is not None and _decoded(md5, 16) is None:
        raise _refused("InvalidDigest", "The Content-MD5 you specified was invalid.", {"Content-MD5": md5})
    _require_one(sent, announced, request.header("x-amz-sdk-checksum-algorithm"))
    data, trailers = call.body.data, dict(call.body.trailers)
    if {*trailers} != {*announced}:
        raise _refused("MalformedTrailerError", MALFORMED_TRAILER)
    if md5 is not None:
        _require_md5(md5, data)
    for name, value in sent.items():
        _require_equal(name, value, "header", data)
    for name, value in trailers.items():
        _require_equal(name, value, "trailing header", data)


def _sent(call: Call) -> Mapping[str, str]:
    if call.operation in _OF_THE_OBJECT:
        return NOTHING
    return {name: value for name, value in call.request.headers if name.startswith(_CHECKSUM) and name not in _SETTINGS}


def _announced(request: HttpRequest) -> tuple[str, ...]:
    said = request.header("x-amz-trailer")
    if said is None:
        return ()
    names = tuple(name.strip().lower() for name in said.strip().rstrip(",").split(","))
    if not {*names} <= _ALGORITHMS.keys():
        raise _refused("InvalidRequest", "The value specified in the x-amz-trailer header is not supported")
    return names


def _require_one(sent: Mapping[str, str], announced: tuple[str, ...], algorithm: str | None) -> None:
    if len(sent) + len(announced) > 1:
        says = "Expecting a single x-amz-checksum- header"
        if max(len(sent), len(announced)) > 1:
            says += ". Multiple checksum Types are not allowed."
        raise _refused("InvalidRequest", says)
    if not {*sent} <= _ALGORITHMS.keys():
        says = "The algorithm type you specified in x-amz-checksum- header is invalid."
        raise _refused("InvalidRequest", says)
    if algorithm is None:
        return
    if not (sent or announced):
        says = "no corresponding x-amz-checksum-* or x-amz-trailer headers were found."
        raise _refused("InvalidRequest", f"x-amz-sdk-checksum-algorithm specified, but {says}")
    if f"{_CHECKSUM}{algorithm.lower()}" not in (*sent, *announced):
        raise _refused("InvalidRequest", "Value for x-amz-sdk-checksum-algorithm header is invalid.")


def _require_md5(given: str, data: bytes) -> None:
    """The one digest that is sent in base64 and told in hexadecimal."""
    wanted, found = base64.b64decode(given), _md5(data)
    if found != wanted:
        detail = {"ExpectedDigest": wanted.hex(), "CalculatedDigest": base64.b64encode(found).decode()}
        raise _refused("BadDigest", "The Content-MD5 you specified did not match what we received.", detail)


def _require_equal(name: str, given: str, where: str, data: bytes) -> None:
    length, calculate = _ALGORITHMS[name]
    wanted = _decoded(given, length)
    if wanted is None:
        raise _refused("InvalidRequest", f"Value for {name} {where} is invalid.")
    if calculate is not None and calculate(data) != wanted:
        algorithm = name.removeprefix(_CHECKSUM).upper()
        raise _refused("BadDigest", f"The {algorithm} you specified did not match the calculated checksum.")


def _decoded(text: str, length: int) -> bytes | None:
    """The bytes that this base64 stands for, or None: it is none, or not of so many bytes."""
    try:
        found = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return found if len(found) == length else None


def _refused(code: str, says: str, detail: Mapping[str, str] = NOTHING) -> Refused:
    return Refused(Refusal(code, says, 400, detail))


def _md5(data: bytes) -> bytes:
    return hashlib.md5(data, usedforsecurity=False).digest()


def _crc(data: bytes, polynomial: int, length: int) -> bytes:
    """A cyclic redundancy check, least significant bit first, begun and ended with every bit turned."""
    table, every = _table(polynomial), (1 << 8 * length) - 1
    found = every
    for byte in data:
        found = table[(found ^ byte) & 0xFF] ^ found >> 8
    return (found ^ every).to_bytes(length, "big")


@lru_cache
def _table(polynomial: int) -> tuple[int, ...]:
    rows = list(range(256))
    for _ in range(8):
        rows = [row >> 1 ^ polynomial * (row & 1) for row in rows]
    return tuple(rows)


_CALCULATED: dict[str, tuple[int, Callable[[bytes], bytes] | None]] = {
    "crc32": (4, lambda data: zlib.crc32(data).to_bytes(4, "big")),
    "crc32c": (4, lambda data: _crc(data, 0x82F63B78, 4)),
    "crc64nvme": (8, lambda data: _crc(data, 0x9A6C9329AC4BC9B5, 8)),
    "md5": (16, _md5),
    "sha1": (20, lambda data: hashlib.sha1(data, usedforsecurity=False).digest()),
    "sha256": (32, lambda data: hashlib.sha256(data).digest()),
    "sha512": (64, lambda data: hashlib.sha512(data).digest()),
    "xxhash64": (8, None),
    "xxhash3": (8, None),
    "xxhash128": (16, None),
}
"""Of each algorithm, how many bytes its checksum has and how it is made. The xxHash ones are taken at their word."""
_ALGORITHMS = {f"{_CHECKSUM}{name}": made for name, made in _CALCULATED.items()}
