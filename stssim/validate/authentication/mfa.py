"""Is an MFA code good? Time-based codes (RFC 6238) by the Lab's clock: six digits, another every 30 seconds."""

from __future__ import annotations

from stssim.call import Refusal
from stssim.cloud import MfaDevice
from stssim.totp import is_code, period_at
from stssim.validate.authentication.not_verified import NotVerified

WINDOW = 1
"""How many periods early or late a code may be; AWS does not document its own tolerance."""
WRONG_CODE = Refusal("AccessDenied", "MultiFactorAuthentication failed with invalid MFA one time pass code.")
WRONG_DEVICE = Refusal(
    "AccessDenied",
    "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and "
    "associated with this user.",
)
ONE_MISSING = Refusal(
    "AccessDenied",
    "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.",
)


def verify_mfa(serial: str | None, code: str | None, device: MfaDevice | None, now: float) -> int:
    """The period whose code was given; it is spent, and no earlier one is good any more. Raises `NotVerified`.

    `device` is the caller's own device of this serial number, or None if they have no such one. `now` is epoch seconds.
    """
    if not serial or not code:
        lacking = "serial number" if not serial else "code"
        raise NotVerified(ONE_MISSING, f"The call gives no MFA {lacking}.")
    if device is None:
        raise NotVerified(WRONG_DEVICE, f"The caller has no MFA device {serial}.")
    this = period_at(now)
    matching = [period for period in range(this - WINDOW, this + WINDOW + 1) if is_code(code, device.seed, period)]
    if not matching:
        raise NotVerified(WRONG_CODE, f"The code is not one that {serial} shows now.")
    if device.last_period is not None and matching[-1] <= device.last_period:
        raise NotVerified(WRONG_CODE, f"The code of {serial}, or a later one, was used before.")
    return matching[-1]
