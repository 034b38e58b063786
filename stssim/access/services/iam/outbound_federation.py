"""Outbound web identity federation, switched on and off: whether an account has an issuer of its own. moto has none.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound.html
"""

from __future__ import annotations

from stssim.access.core.lab_state import LabState
from stssim.access.services.adapter import Permitted
from stssim.access.services.iam.replies import done, result
from stssim.call import Caller, HttpReply, Refusal
from stssim.cloud import OutboundIssuer
from stssim.trace import Refused


def enable(asked: Permitted) -> HttpReply:
    """EnableOutboundWebIdentityFederation. Raises `Refused` (`FeatureEnabled`, 409) if it is on already."""
    if asked.caller.account in asked.kept.outbound_issuers:
        says = f"Outbound identity federation is already enabled for account {asked.caller.account}"
        raise Refused(Refusal("FeatureEnabled", says, 409))
    issuer = asked.kept.outbound_issuers[asked.caller.account] = asked.kept.account_issuer(asked.caller.account)
    return result(asked.call, f"<IssuerIdentifier>{issuer.url}</IssuerIdentifier>")


def disable(asked: Permitted) -> HttpReply:
    """DisableOutboundWebIdentityFederation. Raises `Refused` (`FeatureDisabled`, 404) if it is off."""
    _issuer(asked.caller, asked.kept)
    del asked.kept.outbound_issuers[asked.caller.account]
    return done(asked.call)


def show(asked: Permitted) -> HttpReply:
    """GetOutboundWebIdentityFederationInfo. Raises `Refused` (`FeatureDisabled`, 404) if it is off."""
    url = _issuer(asked.caller, asked.kept).url
    told = f"<IssuerIdentifier>{url}</IssuerIdentifier><JwtVendingEnabled>true</JwtVendingEnabled>"
    return result(asked.call, told)


def _issuer(caller: Caller, kept: LabState) -> OutboundIssuer:
    found = kept.outbound_issuers.get(caller.account)
    if found is None:
        says = f"Outbound identity federation is disabled for account {caller.account}"
        raise Refused(Refusal("FeatureDisabled", says, 404))
    return found
