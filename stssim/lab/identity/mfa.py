"""A virtual MFA device: it shows a code of six digits that changes every 30 seconds, by the Lab's clock (RFC 6238)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from stssim.totp import code, period_at


class MfaDevice:
    """An authenticator that was given a seed. `serial` is the virtual device's ARN."""

    def __init__(self, serial: str, seed: str, now: Callable[[], datetime]) -> None:
        self.serial = serial
        self.seed = seed
        self._now = now

    def code(self, periods: int = 0) -> str:
        """The code it shows now, or the one it shows so many periods later (earlier, if negative)."""
        return code(self.seed, period_at(self._now().timestamp()) + periods)

    def codes(self, periods: int = 0) -> tuple[str, str]:
        """Two codes in a row, as EnableMFADevice wants them: the one before, and the one now (or `periods` later)."""
        return self.code(periods - 1), self.code(periods)

    def __repr__(self) -> str:
        return f"MfaDevice {self.serial}"
