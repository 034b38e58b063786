"""Policies on their way to moto, judged before it keeps them: what is stored has to be a policy that can be judged by.

Each service refuses a bad document under a code of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from stssim.access.core import refusing
from stssim.access.core.moto_backends import backend
from stssim.access.core.names import management_account, principal_exists
from stssim.access.core.stored_policies import name_roots
from stssim.access.services.iam.entities import Kind, held
from stssim.call import Call, Caller, Refusal
from stssim.policy import Policy, PolicyError, acceptance, refusal
from stssim.policy.acceptance import size
from stssim.policy.findings import AwsError
from stssim.policy.policies import RESOURCE_KINDS, PolicyKind
from stssim.refused import refused
from stssim.trace import Refused

_CONTROL: Mapping[str, PolicyKind] = {
    "RESOURCE_CONTROL_POLICY": "resource-control",
    "SERVICE_CONTROL_POLICY": "service-control",
}


@dataclass(frozen=True, slots=True)
class _Written:
    """Where a call's document stands (None: nowhere in this call), what kind it is, and how a bad one is refused.

    `stranger` is what is said of a principal that does not exist.
    """

    document: Callable[[Mapping[str, Any]], Any]
    kind: PolicyKind
    code: str
    says: str = "{reason}"
    stranger: str = "Invalid principal in policy"


def _parameter(name: str, within: str = "") -> Callable[[Mapping[str, Any]], Any]:
    return lambda asked: (asked.get(within) or {}).get(name) if within else asked.get(name)


def _topic_attribute(asked: Mapping[str, Any]) -> Any:
    return asked.get("AttributeValue") if asked.get("AttributeName") == "Policy" else None


_IAM = _Written(_parameter("PolicyDocument"), "identity", "MalformedPolicyDocument")
_KMS = _Written(
    _parameter("Policy"),
    "kms-key",
    "MalformedPolicyDocumentException",
    stranger="Policy contains a statement with one or more invalid principals.",
)
_QUEUE = _Written(
    _parameter("Policy", "Attributes"),
    "resource",
    "InvalidAttributeValue",
    "Invalid value for the parameter Policy. Reason: {reason}",
    "Invalid value for the parameter Policy.",
)
_TOPIC = ("Invalid parameter: Policy Error: {reason}", "Invalid parameter: Policy Error: PrincipalNotFound")
_REPOSITORY = "Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid repository policy provided'"
_WRITTEN: Mapping[str, _Written] = {
    "dynamodb:PutResourcePolicy": _Written(_parameter("Policy"), "resource", "ValidationException"),
    "ecr:SetRepositoryPolicy": _Written(
        _parameter("policyText"), "resource", "InvalidParameterException", stranger=_REPOSITORY
    ),
    "events:PutPermission": _Written(_parameter("Policy"), "resource", "ValidationException"),
    "iam:CreatePolicy": _IAM,
    "iam:CreatePolicyVersion": _IAM,
    "iam:PutGroupPolicy": _IAM,
    "iam:PutRolePolicy": _IAM,
    "iam:PutUserPolicy": _IAM,
    "kms:CreateKey": _KMS,
    "kms:PutKeyPolicy": _KMS,
    "secretsmanager:PutResourcePolicy": _Written(
        _parameter("ResourcePolicy"),
        "resource",
        "MalformedPolicyDocumentException",
        stranger="This resource policy contains an unsupported principal.",
    ),
    "sns:CreateTopic": _Written(_parameter("Policy", "Attributes"), "resource", "InvalidParameter", *_TOPIC),
    "sns:SetTopicAttributes": _Written(_topic_attribute, "resource", "InvalidParameter", *_TOPIC),
    "sqs:CreateQueue": _QUEUE,
    "sqs:SetQueueAttributes": _QUEUE,
}


def judge(call: Call, caller: Caller) -> None:
    """Raises `Refused` (400) for a call that would store a document that is no policy of its kind, and
    `LimitExceeded`, 409, for one that is longer than IAM's quotas allow.

    IAM answers in its own words. What other services say of a document that is no policy is known of S3 alone, which
    is not among these; they answer with the reason.
    """
    written = _control_policy(call, caller) if call.service == "organizations" else _WRITTEN.get(call.name)
    text = written.document(call.parameters) if written is not None else None
    if written is None or not text:
        return
    if call.service == "iam":
        _judge_of_iam(call, caller, text)
        return
    try:
        policy = Policy("the policy", written.kind, text)
    except PolicyError as error:
        answer = AwsError(written.code, written.says.format(reason=error))
        raise refusing.unfit(call, caller, replace(acceptance.refused(error, written.kind), error=answer)) from None
    if written.kind in RESOURCE_KINDS and names_a_stranger(policy):
        raise Refused(Refusal(written.code, written.stranger, 400))


def settle(call: Call) -> None:
    """After a call that wrote a resource-based policy: an account in it stands by the ARN of its root user."""
    if call.name in _NAMING:
        name_roots(call.service)


def _judge_of_iam(call: Call, caller: Caller, text: str) -> None:
    finding = refusal(text, "identity")
    if finding is not None and finding.name != "too-long":
        raise refusing.unfit(call, caller, finding)
    says, why = _too_long(call, caller, text)
    if says:
        raise refused(call, caller, Refusal("LimitExceeded", says, 409), why)


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
_NAMING = {name for name, written in _WRITTEN.items() if written.kind in RESOURCE_KINDS} | {"lambda:AddPermission"}


def names_a_stranger(policy: Policy) -> bool:
    """Whether a policy names a user or role that does not exist: then AWS does not take it, for it stores their ids."""
    elements = [statement.principal for statement in policy.document.statements]
    entries = [entry for element in elements if element is not None for kind, entry in element.values if kind == "AWS"]
    return not all(map(principal_exists, entries))


def _control_policy(call: Call, caller: Caller) -> _Written | None:
    sort = call.parameters.get("Type") if call.operation == "CreatePolicy" else None
    if call.operation == "UpdatePolicy":
        organizations = backend("organizations", management_account(caller.account))
        held = organizations.policies if organizations is not None else ()
        sort = next((policy.type for policy in held if policy.id == call.parameters.get("PolicyId")), None)
    kind = _CONTROL.get(str(sort))
    return _Written(_parameter("Content"), kind, "MalformedPolicyDocumentException") if kind is not None else None
