"""The gate: request, validate, issue, access. Every call passes these stages in this order, whichever door it came
through.

A stage returns its outcome and its steps, or raises `Refused`, which carries the steps that led to it. Nothing else
decides, and nothing else answers.
"""

from __future__ import annotations

from dataclasses import replace

from stssim.access import serve
from stssim.call import Call, HttpReply, HttpRequest, Refusal
from stssim.cloud import Cloud
from stssim.issue import issue, require_valid
from stssim.request import asked, read, refuse, reply
from stssim.trace import Answer, Refused, Step
from stssim.validate import (
    authenticate,
    authorize,
    check,
    claim,
    prove,
    require_bucket,
    require_eligible,
    require_intact,
    require_one_place,
    require_way_back,
    required_permissions,
    with_errors,
    without,
)


def gate(request: HttpRequest, cloud: Cloud) -> Answer:
    """Answers one request, with the steps of what happened. Raises nothing for anything that a client sent."""
    steps: list[Step] = []
    call: Call | None = None
    try:
        call = read(request, cloud.now)
        who = claim(call, cloud)
        steps.append(asked(call, who.actor, who.caller.account if who.caller else who.actor.account))
        caller, taken = authenticate(call, who, cloud)
        steps += taken
        steps += check(call, caller)
        require_bucket(call, cloud.directory)
        if call.service == "sts":
            require_eligible(call, caller)
            require_valid(call, caller)
            caller, taken = prove(call, caller, cloud)
            steps += taken
        required = required_permissions(call, caller, cloud.directory)
        taken, withheld = authorize(call, caller, required, cloud)
        steps += taken
        if call.service == "sts":
            result, taken = issue(call, caller, cloud)
            answered = reply(call, result)
        else:
            require_one_place(call, caller, required, cloud.directory)
            require_way_back(call, caller, required, cloud)
            require_intact(call)
            done, taken = serve(without(call, withheld), caller, required, cloud)
            answered = with_errors(call, done, withheld)
        return Answer(answered, (*steps, *taken[:-1], replace(taken[-1], reply=answered)))
    except Refused as refused:
        steps += refused.steps
        answered = refuse(call or request, refused.refusal)
        return Answer(answered, _ended(steps, call, refused.refusal, answered))


def _ended(steps: list[Step], call: Call | None, refusal: Refusal, answered: HttpReply) -> tuple[Step, ...]:
    """The steps of a refused call. The last is the one that refused it; where no stage left one, there was no more to
    tell.
    """
    if call is None:
        return ()
    last = steps[-1]
    if last.outcome != "denied":
        at = call.target
        last = Step(
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
        steps.append(last)
    return (*steps[:-1], replace(last, refusal=refusal, reply=answered))
