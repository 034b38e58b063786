"""Customer managed policies: their versions, and that they cannot be done without while they are in use.

The sentences and the members of replies were recorded by LocalStack (tests/aws/services/iam, validated against AWS in
2025 and 2026).
"""

from __future__ import annotations

import re
from dataclasses import replace

from stssim.access.core.moto_backends import backend
from stssim.access.services.adapter import Permitted
from stssim.call import HttpReply, Refusal
from stssim.cloud import Directory
from stssim.trace import Refused


def require(boundary: str, account: str, directory: Directory) -> None:
    """Raises `Refused` (`NoSuchEntity`, 404) for a permissions boundary that is no managed policy of this account or of
    AWS.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
    """
    owner = boundary.split(":")[4] if boundary.count(":") >= 5 else ""
    if owner not in (account, "aws") or directory.managed_policy(boundary) is None:
        raise Refused(Refusal("NoSuchEntity", f"Scope ARN: {boundary} does not exist or is not attachable.", 404))


def attach(asked: Permitted) -> HttpReply:
    """AttachUserPolicy and its like. Raises `Refused` (`InvalidInput`, 400) for a policy that is named by no ARN."""
    arn = asked.call.parameters["PolicyArn"]
    if not arn.startswith("arn:"):
        raise Refused(Refusal("InvalidInput", f"ARN {arn} is not valid.", 400))
    return asked.forward()


def create_version(asked: Permitted) -> HttpReply:
    """CreatePolicyVersion, whose reply leaves the document out."""
    return _without_documents(asked.forward())


def list_versions(asked: Permitted) -> HttpReply:
    """ListPolicyVersions: the newest first, and without their documents."""
    reply = _without_documents(asked.forward())
    parts = _LIST.fullmatch(reply.body)
    if parts is None:
        return reply
    found = sorted(_VERSION.findall(parts["versions"]), key=_number, reverse=True)
    complete = b"" if b"<IsTruncated>" in reply.body else b"<IsTruncated>false</IsTruncated>"
    return replace(reply, body=parts["head"] + b"".join(found) + b"</Versions>" + complete + parts["tail"])


def of_version(asked: Permitted) -> HttpReply:
    """GetPolicyVersion, DeletePolicyVersion, SetDefaultPolicyVersion. Raises `Refused` (`NoSuchEntity`, 404) for a
    version, or a policy, that is not there.
    """
    arn, version = asked.call.parameters["PolicyArn"], asked.call.parameters["VersionId"]
    iam = backend("iam", asked.caller.account)
    policy = iam.managed_policies.get(arn) if iam is not None else None
    if policy is None or all(each.version_id != version for each in policy.versions):
        says = f"Policy {arn} version {version} does not exist or is not attachable."
        raise Refused(Refusal("NoSuchEntity", says, 404))
    return asked.forward()


def _without_documents(reply: HttpReply) -> HttpReply:
    return replace(reply, body=_DOCUMENT.sub(b"", reply.body))


def _number(member: bytes) -> int:
    found = _ID.search(member)
    return int(found[1]) if found is not None else 0


_DOCUMENT = re.compile(rb"<Document>[^<]*</Document>\s*")
_LIST = re.compile(rb"(?P<head>.*<Versions>)(?P<versions>.*)</Versions>(?P<tail>.*)", re.DOTALL)
_VERSION = re.compile(rb"<member>.*?</member>\s*", re.DOTALL)
_ID = re.compile(rb"<VersionId>v([0-9]+)</VersionId>")


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
    bounded = [role.permissions_boundary_arn for role in iam.roles.values()]
    bounded += [asked.kept.user_boundaries.get(user.id) for user in iam.users.values()]
    if policy.attachment_count or arn in bounded:
        raise Refused(Refusal("DeleteConflict", "Cannot delete a policy attached to entities.", 409))
    if len(policy.versions) > 1:
        says = (
            "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. "
            "The default version is deleted with the policy."
        )
        raise Refused(Refusal("DeleteConflict", says, 409))
    return asked.forward()
