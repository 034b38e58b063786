"""Refusing a call: AWS's words for the caller, and for the Trace the reason in plain ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stssim.call import NOTHING, Call, Caller, Refusal
from stssim.trace import Refused, Step

MALFORMED_TRAILER = (
    "The request contained trailing data that was not well-formed or did not conform to our published schema."
)


def refused(
    call: Call,
    caller: Caller,
    refusal: Refusal,
    why: str,
    label: str | None = None,
    found: Mapping[str, Any] = NOTHING,
) -> Refused:
    """What to raise for a call that is refused. `why` and `found` are for the Trace, the refusal is for the caller.

    `label` is two or three words for the picture; without one it is AWS's error code.
    """
    step = Step(
        "validate",
        call.target,
        call.target,
        label or refusal.code,
        why,
        "denied",
        call.judged,
        at=call.at,
        call=call,
        caller=caller,
        found=found,
        refusal=refusal,
    )
    return Refused(refusal, step)


def malformed(service: str, why: str) -> Refusal:
    """What is answered to parameters that are not of the types that their operation takes."""
    if service == "s3":
        return Refusal(
            "MalformedXML",
            "The XML you provided was not well-formed or did not validate against our published schema",
            400,
        )
    return Refusal("MalformedInput" if service in ("sts", "iam", "sns", "ec2") else "SerializationException", why, 400)
