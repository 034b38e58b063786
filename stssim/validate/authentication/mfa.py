"""Is an MFA code good? Time-based codes (RFC 6238) by the Lab's clock: six digits, another every 30 seconds."""

from __future__ import annotations

from stssim.call import Refusal
from stssim.cloud import MfaDevice
from stssim.totp import is_code, period_at
from stssim.validate.authentication.not_verified import NotVerified

WINDOW = 2
"""How many periods early or late a code may be. Recorded on 2026-09-11 (radkawar/stackd, mfa and mfa_verification)."""
TRIES = 9
"""How many codes may be given for a device in three minutes, good ones too."""
_SECONDS_OF_A_WINDOW = 180
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


def tries_window(now: float) -> int:
    """The window of three minutes in which a moment (epoch seconds) lies: windows begin at full minutes of UTC.

    Recorded on 2026-09-11 (radkawar/stackd, mfa_rejection and mfa_rejection_threshold).
    """
    return int(now // _SECONDS_OF_A_WINDOW)


def verify_mfa(serial: str | None, code: str | None, device: MfaDevice | None, now: float) -> int:
    """The period whose code was given; it is spent. Raises `NotVerified`.

    Each code is good once, in any order, one that enabled the device as well: recorded on 2026-09-11 (radkawar/stackd,
    mfa_reuse, mfa_code_order, mfa_synchronization_codes).
    `device` is the caller's own device of this serial number, or None if they have no such one. `now` is epoch seconds.
    """
    if not serial or not code:
        lacking = "serial number" if not serial else "code"
        raise NotVerified(ONE_MISSING, f"The call gives no MFA {lacking}.")
    if device is None:
        raise NotVerified(WRONG_DEVICE, f"The caller has no MFA device {serial}.")
    window, tries = device.tries
    if window == tries_window(now) and tries >= TRIES:
        raise NotVerified(WRONG_DEVICE, f"{TRIES} codes of {serial} were given in these three minutes.")
    this = period_at(now) + device.ahead
    matching = [period for period in range(this - WINDOW, this + WINDOW + 1) if is_code(code, device.seed, period)]
    if not matching:
        raise NotVerified(WRONG_CODE, f"The code is not one that {serial} shows now.")
    unused = [period for period in matching if period not in device.spent]
    if not unused:
        raise NotVerified(WRONG_CODE, f"The code of {serial} was used before.")
    return unused[-1]
