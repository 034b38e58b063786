"""Policies on their way to moto, judged before it keeps them: what is stored has to be a policy that can be judged by.

Each service refuses a bad document under a code of its own.
"""

from __future__ import annotations

from dataclasses import replace

from stssim.access.core import refusing
from stssim.access.services.adapter import WrittenPolicy
from stssim.access.services.iam.principals import names_a_stranger
from stssim.call import Call, Caller, Refusal
from stssim.policy import Policy, PolicyError, acceptance
from stssim.policy.findings import AwsError
from stssim.policy.policies import RESOURCE_KINDS
from stssim.trace import Refused


def judge(call: Call, caller: Caller, written: WrittenPolicy) -> None:
    """Raises `Refused` (400) for a call that would store a document that is no policy of its kind.

    What most services say of a document that is no policy is not known; they answer with the reason.
    """
    text = written.document(call.parameters)
    if not text:
        return
    try:
        policy = Policy("the policy", written.kind, text)
    except PolicyError as error:
        answer = AwsError(written.code, written.says.format(reason=error))
        raise refusing.unfit(call, caller, replace(acceptance.refused(error, written.kind), error=answer)) from None
    if written.kind in RESOURCE_KINDS and names_a_stranger(policy):
        raise Refused(Refusal(written.code, written.stranger, 400))
