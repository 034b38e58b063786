"""Where two runs diverge: the first step that only one of them has, or that went another way in the other."""

from __future__ import annotations

from itertools import zip_longest

from stssim.trace import Step, Trace

_Step = tuple[object, ...]


def divergence(one: Trace, other: Trace) -> int | None:
    """The index of the first step that differs between two traces, or None if all steps are the same.

    Compared are who did what with whom, and how it went. What was sent may differ earlier: a call with another
    External ID is another request, but the same step.
    """
    for index, (here, there) in enumerate(zip_longest(map(_step, one), map(_step, other))):
        if here != there:
            return index
    return None


def _step(step: Step) -> _Step:
    call = None if step.call is None else step.call.name
    return step.stage, step.source, step.target, step.outcome, step.arrow, call
