"""GetWebIdentityToken: a JSON Web Token, signed by the account's own issuer, that tells others who the caller is.

https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from stssim.arn import Arn
from stssim.call import Call, Caller, Refusal, shorten
from stssim.clock import time_of_day
from stssim.cloud import Cloud
from stssim.issue.answered import answered
from stssim.issue.credentials import now, require_regional
from stssim.issue.session_tags import passed, require_distinct
from stssim.refused import refused
from stssim.trace import Step

ALGORITHMS = ("ES384", "RS256")
NAMESPACE = "https://sts.amazonaws.com/"
MAX_PAYLOAD = 14_984
"""In bytes: what the claims may have as JSON, measured at the real service in September 2026."""
_DEFAULT = 300


def require_valid(call: Call, caller: Caller) -> None:
    """Regional endpoints only, an algorithm of AWS's, no tag twice. They are no session tags: `aws:` may begin a key.

    All of this was recorded in September 2026.
    """
    require_regional(call, caller, "Operation not supported on STS global endpoint")
    algorithm = call.parameters["SigningAlgorithm"]
    if algorithm not in ALGORITHMS:
        says = (
            "Requested SigningAlgorithm is not supported. "
            "See the GetWebIdentityToken documentation for supported algorithms"
        )
        why = f"STS signs with {' or '.join(ALGORITHMS)}, not with {algorithm}."
        raise refused(call, caller, Refusal("ValidationError", says, 400), why, "algorithm unknown")
    _require_own_subject(call, caller)
    require_distinct(call, caller)


def _require_own_subject(call: Call, caller: Caller) -> None:
    """The subject is the caller itself: no session here carries the identity of somebody behind it, and without that
    AWS refuses the subject mode `OriginIdentity`, and without that mode a scope. The code is documented in the model of
    both parameters, the messages are not verified.
    """
    if call.parameters.get("SubjectMode") == "OriginIdentity":
        says = "The session has no aws:OriginIdentity/Subject, which SubjectMode OriginIdentity requires."
        raise refused(call, caller, Refusal("ValidationError", says, 400), says, "no origin identity")
    if "Scope" in call.parameters:
        says = "Scope can be specified only when SubjectMode is OriginIdentity."
        raise refused(call, caller, Refusal("ValidationError", says, 400), says, "scope without origin identity")


def perform(call: Call, caller: Caller, cloud: Cloud) -> tuple[Mapping[str, Any], tuple[Step, ...]]:
    """The signed token. Raises `Refused` for a token that would outlive the session, without outbound federation, and
    for claims of more than `MAX_PAYLOAD` bytes: in this order and these words, recorded in September 2026.
    """
    issued = now(cloud)
    expires = issued + call.parameters.get("DurationSeconds", _DEFAULT)
    if caller.session is not None and expires > caller.session.expires_at:
        says = "Requested token expiry time must be before the original session's expiry time."
        why = f"The session ends at {time_of_day(caller.session.expires_at, issued)}, before the token would."
        raise refused(call, caller, Refusal("SessionDurationEscalationException", says), why, "outlives the session")
    issuer = cloud.directory.outbound_issuer(caller.account)
    if issuer is None:
        says = "OutboundWebIdentityFederation is disabled."
        why = f"Account {caller.account} has no issuer of its own: outbound federation is not enabled."
        raise refused(call, caller, Refusal("OutboundWebIdentityFederationDisabledException", says), why, "no issuer")
    claims = {"iss": issuer.url, **_claims(call, caller, cloud), "iat": issued, "exp": expires}
    size = len(json.dumps(claims, separators=(",", ":"), ensure_ascii=False).encode(errors="surrogatepass"))
    if size > MAX_PAYLOAD:
        says = "JWT payload exceeds maximum allowed size"
        why = f"The token's claims would have {size:,} bytes; {MAX_PAYLOAD:,} are allowed."
        raise refused(call, caller, Refusal("JWTPayloadSizeExceededException", says, 400), why, "token too large")
    try:
        token = issuer.sign(claims, call.parameters["SigningAlgorithm"])
    except RuntimeError as error:
        raise refused(call, caller, Refusal("NotImplemented", str(error), 501), str(error), "no key left") from None
    result = {"WebIdentityToken": token, "Expiration": datetime.fromtimestamp(expires, UTC)}
    audiences = ", ".join(call.parameters["Audience"])
    sentence = f"STS signs a token for {audiences}, good until {time_of_day(expires, issued)}."
    found = {**claims, "WebIdentityToken": shorten(token)}
    return result, answered(call, caller, sentence, "token signed", found)


def _claims(call: Call, caller: Caller, cloud: Cloud) -> dict[str, Any]:
    """Who the caller is. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound_token_claims.html"""
    audience: list[str] = call.parameters["Audience"]
    home, session = cloud.directory.membership(caller.account), caller.session
    ends = datetime.fromtimestamp(session.expires_at, UTC) if session else None
    told = {
        "aws_account": caller.account,
        "source_region": call.region,
        "principal_id": caller.principal_arn,
        "org_id": home.organization_id if home else None,
        "ou_path": [home.path] if home else None,
        "original_session_exp": f"{ends:%Y-%m-%dT%H:%M:%SZ}" if ends else None,
        "principal_tags": _principal_tags(caller, cloud),
        "source_identity": session.source_identity if session else None,
        "request_tags": dict(passed(call)),
    }
    return {
        "aud": audience[0] if len(audience) == 1 else list(audience),
        "sub": caller.principal_arn,
        "jti": _unique(cloud.seal.access_key_id("ASIA", caller.account, caller.arn)),
        NAMESPACE: {key: value for key, value in told.items() if value},
    }


def _unique(key_id: str) -> str:
    """A UUID that is as little repeated as key ids are."""
    return str(UUID(bytes=hashlib.sha256(key_id.encode()).digest()[:16], version=4))


def _principal_tags(caller: Caller, cloud: Cloud) -> dict[str, str]:
    """The tags of the user or role, under those of the session, which override them whatever the case of the key."""
    named = Arn.parse(caller.principal_arn)
    find = cloud.directory.role if named.resource_type == "role" else cloud.directory.user
    principal = find(caller.account, named.name) if named.resource_type else None
    session = dict(caller.session.tags if caller.session else ())
    overridden = {key.lower() for key in session}
    own = principal.tags if principal else {}
    return {key: value for key, value in own.items() if key.lower() not in overridden} | session
