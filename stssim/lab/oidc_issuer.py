"""An OpenID Connect issuer of a Lab: what it signs is told in the Trace as a message to whoever signed in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from stssim.call import Actor, shorten
from stssim.lab.identity.keys import Algorithm, Keyring
from stssim.lab.identity.oidc import OidcProvider
from stssim.trace import Step

if TYPE_CHECKING:
    from stssim.lab.handles import Account, Home

AUDIENCE = "sts.amazonaws.com"


class OidcIssuer(OidcProvider):
    """An OpenID Connect issuer of a Lab. Every token that it mints is told in the Trace."""

    def __init__(self, lab: Home, url: str, keyring: Keyring, algorithm: Algorithm) -> None:
        super().__init__(url, keyring, lab.clock.now, algorithm)
        self.actor = Actor(self.name, "application")
        self._lab = lab
        self._of_the_set_up = self._generation

    def register(self, account: Account, audiences: Sequence[str] = (AUDIENCE,)) -> str:
        """Makes it an OIDC provider of the account (CreateOpenIDConnectProvider), and returns the provider's ARN."""
        with account.calling("iam") as iam:
            made = iam.create_open_id_connect_provider(Url=self.url, ClientIDList=list(audiences))
        return str(made["OpenIDConnectProviderArn"])

    def mint(self, *, sub: str | None, **claims: Any) -> str:
        """A signed token for `sub`; see `claims` for what else it may say."""
        told = self.claims(sub=sub, **claims)
        token = super().mint(sub=sub, **claims)
        who = Actor.vouched_for(sub or "somebody", "web-identity")
        audience = told.get("aud", "nobody named")
        names = audience if isinstance(audience, str) else " and ".join(audience)
        says = f"{self.name} signs a web identity token for {who.name}, for audience {names}."
        self._lab.record(
            Step("message", self.actor, who, "web identity token", says, found={**told, "token": shorten(token)})
        )
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
        self._generation, self.online = self._of_the_set_up, True
