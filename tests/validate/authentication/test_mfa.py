"""Whether an MFA code is good."""

from __future__ import annotations

from base64 import b32encode
from typing import Any

import pytest

from stssim.cloud import MfaDevice
from stssim.validate.authentication.mfa import verify_mfa
from stssim.validate.authentication.not_verified import NotVerified
from tests.fakes import refusals

FACTS = refusals("federation_errors")
SERIAL = "arn:aws:iam::111122223333:mfa/bob"
SEED = b32encode(b"12345678901234567890").decode()
# RFC 6238, appendix B: the code "081804" belongs to the period in which 1111111109 lies, "050471" to the one after it.
EARLY, LATE = 1111111109, 1111111111
PERIOD = 37037036


def device(*spent: int, ahead: int = 0, tries: tuple[int, int] = (0, 0)) -> MfaDevice:
    return MfaDevice(SERIAL, SEED, ahead, frozenset(spent), tries)


@pytest.mark.parametrize(("code", "now"), [("081804", EARLY), ("081804", LATE), ("050471", EARLY), ("050471", LATE)])
def test_a_code_is_good_for_its_period_and_the_ones_beside_it(code: str, now: int) -> None:
    assert verify_mfa(SERIAL, code, device(), now) == (PERIOD if code == "081804" else PERIOD + 1)


def case(serial: Any, code: Any, held: MfaDevice | None, now: float) -> str:
    with pytest.raises(NotVerified) as wanting:
        verify_mfa(serial, code, held, now)
    found = wanting.value.refusal
    fact = {"code": found.code, "status": found.status, "message": found.message}
    return next(name for name, row in FACTS.items() if fact.items() <= row.items())


@pytest.mark.parametrize("now", [EARLY - 60, EARLY + 60])
def test_a_code_is_good_for_two_periods_before_and_after_its_own(now: int) -> None:
    """Recorded on 2026-09-11 (radkawar/stackd, mfa)."""
    assert verify_mfa(SERIAL, "081804", device(), now) == PERIOD


@pytest.mark.parametrize("now", [EARLY - 90, EARLY + 90])
def test_a_code_of_another_time_is_refused(now: int) -> None:
    assert case(SERIAL, "081804", device(), now) == "MFA code wrong or used before"


def test_a_device_that_was_ahead_when_it_was_synchronized_is_taken_to_be_so_now() -> None:
    assert verify_mfa(SERIAL, "081804", device(ahead=20), EARLY - 600) == PERIOD
    assert case(SERIAL, "081804", device(ahead=20), EARLY) == "MFA code wrong or used before"


@pytest.mark.parametrize("code", ["000000", "081805", "x", "é" * 6])
def test_another_code_is_refused(code: str) -> None:
    assert case(SERIAL, code, device(), EARLY) == "MFA code wrong or used before"


def test_a_code_is_good_once_and_after_a_later_one() -> None:
    """Recorded on 2026-09-11 (radkawar/stackd, mfa_code_order)."""
    assert case(SERIAL, "081804", device(PERIOD), EARLY) == "MFA code wrong or used before"
    assert verify_mfa(SERIAL, "081804", device(PERIOD + 1), LATE) == PERIOD
    assert verify_mfa(SERIAL, "050471", device(PERIOD), LATE) == PERIOD + 1


def test_nine_codes_are_looked_at_in_three_minutes() -> None:
    """Recorded on 2026-09-11 (radkawar/stackd, mfa_rejection_threshold)."""
    window = EARLY // 180
    assert verify_mfa(SERIAL, "081804", device(tries=(window, 8)), EARLY) == PERIOD
    assert verify_mfa(SERIAL, "081804", device(tries=(window - 1, 9)), EARLY) == PERIOD
    assert case(SERIAL, "081804", device(tries=(window, 9)), EARLY) == "MFA device not the user's"


def test_another_device_proves_nothing() -> None:
    assert case(SERIAL, "081804", None, EARLY) == "MFA device not the user's"


@pytest.mark.parametrize(("serial", "code"), [(SERIAL, None), (None, "081804"), ("", "081804"), (SERIAL, "")])
def test_half_a_proof_is_none(serial: str | None, code: str | None) -> None:
    assert case(serial, code, device(), EARLY) == "MFA half given"
