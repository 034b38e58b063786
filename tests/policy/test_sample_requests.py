"""Texts that a pattern takes."""

import pytest

from stssim.policy.match import glob, tokens
from stssim.policy.sample_requests import sample


@pytest.mark.parametrize("pattern", ["*", "a*b?", "??", "plain", ""])
def test_a_sample_is_taken_by_its_pattern(pattern: str) -> None:
    assert glob(tokens(pattern))(sample(pattern))
