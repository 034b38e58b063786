"""AssumeRoleWithSAML, once the assertion is verified: a role's credentials for who a SAML provider vouches for.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stssim.call import Call, Caller, Verified
from stssim.cloud import Cloud
from stssim.issue.credentials import now
from stssim.issue.role_sessions import assumed_role, identity_of, open_session, role_duration
from stssim.trace import Step


def perform(call: Call, caller: Caller, cloud: Cloud) -> tuple[Mapping[str, Any], tuple[Step, ...]]:
    """The role's credentials, shortened by what the assertion says; the size of the session is always told."""
    identity = identity_of(caller)
    role = assumed_role(call, caller, cloud)
    _, result, steps = open_session(
        call,
        caller,
        role,
        cloud,
        name=identity.session_name or identity.subject,
        duration=_shortened(role_duration(call, caller, role), identity, now(cloud)),
        tags=identity.tags,
        transitive=identity.transitive_tag_keys,
        source_identity=identity.source_identity,
    )
    told = {
        "Subject": identity.subject,
        "SubjectType": identity.subject_type,
        "Issuer": identity.issuer,
        "Audience": identity.audience,
        "NameQualifier": identity.name_qualifier,
        "PackedPolicySize": result["SessionTokenUtilization"],
    }
    return {**result, **told}, steps


def _shortened(duration: int, identity: Verified, moment: int) -> int:
    """SessionDuration shortens and never extends; SessionNotOnOrAfter cuts off, below 900 seconds too."""
    if identity.session_duration is not None:
        duration = min(duration, identity.session_duration)
    if identity.expires_at is not None:
        duration = min(duration, identity.expires_at - moment)
    return max(duration, 0)
