"""The condition keys that a call really has. A key that it does not have is absent, never empty.

Who calls, from where, when, and what is known of the resource. What the parameters say is in the `Need` already.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from stssim.arn import Arn
from stssim.call import NOTHING, Call, Caller, RequiredPermission, Verified
from stssim.cloud import Cloud, Directory

_PRINCIPAL_TYPES = {
    "root": "Account",
    "user": "User",
    "role": "AssumedRole",
    "federated-user": "FederatedUser",
    "anonymous": "Anonymous",
}


def context(call: Call, caller: Caller, need: RequiredPermission, cloud: Cloud) -> dict[str, Any]:
    """Every condition key of this call that bears on this need, with its value or several of them."""
    found: dict[str, Any] = {
        "aws:CurrentTime": cloud.now,
        "aws:EpochTime": int(cloud.now.timestamp()),
        "aws:RequestedRegion": "us-east-1" if call.region == "aws-global" else call.region,
        "aws:SecureTransport": call.request.secure,
        "aws:ViaAWSService": False,
    }
    agent, referer = call.request.header("user-agent"), call.request.header("referer")
    if agent:
        found["aws:UserAgent"] = agent
    if referer:
        found["aws:Referer"] = referer
    if caller.kind == "service":
        found.update(_of_service(caller, cloud.directory))
    else:
        found["aws:SourceIp"] = call.request.source_ip
        found.update(_of_principal(caller, cloud))
    found.update(_of_resource(call, caller, need, cloud.directory))
    if call.service == "s3":
        found.update(_of_s3(call, cloud))
    found.update(need.context)
    return found


def _of_service(caller: Caller, directory: Directory) -> Iterator[tuple[str, Any]]:
    """A service principal says on whose behalf it calls: `aws:SourceArn` and `aws:SourceAccount`, where it was told."""
    yield "aws:PrincipalIsAWSService", True
    yield "aws:PrincipalServiceName", caller.principal_arn
    yield "aws:PrincipalServiceNamesList", (caller.principal_arn,)
    claims: Mapping[str, Any] = dict(caller.session.claims) if caller.session else NOTHING
    yield from claims.items()
    source = claims.get("aws:SourceAccount")
    home = directory.membership(source) if isinstance(source, str) else None
    if home is not None:
        yield "aws:SourceOrgID", home.organization_id
        yield "aws:SourceOrgPaths", (home.path,)


def _of_principal(caller: Caller, cloud: Cloud) -> Iterator[tuple[str, Any]]:
    if caller.verified is not None:
        yield from _of_federated(caller.verified)
        return
    yield "aws:userid", caller.user_id
    yield "aws:PrincipalType", _PRINCIPAL_TYPES[caller.kind]
    yield "aws:PrincipalAccount", caller.account or "anonymous"
    if caller.kind == "anonymous":
        return
    yield "aws:PrincipalArn", caller.principal_arn
    yield "aws:PrincipalIsAWSService", False
    if caller.kind == "user":
        yield "aws:username", Arn.parse(caller.principal_arn).name
    home = cloud.directory.membership(caller.account)
    if home is not None:
        yield "aws:PrincipalOrgID", home.organization_id
        yield "aws:PrincipalOrgPaths", (home.path,)
        yield "aws:PrincipalOrgMasterAccountId", home.management_account
    yield from _of_session(caller, cloud)
    for key, value in principal_tags(caller, cloud.directory).items():
        yield f"aws:PrincipalTag/{key}", value


def _of_federated(verified: Verified) -> Iterator[tuple[str, Any]]:
    """Who signed in is the provider while it assumes: a `User` of the provider's account, and without an
    `aws:PrincipalArn`. Recorded of SAML and OIDC on 2026-09-11 (radkawar/stackd, saml_trust, oidc).

    A built-in provider, such as accounts.google.com, is in no account. That its name is the id was not recorded.
    """
    yield "aws:userid", verified.provider
    yield "aws:PrincipalType", "User"
    if verified.provider.startswith("arn:"):
        yield "aws:PrincipalAccount", Arn.parse(verified.provider).account
    yield from verified.claims


def _of_session(caller: Caller, cloud: Cloud) -> Iterator[tuple[str, Any]]:
    """MFA is a key of temporary credentials alone, unless a code came with this very call."""
    session, mfa_at = caller.session, caller.mfa_at
    if session is not None:
        mfa_at = session.mfa_at if mfa_at is None else mfa_at
        yield "aws:TokenIssueTime", datetime.fromtimestamp(session.issued_at, UTC)
        if session.task_policy is not None:
            yield "aws:AssumedRoot", True
        if session.source_identity is not None:
            yield "aws:SourceIdentity", session.source_identity
        provider = _issuer_name(session.provider)
        if provider is not None:
            yield "aws:FederatedProvider", provider
        yield from session.claims
    if session is not None or mfa_at is not None:
        yield "aws:MultiFactorAuthPresent", mfa_at is not None
    if mfa_at is not None:
        yield "aws:MultiFactorAuthAge", max(int(cloud.now.timestamp()) - mfa_at, 0)


def _issuer_name(provider: str | None) -> str | None:
    """An OIDC issuer's name without `https://`, as it was recorded; the documentation says the provider's ARN.

    The key is there for the session itself, neither for one that is chained from it nor after a SAML sign-in.
    """
    if provider is None or ":saml-provider/" in provider:
        return None
    return provider.partition(":oidc-provider/")[2] or provider


def principal_tags(caller: Caller, directory: Directory) -> dict[str, str]:
    """The tags of the user or role, under those of the session, which override them whatever the case of the key."""
    named, principal = Arn.of(caller.principal_arn), None
    if named is not None and named.resource_type in ("role", "user"):
        find = directory.role if named.resource_type == "role" else directory.user
        principal = find(caller.account, named.name)
    session = dict(caller.session.tags) if caller.session else {}
    overridden = {key.lower() for key in session}
    own = principal.tags if principal else NOTHING
    return {key: value for key, value in own.items() if key.lower() not in overridden} | session


_POLICIES_OF_AWS = "arn:aws:iam::aws:policy/"
_ACCOUNT_OF_AWS = "an account of AWS's own"
"""Of AWS's managed policies the key is there, and neither `aws` nor the caller's account: which was not recorded
(radkawar/stackd, internal/iam/managed/testdata/resource_account.json, 2026-09-11).
"""


def _of_resource(
    call: Call, caller: Caller, need: RequiredPermission, directory: Directory
) -> Iterator[tuple[str, Any]]:
    if need.resource == "*":
        return
    owner = need.account or directory.owner(need.resource) or caller.account
    if need.resource.startswith(_POLICIES_OF_AWS):
        yield "aws:ResourceAccount", _ACCOUNT_OF_AWS
    elif owner:
        yield "aws:ResourceAccount", owner
        home = directory.membership(owner)
        if home is not None:
            yield "aws:ResourceOrgID", home.organization_id
            yield "aws:ResourceOrgPaths", (home.path,)
        if call.service == "s3":
            yield "s3:ResourceAccount", owner
    for key, value in directory.tags(need.resource).items():
        for prefix in _TAG_KEYS.get(Arn.parse(need.resource).service, ("aws:ResourceTag/",)):
            yield prefix + key, value


_TAG_KEYS: Mapping[str, tuple[str, ...]] = {
    "ec2": ("aws:ResourceTag/", "ec2:ResourceTag/"),
    "ecr": ("aws:ResourceTag/", "ecr:ResourceTag/"),
    "iam": ("aws:ResourceTag/", "iam:ResourceTag/"),
    "s3": ("s3:ExistingObjectTag/",),
    "secretsmanager": ("aws:ResourceTag/", "secretsmanager:ResourceTag/"),
    "ssm": ("aws:ResourceTag/", "ssm:resourceTag/"),
}


def _of_s3(call: Call, cloud: Cloud) -> Iterator[tuple[str, Any]]:
    """How an S3 request was signed. https://docs.aws.amazon.com/AmazonS3/latest/API/bucket-policy-s3-sigv4-conditions.html"""
    signature = call.signature
    if signature is None:
        return
    second = signature.form == "s3-v2-query"
    yield "s3:signatureversion", "AWS" if second else "AWS4-HMAC-SHA256"
    yield "s3:authType", "REST-HEADER" if signature.form == "header" else "REST-QUERY-STRING"
    content = call.request.header("x-amz-content-sha256")
    if content:
        yield "s3:x-amz-content-sha256", content
    if signature.form == "query":
        with suppress(ValueError):
            signed = datetime.strptime(signature.date, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
            yield "s3:signatureAge", int((cloud.wall - signed).total_seconds() * 1000)
