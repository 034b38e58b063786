"""What a call proves beside its signature: an MFA code, a web identity token, a SAML assertion.

What verifies tokens and assertions is loaded when one is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from stssim.arn import Arn
from stssim.call import STS, Actor, Call, Caller, Verified
from stssim.cloud import Cloud
from stssim.refused import refused
from stssim.trace import Step
from stssim.validate.authentication.mfa import tries_window, verify_mfa
from stssim.validate.authentication.not_verified import NotVerified

_WITH_MFA = {"AssumeRole", "GetSessionToken"}


def prove(call: Call, caller: Caller, cloud: Cloud) -> tuple[Caller, tuple[Step, ...]]:
    """The caller with what was proved, and the step that says how. Raises `Refused` for a proof that proves nothing."""
    if call.operation == "AssumeRoleWithWebIdentity":
        return _web_identity(call, caller, cloud)
    if call.operation == "AssumeRoleWithSAML":
        return _saml(call, caller, cloud)
    if call.operation in _WITH_MFA and {"SerialNumber", "TokenCode"} & call.parameters.keys():
        return _mfa(call, caller, cloud)
    return caller, ()


def _web_identity(call: Call, caller: Caller, cloud: Cloud) -> tuple[Caller, tuple[Step, ...]]:
    from stssim.validate.authentication.web_identity import verify_web_identity

    role_arn = call.parameters["RoleArn"]
    account = Arn.parse(role_arn).account
    try:
        verified, anatomy = verify_web_identity(
            call.parameters["WebIdentityToken"],
            role_arn=role_arn,
            provider=lambda issuer: cloud.directory.oidc_provider(account, issuer),
            keys=cloud.keys,
            now=cloud.now.timestamp(),
            provider_id=call.parameters.get("ProviderId"),
        )
    except NotVerified as wanting:
        raise refused(
            call, caller, wanting.refusal, wanting.says, "token refused", dict(_facts(wanting.anatomy))
        ) from None
    who = _vouched_for(verified)
    says = f"The token proves that {verified.issuer} vouches for {verified.subject}, for audience {verified.audience}."
    return who, (_proved(call, who, "token verified", says, dict(_facts(anatomy))),)


def _saml(call: Call, caller: Caller, cloud: Cloud) -> tuple[Caller, tuple[Step, ...]]:
    from stssim.validate.authentication.saml import verify_saml

    provider_arn = call.parameters["PrincipalArn"]
    try:
        verified, anatomy = verify_saml(
            call.parameters["SAMLAssertion"],
            role_arn=call.parameters["RoleArn"],
            provider_arn=provider_arn,
            provider=cloud.directory.saml_provider(provider_arn),
            now=cloud.now.timestamp(),
        )
    except NotVerified as wanting:
        raise refused(
            call, caller, wanting.refusal, wanting.says, "assertion refused", dict(_facts(wanting.anatomy))
        ) from None
    who = _vouched_for(verified)
    says = f"The assertion proves that {verified.issuer} vouches for {verified.subject} in this role."
    return who, (_proved(call, who, "assertion verified", says, dict(_facts(anatomy))),)


def _mfa(call: Call, caller: Caller, cloud: Cloud) -> tuple[Caller, tuple[Step, ...]]:
    serial, now = call.parameters.get("SerialNumber"), cloud.now.timestamp()
    device = cloud.directory.mfa_device(caller.principal_arn, serial) if serial and caller.kind == "user" else None
    try:
        period = verify_mfa(serial, call.parameters.get("TokenCode"), device, now)
    except NotVerified as wanting:
        raise refused(call, caller, wanting.refusal, wanting.says, "MFA refused") from None
    finally:
        if device is not None and call.parameters.get("TokenCode"):
            cloud.directory.count_mfa_try(device.serial, tries_window(now))
    cloud.directory.spend_mfa_code(str(serial), period)
    says = f"The code is one that {caller.actor.name}'s MFA device shows now, and was not used before."
    return replace(caller, mfa_at=int(now)), (_proved(call, caller, "MFA verified", says, {"SerialNumber": serial}),)


def _vouched_for(verified: Verified) -> Caller:
    """Nobody's account, and no identity-based policy: to a trust policy the identity provider is the principal."""
    actor = Actor.vouched_for(verified.subject, verified.kind)
    provider = verified.provider
    return Caller(verified.kind, "", provider, verified.subject, provider, "", actor, verified=verified)


def _facts(anatomy: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """An anatomy part by part: `header alg`, `claim sub`, `attribute ...`, `check 1`..."""
    for name, value in anatomy.items():
        if isinstance(value, Mapping):
            yield from ((f"{_ONE.get(name, name)} {key}", inner) for key, inner in value.items())
        elif isinstance(value, tuple):
            yield from ((f"{_ONE.get(name, name)} {number}", inner) for number, inner in enumerate(value, 1))
        else:
            yield name, value


_ONE = {"attributes": "attribute", "checks": "check", "claims": "claim"}


def _proved(call: Call, caller: Caller, label: str, says: str, found: Mapping[str, Any]) -> Step:
    return Step("validate", STS, STS, label, says, arrow=2, at=call.at, call=call, caller=caller, found=found)
