"""What a verifier raises for a token, an assertion or an MFA code that proves nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stssim.call import NOTHING, Refusal


class NotVerified(Exception):
    """A proof that was found wanting.

    `refusal` is AWS's answer. `says` is the true reason in one sentence, for the Trace; AWS keeps it to itself.
    `anatomy` is for showing what was read, and which checks it had passed.
    """

    def __init__(self, refusal: Refusal, says: str, anatomy: Mapping[str, Any] = NOTHING) -> None:
        super().__init__(f"{refusal.code}: {refusal.message} ({says})")
        self.refusal = refusal
        self.says = says
        self.anatomy = anatomy
