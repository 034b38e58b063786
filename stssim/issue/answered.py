"""The step with which an operation of STS ends that issues no credentials."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stssim.call import NOTHING, STS, Call, Caller
from stssim.trace import Step


def answered(
    call: Call, caller: Caller, sentence: str, label: str, found: Mapping[str, Any] = NOTHING
) -> tuple[Step, ...]:
    """The one step of an operation that issues no credentials."""
    return (Step("issue", STS, caller.actor, label, sentence, at=call.at, call=call, caller=caller, found=found),)
