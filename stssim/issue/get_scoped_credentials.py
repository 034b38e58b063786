"""GetScopedCredentials: credentials for the session that calls, with fewer permissions, a shorter life, or both.

https://docs.aws.amazon.com/STS/latest/APIReference/API_GetScopedCredentials.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_getscopedcredentials.html

Documented are the limits, the error codes for a malformed policy, for a lifetime beyond the caller's and for a token
that is too large, and that a fourth policy is denied. Not documented, and worded here after STS's other refusals, are
all messages, and the codes for a request without both parameters and for the fourth policy. That MFA, tags and the time
of issue go along is inferred: it is the same session.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from stssim.call import Call, Caller, Refusal, Session
from stssim.clock import time_of_day
from stssim.cloud import Cloud
from stssim.issue.credentials import issue_credentials, now, require_active, require_regional
from stssim.issue.session_policies import require_policies
from stssim.refused import refused
from stssim.trace import Step

MOST_POLICIES = 3
"""How many scope-down policies a session may have."""


def require_valid(call: Call, caller: Caller) -> None:
    """A Regional endpoint, at least one of Policy and DurationSeconds, and a policy that IAM can read."""
    require_regional(call, caller, "Operation not supported on STS global endpoint")
    if not {"Policy", "DurationSeconds"} & call.parameters.keys():
        says = "Request must contain at least one of Policy and DurationSeconds"
        why = "The call narrows nothing: it passes neither a policy nor a duration."
        raise refused(call, caller, Refusal("ValidationError", says, 400), why, "nothing to narrow")
    require_policies(call, caller)


def perform(call: Call, caller: Caller, cloud: Cloud) -> tuple[Mapping[str, Any], tuple[Step, ...]]:
    """Credentials of the same session, limited by one policy more, or shorter, or both.

    Raises `Refused` for a fourth policy, and for a lifetime beyond that of the calling credentials: it is not cut.
    """
    parent = _parent(caller)
    require_active(call, caller, caller.account, cloud)
    text: str | None = call.parameters.get("Policy")
    layers = parent.scope_down if text is None else (*parent.scope_down, text)
    if len(layers) > MOST_POLICIES:
        says = f"User: {caller.arn} is not authorized to perform: sts:GetScopedCredentials"
        why = f"The session has {MOST_POLICIES} scope-down policies already, and no session may have more."
        raise refused(call, caller, Refusal("AccessDenied", says), why, "too many policies")
    session = replace(
        parent,
        access_key_id=cloud.seal.access_key_id("ASIA", parent.account, f"{caller.arn} scoped"),
        expires_at=_end(call, caller, parent, cloud),
        scope_down=layers,
        token_version=2,
        origin=caller.actor.mark,
    )
    result, steps = issue_credentials(call, caller, session, f"the same session, {_narrowed(layers)}", cloud)
    result["SessionInfo"] = {"ScopedSessionId": caller.user_id, "Arn": caller.arn}
    result["ScopedPoliciesCount"] = len(layers)
    if parent.source_identity is not None:
        result["SourceIdentity"] = parent.source_identity
    return result, steps


def _parent(caller: Caller) -> Session:
    if caller.session is None:
        raise ValueError("A long-term key has no session to narrow; the call has to pass require_eligible() first.")
    return caller.session


def _end(call: Call, caller: Caller, parent: Session, cloud: Cloud) -> int:
    """When the credentials expire, in epoch seconds: with the calling ones, unless the call asks for less."""
    wanted: int | None = call.parameters.get("DurationSeconds")
    if wanted is None:
        return parent.expires_at
    start = now(cloud)
    if start + wanted > parent.expires_at:
        left = parent.expires_at - start
        says = f"The requested DurationSeconds exceeds the remaining lifetime of the calling session: {left} seconds."
        until = time_of_day(parent.expires_at, start)
        why = f"The calling credentials expire at {until}, in {left} seconds; {wanted} are asked for."
        raise refused(call, caller, Refusal("InsufficientSessionLifetime", says, 400), why, "duration too long")
    return start + wanted


def _narrowed(layers: tuple[str, ...]) -> str:
    if not layers:
        return "for a shorter time"
    return "limited by a scope-down policy" if len(layers) == 1 else f"limited by {len(layers)} scope-down policies"
