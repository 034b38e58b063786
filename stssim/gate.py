"""The gate: request, validate, issue, access. Every call passes these stages in this order, whichever door it came
through.

A stage returns its outcome and its beats, or raises `Refused`, which carries the beats that led to it. Nothing else
decides, and nothing else answers.
"""

from __future__ import annotations

from dataclasses import replace

from stssim.access import serve
from stssim.call import Answer, Beat, Call, HttpReply, HttpRequest, Refusal, Refused
from stssim.cloud import Cloud
from stssim.issue import issue, verify
from stssim.request import asked, needs, read, refuse, reply, with_errors, without
from stssim.validate import authenticate, authorize, check, claim, require_bucket, require_intact


def gate(request: HttpRequest, cloud: Cloud) -> Answer:
    """Answers one request, with the beats of what happened. Raises nothing for anything that a client sent."""
    story: list[Beat] = []
    call: Call | None = None
    try:
        call = read(request, cloud)
        who = claim(call, cloud)
        story.append(asked(call, who.actor, who.caller.account if who.caller else who.actor.account))
        caller, beats = authenticate(call, who, cloud)
        story += beats
        story += check(call, caller)
        require_bucket(call, cloud.directory)
        caller, beats = verify(call, caller, cloud)
        story += beats
        needed = needs(call, caller, cloud.directory)
        beats, withheld = authorize(call, caller, needed, cloud)
        story += beats
        if call.service == "sts":
            result, beats = issue(call, caller, cloud)
            answered = reply(call, result)
        else:
            require_intact(call)
            done, beats = serve(without(call, withheld), caller, needed, cloud)
            answered = with_errors(call, done, withheld)
        return Answer(answered, (*story, *beats[:-1], replace(beats[-1], reply=answered)))
    except Refused as refused:
        story += refused.beats
        answered = refuse(call or request, refused.refusal)
        return Answer(answered, _ended(story, call, refused.refusal, answered))


def _ended(story: list[Beat], call: Call | None, refusal: Refusal, answered: HttpReply) -> tuple[Beat, ...]:
    """The beats of a refused call. The last is the one that refused it; where no stage left one, there was no more to
    tell.
    """
    if call is None:
        return ()
    last = story[-1]
    if last.outcome != "denied":
        at = call.target
        last = Beat(
            "validate",
            at,
            at,
            refusal.code,
            f"{at.name} refuses: {refusal.message}",
            "denied",
            call.judged,
            at=call.at,
            call=call,
        )
        story.append(last)
    return (*story[:-1], replace(last, refusal=refusal, reply=answered))
