"""Outbound web identity federation, switched on and off: whether an account has an issuer of its own. moto has none.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound.html
"""

from __future__ import annotations

from collections.abc import Callable

from stssim.access.core.lab_state import LabState
from stssim.access.services.iam.replies import done, result
from stssim.call import Call, Caller, HttpReply, Refusal
from stssim.cloud import Directory, OutboundIssuer
from stssim.trace import Refused

_Forward = Callable[[], HttpReply]


def enable(call: Call, caller: Caller, kept: LabState, _: Directory, __: _Forward) -> HttpReply:
    """EnableOutboundWebIdentityFederation. Raises `Refused` (`FeatureEnabled`, 409) if it is on already."""
    if caller.account in kept.outbound_issuers:
        says = f"Outbound identity federation is already enabled for account {caller.account}"
        raise Refused(Refusal("FeatureEnabled", says, 409))
    issuer = kept.outbound_issuers[caller.account] = kept.account_issuer(caller.account)
    return result(call, f"<IssuerIdentifier>{issuer.url}</IssuerIdentifier>")


def disable(call: Call, caller: Caller, kept: LabState, _: Directory, __: _Forward) -> HttpReply:
    """DisableOutboundWebIdentityFederation. Raises `Refused` (`FeatureDisabled`, 404) if it is off."""
    _issuer(caller, kept)
    del kept.outbound_issuers[caller.account]
    return done(call)


def show(call: Call, caller: Caller, kept: LabState, _: Directory, __: _Forward) -> HttpReply:
    """GetOutboundWebIdentityFederationInfo. Raises `Refused` (`FeatureDisabled`, 404) if it is off."""
    url = _issuer(caller, kept).url
    told = f"<IssuerIdentifier>{url}</IssuerIdentifier><JwtVendingEnabled>true</JwtVendingEnabled>"
    return result(call, told)


def _issuer(caller: Caller, kept: LabState) -> OutboundIssuer:
    found = kept.outbound_issuers.get(caller.account)
    if found is None:
        says = f"Outbound identity federation is disabled for account {caller.account}"
        raise Refused(Refusal("FeatureDisabled", says, 404))
    return found
