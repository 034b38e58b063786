"""What a value in a policy's condition, or in a request, is read as: a number, a moment, bytes, an address, an ARN.

What can be read was recorded of AWS in September 2026, tag values of a call standing for the request's values.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from datetime import UTC, datetime, timedelta
from decimal import ROUND_FLOOR, Decimal
from functools import lru_cache

__all__ = ["Address", "Network", "address", "is_arn", "moment", "network", "number", "octets"]

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_NUMBER = re.compile(r"[+-]?[0-9]{1,40}(\.[0-9]{0,40})?([eE][+-]?[0-9]{1,3})?")
_TIME = r"T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(\.[0-9]{1,12})?)?(Z|[+-][0-9]{2}:[0-9]{2})?"
_DATE = re.compile(rf"([0-9]{{4}})(?:-([0-9]{{2}})(?:-([0-9]{{2}})(?:{_TIME})?)?)?")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = Decimal("0.001")
_IPV4 = re.compile(r"([0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3})(?:/\+?([0-9]{1,3}))?")


def number(text: str) -> Decimal | None:
    """A decimal number, in full: `01`, `+1`, `1.` and `1e0` are 1. `NaN` and `Infinity` are none."""
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def moment(text: str) -> Decimal | None:
    """Epoch seconds of a W3C date (a form of ISO 8601), or of epoch seconds themselves, to the millisecond.

    What is smaller than a millisecond is cut.
    """
    written = _DATE.fullmatch(text)
    seconds = _seconds(*written.groups()) if written else number(text)
    if seconds is None or seconds.adjusted() > 20:
        return seconds
    return seconds.quantize(_MILLISECOND, ROUND_FLOOR)


def _seconds(
    year: str,
    month: str | None,
    day: str | None,
    hour: str | None,
    minute: str | None,
    second: str | None,
    fraction: str | None,
    zone: str | None,
) -> Decimal | None:
    try:
        found = datetime(
            int(year), int(month or 1), int(day or 1), int(hour or 0), int(minute or 0), int(second or 0), tzinfo=UTC
        )
        if zone and zone != "Z":
            shift = timedelta(hours=int(zone[1:3]), minutes=int(zone[4:6]))
            found += shift if zone[0] == "-" else -shift
    except (ValueError, OverflowError):
        return None
    since = found - _EPOCH
    return Decimal(since.days * 86400 + since.seconds) + Decimal(f"0{fraction}" if fraction else 0)


def octets(text: str) -> bytes | None:
    """The bytes of base64."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


@lru_cache(maxsize=1024)
def network(text: str) -> Network | None:
    """A network that a policy names. One of IPv4 may have bits behind its prefix, one of IPv6 may not."""
    plain = _plain(text)
    try:
        return ipaddress.ip_network(plain, strict=":" in plain)
    except ValueError:
        return None


@lru_cache(maxsize=1024)
def address(text: str) -> Address | None:
    """An address that a request comes from. IPv4 that is written as IPv6 is of IPv4; a network is none."""
    try:
        found = ipaddress.ip_address(_plain(text))
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def _plain(text: str) -> str:
    """Of IPv4, zeros before a number and a plus before the prefix's are taken."""
    written = _IPV4.fullmatch(text)
    if not written:
        return text
    return ".".join(str(int(octet)) for octet in written[1].split(".")) + (f"/{written[2]}" if written[2] else "")


def is_arn(text: str) -> bool:
    """Whether it has the six parts of an ARN."""
    return text.count(":") >= 5
