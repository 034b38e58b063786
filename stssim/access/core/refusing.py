"""Refusing a policy that AWS would not store."""

from __future__ import annotations

from stssim.call import Call, Caller, Refusal
from stssim.policy import Finding
from stssim.policy.findings import AwsError
from stssim.refused import refused
from stssim.trace import Refused

_STATUS = {"LimitExceeded": 409}


def unfit(call: Call, caller: Caller, finding: Finding) -> Refused:
    """What to raise for a policy that AWS would not store. The trace tells what is wrong in it, where, and what would
    be right.
    """
    error = finding.error or AwsError("MalformedPolicyDocument")
    answer = Refusal(error.code, error.message or finding.sentence, _STATUS.get(error.code, 400))
    return refused(call, caller, answer, f"{call.target.name} refuses the policy: {finding.placed}")
