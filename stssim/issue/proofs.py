"""What a call proves beside its signature: an MFA code, a web identity token, a SAML assertion."""

from __future__ import annotations

from stssim.call import Beat, Call, Caller, Refusal
from stssim.cloud import Cloud
from stssim.issue.answers import refused

_MFA = Refusal(
    "AccessDenied",
    "MultiFactorAuthentication failed, unable to validate MFA code.  "
    "Please verify your MFA serial number is valid and associated with this user.",
)
_WEB_IDENTITY = Refusal(
    "InvalidIdentityToken",
    "The web identity token provided could not be validated. "
    "See the AssumeRoleWithWebIdentity documentation for requirements.",
    400,
)
_SAML = Refusal("InvalidIdentityToken", "Response signature invalid", 400)


def prove(call: Call, caller: Caller, cloud: Cloud) -> tuple[Caller, tuple[Beat, ...]]:
    """The caller with what was proved. No MFA device and no identity provider exists that could prove anything."""
    del cloud
    if call.operation == "AssumeRoleWithWebIdentity":
        raise refused(call, caller, _WEB_IDENTITY, "No identity provider vouches for the token.", "token unproved")
    if call.operation == "AssumeRoleWithSAML":
        raise refused(call, caller, _SAML, "No identity provider vouches for the assertion.", "assertion unproved")
    if "SerialNumber" in call.parameters or "TokenCode" in call.parameters:
        raise refused(call, caller, _MFA, f"{caller.actor.name} has no such MFA device.", "MFA unproved")
    return caller, ()
