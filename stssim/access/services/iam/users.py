"""IAM users as AWS has them: with unique ids that begin with AIDA, and permissions boundaries. moto has neither."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from xml.sax.saxutils import escape

from stssim.access.core.lab_state import LabState
from stssim.access.core.stored_policies import replace_principal
from stssim.access.services.iam import customer_managed_policies as managed_policies
from stssim.access.services.iam import mfa_devices
from stssim.access.services.iam.entities import held
from stssim.access.services.iam.replies import done, result
from stssim.access.services.iam.unique_ids import identified
from stssim.call import Call, Caller, HttpReply, Refusal
from stssim.cloud import Directory, User
from stssim.trace import Refused

_Forward = Callable[[], HttpReply]


def create(call: Call, caller: Caller, kept: LabState, directory: Directory, forward: _Forward) -> HttpReply:
    """CreateUser. Raises `Refused` (`NoSuchEntity`, 404) for a boundary that is no managed policy."""
    boundary = call.parameters.get("PermissionsBoundary")
    if boundary is not None:
        managed_policies.require(boundary, directory)
    reply = forward()
    if reply.status >= 300:
        return reply
    users = held("users", caller.account)
    user = users[call.parameters["UserName"]]
    shown = identified(user, users, "AIDA", caller.account, reply)
    if boundary is not None:
        kept.user_boundaries[user.id] = boundary
    return _with_boundary(shown, boundary)


def show(call: Call, caller: Caller, kept: LabState, directory: Directory, forward: _Forward) -> HttpReply:
    """GetUser, with the user's boundary. ListUsers leaves it out, as AWS does."""
    reply = forward()
    name = call.parameters.get("UserName") or caller.principal_arn.rpartition("/")[2]
    user = directory.user(caller.account, name)
    return _with_boundary(reply, kept.user_boundaries.get(user.unique_id) if user else None)


def put_boundary(call: Call, caller: Caller, kept: LabState, directory: Directory, _: _Forward) -> HttpReply:
    """PutUserPermissionsBoundary. Raises `Refused` (`NoSuchEntity`, 404) without such a user or policy."""
    user, boundary = _existing(call, caller, directory), call.parameters["PermissionsBoundary"]
    managed_policies.require(boundary, directory)
    kept.user_boundaries[user.unique_id] = boundary
    return done(call)


def delete_boundary(call: Call, caller: Caller, kept: LabState, directory: Directory, _: _Forward) -> HttpReply:
    """DeleteUserPermissionsBoundary. Raises `Refused` (`NoSuchEntity`, 404) without such a user."""
    kept.user_boundaries.pop(_existing(call, caller, directory).unique_id, None)
    return done(call)


def delete(call: Call, caller: Caller, kept: LabState, directory: Directory, forward: _Forward) -> HttpReply:
    """DeleteUser: policies that name the user show their unique id from now on.

    Raises `Refused` (`DeleteConflict`, 409) while the user has an MFA device.
    """
    user = directory.user(caller.account, call.parameters["UserName"])
    reply = mfa_devices.delete_user(call, caller, kept, directory, forward)
    if reply.status < 300 and user is not None:
        kept.user_boundaries.pop(user.unique_id, None)
        replace_principal(user.arn, user.unique_id, kept)
    return reply


def list_service_credentials(call: Call, caller: Caller, _: LabState, directory: Directory, __: _Forward) -> HttpReply:
    """ListServiceSpecificCredentials: nobody has any, for none can be made here.

    Raises `Refused` (`NoSuchEntity`, 404) without such a user.
    """
    if "UserName" in call.parameters:
        _existing(call, caller, directory)
    return result(call, "<ServiceSpecificCredentials/><IsTruncated>false</IsTruncated>")


def _existing(call: Call, caller: Caller, directory: Directory) -> User:
    name = call.parameters["UserName"]
    user = directory.user(caller.account, name)
    if user is None:
        raise Refused(Refusal("NoSuchEntity", f"The user with name {name} cannot be found.", 404))
    return user


def _with_boundary(reply: HttpReply, boundary: str | None) -> HttpReply:
    if boundary is None or reply.status >= 300:
        return reply
    element = (
        "<PermissionsBoundary><PermissionsBoundaryType>Policy</PermissionsBoundaryType>"
        f"<PermissionsBoundaryArn>{escape(boundary)}</PermissionsBoundaryArn></PermissionsBoundary></User>"
    )
    return replace(reply, body=reply.body.replace(b"</User>", element.encode(), 1))
