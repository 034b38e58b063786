"""Policies out of stored text, compiled once however often they are looked at."""

from __future__ import annotations

from functools import lru_cache

from stssim.policy import Policy
from stssim.policy.policies import PolicyKind


@lru_cache(maxsize=2048)
def compiled(name: str, kind: PolicyKind, text: str, arn: str | None = None) -> Policy:
    """The policy of this text. Raises `PolicyError` for text that is none; it was judged when it was written."""
    return Policy(name, kind, text, arn)
