"""The Lab's identity providers and MFA devices, and what they do in a story: they sign who somebody is.

Registering one with an account is a boto3 call; what they sign goes to whoever signed in, as a message of the Trace.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Unpack

from stssim.call import Actor, Beat, shorten
from stssim.identity import AccountIssuer, Issuers, MfaDevice, OidcProvider, SamlProvider
from stssim.identity.keys import Algorithm, Keyring
from stssim.identity.saml import Signed, Told

if TYPE_CHECKING:
    from stssim.handles import Account, User
    from stssim.lab import Lab

AUDIENCE = "sts.amazonaws.com"


class OidcIssuer(OidcProvider):
    """An OpenID Connect issuer of a Lab. Every token that it mints is told in the Trace."""

    def __init__(self, lab: Lab, url: str, keyring: Keyring, algorithm: Algorithm) -> None:
        super().__init__(url, keyring, lab.clock.now, algorithm)
        self.actor = Actor(self.name, "application")
        self._lab = lab
        self._of_the_set_up = self._generation

    def register(self, account: Account, audiences: Sequence[str] = (AUDIENCE,)) -> str:
        """Makes it an OIDC provider of the account (CreateOpenIDConnectProvider), and returns the provider's ARN."""
        made = account.client("iam").create_open_id_connect_provider(Url=self.url, ClientIDList=list(audiences))
        return str(made["OpenIDConnectProviderArn"])

    def mint(self, *, sub: str | None, **claims: Any) -> str:
        """A signed token for `sub`; see `claims` for what else it may say."""
        told = self.claims(sub=sub, **claims)
        token = super().mint(sub=sub, **claims)
        who = Actor.vouched_for(sub or "somebody", "web-identity")
        audience = told.get("aud", "nobody named")
        names = audience if isinstance(audience, str) else " and ".join(audience)
        says = f"{self.name} signs a web identity token for {who.name}, for audience {names}."
        self._lab.tell(_message(self.actor, who, "web identity token", says, {**told, "token": shorten(token)}))
        return token

    def rotate(self) -> None:
        """Replaces the keys. Tokens signed with the old ones no longer verify. A reset undoes it, if it happened in a
        recording.
        """
        super().rotate()
        if not self._lab.is_recording:
            self._of_the_set_up = self._generation

    def reset(self) -> None:
        """As it was when the set-up was done."""
        self._generation, self._minted, self.online = self._of_the_set_up, 0, True


class SamlIdp(SamlProvider):
    """A SAML identity provider of a Lab. Every assertion that it makes is told in the Trace."""

    def __init__(self, lab: Lab, entity_id: str, keyring: Keyring) -> None:
        super().__init__(entity_id, keyring, lab.clock.now)
        self.actor = Actor(entity_id.removeprefix("https://"), "application")
        self._lab = lab
        self._of_the_set_up = self._generation

    def register(self, account: Account, name: str) -> str:
        """Uploads its metadata to the account under this name (CreateSAMLProvider), and returns the provider's ARN."""
        made = account.client("iam").create_saml_provider(Name=name, SAMLMetadataDocument=self.metadata())
        return str(made["SAMLProviderArn"])

    def assertion(
        self,
        subject: str | None,
        roles: Iterable[tuple[str, str]],
        *,
        signed: Signed = "assertion",
        **told: Unpack[Told],
    ) -> str:
        """An authentication response with one assertion, in base64 as AssumeRoleWithSAML takes it.

        `roles` are pairs of a role's and a provider's ARN; without a `subject` there is no NameID.
        """
        pairs = list(roles)
        made = super().assertion(subject, pairs, signed=signed, **told)
        who = Actor.vouched_for(subject or "somebody", "saml")
        names = ", ".join(role.rpartition("/")[2] for role, _ in pairs) or "no role"
        says = f"{self.actor.name} signs a SAML assertion for {who.name}: {names}."
        found = {"subject": subject, "roles": json.dumps(pairs), "assertion": shorten(made)}
        self._lab.tell(_message(self.actor, who, "SAML assertion", says, found))
        return made

    def rotate(self) -> None:
        """Takes a new key and certificate. A reset undoes it, if it happened in a recording."""
        super().rotate()
        if not self._lab.is_recording:
            self._of_the_set_up = self._generation

    def reset(self) -> None:
        """As it was when the set-up was done."""
        self._generation, self._made = self._of_the_set_up, 0


class Identities:
    """All of a Lab's identity providers and MFA devices, by name."""

    def __init__(self, lab: Lab) -> None:
        self.issuers = Issuers()
        self._lab = lab
        self._keyring = Keyring(f"stssim identities {lab.seed}".encode())
        self._oidc: dict[str, OidcIssuer] = {}
        self._saml: dict[str, SamlIdp] = {}
        self._mfa: dict[tuple[str, str], MfaDevice] = {}
        self._of_the_set_up: set[tuple[str, str]] = set()

    def oidc(self, url: str, algorithm: Algorithm) -> OidcIssuer:
        """See `Lab.oidc_provider`."""
        found = self._oidc.get(url)
        if found is None:
            found = self._oidc[url] = OidcIssuer(self._lab, url, self._keyring, algorithm)
            self.issuers.add(found)
        elif found.algorithm != algorithm:
            raise ValueError(f"{url} signs with {found.algorithm} already.")
        return found

    def saml(self, entity_id: str) -> SamlIdp:
        """See `Lab.saml_provider`."""
        if entity_id not in self._saml:
            self._saml[entity_id] = SamlIdp(self._lab, entity_id, self._keyring)
        return self._saml[entity_id]

    def account_issuer(self, account: str) -> AccountIssuer:
        """The account's own issuer, whose keys can be had from now on."""
        issuer = AccountIssuer(account, self._keyring)
        self.issuers.add(issuer)
        return issuer

    def mfa_device(self, user: User, name: str) -> MfaDevice:
        """See `Lab.mfa_device`."""
        serial = f"arn:aws:iam::{user.account.number}:mfa/{name}"
        held = user.arn, serial
        if held not in self._mfa:
            iam = user.account.client("iam")
            made = iam.create_virtual_mfa_device(VirtualMFADeviceName=name)["VirtualMFADevice"]
            device = MfaDevice(made["SerialNumber"], made["Base32StringSeed"].decode(), self._lab.clock.now)
            first, second = device.codes(-1)
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


def _message(source: Actor, target: Actor, label: str, says: str, found: Mapping[str, Any]) -> Beat:
    return Beat("message", source, target, label, says, found=found)
