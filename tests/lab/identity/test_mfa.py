"""A virtual MFA device goes by the Lab's clock."""

from __future__ import annotations

from base64 import b32encode
from datetime import UTC, datetime

from stssim.lab.identity.mfa import MfaDevice

SEED = b32encode(b"12345678901234567890").decode()


def test_a_device_shows_the_codes_of_the_rfc() -> None:
    """RFC 6238, appendix B, to six digits: 1111111109 and 1111111111 are in two periods, one after the other."""
    early = MfaDevice("arn:aws:iam::111122223333:mfa/bob", SEED, lambda: datetime.fromtimestamp(1111111109, UTC))
    late = MfaDevice("arn:aws:iam::111122223333:mfa/bob", SEED, lambda: datetime.fromtimestamp(1111111111, UTC))
    assert (early.code(), late.code()) == ("081804", "050471")
    assert early.codes(1) == late.codes() == ("081804", "050471")
    assert late.code(-1) == early.code()


def test_a_device_never_shows_its_seed() -> None:
    device = MfaDevice("arn:aws:iam::111122223333:mfa/bob", SEED, lambda: datetime.now(UTC))
    assert repr(device) == "MfaDevice arn:aws:iam::111122223333:mfa/bob"
