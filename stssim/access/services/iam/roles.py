"""IAM roles as AWS has them: bounded by policies that exist, known by their unique ids, and some of them AWS's own.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html
"""

from __future__ import annotations

import re
from dataclasses import replace

from stssim.access.services.adapter import Permitted
from stssim.access.services.iam import customer_managed_policies as managed_policies
from stssim.access.services.iam import trust_policies
from stssim.access.services.iam.entities import held
from stssim.call import Call, Caller, HttpReply, Refusal
from stssim.cloud import Directory
from stssim.trace import Refused

_SERVICE_LINKED = "/aws-service-role/"


def protect(call: Call, caller: Caller, directory: Directory) -> None:
    """Raises `Refused` (`UnmodifiableEntity`, 400) for a call that would change a service-linked role."""
    if call.name not in _CHANGING or (call.operation == "UpdateRole" and "MaxSessionDuration" not in call.parameters):
        return
    role = directory.role(caller.account, call.parameters["RoleName"])
    if role is not None and f":role{_SERVICE_LINKED}" in role.arn:
        says = f"Cannot perform the operation on the protected role '{role.name}' - this role is only modifiable by AWS"
        raise Refused(Refusal("UnmodifiableEntity", says, 400))


def create(asked: Permitted) -> HttpReply:
    """CreateRole. Raises `Refused`: for its trust policy (see `trust_policies.create`), `NoSuchEntity`, 404, for a
    boundary that is no managed policy, and `InvalidInput`, 400, for the path of service-linked roles.
    """
    if str(asked.call.parameters.get("Path")).startswith(_SERVICE_LINKED):
        says = f"Path prefix '{_SERVICE_LINKED}' can only be used for AWS Service linked Roles"
        raise Refused(Refusal("InvalidInput", says, 400))
    boundary = asked.call.parameters.get("PermissionsBoundary")
    if boundary is not None:
        managed_policies.require(boundary, asked.caller.account, asked.directory)
    reply = trust_policies.create(asked)
    return replace(reply, body=_NOT_AT_CREATION.sub(b"", reply.body))


_NOT_AT_CREATION = re.compile(
    rb"<Description>[^<]*</Description>|<MaxSessionDuration>[0-9]+</MaxSessionDuration>|<RoleLastUsed/>"
)
"""What GetRole shows and CreateRole does not: radkawar/stackd, internal/services/iam/testdata/role_wire_aws.json,
September 2026.
"""


def with_boundary_type(reply: HttpReply) -> HttpReply:
    """The reply with IAM's word for the type of a permissions boundary, which is not that of its documentation.

    Recorded in September 2026: radkawar/stackd, internal/services/iam/testdata/role_wire_aws.json.
    """
    if b"<PermissionsBoundaryType>" not in reply.body:
        return reply
    return replace(reply, body=reply.body.replace(b">PermissionsBoundaryPolicy<", b">Policy<"))


def update(asked: Permitted) -> HttpReply:
    """UpdateRole: what is not given stays as it is. moto would take it away.

    Recorded in September 2026: radkawar/stackd, testdata/aws/iam/resource_inputs.json.
    """
    role = held("roles", asked.caller.account).named(asked.call.parameters["RoleName"])
    if role is None:
        return asked.forward()
    description, longest = role.description, role.max_session_duration
    reply = asked.forward()
    role.description = asked.call.parameters.get("Description", description)
    role.max_session_duration = asked.call.parameters.get("MaxSessionDuration", longest)
    return reply


def put_boundary(asked: Permitted) -> HttpReply:
    """PutRolePermissionsBoundary. Raises `Refused` (`NoSuchEntity`, 404) for one that is no managed policy."""
    managed_policies.require(asked.call.parameters["PermissionsBoundary"], asked.caller.account, asked.directory)
    return asked.forward()


def delete_boundary(asked: Permitted) -> HttpReply:
    """DeleteRolePermissionsBoundary. Raises `Refused` (`NoSuchEntity`, 404) for a role without one: the code was
    recorded in September 2026, the message was not.
    """
    role = asked.directory.role(asked.caller.account, asked.call.parameters["RoleName"])
    if role is not None and asked.directory.permissions_boundary_arn(role.arn) is None:
        raise Refused(Refusal("NoSuchEntity", f"The role with name {role.name} has no permissions boundary.", 404))
    return asked.forward()


def delete(asked: Permitted) -> HttpReply:
    """DeleteRole and DeleteServiceLinkedRole: policies that name the role show its unique id from now on."""
    role = asked.directory.role(asked.caller.account, asked.call.parameters["RoleName"])
    reply = asked.forward()
    if reply.status < 300 and role is not None:
        asked.replace_principal(role.arn, role.unique_id)
    return reply


_CHANGING = {
    f"iam:{operation}"
    for operation in (
        "AttachRolePolicy",
        "DeleteRole",
        "DeleteRolePermissionsBoundary",
        "DeleteRolePolicy",
        "DetachRolePolicy",
        "PutRolePermissionsBoundary",
        "PutRolePolicy",
        "UpdateAssumeRolePolicy",
        "UpdateRole",
    )
}
"""The description and tags of a service-linked role may be changed."""
