"""Identity-based policies on their way to moto, judged before it keeps them, in IAM's own words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from stssim.access.core import refusing
from stssim.access.services.iam.entities import Kind, held
from stssim.call import Call, Caller, Refusal
from stssim.policy import refusal
from stssim.policy.acceptance import size
from stssim.refused import refused


def judge(call: Call, caller: Caller) -> None:
    """Raises `Refused` (400) for a call that would store a document that is no identity-based policy, and
    `LimitExceeded`, 409, for one that is longer than IAM's quotas allow.
    """
    text = call.parameters.get("PolicyDocument") if call.operation in _WRITING else None
    if not text:
        return
    finding = refusal(text, "identity")
    if finding is not None and finding.name != "too-long":
        raise refusing.unfit(call, caller, finding)
    says, why = _too_long(call, caller, text)
    if says:
        raise refused(call, caller, Refusal("LimitExceeded", says, 409), why)


@contextmanager
def with_root_as_resource() -> Iterator[None]:
    """Inside, moto takes the ARN of a root user as a Resource, as IAM does: recorded in September 2026
    (radkawar/stackd, testdata/aws/iam/root_access.json).
    """
    from moto.iam.policy_validation import VALID_RESOURCE_PATH_STARTING_VALUES

    known = VALID_RESOURCE_PATH_STARTING_VALUES["iam"]
    VALID_RESOURCE_PATH_STARTING_VALUES["iam"] = {**known, "values": [*known["values"], "root"]}
    try:
        yield
    finally:
        VALID_RESOURCE_PATH_STARTING_VALUES["iam"] = known


@contextmanager
def with_numbers(call: Call) -> Iterator[None]:
    """Inside, moto takes a number as the value of a condition, as IAM does."""
    from moto.iam.policy_validation import BaseIAMPolicyValidator

    if call.operation not in _WRITING and call.operation != "CreateRole":
        yield
        return
    validate = BaseIAMPolicyValidator.validate

    def validate_as_text(self: BaseIAMPolicyValidator) -> None:
        self._policy_document = json.dumps(json.loads(self._policy_document, parse_int=str, parse_float=str))
        validate(self)

    BaseIAMPolicyValidator.validate = validate_as_text  # type: ignore[method-assign]
    try:
        yield
    finally:
        BaseIAMPolicyValidator.validate = validate  # type: ignore[method-assign]


def _too_long(call: Call, caller: Caller, text: str) -> tuple[str, str]:
    """What is said of a policy that breaks a quota, and why. All inline policies of one holder share theirs.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length
    """
    if call.operation not in _INLINE:
        why = f"The managed policy has {size(text):,} characters; it may have {_MANAGED:,}."
        return (f"Cannot exceed quota for PolicySize: {_MANAGED}", why) if size(text) > _MANAGED else ("", "")
    word, kind, parameter, most = _INLINE[call.operation]
    name = call.parameters[parameter]
    holder = held(kind, caller.account).named(name)
    others = dict(holder.policies) if holder is not None else {}
    others.pop(call.parameters["PolicyName"], None)
    length = sum(map(size, (text, *others.values())))
    if length <= most:
        return "", ""
    why = f"All inline policies of {word} {name} together would have {length:,} characters; they may have {most:,}."
    return f"Maximum policy size of {most} bytes exceeded for {word} {name}", why


_MANAGED = 6_144
_INLINE: Mapping[str, tuple[str, Kind, str, int]] = {
    "PutGroupPolicy": ("group", "groups", "GroupName", 5_120),
    "PutRolePolicy": ("role", "roles", "RoleName", 10_240),
    "PutUserPolicy": ("user", "users", "UserName", 2_048),
}
_WRITING = {"CreatePolicy", "CreatePolicyVersion", *_INLINE}
