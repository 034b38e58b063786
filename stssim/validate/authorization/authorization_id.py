"""The authorization id in a denial: by it, AWS tells those who may know how the request was decided.

A public preview since August 2026. Which denials carry one differs by service and operation; those that were recorded
with one carry one here, and no other.
https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied-authorization-id.html
"""

from __future__ import annotations

import hashlib

from stssim.call import Call
from stssim.cloud import Denial, Directory
from stssim.trace import Answer

RECORDED = frozenset(
    {
        "iam:GetAccountProperties",
        "iam:GetInstanceProfile",
        "iam:GetRole",
        "iam:GetUser",
        "iam:ListAttachedRolePolicies",
        "iam:ListAttachedUserPolicies",
        "iam:ListInstanceProfilesForRole",
        "iam:SetSecurityTokenServicePreferences",
    }
)
"""Calls whose denials were seen with an id between 2026-08-28 and 2026-10-02, in public logs and recordings."""
_LENGTH = 25
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def authorization_id(call: Call) -> str | None:
    """The id that a denial of this call carries, or None: it carries none. No two requests have the same."""
    if call.name not in RECORDED or call.signature is None:
        return None
    number = int.from_bytes(hashlib.sha256(f"authorization {call.request.id}".encode()).digest())
    digits = []
    for _ in range(_LENGTH):
        number, digit = divmod(number, len(_DIGITS))
        digits.append(_DIGITS[digit])
    return "".join(digits)


def pointer_to_details(call: Call) -> str:
    """What follows the usual sentence of a denial that carries an id; empty for one that carries none."""
    found = authorization_id(call)
    if found is None:
        return ""
    region = call.region
    page = f"https://{region}.console.aws.amazon.com/iam/home?region={region}#/authorization-details/{found}"
    return (
        f". Go to {page} for complete details, or call the GetRequestAuthorizationDetails API "
        f"with the following authorization id: {found}"
    )


def denial_of(answer: Answer, directory: Directory) -> Denial | None:
    """What is kept of a denial that carries an id, or None: the answer is no such denial."""
    last = answer.steps[-1] if answer.steps else None
    if last is None or last.call is None or last.caller is None or last.decision is None or last.outcome != "denied":
        return None
    found = authorization_id(last.call)
    if found is None:
        return None
    owner = last.resource_account or last.caller.account
    return Denial(
        id=found,
        region=last.call.region,
        at=last.at or last.call.at,
        caller=last.caller,
        decisions=tuple(step.decision for step in answer.steps if step.decision is not None),
        at_home=directory.membership(last.caller.account),
        at_resource=directory.membership(owner),
        owner=owner,
    )
