"""Is an MFA code good? Time-based codes (RFC 6238) by the Lab's clock: six digits, another every 30 seconds."""

from __future__ import annotations

from hmac import compare_digest

from stssim.call import Refusal
from stssim.cloud import MfaDevice
from stssim.issue.not_verified import NotVerified

PERIOD = 30
WINDOW = 1
"""How many periods early or late a code may be; AWS does not document its own tolerance."""
ENABLING_WINDOW = 10
"""Enabling takes older pairs, too: a late one still associates the device (IAM API Reference, EnableMFADevice)."""
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
NOT_ENABLED = Refusal("InvalidAuthenticationCode", "Authentication code for device is not valid.")


def verify_mfa(serial: str | None, code: str | None, device: MfaDevice | None, now: float) -> int:
    """The period whose code was given; it is spent, and no earlier one is good any more. Raises `NotVerified`.

    `device` is the caller's own device of this serial number, or None if they have no such one. `now` is epoch seconds.
    """
    if not serial or not code:
        lacking = "serial number" if not serial else "code"
        raise NotVerified(ONE_MISSING, f"The call gives no MFA {lacking}.")
    if device is None:
        raise NotVerified(WRONG_DEVICE, f"The caller has no MFA device {serial}.")
    this = int(now // PERIOD)
    matching = [period for period in range(this - WINDOW, this + WINDOW + 1) if _is_code(code, device.seed, period)]
    if not matching:
        raise NotVerified(WRONG_CODE, f"{code} is not a code that {serial} shows now.")
    if device.last_period is not None and matching[-1] <= device.last_period:
        raise NotVerified(WRONG_CODE, f"The code {code} of {serial}, or a later one, was used before.")
    return matching[-1]


def verify_two_codes(first: str, second: str, seed: str, now: float) -> int:
    """The period of the second of two codes in a row, as EnableMFADevice wants them. Raises `NotVerified`."""
    this = int(now // PERIOD)
    for period in range(this + ENABLING_WINDOW, this - ENABLING_WINDOW - 1, -1):
        if _is_code(second, seed, period) and _is_code(first, seed, period - 1):
            return period
    raise NotVerified(NOT_ENABLED, f"{first} and {second} are not two codes in a row of the last minutes.")


def _is_code(code: str, seed: str, period: int) -> bool:
    import pyotp

    return compare_digest(code.encode(), pyotp.TOTP(seed).generate_otp(period).encode()) if period >= 0 else False
