"""Temporary credentials: minted for a session, and handed to whoever asked for them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal

from stssim.call import STS, Call, Caller, Refusal, Session, shorten
from stssim.clock import time_of_day
from stssim.cloud import Cloud
from stssim.refused import refused
from stssim.trace import Step

GLOBAL_ENDPOINT = "sts.amazonaws.com"
MAX_TOKEN_SIZE = 4096
"""In bytes. https://aws.amazon.com/about-aws/whats-new/2026/09/aws-sts/"""
_MAX_POLICY = 2048
"""In characters, white space not counted. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""


def now(cloud: Cloud) -> int:
    """The Lab's time in whole epoch seconds, as credentials are timed."""
    return int(cloud.now.timestamp())


def token_version(call: Call, account: str, cloud: Cloud) -> Literal[1, 2]:
    """Version 1 from the global endpoint unless the account prefers 2 there; version 2 from every regional one.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_region-endpoints.html
    """
    return cloud.directory.global_token_version(account) if call.endpoint == GLOBAL_ENDPOINT else 2


def require_active(call: Call, caller: Caller, account: str, cloud: Cloud) -> None:
    """Raises `Refused` where STS is deactivated in the Region for the account that is to issue the credentials."""
    if call.endpoint == GLOBAL_ENDPOINT or cloud.directory.sts_active(account, call.region):
        return
    says = (
        f"STS is not activated in this region for account:{account}. "
        "Your account administrator can activate STS in this region using the IAM Console."
    )
    why = f"STS is not activated in {call.region} for account {account}."
    raise refused(call, caller, Refusal("RegionDisabledException", says), why, "Region not active")


def require_regional(call: Call, caller: Caller, says: str) -> None:
    """Raises `Refused` in these words at the global endpoint, which does not have the newer operations."""
    if call.endpoint == GLOBAL_ENDPOINT:
        why = f"The global endpoint does not have {call.operation}; a regional one has."
        raise refused(call, caller, Refusal("InvalidAction", says, 400), why, "unknown operation")


def issue_credentials(
    call: Call, caller: Caller, session: Session, whose: str, cloud: Cloud
) -> tuple[dict[str, Any], tuple[Step, ...]]:
    """The credentials of a session as the response has them, and the steps that they are made (3) and received (4).

    `whose` names the session's identity in the sentence. Raises `Refused` for a session token beyond `MAX_TOKEN_SIZE`,
    and for an inline session policy beyond the length that AWS documents. Where botocore's model has that limit, the
    parameters were refused by it before; AssumeRole's has none, and how STS refuses there is not documented.
    """
    secret = cloud.seal.secret(session.access_key_id)
    token = cloud.seal.seal(session, call.parameters.get("MinimumSessionTokenSize", 0))
    used = -(-len(token) * 100 // MAX_TOKEN_SIZE)
    length = sum(not each.isspace() for policy in session.policies or () for each in policy)
    if length > _MAX_POLICY:
        why = f"The session policy has {length:,} characters; {_MAX_POLICY:,} are allowed."
        raise _too_large(call, caller, session, max(used, -(-length * 100 // _MAX_POLICY)), why)
    if used > 100:
        why = f"The session token would have {len(token):,} bytes; {MAX_TOKEN_SIZE:,} are allowed."
        raise _too_large(call, caller, session, used, why)
    result = {
        "Credentials": {
            "AccessKeyId": session.access_key_id,
            "SecretAccessKey": secret,
            "SessionToken": token,
            "Expiration": datetime.fromtimestamp(session.expires_at, UTC),
        },
        "SessionTokenUtilization": used,
        "SessionTokenSize": len(token),
    }
    until = time_of_day(session.expires_at, session.issued_at)
    made = Step(
        "issue",
        STS,
        STS,
        "credentials generated",
        f"STS makes temporary credentials for {whose}: key {session.access_key_id}, good until {until}.",
        arrow=3,
        at=call.at,
        call=call,
        caller=caller,
        resource=session.principal,
        resource_account=session.account,
        session=session,
    )
    received = Step(
        "issue",
        STS,
        caller.actor,
        "credentials received",
        f"{caller.actor.name} receives the access key id, the secret access key and the session token.",
        arrow=4,
        at=call.at,
        call=call,
        caller=caller,
        session=session,
        found={
            "AccessKeyId": session.access_key_id,
            "SecretAccessKey": shorten(secret),
            "SessionToken": shorten(token),
            "SessionTokenSize": len(token),
            "SessionTokenUtilization": used,
            "Expiration": until,
        },
    )
    return result, (made, received)


def packed_policy_size(result: dict[str, Any], session: Session, otherwise: int | None) -> dict[str, Any]:
    """The result with PackedPolicySize: the token's utilization if policies or tags were passed, else `otherwise`.

    AWS gives both the same value since it has one limit for the whole token (What's New, 2026-09-15). That it leaves
    the size out of AssumeRole's response, and says 0 in GetFederationToken's, if nothing was passed, was recorded.
    """
    passed = session.policies or session.policy_arns or session.tags
    size = result["SessionTokenUtilization"] if passed else otherwise
    return result if size is None else {**result, "PackedPolicySize": size}


def _too_large(call: Call, caller: Caller, session: Session, used: int, why: str) -> Exception:
    says = f"Packed size of session tags consumes {used}% of allotted space."
    if session.policies or session.policy_arns:
        says = f"Packed policy consumes {used}% of allotted space, please use smaller policy."
    return refused(call, caller, Refusal("PackedPolicyTooLarge", says, 400), why, "token too large")
