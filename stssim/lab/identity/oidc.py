"""An OpenID Connect issuer with keys, discovery document and JSON Web Key Set, that mints tokens a cloud can verify."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, get_args
from urllib.parse import urlsplit

from stssim.lab.identity.keys import Algorithm, Keyring
from stssim.lab.identity.signing import Key, base64url, jwk, sign

TAGS = "https://aws.amazon.com/tags"
SOURCE_IDENTITY = "https://aws.amazon.com/source_identity"
ROLES = "https://aws.amazon.com/roles"
_ALGORITHMS: tuple[Algorithm, ...] = get_args(Algorithm)


class OidcProvider:
    """An issuer under `url` (https, no trailing slash unless its tokens carry one).

    `online` says whether its keys can be fetched. Rotating its keys withdraws the old ones from the key set at once.
    """

    def __init__(self, url: str, keyring: Keyring, now: Callable[[], datetime], algorithm: Algorithm = "RS256") -> None:
        parts = urlsplit(url)
        if parts.scheme != "https" or not parts.netloc or parts.query or parts.fragment:
            raise ValueError(f"An issuer is an https URL without query or fragment, not {url!r}.")
        if algorithm not in _ALGORITHMS:
            raise ValueError(f"{algorithm!r} is no algorithm that AWS takes: {', '.join(_ALGORITHMS)}.")
        self.url = url
        self.algorithm: Algorithm = algorithm
        self.online = True
        self._keyring = keyring
        self._now = now
        self._generation = 1
        self._minted = 0

    @property
    def name(self) -> str:
        """The issuer without `https://`: the tail of the provider's ARN in IAM, the head of its condition keys."""
        return self.url.removeprefix("https://")

    def arn(self, account: str) -> str:
        """The ARN that IAM gives this provider in an account."""
        return f"arn:aws:iam::{account}:oidc-provider/{self.name}"

    def kid(self, algorithm: Algorithm | None = None) -> str:
        """The id of the present key for this algorithm."""
        return self._keyring.draw(f"kid {self._key_name} {(algorithm or self.algorithm)[:2]}", 8).hex()

    def key(self, algorithm: Algorithm | None = None) -> Key:
        """The present private key: whoever holds it is this issuer."""
        return self._keyring.key(self._key_name, algorithm or self.algorithm)

    def rotate(self) -> None:
        """Replaces the keys. Tokens signed with the old ones no longer verify."""
        self._generation += 1

    def discovery(self) -> dict[str, Any]:
        """What stands at `/.well-known/openid-configuration` (OpenID Connect Discovery 1.0, section 3)."""
        return {
            "issuer": self.url,
            "jwks_uri": f"{self.url.rstrip('/')}/.well-known/jwks",
            "response_types_supported": ["id_token"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [self.algorithm],
            "claims_supported": ["sub", "aud", "exp", "iat", "iss"],
        }

    def jwks(self) -> dict[str, Any]:
        """The public keys that its tokens verify with."""
        return {"keys": [jwk(self.key(), self.kid(), self.algorithm)]}

    def claims(
        self,
        *,
        sub: str | None,
        aud: str | Sequence[str] | None = "sts.amazonaws.com",
        lifetime: int = 900,
        tags: Mapping[str, str] | None = None,
        transitive_tag_keys: Sequence[str] = (),
        source_identity: str | None = None,
        roles: str | Sequence[str] | None = None,
        **claims: Any,
    ) -> dict[str, Any]:
        """The claims of a token minted now. Any may be named and given another value; None leaves it out.

        `tags`, `transitive_tag_keys`, `source_identity` and `roles` go where AWS looks for them. `lifetime` is seconds.
        """
        now = self._now()
        issued = int(now.timestamp())
        found: dict[str, Any] = {
            "iss": self.url,
            "sub": sub,
            "aud": aud if aud is None or isinstance(aud, str) else list(aud),
            "iat": issued,
            "nbf": issued,
            "exp": int((now + timedelta(seconds=lifetime)).timestamp()),
            "jti": self._keyring.draw(f"jti {self._key_name} {self._minted}", 16).hex(),
        }
        if tags:
            found[TAGS] = {"principal_tags": {key: [value] for key, value in tags.items()}}
            if transitive_tag_keys:
                found[TAGS]["transitive_tag_keys"] = list(transitive_tag_keys)
        if source_identity is not None:
            found[SOURCE_IDENTITY] = source_identity
        if roles is not None:
            found[ROLES] = roles if isinstance(roles, str) else list(roles)
        return {name: value for name, value in (found | claims).items() if value is not None}

    def mint(self, *, sub: str | None, **claims: Any) -> str:
        """A signed token (compact JWS) with these claims; see `claims`."""
        found = self.claims(sub=sub, **claims)
        self._minted += 1
        return self.sign(found)

    def sign(self, claims: Mapping[str, Any], header: Mapping[str, Any] | None = None) -> str:
        """Exactly these claims, signed. `header` adds to the usual one; None there leaves a member out."""
        usual = {"typ": "JWT", "alg": self.algorithm, "kid": self.kid()}
        found = {name: value for name, value in (usual | dict(header or {})).items() if value is not None}
        head = f"{segment(found)}.{segment(claims)}"
        return f"{head}.{base64url(sign(self.key(), self.algorithm, head.encode()))}"

    @property
    def _key_name(self) -> str:
        return f"{self.url} {self._generation}"

    def __repr__(self) -> str:
        return f"OidcProvider {self.url}, {self.algorithm}"


def segment(content: Mapping[str, Any]) -> str:
    """One of the dotted parts of a token: JSON, in base64 for URLs."""
    return base64url(json.dumps(content, separators=(",", ":")).encode())
