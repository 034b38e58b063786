"""Customer managed policies that are in use: as a permissions boundary, they cannot be done without."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from stssim.access.core.moto_backends import backend
from stssim.access.services.adapter import Permitted
from stssim.access.services.iam import managed_policy_usage, tagging, unique_ids
from stssim.arn import account_named
from stssim.call import HttpReply, Refusal
from stssim.cloud import Directory
from stssim.trace import Refused


def require(boundary: str, account: str, directory: Directory) -> None:
    """Raises `Refused` (`NoSuchEntity`, 404) for a permissions boundary that is no managed policy of this account or of
    AWS.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
    """
    owner = account_named(boundary, "")
    if owner not in (account, "aws") or directory.managed_policy(boundary) is None:
        raise Refused(Refusal("NoSuchEntity", f"Scope ARN: {boundary} does not exist or is not attachable.", 404))


def create(asked: Permitted) -> HttpReply:
    """CreatePolicy, with a unique id and the call's tags."""
    reply = unique_ids.create(replace(asked, forward=lambda _=None: tagging.create(asked)))
    return managed_policy_usage.with_counts(reply, Counter())


def delete(asked: Permitted) -> HttpReply:
    """DeletePolicy. Raises `Refused` (`DeleteConflict`, 409) for a policy that is attached to a user, group or role, is
    the boundary of one, or has other versions.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html
    """
    arn = asked.call.parameters["PolicyArn"]
    iam = backend("iam", asked.caller.account)
    policy = iam.managed_policies.get(arn) if iam is not None else None
    if policy is None:
        return asked.forward()
    if policy.attachment_count or arn in managed_policy_usage.boundaries(asked):
        raise Refused(Refusal("DeleteConflict", "Cannot delete a policy attached to entities.", 409))
    if len(policy.versions) > 1:
        says = (
            "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. "
            "The default version is deleted with the policy."
        )
        raise Refused(Refusal("DeleteConflict", says, 409))
    return asked.forward()
