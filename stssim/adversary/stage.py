"""Where an attack is tried: a Lab with everybody in it, as it is when the attacker begins."""

from __future__ import annotations

from typing import Protocol

from stssim.lab.handles import Handle
from stssim.lab.lab import Lab
from stssim.lab.oidc_issuer import OidcIssuer
from stssim.lab.vendor import Vendor


class Stage(Protocol):
    """A Lab, and what the names in `Means` stand for there. Each of the methods raises `LookupError` for a name that it
    does not know.
    """

    @property
    def lab(self) -> Lab: ...
    @property
    def attacker(self) -> Handle:
        """Who the attacker is in a picture, and in messages to applications."""
        ...

    def holder(self, name: str) -> Handle:
        """The credentials of a principal that the attacker holds."""
        ...

    def application(self, name: str) -> Vendor: ...
    def issuer(self, name: str) -> OidcIssuer: ...
    def text(self, template: str) -> str:
        """A text of `Means` or `Goal`, with what stands for names in it filled in."""
        ...

    def meanwhile(self, name: str) -> None:
        """Does what others do, as `Means.meanwhile` names it."""
        ...
