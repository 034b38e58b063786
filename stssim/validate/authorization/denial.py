"""A call that its policies do not allow, refused in the words of the service that was called.

Services say why (https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html); AssumeRole and
AssumeRoot do not: they must not tell whether the role, or the account, exists. But AssumeRole was recorded, in
September 2026, to tell a caller of the same organization the resource control policy that denies it.
"""

from __future__ import annotations

import re

from stssim.call import Call, Caller, Refusal, RequiredPermission
from stssim.cloud import TokenCodec
from stssim.policy import Decision, Policy
from stssim.policy.results import Results
from stssim.validate.authorization.authorization_id import pointer_to_details
from stssim.validate.authorization.encoded_message import encoded
from stssim.validate.protocol_errors import json_status

_MISSING = {
    "resource-control": "no resource control policy",
    "service-control": "no service control policy",
    "resource": "no resource-based policy",
    "resource-and-identity": "no identity-based policy",
    "identity": "no identity-based policy",
    "boundary": "no permissions boundary",
    "session": "no session policy",
    "no-session-policy": "no session policy",
    "scope-down": "no session policy",
}
_DENYING = {
    "identity": "an identity-based policy",
    "resource": "a resource-based policy",
    "trust": "a resource-based policy",
    "kms-key": "a resource-based policy",
    "session": "a session policy",
    "scope-down": "a session policy",
    "boundary": "a permissions boundary",
    "service-control": "a service control policy",
    "resource-control": "a resource control policy",
}
_CODES = {
    "sts": ("AccessDenied", 403),
    "iam": ("AccessDenied", 403),
    "s3": ("AccessDenied", 403),
    "monitoring": ("AccessDenied", 403),
    "sqs": ("AccessDenied", 403),
    "sns": ("AuthorizationError", 403),
    "ec2": ("UnauthorizedOperation", 403),
}
"""Where it is not `AccessDeniedException`."""
_WITHOUT_STAR = ("ec2", "monitoring", "s3", "sts")
"""Whose refusals name no resource where a call is about all there might be."""
_WITHOUT_REASON = ("AssumeRole", "AssumeRoot")
_OF_IAM = re.compile(r"arn:[\w-]+:iam::[^:]*:(user|role|group|policy|instance-profile)/(?:.*/)?([^/]+)")
_BY_ARN = {f"iam:Create{kind}" for kind in ("Group", "InstanceProfile", "Policy", "Role", "User")} | {"iam:PassRole"}
_KEY_POLICY = (
    " because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based "
    "policy explicitly denies access"
)
"""What KMS says to a caller of another account. Seen in onnela-lab/beiwe-backend#363."""
_READING = ("Describe", "Get", "Search")
"""How operations of EC2 begin that are refused without an encoded message."""


def denial(call: Call, caller: Caller, need: RequiredPermission, decision: Decision, seal: TokenCodec) -> Refusal:
    """What the caller is told. The whole reason is in the decision, for the Trace alone."""
    code, status = _CODES.get(call.service) or ("AccessDeniedException", json_status(call.service))
    message = _message(call, caller, need, decision)
    if call.service == "ec2":
        message = f"You are not authorized to perform this operation. {message}"
        if not call.operation.startswith(_READING):
            message += f". Encoded authorization failure message: {encoded(caller, decision, seal)}"
    return Refusal(code, message, status)


def _message(call: Call, caller: Caller, need: RequiredPermission, decision: Decision) -> str:
    if call.service == "secretsmanager" and need.action.startswith("kms:"):
        return "Access to KMS is not allowed"
    if call.operation in ("AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"):
        return f"Not authorized to perform {need.action}"
    if decision.rule == "root-assumes-no-role":
        return "Roles may not be assumed by root accounts."
    if call.service == "s3" and (caller.kind in ("anonymous", "service") or not _is_at_home(decision)):
        return "Access Denied"
    where = f" on resource: {_named(need)}" if need.resource != "*" or call.service not in _WITHOUT_STAR else ""
    if call.service == "s3":
        where = where and f' on resource: "{need.resource}"'
    if _of_another_accounts_key(call, decision):
        where = " on the resource associated with this ciphertext" if _is_of_ciphertext(call) else " on this resource"
    message = f"User: {caller.arn} is not authorized to perform: {_spelled(need.action)}{where}"
    if call.operation in _WITHOUT_REASON and not _told_of_a_resource_control_policy(call, decision):
        return message
    if _of_another_accounts_key(call, decision) and _is_for_its_policy(decision):
        return message + _KEY_POLICY
    return message + _because(need, decision) + pointer_to_details(call)


def _of_another_accounts_key(call: Call, decision: Decision) -> bool:
    """KMS does not name the key. Recorded on 2026-09-12 (radkawar/stackd, testdata/aws/kms/grants.json)."""
    return call.service == "kms" and decision.request.cross_account


def _is_of_ciphertext(call: Call) -> bool:
    return "CiphertextBlob" in call.parameters and not {"KeyId", "SourceKeyId"} & call.parameters.keys()


def _told_of_a_resource_control_policy(call: Call, decision: Decision) -> bool:
    return (
        call.operation == "AssumeRole"
        and decision.effect == "ExplicitDeny"
        and _denying(decision).kind == "resource-control"
        and _is_at_home(decision)
    )


def _is_for_its_policy(decision: Decision) -> bool:
    """Whether the resource's own policy is why."""
    if decision.effect == "ExplicitDeny":
        return _denying(decision).kind == "kms-key"
    return decision.rule == "resource"


def _denying(decision: Decision) -> Policy:
    """Of the policies that deny, the one that is told."""
    policies = [clause.policy for clause in Results(decision).deciding]
    return next(policy for kind in _DENYING for policy in policies if policy.kind == kind)


def _because(need: RequiredPermission, decision: Decision) -> str:
    if decision.effect == "ExplicitDeny":
        named = _denying(decision)
        is_near = named.kind != "resource-control" or _is_at_home(decision)
        arn = f": {named.arn}" if named.arn and is_near else ""
        return f" with an explicit deny in {_DENYING[named.kind]}{arn}"
    return (
        f" because {_MISSING.get(decision.rule, 'no identity-based policy')} allows the {_spelled(need.action)} action"
    )


def _named(need: RequiredPermission) -> str:
    """The resource of a permission, as it is told. IAM names a user, role or group that it is asked about by kind and
    name, a policy by its ARN; one that is to be made, or passed on, by its ARN alone.

    Amazon DAX's developer guide has AttachRolePolicy's refusal so; the others were seen in many logs.
    """
    named = _OF_IAM.fullmatch(need.resource) if need.action.startswith("iam:") else None
    if named is None or need.action in _BY_ARN:
        return need.resource
    return f"policy {need.resource}" if named[1] == "policy" else f"{named[1].replace('-', ' ')} {named[2]}"


def _spelled(action: str) -> str:
    """As the service spells its own action: SQS in lower case, SNS with its name in capitals.

    Seen in aws/serverless-application-model#3633 and in aws-ia/terraform-aws-control_tower_account_factory#151.
    """
    service, _, name = action.partition(":")
    return {"sqs": f"sqs:{name.lower()}", "sns": f"SNS:{name}"}.get(service, action)


def _is_at_home(decision: Decision) -> bool:
    """Whether the resource is of the caller's account or organization: only then does S3 say why, and is the ARN of a
    resource control policy told.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html
    https://aws.amazon.com/blogs/security/enhanced-access-denied-error-messages-with-policy-arns
    """
    request = decision.request
    home = request.keys.get("aws:principalorgid")
    return not request.cross_account or (home is not None and home == request.keys.get("aws:resourceorgid"))
