"""What a web identity token's claims mean to AWS: condition keys, session tags, source identity, the roles allowed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from stssim.validate.authentication.jwt import NOT_VALIDATED, invalid
from stssim.validate.authentication.not_verified import NotVerified
from stssim.validate.authentication.vouched_tags import flaw_in_vouched

TAGS = "https://aws.amazon.com/tags"
SOURCE_IDENTITY = "https://aws.amazon.com/source_identity"
ROLES = "https://aws.amazon.com/roles"
ROLE_NOT_IN_CLAIM = invalid("The target role ARN is not present in the roles claim of the identity token")
SESSION_KEYS = ("amr", "aud", "sub")
"""The ones of these claims that a session's own requests have as keys, too."""
_DEFAULT_KEYS = ("amr", "aud", "email", "oaud", "sub")
_FAR = 10**12
_WHOLE = re.compile(r"-?[0-9]{1,12}")
_BETWEEN_ROLES = re.compile(r"[;\s]+")
_IDENTITY = re.compile(r"(?!aws:)[\w+=,.@-]{2,64}", re.ASCII | re.IGNORECASE)


def is_text(value: Any) -> bool:
    """Whether a claim is text: not empty, and without control characters."""
    return isinstance(value, str) and bool(value) and not any(character < " " for character in value)


def text_of(claims: Mapping[str, Any], name: str) -> str:
    """A claim that has to be text. Raises `NotVerified` otherwise."""
    if not is_text(claims[name]):
        raise NotVerified(NOT_VALIDATED, f"The claim {name} is not text.")
    return str(claims[name])


def subject_of(claims: Mapping[str, Any]) -> str:
    """The claim `sub`, which may be empty, and a number, which becomes text. Raises `NotVerified` otherwise.

    Recorded on 2026-09-11 (radkawar/stackd, oidc).
    """
    value = claims["sub"]
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return "" if value == "" else text_of(claims, "sub")


def seconds_of(claims: Mapping[str, Any], name: str) -> int:
    """A time: a whole number, or text of one. Raises `NotVerified` for a fraction and anything else.

    Recorded on 2026-09-11 (radkawar/stackd, oidc).
    """
    value = claims[name]
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= _FAR:
        raise NotVerified(NOT_VALIDATED, f"The claim {name} is not a whole number of seconds.")
    return value


def authorized(claims: Mapping[str, Any], role_arn: str) -> bool:
    """Whether the issuer itself allows this role: a `roles` claim, once there, is a list of the only ones allowed.

    Text may name several, with semicolons or blanks between them: recorded on 2026-09-11 (radkawar/stackd,
    oidc/aws-roles). The key is documented in the Service Authorization Reference.
    """
    if claims.get(ROLES) is None:
        return False
    named = claims[ROLES] if isinstance(claims[ROLES], list) else [claims[ROLES]]
    allowed = [role for text in named if isinstance(text, str) for role in _BETWEEN_ROLES.split(text)]
    if role_arn not in allowed:
        raise NotVerified(ROLE_NOT_IN_CLAIM, f"The token's roles claim does not hold {role_arn}.")
    return True


def session_tags(claims: Mapping[str, Any]) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Session tags, nested under one claim or spread over several (IAM User Guide, "Passing session tags").

    A nested tag is a list of one text, and one that is spread is text: recorded on 2026-09-11 (radkawar/stackd, oidc).
    """
    nested = claims.get(TAGS, {})
    tags = nested.get("principal_tags", {}) if isinstance(nested, dict) else None
    if not isinstance(nested, dict) or not isinstance(tags, dict):
        raise NotVerified(NOT_VALIDATED, f"The claim {TAGS} is not an object with principal_tags.")
    prefix = f"{TAGS}/principal_tags/"
    spread = {name.removeprefix(prefix): value for name, value in claims.items() if name.startswith(prefix)}
    found = []
    listed = {key: value[0] if isinstance(value, list) and len(value) == 1 else None for key, value in tags.items()}
    for key, only in (listed | spread).items():
        if not isinstance(only, str):
            raise NotVerified(NOT_VALIDATED, f"The session tag {key:.128} has no single value.")
        found.append((key, only))
    transitive = nested.get("transitive_tag_keys", claims.get(f"{TAGS}/transitive_tag_keys", []))
    if not isinstance(transitive, list) or not all(isinstance(key, str) for key in transitive):
        raise NotVerified(NOT_VALIDATED, "The transitive_tag_keys are not a list of texts.")
    flaw = flaw_in_vouched(tuple(found), tuple(transitive))
    if flaw is not None:
        raise NotVerified(NOT_VALIDATED, flaw)
    return tuple(found), tuple(transitive)


def source_identity(claims: Mapping[str, Any]) -> str | None:
    """The source identity that the token sets, or None. Raises `NotVerified` for one that AWS would not take."""
    value = claims.get(SOURCE_IDENTITY)
    if value is None:
        return None
    if not isinstance(value, str) or not _IDENTITY.fullmatch(value):
        raise NotVerified(NOT_VALIDATED, "The source identity is not 2 to 64 of the characters that AWS takes.")
    return value


def condition_keys(
    name: str, claims: Mapping[str, Any], audience: str, audiences: tuple[str, ...]
) -> list[tuple[str, str | tuple[str, ...]]]:
    """The claims that policies can test, under the issuer's `name`; several values make a tuple.

    Those of every issuer are in the IAM User Guide ("Available keys for AWS OIDC federation"), those of some issuers in
    the Service Authorization Reference.
    """
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
    from stssim.policy.service_authorization import data

    found = []
    for key in data().conditions.get_condition_keys_for_service("sts"):
        provider, _, claim = key.partition(":")
        pattern = "[^:]+".join(re.escape(part) for part in re.split(r"\$\{\w+\}", provider))
        if re.fullmatch(pattern, name) and claim not in _DEFAULT_KEYS:
            found.append(claim)
    return tuple(found)
