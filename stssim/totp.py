"""Time-based codes (RFC 6238), as virtual MFA devices show them: six digits, others every 30 seconds."""

from __future__ import annotations

from hmac import compare_digest

PERIOD = 30
"""Seconds for which a code is shown."""


def period_at(seconds: float) -> int:
    """The period in which a moment lies, in epoch seconds."""
    return int(seconds // PERIOD)


def code(seed: str, period: int) -> str:
    """The code that a device with this seed (base32) shows in a period."""
    import pyotp

    return pyotp.TOTP(seed).generate_otp(period)


def is_code(given: str, seed: str, period: int) -> bool:
    """Whether this is what the device shows in that period."""
    return period >= 0 and compare_digest(given.encode("utf-8", "replace"), code(seed, period).encode())
