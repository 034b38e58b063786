"""The names of what IAM holds: those that differ only in upper and lower case are the same name.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html. That users, roles, groups, instance profiles
and inline policies are found in any case was recorded in September 2026.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from xml.sax.saxutils import escape

from stssim.access.services.adapter import Permitted
from stssim.access.services.iam.entities import Kind, held
from stssim.call import Call, Caller, HttpReply, Refusal
from stssim.trace import Refused


def makes(call: Call) -> bool:
    """Whether the call makes something by the name that it gives."""
    return call.name in _MADE


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


def spelled(call: Call, caller: Caller) -> Call:
    """The call with its names of users, roles, groups, profiles and inline policies as they are kept."""
    if call.name in _MADE:
        return call
    names = {
        parameter: found.name
        for parameter, kind in _NAMED.items()
        if (found := _found(kind, call.parameters.get(parameter), caller)) is not None
    }
    policy = _INLINE.fullmatch(call.operation)
    if policy is not None:
        kind, asked = _NAMED[f"{policy[1]}Name"], call.parameters.get("PolicyName")
        holder = _found(kind, call.parameters.get(f"{policy[1]}Name"), caller)
        for name in holder.policies if holder is not None else ():
            if name.lower() == str(asked).lower():
                names["PolicyName"] = name
    changed = {parameter: name for parameter, name in names.items() if call.parameters[parameter] != name}
    return replace(call, parameters={**call.parameters, **changed}) if changed else call


def _found(kind: Kind, name: Any, caller: Caller) -> Any:
    return held(kind, caller.account).like(name) if isinstance(name, str) else None


def show_inline_policy(asked: Permitted) -> HttpReply:
    """GetUserPolicy and its like. The reply has the policy's name as it was asked for, which was recorded."""
    reply = asked.forward()
    name = escape(asked.as_sent.parameters["PolicyName"]).encode()
    body = re.sub(rb"(?<=<PolicyName>)[^<]*(?=</PolicyName>)", lambda _: name, reply.body)
    return replace(reply, body=body)


_NAMED: Mapping[str, Kind] = {
    "GroupName": "groups",
    "InstanceProfileName": "instance_profiles",
    "RoleName": "roles",
    "UserName": "users",
}
_INLINE = re.compile("(?:Put|Get|Delete)(User|Role|Group)Policy")
