"""Codes by RFC 6238."""

from __future__ import annotations

from base64 import b32encode

import pytest

from stssim.totp import code, is_code, period_at

SEED = b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_vectors_of_the_rfc_to_six_digits(seconds: int, shown: str) -> None:
    assert code(SEED, period_at(seconds)) == shown
    assert is_code(shown, SEED, period_at(seconds))
    assert not is_code(shown, SEED, period_at(seconds) + 1)


@pytest.mark.parametrize("given", ["", "28708", "2870820", "é" * 6, "\ud800"])
def test_what_is_no_code_is_none(given: str) -> None:
    assert not is_code(given, SEED, 1)


def test_there_is_no_code_before_the_epoch() -> None:
    assert not is_code("000000", SEED, -1)
