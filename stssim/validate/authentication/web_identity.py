"""Is a web identity token good? What an OIDC issuer signed is read, and checked as AWS checks it.

Known of the real service: the algorithms, the leeway, the required claims, `azp`, and the answers; not which check
comes first. Here the cheap ones do, so that keys are fetched only for a token that would otherwise pass.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from stssim.call import Refusal, Verified
from stssim.cloud import KeySource, OidcProvider
from stssim.validate.authentication.jwt import NOT_VALIDATED, Token, check_signature, invalid, read
from stssim.validate.authentication.not_verified import NotVerified
from stssim.validate.authentication.token_claims import (
    SESSION_KEYS,
    authorized,
    condition_keys,
    is_text,
    seconds_of,
    session_tags,
    source_identity,
    subject_of,
    text_of,
)

LEEWAY = 300
MAX_AGE = 86400
"""AWS calls a token too old some time after it was issued, and does not say when; tokens of a day are in wide use."""
BUILT_IN = ("cognito-identity.amazonaws.com", "accounts.google.com")
"""Issuers that every account knows without a provider in IAM, and that take any audience."""
ACCESS_TOKEN_PROVIDERS = ("graph.facebook.com", "www.amazon.com")
_REQUIRED = ("iss", "sub", "aud", "exp", "iat")
NOT_AUTHORIZED = Refusal("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity")
SEVERAL_AUDIENCES = invalid("Token audience contains more than one audience while authorized party is not present")


def verify_web_identity(
    token: str,
    *,
    role_arn: str,
    provider: Callable[[str], OidcProvider | None],
    keys: KeySource,
    now: float,
    provider_id: str | None = None,
) -> tuple[Verified, Mapping[str, Any]]:
    """Who signed in, by a token for the role `role_arn`, and the token's anatomy. Raises `NotVerified`, whatever it is.

    `provider` finds the OIDC provider in the role's account by its URL without `https://`; `keys` is asked for the keys
    of that provider's issuer and for no other. `now` is epoch seconds on the Lab's clock. `provider_id` is for OAuth
    access tokens of Facebook and Amazon; none can be made here, so each is refused as those refuse a bad one.
    """
    if provider_id is not None:
        _refuse_access_token(provider_id, token)
    held = read(token)
    checks: list[str] = []
    try:
        found = _verified(held, checks, role_arn, provider, keys, now)
    except NotVerified as wanting:
        raise NotVerified(wanting.refusal, wanting.says, held.anatomy(checks)) from None
    return found, held.anatomy(checks)


def _verified(
    token: Token,
    checks: list[str],
    role_arn: str,
    find: Callable[[str], OidcProvider | None],
    keys: KeySource,
    now: float,
) -> Verified:
    algorithm, claims = token.header["alg"], token.claims
    checks.append(f"the algorithm {algorithm} is one that AWS takes")
    for name in _REQUIRED:
        if claims.get(name) is None:
            raise NotVerified(invalid(f"Missing a required claim: {name}"), f"The token has no claim {name}.")
    checks.append(f"the claims {', '.join(_REQUIRED)} are there")
    issuer, subject = text_of(claims, "iss"), subject_of(claims)
    audience, audiences = _audience(claims)
    provider = _provider(issuer, find)
    checks.append(f"the issuer {issuer} is trusted as {provider.arn}")
    if provider.arn not in BUILT_IN and audience not in provider.client_ids:
        wanted = " or ".join(provider.client_ids) or "none"
        raise NotVerified(NOT_VALIDATED, f"The token is for {audience}, and the provider takes {wanted}.")
    checks.append(f"the audience {audience} is one that the provider takes")
    _check_times(claims, now)
    checks.append("it is neither expired nor from the future")
    check_signature(token, issuer, keys)
    checks.append(f"the signature was made with the issuer's key {token.header.get('kid', '(its only one)')}")
    by_issuer = authorized(claims, role_arn)
    found = condition_keys(provider.url, claims, audience, audiences)
    tags, transitive = session_tags(claims)
    return Verified(
        "web-identity",
        provider.arn,
        issuer if provider.arn not in BUILT_IN else provider.url,
        subject,
        audience,
        claims=(*found, ("sts:RoleAuthorizedByIdp", str(by_issuer).lower())),
        session_claims=tuple((key, value) for key, value in found if key.rpartition(":")[2] in SESSION_KEYS),
        tags=tags,
        transitive_tag_keys=transitive,
        source_identity=source_identity(claims),
    )


def _audience(claims: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    """What counts as the audience, and all that the token names: `azp` is the audience wherever it is set.

    From the IAM User Guide, "Available keys for AWS OIDC federation".
    """
    named = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    if not named or not all(is_text(one) for one in named):
        raise NotVerified(NOT_VALIDATED, "The claim aud is neither text nor a list of texts.")
    if claims.get("azp") is not None:
        return text_of(claims, "azp"), tuple(named)
    if len(named) > 1:
        raise NotVerified(SEVERAL_AUDIENCES, f"The token is for {' and '.join(named)}, and no azp says which counts.")
    return named[0], tuple(named)


def _provider(issuer: str, find: Callable[[str], OidcProvider | None]) -> OidcProvider:
    name = issuer.removeprefix("https://")
    if name in BUILT_IN:
        return OidcProvider(name, name, ())
    found = find(name) if issuer != name else None
    if found is None:
        raise NotVerified(NOT_VALIDATED, f"There is no OIDC provider for {issuer} in the role's account.")
    return found


def _check_times(claims: Mapping[str, Any], now: float) -> None:
    times = {name: seconds_of(claims, name) for name in ("exp", "iat", "nbf") if claims.get(name) is not None}
    if now >= times["exp"] + LEEWAY:
        ended = times["exp"]
        message = f"Token expired: current date/time {now:.0f} must be before the expiration date/time {ended:.0f}"
        says = f"The token expired {now - ended:.0f} seconds ago; AWS allows {LEEWAY}."
        raise NotVerified(Refusal("ExpiredTokenException", message, 400), says)
    if now > times["iat"] + MAX_AGE + LEEWAY:
        age = now - times["iat"]
        says = f"The token was issued {age:.0f} seconds ago."
        raise NotVerified(Refusal("ExpiredTokenException", f"Token too old: {age:.0f}", 400), says)
    for name in ("nbf", "iat"):
        if times.get(name, now) > now + LEEWAY:
            says = f"The claim {name} is {times[name] - now:.0f} seconds in the future; AWS allows {LEEWAY}."
            raise NotVerified(NOT_VALIDATED, says)


def _refuse_access_token(provider_id: str, token: str) -> NoReturn:
    """An unknown provider and a JWT for Amazon were recorded on 2026-09-11 (radkawar/stackd, oidc)."""
    if provider_id not in ACCESS_TOKEN_PROVIDERS:
        raise NotVerified(NOT_AUTHORIZED, f"{provider_id:.80} is no provider of access tokens that AWS knows.")
    if provider_id == "www.amazon.com" and token.count(".") == 2:
        raise NotVerified(NOT_VALIDATED, "A JSON Web Token is no access token of Amazon's.")
    message = f"{provider_id}: {provider_id} responded with HTTP/1.1 400 Bad Request"
    raise NotVerified(Refusal("IDPRejectedClaim", message, 403), f"{provider_id} does not know this access token.")
