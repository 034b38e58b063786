"""What the three ways to assume a role have in common: the role, how long the session may last, the response."""

from __future__ import annotations

from typing import Any

from stssim.arn import Arn
from stssim.call import Call, Caller, Refusal, Session, Verified
from stssim.cloud import Cloud, Role
from stssim.issue.credentials import issue_credentials, now, require_active, token_version
from stssim.issue.session_policies import inline_policies, policy_arns, require_managed
from stssim.refused import refused
from stssim.trace import Step

_HOUR = 3600


def assumed_role(call: Call, caller: Caller, cloud: Cloud) -> Role:
    """The role that the call names, refused as by its trust policy if there is none."""
    arn = call.parameters["RoleArn"]
    named = Arn.parse(arn)
    role = cloud.directory.role(named.account, named.name)
    if role is None or role.arn != arn:
        says = f"User: {caller.arn} is not authorized to perform: sts:{call.operation} on resource: {arn}"
        raise refused(call, caller, Refusal("AccessDenied", says), f"There is no role {named.name}.", "no such role")
    return role


def role_duration(call: Call, caller: Caller, role: Role) -> int:
    """The seconds that the session may last: an hour unless the call says otherwise.

    Judged in this order, after the range of the parameter: the role's maximum, then the hour that a chained role gets
    at most. Raises `Refused` beyond either. The role's maximum does not limit services of AWS's.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-settings.html
    """
    wanted: int = call.parameters.get("DurationSeconds", _HOUR)
    if caller.kind == "service":
        return wanted
    chained = caller.session is not None and caller.session.kind in ("role", "user")
    if wanted > role.max_session_duration:
        says = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
        why = f"Role {role.name} allows sessions of {role.max_session_duration} seconds; {wanted} are asked for."
    elif chained and wanted > _HOUR:
        says = "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining."
        why = f"Temporary credentials get a role for {_HOUR} seconds at most; {wanted} are asked for."
    else:
        return wanted
    raise refused(call, caller, Refusal("ValidationError", says, 400), why, "duration too long")


def identity_of(caller: Caller) -> Verified:
    """The identity that an identity provider vouched for, which `verify` found in the token or assertion."""
    if caller.verified is None:
        raise ValueError("No identity provider vouched for this caller; the call has to pass verify() first.")
    return caller.verified


def open_session(
    call: Call,
    caller: Caller,
    role: Role,
    cloud: Cloud,
    *,
    name: str,
    duration: int,
    tags: tuple[tuple[str, str], ...],
    transitive: tuple[str, ...],
    source_identity: str | None,
) -> tuple[Session, dict[str, Any], tuple[Step, ...]]:
    """The role session, its part of the response (credentials, who was assumed, source identity), and the steps."""
    require_active(call, caller, role.account, cloud)
    require_managed(call, caller, role.account, cloud)
    issued, verified = now(cloud), caller.verified
    session = Session(
        kind="role",
        account=role.account,
        principal=role.arn,
        principal_id=role.unique_id,
        name=name,
        access_key_id=cloud.seal.access_key_id("ASIA", role.account, f"{role.arn}/{name}"),
        issued_at=issued,
        expires_at=issued + duration,
        policies=inline_policies(call),
        policy_arns=policy_arns(call),
        tags=tags,
        transitive_tag_keys=transitive,
        source_identity=source_identity,
        provider=verified.provider if verified else None,
        claims=verified.session_claims if verified else (),
        token_version=token_version(call, role.account, cloud),
        origin=caller.actor.mark,
    )
    result, steps = issue_credentials(call, caller, session, f"role {role.name}", cloud)
    result["AssumedRoleUser"] = {
        "AssumedRoleId": f"{role.unique_id}:{name}",
        "Arn": f"arn:aws:sts::{role.account}:assumed-role/{role.name}/{name}",
    }
    if source_identity is not None:
        result["SourceIdentity"] = source_identity
    return session, result, steps
