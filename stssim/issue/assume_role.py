"""AssumeRole: temporary credentials of a role, for a user or for a session that already has some.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stssim.call import Call, Caller, Refusal
from stssim.cloud import Cloud
from stssim.issue.credentials import packed_policy_size
from stssim.issue.role_sessions import assumed_role, open_session, role_duration
from stssim.issue.session_policies import require_policies
from stssim.issue.session_tags import require_tags, session_tags
from stssim.refused import refused
from stssim.trace import Step


def require_valid(call: Call, caller: Caller) -> None:
    """What is wrong with the request whatever the role: session policies, tags, a source identity already set."""
    require_policies(call, caller)
    require_tags(call, caller)
    wanted, held = call.parameters.get("SourceIdentity"), _held(caller)
    if held is not None and wanted not in (None, held):
        says = "The source identity is already set for this assume role session"
        why = f"The source identity {held} goes along the chain and cannot be changed."
        raise refused(call, caller, Refusal("ValidationError", says, 400), why, "source identity set")


def perform(call: Call, caller: Caller, cloud: Cloud) -> tuple[Mapping[str, Any], tuple[Step, ...]]:
    """The role's credentials. MFA that was given for this call leaves no trace in them."""
    role = assumed_role(call, caller, cloud)
    duration = role_duration(call, caller, role)
    tags, transitive = session_tags(call, caller)
    session, result, steps = open_session(
        call,
        caller,
        role,
        cloud,
        name=call.parameters["RoleSessionName"],
        duration=duration,
        tags=tags,
        transitive=transitive,
        source_identity=_held(caller) or call.parameters.get("SourceIdentity"),
    )
    return packed_policy_size(result, session, otherwise=None), steps


def _held(caller: Caller) -> str | None:
    return caller.session.source_identity if caller.session else None
