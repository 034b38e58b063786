"""Where two tellings part: the first beat that only one of them has, or that went another way in the other."""

from __future__ import annotations

from itertools import zip_longest

from stssim.call import Beat, Trace

_Step = tuple[object, ...]


def parting(one: Trace, other: Trace) -> int | None:
    """The index of the beat at which the way of two traces parts, or None if they went the same way to the end.

    The way is who did what with whom and how it went. What was said on the way may differ before: an External ID that
    was sent is another request, and the same step.
    """
    for index, (here, there) in enumerate(zip_longest(map(_step, one), map(_step, other))):
        if here != there:
            return index
    return None


def _step(beat: Beat) -> _Step:
    call = None if beat.call is None else beat.call.name
    return beat.stage, beat.source, beat.target, beat.outcome, beat.arrow, call
