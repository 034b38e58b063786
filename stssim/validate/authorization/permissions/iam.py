"""The permissions that IAM's operations need: on users, roles, groups and policies by their ARNs, path included.

The action has the operation's name, and the Service Authorization Reference says what it works on.
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from stssim.arn import Arn
from stssim.call import Call, Caller, Refusal, RequiredPermission
from stssim.cloud import Directory, NamedKind
from stssim.policy.service_authorization import action
from stssim.trace import Refused
from stssim.validate.authorization.requested_tags import requested_tags, tag_keys
from stssim.validate.authorization.unknown_permission import UnknownPermission

_ARN_PARAMETERS = (
    "PolicyArn",
    "PolicySourceArn",
    "OpenIDConnectProviderArn",
    "SAMLProviderArn",
    "TemplateArn",
    "EntityArn",
    "Arn",
)
_NAMED: Mapping[str, str] = {
    "GroupName": "group",
    "InstanceProfileName": "instance-profile",
    "ServerCertificateName": "server-certificate",
    "Name": "saml-provider",
    "PolicyName": "policy",
    "VirtualMFADeviceName": "mfa",
    "DelegationRequestId": "delegation-request",
    "EntityPath": "access-report",
}
"""The type of resource that a parameter names."""

_WITH_PATH: Mapping[str, NamedKind] = {
    "group": "group",
    "instance-profile": "instance-profile",
    "server-certificate": "server-certificate",
}
_LISTED: Mapping[str, str] = {
    "ListGroups": "group",
    "ListInstanceProfiles": "instance-profile",
    "ListRoles": "role",
    "ListUsers": "user",
    "ListVirtualMFADevices": "mfa",
}
"""What listings are judged on, as IAM's own refusals have it: the path below which is listed."""

_TAGGING: Mapping[str, str] = {
    "CreateInstanceProfile": "TagInstanceProfile",
    "CreateOpenIDConnectProvider": "TagOpenIDConnectProvider",
    "CreatePolicy": "TagPolicy",
    "CreateRole": "TagRole",
    "CreateSAMLProvider": "TagSAMLProvider",
    "CreateUser": "TagUser",
    "CreateVirtualMFADevice": "TagMFADevice",
    "UploadServerCertificate": "TagServerCertificate",
}
"""The action that setting tags needs beside the one that makes the resource."""


def required_permissions(call: Call, caller: Caller, directory: Directory) -> tuple[RequiredPermission, ...]:
    """Raises `UnknownNeed` for an operation that has no action, and `Refused` where oneself is meant and is no user."""
    own = action("iam", call.operation)
    if own is None:
        raise UnknownPermission(call.operation)
    resource = _resource(call, caller, directory, tuple(each.name for each in own.resources))
    context = _context(call, own.keys, resource, directory)
    found = [RequiredPermission(own.name, resource, _account(resource, caller), context)]
    if call.parameters.get("Tags") and call.operation in _TAGGING:
        found.append(
            RequiredPermission(f"iam:{_TAGGING[call.operation]}", resource, _account(resource, caller), context)
        )
    target = _renamed(call, resource)
    if target is not None:
        found.append(RequiredPermission(own.name, target, _account(resource, caller), context))
    if call.operation == "AddRoleToInstanceProfile":
        role = _role(call.parameters["RoleName"], call, caller, directory)
        found.append(
            RequiredPermission("iam:PassRole", role, caller.account, {"iam:PassedToService": "ec2.amazonaws.com"})
        )
    return tuple(found)


def _resource(call: Call, caller: Caller, directory: Directory, kinds: tuple[str, ...]) -> str:
    asked = call.parameters
    if call.operation in _LISTED:
        prefix = str(asked.get("PathPrefix") or "/")
        return f"arn:aws:iam::{caller.account}:{_LISTED[call.operation]}{prefix}"
    if not kinds:
        return "*"
    for name in _ARN_PARAMETERS:
        if name in asked and (name != "PolicyArn" or "policy" in kinds):
            return str(asked[name])
    if "mfa" in kinds and "SerialNumber" in asked:
        return str(asked["SerialNumber"])
    for kind in kinds:
        find = _FINDERS.get(kind)
        if find is not None:
            return find(call, caller, directory)
    for parameter, kind in _NAMED.items():
        if kind in kinds and parameter in asked:
            return _named(kind, str(asked[parameter]), call, caller, directory)
    raise UnknownPermission(call.operation)


def _named(kind: str, name: str, call: Call, caller: Caller, directory: Directory) -> str:
    existing = _WITH_PATH.get(kind) if not call.operation.startswith(("Create", "Upload")) else None
    found = directory.arns(existing, name, caller.account) if existing else ()
    return found[0] if found else _arn(caller, kind, call.parameters, name)


def _renamed(call: Call, resource: str) -> str | None:
    """What is renamed or moved needs the permission on its new ARN, too (API reference of UpdateUser and its like)."""
    asked = call.parameters
    name = next((asked[name] for name in _NEW_NAMES if asked.get(name)), None)
    if name is None and not asked.get("NewPath"):
        return None
    start, _, old = resource.partition("/")
    path, _, old_name = f"/{old}".rpartition("/")
    return f"{start}{asked.get('NewPath') or path + '/'}{name or old_name}"


_NEW_NAMES = ("NewGroupName", "NewServerCertificateName", "NewUserName")


def _user(call: Call, caller: Caller, directory: Directory) -> str:
    """The user named, or the caller: IAM takes a missing UserName to mean oneself."""
    asked = call.parameters
    if call.operation == "CreateUser":
        return _arn(caller, "user", asked, asked["UserName"])
    if call.operation == "GetAccessKeyLastUsed":
        key = directory.access_key(asked["AccessKeyId"])
        owner = directory.user(key.account, key.user) if key and key.user else None
        return owner.arn if owner else f"arn:aws:iam::{caller.account}:user/*"
    name = asked.get("UserName")
    if asked.get("AllUsers"):
        return f"arn:aws:iam::{caller.account}:user/*"
    if name is not None:
        found = directory.user(caller.account, name)
        return found.arn if found else f"arn:aws:iam::{caller.account}:user/{name}"
    if caller.kind == "user":
        return caller.principal_arn
    if caller.kind == "root":
        return caller.arn
    message = "Must specify userName when calling with non-User credentials"
    raise Refused(Refusal("ValidationError", message, 400))


def _named_role(call: Call, caller: Caller, directory: Directory) -> str:
    asked = call.parameters
    if call.operation == "CreateServiceLinkedRole":
        return f"arn:aws:iam::{caller.account}:role/aws-service-role/{asked['AWSServiceName']}/AWSServiceRoleFor*"
    if call.operation == "GetServiceLinkedRoleDeletionStatus":
        path = asked["DeletionTaskId"].removeprefix("task/").rpartition("/")[0]
        return f"arn:aws:iam::{caller.account}:role/{path}"
    return _role(asked["RoleName"], call, caller, directory)


def _role(name: str, call: Call, caller: Caller, directory: Directory) -> str:
    found = directory.role(caller.account, name) if call.operation != "CreateRole" else None
    return found.arn if found else _arn(caller, "role", call.parameters, name)


def _provider(call: Call, caller: Caller, _: Directory) -> str:
    url = str(call.parameters["Url"]).removeprefix("https://")
    return f"arn:aws:iam::{caller.account}:oidc-provider/{url}"


_FINDERS: Mapping[str, Callable[[Call, Caller, Directory], str]] = {
    "user": _user,
    "role": _named_role,
    "oidc-provider": _provider,
}


def _arn(caller: Caller, kind: str, asked: Mapping[str, Any], name: str) -> str:
    path = asked.get("Path", "/")
    return f"arn:aws:iam::{caller.account}:{kind}{path}{name}"


def _account(resource: str, caller: Caller) -> str:
    named = Arn.of(resource)
    return named.account if named and named.account.isdigit() else caller.account


def _context(call: Call, keys: frozenset[str], resource: str, directory: Directory) -> dict[str, Any]:
    """A permissions boundary is the one that is to be set, else the one that the user or role has."""
    asked = call.parameters
    context: dict[str, Any] = {}
    if "iam:PolicyARN" in keys and "PolicyArn" in asked:
        context["iam:PolicyARN"] = asked["PolicyArn"]
    if "iam:PermissionsBoundary" in keys:
        boundary = asked.get("PermissionsBoundary")
        if boundary is None and not call.operation.startswith("Create"):
            boundary = directory.permissions_boundary_arn(resource)
        if boundary is not None:
            context["iam:PermissionsBoundary"] = boundary
    if "iam:AWSServiceName" in keys and "AWSServiceName" in asked:
        context["iam:AWSServiceName"] = asked["AWSServiceName"]
    return context | tag_keys(requested_tags(asked), asked)
