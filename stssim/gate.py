"""The gate: request, validate, issue, access. Every call passes these stages in this order, whichever door it came through.

A stage returns its outcome and its beats, or raises `Refused`, which carries both. Nothing else decides, and nothing else
answers.
"""

from __future__ import annotations

from stssim.access import serve
from stssim.call import Answer, Beat, Call, HttpRequest, Refused
from stssim.cloud import Cloud
from stssim.issue import issue, verify
from stssim.request import needs, read, refuse, reply
from stssim.validate import authenticate, authorize, check


def gate(request: HttpRequest, cloud: Cloud) -> Answer:
    """Answers one request, with the beats of what happened. Never raises for anything that a client sent."""
    story: list[Beat] = []
    call: Call | None = None
    try:
        call = read(request, cloud)
        caller, beats = authenticate(call, cloud)
        story += beats
        story += check(call, caller)
        caller, beats = verify(call, caller, cloud)
        story += beats
        story += authorize(call, caller, needs(call, caller), cloud)
        result, beats = issue(call, caller, cloud) if call.service == "sts" else serve(call, caller, cloud)
        story += beats
        return Answer(reply(call, result), tuple(story))
    except Refused as refused:
        story += refused.beats
        return Answer(refuse(call or request, refused.refusal), tuple(story))
