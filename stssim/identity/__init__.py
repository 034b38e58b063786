"""Identity providers that a Lab holds: OIDC issuers, SAML identity providers and MFA devices, with real keys.

What these sign is as good as what a provider on the internet signs; only the names are invented. Attacks on them are
built in `stssim.identity.attacks`.
"""

from stssim.identity.mfa import MfaDevice
from stssim.identity.oidc import Issuers, OidcProvider
from stssim.identity.outbound import AccountIssuer
from stssim.identity.saml import SamlProvider

__all__ = ["AccountIssuer", "Issuers", "MfaDevice", "OidcProvider", "SamlProvider"]
