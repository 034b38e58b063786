"""Refusing a call for what it asks: AWS's words for the caller, and for the trace the reason in plain ones."""

from __future__ import annotations

from stssim.call import Beat, Call, Caller, Refusal, Refused
from stssim.policy import Finding
from stssim.policy.finding import AwsError

_STATUS = {"LimitExceeded": 409}


def unfit(call: Call, caller: Caller, finding: Finding) -> Refused:
    """What to raise for a policy that AWS would not store. The trace tells what is wrong in it, where, and what would
    be right.
    """
    error = finding.error or AwsError("MalformedPolicyDocument")
    answer = Refusal(error.code, error.message or finding.sentence, _STATUS.get(error.code, 400))
    return refused(call, caller, answer, f"{call.target.name} refuses the policy: {finding.placed}")


def refused(call: Call, caller: Caller, refusal: Refusal, why: str) -> Refused:
    """What to raise for a call that is turned away. `why` is a sentence for the trace."""
    beat = Beat(
        "validate",
        call.target,
        call.target,
        refusal.code,
        why,
        "denied",
        call.judged,
        at=call.at,
        call=call,
        caller=caller,
        refusal=refusal,
    )
    return Refused(refusal, beat)
