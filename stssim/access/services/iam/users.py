"""IAM users as AWS has them: with unique ids that begin with AIDA, and permissions boundaries. moto has neither."""

from __future__ import annotations

from dataclasses import replace
from xml.sax.saxutils import escape

from stssim.access.services.adapter import Permitted
from stssim.access.services.iam import customer_managed_policies as managed_policies
from stssim.access.services.iam import mfa_devices
from stssim.access.services.iam.entities import held
from stssim.access.services.iam.replies import done, result
from stssim.access.services.iam.unique_ids import identified
from stssim.arn import Arn
from stssim.call import Call, Caller, HttpReply, Refusal
from stssim.cloud import Directory, User
from stssim.trace import Refused


def create(asked: Permitted) -> HttpReply:
    """CreateUser. Raises `Refused` (`NoSuchEntity`, 404) for a boundary that is no managed policy."""
    boundary = asked.call.parameters.get("PermissionsBoundary")
    if boundary is not None:
        managed_policies.require(boundary, asked.caller.account, asked.directory)
    reply = asked.forward()
    if reply.status >= 300:
        return reply
    users = held("users", asked.caller.account)
    user = users[asked.call.parameters["UserName"]]
    shown = identified(user, users, "AIDA", asked.caller.account, reply)
    if boundary is not None:
        asked.kept.user_boundaries[user.id] = boundary
    return _with_boundary(shown, boundary)


def show(asked: Permitted) -> HttpReply:
    """GetUser, with the user's boundary. ListUsers leaves it out, as AWS does."""
    reply = asked.forward()
    name = asked.call.parameters.get("UserName") or Arn.parse(asked.caller.principal_arn).name
    user = asked.directory.user(asked.caller.account, name)
    return _with_boundary(reply, asked.kept.user_boundaries.get(user.unique_id) if user else None)


def put_boundary(asked: Permitted) -> HttpReply:
    """PutUserPermissionsBoundary. Raises `Refused` (`NoSuchEntity`, 404) without such a user or policy."""
    user, boundary = _existing(asked.call, asked.caller, asked.directory), asked.call.parameters["PermissionsBoundary"]
    managed_policies.require(boundary, asked.caller.account, asked.directory)
    asked.kept.user_boundaries[user.unique_id] = boundary
    return done(asked.call)


def delete_boundary(asked: Permitted) -> HttpReply:
    """DeleteUserPermissionsBoundary. Raises `Refused` (`NoSuchEntity`, 404) without such a user, or without a boundary:
    the code was recorded in September 2026, the message was not.
    """
    user = _existing(asked.call, asked.caller, asked.directory)
    if asked.kept.user_boundaries.pop(user.unique_id, None) is None:
        raise Refused(Refusal("NoSuchEntity", f"The user with name {user.name} has no permissions boundary.", 404))
    return done(asked.call)


def delete(asked: Permitted) -> HttpReply:
    """DeleteUser: policies that name the user show their unique id from now on.

    Raises `Refused` (`DeleteConflict`, 409) while the user has an MFA device.
    """
    user = asked.directory.user(asked.caller.account, asked.call.parameters["UserName"])
    reply = mfa_devices.delete_user(asked)
    if reply.status < 300 and user is not None:
        asked.kept.user_boundaries.pop(user.unique_id, None)
        asked.replace_principal(user.arn, user.unique_id)
    return reply


def list_service_credentials(asked: Permitted) -> HttpReply:
    """ListServiceSpecificCredentials: nobody has any, for none can be made here.

    Raises `Refused` (`NoSuchEntity`, 404) without such a user.
    """
    if "UserName" in asked.call.parameters:
        _existing(asked.call, asked.caller, asked.directory)
    return result(asked.call, "<ServiceSpecificCredentials/><IsTruncated>false</IsTruncated>")


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
