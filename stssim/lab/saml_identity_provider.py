"""A SAML identity provider of a Lab: what it signs is told in the Trace as a message to whoever signed in."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Unpack

from stssim.arn import Arn
from stssim.call import Actor, shorten
from stssim.lab.identity.keys import Keyring
from stssim.lab.identity.saml import SamlProvider, Signed, Told
from stssim.trace import Step

if TYPE_CHECKING:
    from stssim.lab.handles import Account, Home


class SamlIdp(SamlProvider):
    """A SAML identity provider of a Lab. Every assertion that it makes is told in the Trace."""

    def __init__(self, lab: Home, entity_id: str, keyring: Keyring) -> None:
        super().__init__(entity_id, keyring, lab.clock.now)
        self.actor = Actor(entity_id.removeprefix("https://"), "application")
        self._lab = lab
        self._of_the_set_up = self._generation

    def register(self, account: Account, name: str) -> str:
        """Uploads its metadata to the account under this name (CreateSAMLProvider), and returns the provider's ARN."""
        with account.calling("iam") as iam:
            made = iam.create_saml_provider(Name=name, SAMLMetadataDocument=self.metadata())
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
        names = ", ".join(Arn.parse(role).name for role, _ in pairs) or "no role"
        says = f"{self.actor.name} signs a SAML assertion for {who.name}: {names}."
        found = {"subject": subject, "roles": json.dumps(pairs), "assertion": shorten(made)}
        self._lab.record(Step("message", self.actor, who, "SAML assertion", says, found=found))
        return made

    def rotate(self) -> None:
        """Takes a new key and certificate. A reset undoes it, if it happened in a recording."""
        super().rotate()
        if not self._lab.is_recording:
            self._of_the_set_up = self._generation

    def reset(self) -> None:
        """As it was when the set-up was done."""
        self._generation = self._of_the_set_up
