"""A virtual MFA device: it shows a code of six digits that changes every 30 seconds, by the Lab's clock (RFC 6238)."""

from __future__ import annotations

import io
from base64 import b32encode
from collections.abc import Callable
from datetime import datetime, timedelta

import pyotp

PERIOD = timedelta(seconds=30)
SEED_BYTES = 40
"""IAM's seeds are 64 characters of base32."""


class MfaDevice:
    """An authenticator that was given a seed. `serial` is the virtual device's ARN."""

    def __init__(self, serial: str, seed: str, now: Callable[[], datetime]) -> None:
        self.serial = serial
        self.seed = seed
        self._now = now

    def code(self, periods: int = 0) -> str:
        """The code it shows now, or the one it shows so many periods later (earlier, if negative)."""
        return pyotp.TOTP(self.seed).at(self._now() + periods * PERIOD)

    def codes(self, periods: int = 0) -> tuple[str, str]:
        """Two codes in a row, as EnableMFADevice wants them: the one before, and the one now (or `periods` later)."""
        return self.code(periods - 1), self.code(periods)

    def __repr__(self) -> str:
        return f"MfaDevice {self.serial}"


def new_seed(drawn: bytes) -> str:
    """A seed in base32, from `SEED_BYTES` random bytes."""
    return b32encode(drawn).decode()


def provisioning_uri(device: str, account_name: str, seed: str) -> str:
    """What the QR code says. `account_name` is the user's name if known, else the account number.

    The form is that of IAM's API reference, VirtualMFADevice.
    """
    return f"otpauth://totp/{device}@{account_name}?secret={seed}"


def qr_png(text: str) -> bytes:
    """A QR code as a PNG picture."""
    import segno

    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="png", scale=4)
    return out.getvalue()
