"""Text and JSON values as the types of botocore's models: numbers, times, bytes."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

_INTEGER = re.compile(r"[+-]?[0-9]{1,40}")
_SHOWN = 40
_BITS: Mapping[str, int] = {"byte": 8, "short": 16, "integer": 32, "long": 64}


def of_text(shape: Any, text: str) -> Any:
    """The value that a text in a form, a header, a path or an XML element stands for.

    Raises `ValueError` for a text that is none of the shape's type.
    """
    read = _READERS.get(shape.type_name)
    return text if read is None else read(shape, text)


def of_json(shape: Any, value: Any) -> Any:
    """The value of a scalar in a JSON document: bytes out of base64, times out of numbers or texts. Others stay as they
    are, for whoever checks types.
    """
    match shape.type_name, value:
        case "blob", str():
            return _bytes(shape, value)
        case "timestamp", str() | int() | float() if not isinstance(value, bool):
            return moment(value)
    return value


def moment(value: str | float) -> datetime:
    """A time in any of the formats that AWS's protocols have: ISO 8601, RFC 822, seconds since 1970."""
    from botocore.utils import parse_to_aware_datetime

    try:
        read: datetime = parse_to_aware_datetime(value)
    except (ValueError, OverflowError, OSError, TypeError):
        raise ValueError(f"{str(value)[:_SHOWN]!r} is not a time.") from None
    return read


def _whole(shape: Any, text: str) -> int:
    """STS took `+900` and `0900`, and no space beside them: recorded of DurationSeconds in September 2026."""
    if _INTEGER.fullmatch(text):
        number, half = int(text), 2 ** (_BITS[shape.type_name] - 1)
        if -half <= number < half:
            return number
    raise ValueError(f"{text[:_SHOWN]!r} is not an integer of {_BITS[shape.type_name]} bits.")


def _decimal(_: Any, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"{text[:_SHOWN]!r} is not a number.") from None


def _truth(_: Any, text: str) -> bool:
    said = text.strip().lower()
    if said not in ("true", "false"):
        raise ValueError(f"{text[:_SHOWN]!r} is neither true nor false.")
    return said == "true"


def _bytes(_: Any, text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("A value is not base64.") from None


def _time(_: Any, text: str) -> datetime:
    return moment(text)


_READERS: Mapping[str, Callable[[Any, str], Any]] = {
    **dict.fromkeys(_BITS, _whole),
    "blob": _bytes,
    "boolean": _truth,
    "double": _decimal,
    "float": _decimal,
    "timestamp": _time,
}
