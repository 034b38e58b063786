"""The permissions that STS's operations need, and the `sts:` condition keys that they have.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservicests.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from stssim.arn import Arn, account_named
from stssim.call import Call, Caller, RequiredPermission
from stssim.cloud import Directory
from stssim.validate.authorization.unknown_permission import UnknownPermission


def required_permissions(call: Call, caller: Caller, _: Directory) -> tuple[RequiredPermission, ...]:
    """Raises `UnknownNeed` for an operation that is not STS's."""
    known = _NEEDS.get(call.operation)
    if known is None:
        raise UnknownPermission(call.operation)
    return known(call, caller)


def _assume_role(call: Call, caller: Caller) -> tuple[RequiredPermission, ...]:
    asked, session = call.parameters, caller.session
    tags = {tag["Key"]: tag["Value"] for tag in asked.get("Tags", ())}
    inherits = bool(session and session.transitive_tag_keys)
    return _into_role(
        call,
        tags=tags,
        tagged=bool(tags) or inherits,
        transitive=asked.get("TransitiveTagKeys", ()),
        source_identity=asked.get("SourceIdentity") or (session.source_identity if session else None),
        keys={"sts:ExternalId": asked.get("ExternalId"), "sts:RoleSessionName": asked.get("RoleSessionName")},
    )


def _sign_in(call: Call, caller: Caller) -> tuple[RequiredPermission, ...]:
    """AssumeRoleWithSAML and AssumeRoleWithWebIdentity: tags and source identity are in the verified token."""
    verified = caller.verified
    name = call.parameters.get("RoleSessionName") or (verified and verified.session_name)
    return _into_role(
        call,
        tags=dict(verified.tags) if verified else {},
        tagged=bool(verified and verified.tags),
        transitive=verified.transitive_tag_keys if verified else (),
        source_identity=verified.source_identity if verified else None,
        keys={"sts:RoleSessionName": name},
    )


def _into_role(
    call: Call,
    *,
    tags: Mapping[str, str],
    tagged: bool,
    transitive: Iterable[str],
    source_identity: str | None,
    keys: Mapping[str, Any],
) -> tuple[RequiredPermission, ...]:
    """AWS asks for TagSession and SetSourceIdentity wherever a tag or a source identity goes into the new session.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_permissions-required
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html
    """
    role = call.parameters["RoleArn"]
    account = Arn.parse(role).account
    context = {
        **keys,
        "sts:SourceIdentity": source_identity,
        "sts:TransitiveTagKeys": tuple(transitive) or None,
        "aws:TagKeys": tuple(tags) or None,
        **{f"aws:RequestTag/{key}": value for key, value in tags.items()},
    }
    context = {key: value for key, value in context.items() if value is not None}
    actions = [f"sts:{call.operation}"]
    if tagged:
        actions.append("sts:TagSession")
    if source_identity is not None:
        actions.append("sts:SetSourceIdentity")
    if call.parameters.get("ProvidedContexts"):
        actions.append("sts:SetContext")
        arns = [given["ProviderArn"] for given in call.parameters["ProvidedContexts"] if "ProviderArn" in given]
        context["sts:RequestContextProviders"] = tuple(arns)
    return tuple(RequiredPermission(action, role, account, context) for action in actions)


def _assume_root(call: Call, caller: Caller) -> tuple[RequiredPermission, ...]:
    """Whose root may be had, the organization settles; the permission is the caller's own account's affair."""
    member = account_named(call.parameters["TargetPrincipal"], call.parameters["TargetPrincipal"])
    task = call.parameters["TaskPolicyArn"].get("arn")
    context = {"sts:TaskPolicyArn": task} if task else {}
    return (RequiredPermission("sts:AssumeRoot", f"arn:aws:iam::{member}:root", caller.account, context),)


def _federation_token(call: Call, caller: Caller) -> tuple[RequiredPermission, ...]:
    resource = f"arn:aws:sts::{caller.account}:federated-user/{call.parameters['Name']}"
    tags = {tag["Key"]: tag["Value"] for tag in call.parameters.get("Tags", ())}
    context = _requested(tags)
    actions = ["sts:GetFederationToken", "sts:TagSession"] if tags else ["sts:GetFederationToken"]
    return tuple(RequiredPermission(action, resource, caller.account, context) for action in actions)


def _web_identity_token(call: Call, caller: Caller) -> tuple[RequiredPermission, ...]:
    """What is asked for is something about oneself: so the resource was named in refusals of September 2026."""
    asked, resource = call.parameters, f"arn:aws:sts::{caller.account}:self"
    tags = {tag["Key"]: tag["Value"] for tag in asked.get("Tags", ())}
    context = {
        **_requested(tags),
        "sts:DurationSeconds": asked.get("DurationSeconds", 300),
        "sts:IdentityTokenAudience": tuple(asked["Audience"]),
        "sts:SigningAlgorithm": asked["SigningAlgorithm"],
    }
    actions = ["sts:GetWebIdentityToken", "sts:TagGetWebIdentityToken"] if tags else ["sts:GetWebIdentityToken"]
    return tuple(RequiredPermission(action, resource, caller.account, context) for action in actions)


def _requested(tags: Mapping[str, str]) -> dict[str, Any]:
    if not tags:
        return {}
    return {"aws:TagKeys": tuple(tags), **{f"aws:RequestTag/{key}": value for key, value in tags.items()}}


def _unspecific(call: Call, caller: Caller) -> tuple[RequiredPermission, ...]:
    """One permission, on no resource in particular. For GetScopedCredentials that is inferred: the guide has a page on
    who may call it, and no recording or service authorization data that is public shows its resource.
    """
    return (RequiredPermission(f"sts:{call.operation}", "*", caller.account),)


def _nothing(_: Call, __: Caller) -> tuple[RequiredPermission, ...]:
    """AWS asks for no permission here, and a Deny has no effect."""
    return ()


_NEEDS: Mapping[str, Callable[[Call, Caller], tuple[RequiredPermission, ...]]] = {
    "AssumeRole": _assume_role,
    "AssumeRoleWithSAML": _sign_in,
    "AssumeRoleWithWebIdentity": _sign_in,
    "AssumeRoot": _assume_root,
    "DecodeAuthorizationMessage": _unspecific,
    "GetAccessKeyInfo": _unspecific,
    "GetCallerIdentity": _nothing,
    "GetDelegatedAccessToken": _unspecific,
    "GetFederationToken": _federation_token,
    "GetScopedCredentials": _unspecific,
    "GetSessionToken": _nothing,
    "GetWebIdentityToken": _web_identity_token,
}
