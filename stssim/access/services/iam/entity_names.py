"""The names of what IAM holds: one that differs from another only in upper and lower case is taken.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
"""

from __future__ import annotations

from collections.abc import Mapping

from stssim.access.services.iam.entities import Kind, held
from stssim.call import Call, Caller, Refusal
from stssim.trace import Refused


def require_free(call: Call, caller: Caller) -> None:
    """Raises `Refused` (`EntityAlreadyExists`, 409) for a call that would make something of a name that is taken."""
    made = _MADE.get(call.name)
    if made is None:
        return
    kind, parameter, says = made
    name = call.parameters[parameter]
    if held(kind, caller.account).like(name) is not None:
        raise Refused(Refusal("EntityAlreadyExists", says.format(name), 409))


_MADE: Mapping[str, tuple[Kind, str, str]] = {
    "iam:CreateGroup": ("groups", "GroupName", "Group with name {} already exists."),
    "iam:CreateInstanceProfile": (
        "instance_profiles",
        "InstanceProfileName",
        "Instance Profile {} already exists.",
    ),
    "iam:CreatePolicy": (
        "managed_policies",
        "PolicyName",
        "A policy called {} already exists. Duplicate names are not allowed.",
    ),
    "iam:CreateRole": ("roles", "RoleName", "Role with name {} already exists."),
    "iam:CreateUser": ("users", "UserName", "User with name {} already exists."),
}
"""Where moto keeps them, the parameter that names a new one, and what IAM says."""
