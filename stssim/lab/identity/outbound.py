"""An AWS account as an issuer: the tokens that its own principals get for services outside AWS.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from stssim.lab.identity.keys import Algorithm, Keyring
from stssim.lab.identity.oidc import segment
from stssim.lab.identity.signing import base64url, jwk, sign


class AccountIssuer:
    """The issuer of one account, the same whenever it is switched on. It signs with ES384 or RS256.

    Its key set holds the key for ES384, and the one for RS256 once a token was signed with it.
    """

    online = True

    def __init__(self, account: str, keyring: Keyring) -> None:
        name = UUID(bytes=keyring.draw(f"outbound {account}", 16), version=4)
        self.url = f"https://{name}.tokens.sts.global.api.aws"
        self._keyring = keyring
        self._algorithms: list[Algorithm] = ["ES384"]

    def sign(self, claims: Mapping[str, Any], algorithm: Algorithm) -> str:
        """A token (compact JWS) of these claims. Raises `RuntimeError` when a Lab's RSA keys are used up."""
        key = self._keyring.key(self.url, algorithm)
        if algorithm not in self._algorithms:
            self._algorithms.append(algorithm)
        head = f"{segment({'typ': 'JWT', 'alg': algorithm, 'kid': self._kid(algorithm)})}.{segment(claims)}"
        return f"{head}.{base64url(sign(key, algorithm, head.encode()))}"

    def jwks(self) -> dict[str, Any]:
        """The public keys that its tokens verify with."""
        keys = ((self._keyring.key(self.url, algorithm), algorithm) for algorithm in self._algorithms)
        return {"keys": [jwk(key, self._kid(algorithm), algorithm) for key, algorithm in keys]}

    def _kid(self, algorithm: Algorithm) -> str:
        """As AWS's first keys are called: recorded on 2026-09-11 (radkawar/stackd, outbound_identity)."""
        return "RSA_0" if algorithm == "RS256" else "EC384_0"
