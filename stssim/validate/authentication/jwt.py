"""A JSON Web Token: taken apart with care, and its signature checked with its issuer's own keys and no other."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

from stssim.call import Refusal, shorten
from stssim.cloud import KeySource
from stssim.validate.authentication.not_verified import NotVerified

ALGORITHMS = ("RS256", "RS384", "RS512", "ES256", "ES384", "ES512")
MAX_CHARACTERS = 20_000
_KEY_MEMBERS = {"RS": ("RSA", ("n", "e")), "ES": ("EC", ("crv", "x", "y"))}
_SEGMENT = re.compile(r"[A-Za-z0-9_-]*")


def invalid(message: str) -> Refusal:
    """The refusal of a token that is no good."""
    return Refusal("InvalidIdentityToken", message, 400)


NOT_A_JWT = invalid("The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)")
NOT_VALIDATED = invalid(
    "The web identity token provided could not be validated. See the AssumeRoleWithWebIdentity documentation for "
    "requirements."
)
NO_KEY = invalid(
    "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity "
    "documentation for requirements"
)


@dataclass(frozen=True, slots=True)
class Token:
    """A token that could be read; nothing of it is proved."""

    text: str = field(repr=False)
    header: Mapping[str, Any]
    claims: Mapping[str, Any]

    def anatomy(self, checks: Sequence[str]) -> Mapping[str, Any]:
        """The token for showing, with the checks that it passed."""
        signature = self.text.rpartition(".")[2]
        return {"header": self.header, "claims": self.claims, "signature": shorten(signature), "checks": tuple(checks)}


def read(token: str) -> Token:
    """Raises `NotVerified` for anything that is not a token, or is one by an algorithm that AWS does not take."""
    segments = token.split(".")
    if len(token) > MAX_CHARACTERS or len(segments) != 3 or not all(map(_SEGMENT.fullmatch, segments)):
        raise NotVerified(NOT_A_JWT, "The token is not three parts in base64 for URLs with dots between them.")
    header, claims = (_object(segment, what) for segment, what in zip(segments, ("header", "payload"), strict=False))
    algorithm = header.get("alg")
    if algorithm not in ALGORITHMS:
        says = f"The token's algorithm is {algorithm!r:.40}, and AWS takes only {', '.join(ALGORITHMS)}."
        raise NotVerified(NOT_A_JWT, says, {"header": header, "claims": claims, "checks": ()})
    if "crit" in header or not isinstance(header.get("kid", ""), str):
        raise NotVerified(NOT_A_JWT, "The token's header has a `crit`, or a `kid` that is not text.")
    return Token(token, header, claims)


def _object(segment: str, what: str) -> dict[str, Any]:
    """Of a member that is named twice the last one counts: recorded on 2026-09-11 (radkawar/stackd, oidc)."""
    try:
        text = urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
        found = json.loads(text, parse_constant=_no_json)
        json.dumps(found, ensure_ascii=False).encode()  # half a surrogate pair is no character
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise NotVerified(NOT_A_JWT, f"The token's {what} is not a JSON object.")
    return found


def _no_json(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def check_signature(token: Token, issuer: str, source: KeySource) -> None:
    """Only the issuer's own key set counts; a key that the token brings (`jwk`, `x5c`, `jku`) is not looked at."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from joserfc import jws
    from joserfc.errors import JoseError
    from joserfc.jwk import import_key

    algorithm = token.header["alg"]
    member = _key(token.header, source, issuer)
    try:
        jws.deserialize_compact(token.text, import_key(member), algorithms=[algorithm])
    except (JoseError, UnsupportedAlgorithm, ArithmeticError, LookupError, TypeError, ValueError) as error:
        says = f"The signature does not verify with the key that {issuer} publishes ({type(error).__name__})."
        raise NotVerified(NOT_VALIDATED, says) from None


def _key(header: Mapping[str, Any], source: KeySource, issuer: str) -> dict[str, str | list[str]]:
    kind, members = _KEY_MEMBERS[header["alg"][:2]]
    kid = header.get("kid")
    for fresh in (False, True):
        try:
            known = source.jwks(issuer, fresh=fresh).get("keys")
        except ConnectionError as error:
            raise NotVerified(NO_KEY, f"The issuer's keys could not be had: {error}.") from None
        fitting = [key for key in known if _fits(key, kind, members)] if isinstance(known, list) else []
        named = fitting if kid is None else [key for key in fitting if key.get("kid") == kid]
        if len(named) == 1 or (named and kid is not None):
            return {"kty": kind} | {name: named[0][name] for name in members}
    which = "a key that the token need not name" if kid is None else f"the key {kid!r:.80}"
    raise NotVerified(NO_KEY, f"{issuer} does not publish {which} for {header['alg']}.")


def _fits(key: Any, kind: str, members: tuple[str, ...]) -> bool:
    """A key without a `kid` is never used, nor one with `key_ops`, whatever they are; its `alg` does not matter.

    Recorded on 2026-09-11 (radkawar/stackd, oidc/aws-keys).
    """
    return (
        isinstance(key, dict)
        and key.get("kty") == kind
        and key.get("use", "sig") == "sig"
        and isinstance(key.get("kid"), str)
        and "key_ops" not in key
        and all(isinstance(key.get(name), str) for name in members)
    )
