"""What a call to IAM names has to be there; and IAM's words for what is not. moto's are others.

Recorded by LocalStack against AWS (tests/aws/services/iam) and in September 2026 (radkawar/stackd, testdata/aws/iam).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from stssim.access.services.iam.entities import Kind, held
from stssim.access.services.iam.entity_names import makes
from stssim.arn import Arn
from stssim.call import Call, Caller, Refusal
from stssim.cloud import Directory
from stssim.trace import Refused


def require(call: Call, caller: Caller, directory: Directory) -> None:
    """Raises `Refused`: `NoSuchEntity`, 404, for a call that names a user, role, group, instance profile, inline policy
    or managed policy that is not there; `InvalidInput` or `ValidationError`, 400, for a policy's ARN that cannot be.
    """
    if "PolicyArn" in call.parameters:
        _require_policy(call, caller, directory)
    if makes(call):
        return
    for parameter, (kind, says) in _NAMED.items():
        name = call.parameters.get(parameter)
        if name is not None and held(kind, caller.account).named(name) is None:
            raise _missing(says.format(name))
    inline = _INLINE.fullmatch(call.operation)
    if inline is not None:
        word, name = inline[1], call.parameters["PolicyName"]
        holder = held(_NAMED[f"{word}Name"][0], caller.account).named(call.parameters[f"{word}Name"])
        if name not in holder.policies:
            raise _missing(f"The {word.lower()} policy with name {name} cannot be found.")


def _require_policy(call: Call, caller: Caller, directory: Directory) -> None:
    """The sentence on a policy without versions in question is AWS's as people have met it; it was not recorded."""
    arn = str(call.parameters["PolicyArn"])
    policy = Arn.of(arn)
    if policy is None:
        raise Refused(Refusal("InvalidInput", f"ARN {arn} is not valid.", 400))
    if policy.partition != "aws":
        raise Refused(Refusal("ValidationError", "Invalid ARN partition", 400))
    if policy.account not in (caller.account, "aws"):
        return
    version = call.parameters.get("VersionId")
    if directory.managed_policy(arn) is None:
        told = f"version {version} " if version is not None else ""
        attaching = version is not None or call.operation.startswith("Attach")
        why = "does not exist or is not attachable" if attaching else "was not found"
        raise _missing(f"Policy {arn} {told}{why}.")
    stored = held("managed_policies", caller.account).get(arn)
    if version is not None and stored is not None and all(each.version_id != version for each in stored.versions):
        raise _missing(f"Policy {arn} version {version} does not exist or is not attachable.")


def _missing(says: str) -> Refused:
    return Refused(Refusal("NoSuchEntity", says, 404))


_NAMED: Mapping[str, tuple[Kind, str]] = {
    "GroupName": ("groups", "The group with name {} cannot be found."),
    "InstanceProfileName": ("instance_profiles", "Instance Profile {} cannot be found."),
    "RoleName": ("roles", "The role with name {} cannot be found."),
    "UserName": ("users", "The user with name {} cannot be found."),
}
_INLINE = re.compile("(?:Get|Delete)(User|Role|Group)Policy")
