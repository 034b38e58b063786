"""A proof found wanting carries AWS's answer and, apart from it, the true reason."""

from __future__ import annotations

from stssim.call import Refusal
from stssim.validate.authentication.not_verified import NotVerified


def test_the_answer_and_the_reason_are_kept_apart() -> None:
    wanting = NotVerified(Refusal("InvalidIdentityToken", "No.", 400), "It was signed by somebody else.")
    assert wanting.refusal.message == "No."
    assert wanting.says == "It was signed by somebody else."
    assert dict(wanting.anatomy) == {}
    assert str(wanting) == "InvalidIdentityToken: No. (It was signed by somebody else.)"
