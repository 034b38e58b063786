"""The beats with which a call to STS ends: refused, with the reason in plain words, or answered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from stssim.call import NOTHING, STS, Beat, Call, Caller, Refusal, Refused


def refused(
    call: Call, caller: Caller, refusal: Refusal, why: str, label: str, found: Mapping[str, Any] = NOTHING
) -> Refused:
    """What to raise for a call that is turned away. `why` and `found` are for the trace, the refusal for the caller."""
    beat = Beat(
        "validate",
        STS,
        STS,
        label,
        why,
        "denied",
        2 if call.issues else None,
        at=call.at,
        call=call,
        caller=caller,
        found=found,
        refusal=refusal,
    )
    return Refused(refusal, beat)


def answered(
    call: Call, caller: Caller, sentence: str, label: str, found: Mapping[str, Any] = NOTHING
) -> tuple[Beat, ...]:
    """The one beat of an operation that issues no credentials."""
    return (Beat("issue", STS, caller.actor, label, sentence, at=call.at, call=call, caller=caller, found=found),)


def clock(seconds: int, now: int) -> str:
    """A moment in UTC as it is said: the time of day, and the date if that is not today's.

    >>> clock(1767261600, 1767258000), clock(1767348000, 1767258000)
    ('10:00:00 UTC', '2026-01-02 10:00:00 UTC')
    """
    moment, today = datetime.fromtimestamp(seconds, UTC), datetime.fromtimestamp(now, UTC)
    return moment.strftime("%H:%M:%S UTC" if moment.date() == today.date() else "%Y-%m-%d %H:%M:%S UTC")
