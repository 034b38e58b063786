"""AssumeRoleWithWebIdentity, once the token is verified: a role's credentials for who an OIDC provider vouches for.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stssim.call import Call, Caller
from stssim.cloud import Cloud
from stssim.issue.role_sessions import assumed_role, identity_of, open_session, role_duration
from stssim.trace import Step


def perform(call: Call, caller: Caller, cloud: Cloud) -> tuple[Mapping[str, Any], tuple[Step, ...]]:
    """The role's credentials. The token's own expiry does not cap them; the size of the session is always told."""
    identity = identity_of(caller)
    role = assumed_role(call, caller, cloud)
    _, result, steps = open_session(
        call,
        caller,
        role,
        cloud,
        name=call.parameters["RoleSessionName"],
        duration=role_duration(call, caller, role),
        tags=identity.tags,
        transitive=identity.transitive_tag_keys,
        source_identity=identity.source_identity,
    )
    told = {
        "SubjectFromWebIdentityToken": identity.subject,
        "Provider": identity.provider,
        "Audience": identity.audience,
        "PackedPolicySize": result["SessionTokenUtilization"],
    }
    return {**result, **told}, steps
