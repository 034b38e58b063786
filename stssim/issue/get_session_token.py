"""GetSessionToken: temporary credentials of the caller's own, with the MFA that was given remembered in them.

https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stssim.arn import Arn
from stssim.call import Call, Caller, Session
from stssim.cloud import Cloud
from stssim.issue.credentials import issue_credentials, now, require_active, token_version
from stssim.trace import Step

ROOT_MAXIMUM = 3600
DEFAULT = 43200


def long_term_duration(call: Call, caller: Caller) -> int:
    """The seconds that credentials for a long-term key last: 12 hours unless the call says otherwise, root's 1."""
    wanted: int = call.parameters.get("DurationSeconds", DEFAULT)
    return min(wanted, ROOT_MAXIMUM) if caller.kind == "root" else wanted


def perform(call: Call, caller: Caller, cloud: Cloud) -> tuple[Mapping[str, Any], tuple[Step, ...]]:
    """The user's or root's own credentials."""
    require_active(call, caller, caller.account, cloud)
    issued = now(cloud)
    session = Session(
        kind="root" if caller.kind == "root" else "user",
        account=caller.account,
        principal=caller.principal_arn,
        principal_id=caller.principal_id,
        name="root" if caller.kind == "root" else Arn.parse(caller.arn).name,
        access_key_id=cloud.seal.access_key_id("ASIA", caller.account, caller.arn),
        issued_at=issued,
        expires_at=issued + long_term_duration(call, caller),
        mfa_at=caller.mfa_at,
        token_version=token_version(call, caller.account, cloud),
        origin=caller.actor.mark,
    )
    whose = f"the root user of account {caller.account}" if caller.kind == "root" else f"user {session.name}"
    return issue_credentials(call, caller, session, whose, cloud)
