"""A Lab's identity providers and MFA devices by name, each made when it is first asked for.

Registering one with an account is a boto3 call. Their modules bring lxml and cryptography along, which a Lab without
them never loads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stssim.lab.identity.issuers import Issuers
from stssim.lab.identity.keys import Algorithm, Keyring

if TYPE_CHECKING:
    from stssim.lab.handles import Home, User
    from stssim.lab.identity.mfa import MfaDevice
    from stssim.lab.identity.outbound import AccountIssuer
    from stssim.lab.oidc_issuer import OidcIssuer
    from stssim.lab.saml_identity_provider import SamlIdp


class Identities:
    """All of a Lab's identity providers and MFA devices, by name."""

    def __init__(self, lab: Home) -> None:
        self.issuers = Issuers()
        self._lab = lab
        self._keyring = Keyring(f"stssim identities {lab.seed}".encode())
        self._oidc: dict[str, OidcIssuer] = {}
        self._saml: dict[str, SamlIdp] = {}
        self._mfa: dict[tuple[str, str], MfaDevice] = {}
        self._of_the_set_up: set[tuple[str, str]] = set()

    def oidc(self, url: str, algorithm: Algorithm) -> OidcIssuer:
        """See `Lab.oidc_provider`."""
        from stssim.lab.oidc_issuer import OidcIssuer

        found = self._oidc.get(url)
        if found is None:
            found = self._oidc[url] = OidcIssuer(self._lab, url, self._keyring, algorithm)
            self.issuers.add(found)
        elif found.algorithm != algorithm:
            raise ValueError(f"{url} signs with {found.algorithm} already.")
        return found

    def saml(self, entity_id: str) -> SamlIdp:
        """See `Lab.saml_provider`."""
        from stssim.lab.saml_identity_provider import SamlIdp

        if entity_id not in self._saml:
            self._saml[entity_id] = SamlIdp(self._lab, entity_id, self._keyring)
        return self._saml[entity_id]

    def account_issuer(self, account: str) -> AccountIssuer:
        """The account's own issuer, whose keys can be had from now on."""
        from stssim.lab.identity.outbound import AccountIssuer

        issuer = AccountIssuer(account, self._keyring)
        self.issuers.add(issuer)
        return issuer

    def mfa_device(self, user: User, name: str) -> MfaDevice:
        """See `Lab.mfa_device`."""
        from stssim.lab.identity.mfa import MfaDevice

        serial = f"arn:aws:iam::{user.account.number}:mfa/{name}"
        held = user.arn, serial
        if held not in self._mfa:
            with user.account.calling("iam") as iam:
                made = iam.create_virtual_mfa_device(VirtualMFADeviceName=name)["VirtualMFADevice"]
                device = MfaDevice(made["SerialNumber"], made["Base32StringSeed"].decode(), self._lab.clock.now)
                first, second = device.codes()
                iam.enable_mfa_device(
                    UserName=user.name, SerialNumber=serial, AuthenticationCode1=first, AuthenticationCode2=second
                )
            self._mfa[held] = device
            if not self._lab.is_recording:
                self._of_the_set_up.add(held)
        return self._mfa[held]

    def reset(self) -> None:
        """The providers as they were when the set-up was done."""
        self._mfa = {held: device for held, device in self._mfa.items() if held in self._of_the_set_up}
        providers: list[OidcIssuer | SamlIdp] = [*self._oidc.values(), *self._saml.values()]
        for provider in providers:
            provider.reset()
