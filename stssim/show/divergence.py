"""Where two tellings part: the first step that only one of them has, or that went another way in the other."""

from __future__ import annotations

from itertools import zip_longest

from stssim.trace import Step, Trace

_Step = tuple[object, ...]


def divergence(one: Trace, other: Trace) -> int | None:
    """The index of the step at which the way of two traces parts, or None if they went the same way to the end.

    The way is who did what with whom and how it went. What was said on the way may differ before: an External ID that
    was sent is another request, and the same step.
    """
    for index, (here, there) in enumerate(zip_longest(map(_step, one), map(_step, other))):
        if here != there:
            return index
    return None


def _step(step: Step) -> _Step:
    call = None if step.call is None else step.call.name
    return step.stage, step.source, step.target, step.outcome, step.arrow, call
