"""A resource's new policy that would lock its writer out: refused, unless the call says that this is meant.

https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutResourcePolicy.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from stssim.call import Call, Caller, Refusal, RequiredPermission
from stssim.cloud import Cloud, Directory
from stssim.policy import Policy, PolicyError
from stssim.policy.policies import PolicyKind
from stssim.refused import refused
from stssim.validate.authorization.authorize import would_allow


@dataclass(frozen=True, slots=True)
class _Check:
    """How an operation is checked: the parameter with the policy, the one that skips the check, the action that has to
    stay allowed, and the refusal.
    """

    document: str
    skipped_by: str
    kind: PolicyKind
    action: str
    refusal: Refusal


_OF_KEY = _Check(
    "Policy",
    "BypassPolicyLockoutSafetyCheck",
    "kms-key",
    "kms:PutKeyPolicy",
    Refusal(
        "MalformedPolicyDocumentException",
        "The new key policy will not allow you to update the key policy in the future.",
        400,
    ),
)
_OF_TABLE = _Check(
    "Policy",
    "ConfirmRemoveSelfResourceAccess",
    "resource",
    "dynamodb:PutResourcePolicy",
    Refusal(
        "AccessDeniedException",
        "The new resource policy will not allow you to update the resource policy in the future.",
        400,
    ),
)
_CHECKS: Mapping[str, _Check] = {
    "kms:CreateKey": _OF_KEY,
    "kms:PutKeyPolicy": _OF_KEY,
    "dynamodb:PutResourcePolicy": _OF_TABLE,
}
"""DynamoDB's answer was recorded on 2026-09-17 (radkawar/stackd, testdata/aws/dynamodb/policies.json). KMS's was seen
in terraform-aws-modules/terraform-aws-kms#14, and that identity-based policies count as well in
aws-samples/rds-snapshot-export-to-s3-pipeline#8.
"""


def require_way_back(
    call: Call, caller: Caller, required_permissions: tuple[RequiredPermission, ...], cloud: Cloud
) -> None:
    """Raises `Refused` for a new policy of a key or table under which its writer couldn't change the policy again.

    A document that is no policy, or names somebody who doesn't exist, is refused by the service that would keep it.
    """
    check = _CHECKS.get(call.name)
    text = call.parameters.get(check.document) if check is not None else None
    if check is None or not text or call.parameters.get(check.skipped_by):
        return
    try:
        policy = Policy("the new policy", check.kind, text)
    except PolicyError:
        return
    if _names_a_stranger(policy, cloud.directory):
        return
    asked = required_permissions[0]
    resource = asked.resource
    if resource == "*":  # a key that is to be created
        resource = f"arn:aws:kms:{call.region}:{caller.account}:key/new"
    need = RequiredPermission(check.action, resource, asked.account, asked.context)
    if not would_allow(call, caller, need, policy, cloud):
        why = f"Under the new policy, {caller.actor.name} could not do {check.action} again."
        raise refused(call, caller, check.refusal, why, "would lock out")


_ENTITY = re.compile(r"arn:aws:iam::([0-9]{12}):(user|role)/(?:.*/)?([^/]+)")


def _names_a_stranger(policy: Policy, directory: Directory) -> bool:
    """Whether a policy names a user or role that doesn't exist."""
    elements = [statement.principal for statement in policy.document.statements]
    for entry in (entry for element in elements if element is not None for _, entry in element.values):
        found = _ENTITY.fullmatch(entry)
        look_up = directory.user if found is not None and found[2] == "user" else directory.role
        if found is not None and look_up(found[1], found[3]) is None:
            return True
    return False
