"""Is a SAML assertion good? What an identity provider signed is read, and checked as AWS checks it.

Only what the signature covers is used. Neither the AudienceRestriction nor NotBefore, OneTimeUse, ProxyRestriction, the
Response's Issuer or the expiry of a signing certificate is judged: so AWS was recorded on 2026-09-11 (radkawar/stackd,
saml). An assertion may be used again. Which of the checks comes first is not known.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha1
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_OID, uuid5

from stssim.arn import Arn
from stssim.call import Refusal, Verified, shorten
from stssim.cloud import SamlProvider
from stssim.validate.authentication.not_verified import NotVerified
from stssim.validate.authentication.saml_attributes import ATTRIBUTE_KEYS
from stssim.validate.authentication.saml_decryption import decrypted, is_encrypted
from stssim.validate.authentication.saml_document import (
    ASSERTION,
    DSIG,
    MALFORMED,
    REQUEST_ID,
    check_response_signature,
    invalid,
    only_assertion,
    read_response,
    signed_assertion,
)
from stssim.validate.authentication.vouched_tags import flaw_in_vouched

if TYPE_CHECKING:
    from lxml.etree import _Element

REDEEM_SECONDS = 300
LEEWAY = 300
_AWS = "https://aws.amazon.com/SAML/Attributes/"
_BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
_NAME_ID_FORMAT = "urn:oasis:names:tc:SAML:2.0:nameid-format:"
_SESSION_NAME = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)
_SESSION_KEYS = ("saml:namequalifier", "saml:sub", "saml:sub_type")


NO_PROVIDER = invalid("Specified provider doesn't exist")
FOREIGN_ISSUER = invalid("Issuer not present in specified provider")
ROLE_NOT_IN_ASSERTION = invalid("SAML Assertion doesn't contain the requested Role and Metadata in the attributes")
NO_SESSION_NAME = invalid("RoleSessionName is required in AuthnResponse")
BAD_SESSION_NAME = invalid("RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}")
BAD_SOURCE_IDENTITY = invalid('Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with "aws:"')
TOO_LATE = Refusal("ExpiredTokenException", "Token must be redeemed within 5 minutes of issuance", 400)
EXPIRED = Refusal("ExpiredTokenException", "Response has expired", 400)
NO_SUBJECT = Refusal("AccessDenied", "Not authorized to perform sts:AssumeRoleWithSAML")


def verify_saml(
    assertion: str, *, role_arn: str, provider_arn: str, provider: SamlProvider | None, now: float
) -> tuple[Verified, Mapping[str, Any]]:
    """Who signed in, by an authentication response in base64, and its anatomy. Raises `NotVerified`, whatever it is.

    `provider` is what IAM holds under `provider_arn`, or None. `now` is epoch seconds on the Lab's clock.
    """
    try:
        return _read_and_verified(assertion, role_arn, provider_arn, provider, now)
    except NotVerified as wanting:
        message = wanting.refusal.message.replace(REQUEST_ID, str(uuid5(NAMESPACE_OID, f"{now} {assertion}")))
        raise NotVerified(replace(wanting.refusal, message=message), wanting.says, wanting.anatomy) from None


def _read_and_verified(
    assertion: str, role_arn: str, provider_arn: str, provider: SamlProvider | None, now: float
) -> tuple[Verified, Mapping[str, Any]]:
    if provider is None:
        raise NotVerified(NO_PROVIDER, f"There is no SAML provider {provider_arn}.")
    posted = read_response(assertion)
    root, checks = _in_the_clear(posted, provider)
    shown = _Shown(only_assertion(root))
    try:
        issuer = _child_text(only_assertion(root), "Issuer")
        if issuer != provider.entity_id:
            says = f"The assertion's issuer is {issuer}, and the provider's is {provider.entity_id}."
            raise NotVerified(FOREIGN_ISSUER, says)
        checks.append(f"the issuer {issuer} is the provider's")
        signed = signed_assertion(root, provider.certificates)
        check_response_signature(posted, provider.certificates)
        checks.append("the assertion itself is signed, with a certificate of the provider's metadata")
        _check_parts(signed)
        _check_times(signed, now)
        checks.append("it was issued less than five minutes ago and has not expired")
        found = _verified(signed, checks, role_arn, provider)
    except NotVerified as wanting:
        raise NotVerified(wanting.refusal, wanting.says, shown.anatomy(checks)) from None
    return found, shown.anatomy(checks)


def _in_the_clear(posted: _Element, provider: SamlProvider) -> tuple[_Element, list[str]]:
    """The response with its assertion decrypted, by a private key of the provider, and the check that this was."""
    if not is_encrypted(posted):
        if provider.encryption_required:
            raise NotVerified(MALFORMED, f"{provider.arn} takes encrypted assertions alone, and this one is not.")
        return posted, []
    try:
        return decrypted(posted, provider.private_keys), ["a private key of the provider decrypts the assertion"]
    except ValueError as error:
        raise NotVerified(MALFORMED, f"The assertion cannot be decrypted: {error}.") from None


@dataclass(frozen=True, slots=True)
class _Shown:
    assertion: _Element

    def anatomy(self, checks: Sequence[str]) -> Mapping[str, Any]:
        signature = self.assertion.findtext(f"{DSIG}Signature/{DSIG}SignatureValue")
        return {
            "issuer": _child_text(self.assertion, "Issuer"),
            "subject": self.assertion.findtext(f"{ASSERTION}Subject/{ASSERTION}NameID"),
            "attributes": _attributes(self.assertion),
            "signature": shorten("".join(signature.split())) if signature else None,
            "checks": tuple(checks),
        }


def _check_parts(assertion: _Element) -> None:
    """What an assertion must have; without it AWS does not read on. Recorded on 2026-09-11 (radkawar/stackd, saml)."""
    for part in ("Conditions", "AuthnStatement"):
        if assertion.find(f"{ASSERTION}{part}") is None:
            raise NotVerified(MALFORMED, f"The assertion has no {part}.")
    name_id = assertion.find(f"{ASSERTION}Subject/{ASSERTION}NameID")
    if name_id is not None and not name_id.get("Format"):
        raise NotVerified(MALFORMED, "The assertion's NameID has no Format.")


def _check_times(assertion: _Element, now: float) -> None:
    issued = _moment(assertion.get("IssueInstant"), "IssueInstant")
    if issued is None:
        raise NotVerified(MALFORMED, "The assertion does not say when it was issued.")
    if now > issued + REDEEM_SECONDS:
        raise NotVerified(TOO_LATE, f"The assertion was issued {now - issued:.0f} seconds ago.")
    conditions = assertion.find(f"{ASSERTION}Conditions")
    bounds = [] if conditions is None else [conditions]
    bounds += list(
        assertion.iterfind(f"{ASSERTION}Subject/{ASSERTION}SubjectConfirmation/{ASSERTION}SubjectConfirmationData")
    )
    for bound in bounds:
        ends = _moment(bound.get("NotOnOrAfter"), "NotOnOrAfter")
        if ends is not None and now >= ends:
            raise NotVerified(EXPIRED, f"The assertion expired {now - ends:.0f} seconds ago.")
        _moment(bound.get("NotBefore"), "NotBefore")
    ended = _session_end(assertion)
    if ended is not None and now >= ended:
        raise NotVerified(EXPIRED, f"The sign-in ended {now - ended:.0f} seconds ago.")
    if now < issued - LEEWAY:
        raise NotVerified(MALFORMED, f"The assertion was issued {issued - now:.0f} seconds in the future.")


def _verified(assertion: _Element, checks: list[str], role_arn: str, provider: SamlProvider) -> Verified:
    name_id = assertion.find(f"{ASSERTION}Subject/{ASSERTION}NameID")
    subject = (name_id.text or "").strip() if name_id is not None else ""
    if name_id is None or not subject:
        raise NotVerified(NO_SUBJECT, "The assertion has no Subject with a NameID.")
    recipient = _recipient(assertion)
    attributes = _attributes(assertion)
    pairs = [sorted(part.strip() for part in value.split(",")) for value in attributes.get(f"{_AWS}Role", ())]
    if sorted([role_arn, provider.arn]) not in pairs:
        says = f"The assertion's Role attribute does not pair {role_arn} with {provider.arn}."
        raise NotVerified(ROLE_NOT_IN_ASSERTION, says)
    checks.append("the Role attribute pairs this role with this provider")
    session_name = _single(attributes, "RoleSessionName")
    if session_name is None:
        raise NotVerified(NO_SESSION_NAME, "The assertion has no RoleSessionName.")
    if not _SESSION_NAME.fullmatch(session_name):
        raise NotVerified(BAD_SESSION_NAME, f"The RoleSessionName is {session_name[:80]!r}.")
    checks.append(f"the RoleSessionName {session_name} is one")
    source_identity = _single(attributes, "SourceIdentity")
    if source_identity is not None and (
        not _SESSION_NAME.fullmatch(source_identity) or source_identity.lower().startswith("aws:")
    ):
        raise NotVerified(BAD_SOURCE_IDENTITY, f"The SourceIdentity is {source_identity[:80]!r}.")
    tags, transitive = _tags(attributes)
    named = Arn.parse(provider.arn)
    account, friendly_name = named.account, named.name
    issuer = provider.entity_id
    qualifier = name_qualifier(issuer, account, friendly_name)
    sub_type = name_id.get("Format", "").removeprefix(_NAME_ID_FORMAT)
    claims: dict[str, str | tuple[str, ...]] = {
        "saml:aud": recipient,
        "saml:doc": f"{account}/{friendly_name}",
        "saml:iss": issuer,
        "saml:namequalifier": qualifier,
        "saml:sub": subject,
        "saml:sub_type": sub_type,
    }
    for name, (key, many) in ATTRIBUTE_KEYS.items():
        if attributes.get(name):
            claims[key] = attributes[name] if many else attributes[name][0]
    return Verified(
        "saml",
        provider.arn,
        issuer,
        subject,
        recipient,
        claims=tuple(claims.items()),
        session_claims=tuple((key, value) for key, value in claims.items() if key in _SESSION_KEYS),
        session_name=session_name,
        tags=tags,
        transitive_tag_keys=transitive,
        source_identity=source_identity,
        expires_at=_session_end(assertion),
        session_duration=_duration(attributes),
        subject_type=sub_type,
        name_qualifier=qualifier,
    )


def name_qualifier(issuer: str, account: str, friendly_name: str) -> str:
    """What tells equal subjects of different providers apart (STS API Reference, AssumeRoleWithSAML)."""
    return b64encode(sha1(f"{issuer}{account}/{friendly_name}".encode()).digest()).decode()


def _recipient(assertion: _Element) -> str:
    confirmations = assertion.findall(f"{ASSERTION}Subject/{ASSERTION}SubjectConfirmation")
    data = confirmations[0].find(f"{ASSERTION}SubjectConfirmationData") if len(confirmations) == 1 else None
    if (
        data is None
        or confirmations[0].get("Method") != _BEARER
        or not data.get("Recipient")
        or not data.get("NotOnOrAfter")
    ):
        raise NotVerified(
            MALFORMED, "There must be one bearer SubjectConfirmation, with a NotOnOrAfter and a Recipient."
        )
    return str(data.get("Recipient"))


def _attributes(assertion: _Element) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for attribute in assertion.iterfind(f"{ASSERTION}AttributeStatement/{ASSERTION}Attribute"):
        values = tuple((value.text or "").strip() for value in attribute.iterfind(f"{ASSERTION}AttributeValue"))
        name = attribute.get("Name", "")
        found[name] = found.get(name, ()) + values
    return found


def _single(attributes: Mapping[str, tuple[str, ...]], name: str) -> str | None:
    values = attributes.get(f"{_AWS}{name}", ())
    if len(values) > 1:
        raise NotVerified(MALFORMED, f"The attribute {name} has {len(values)} values.")
    return values[0] if values else None


def _tags(attributes: Mapping[str, tuple[str, ...]]) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_adding-assume-role-saml"""
    names = [name.removeprefix(_AWS) for name in attributes if name.startswith(f"{_AWS}PrincipalTag:")]
    tags = tuple((name.removeprefix("PrincipalTag:"), _single(attributes, name) or "") for name in names)
    transitive = attributes.get(f"{_AWS}TransitiveTagKeys", ())
    flaw = flaw_in_vouched(tags, transitive)
    if flaw is not None:
        raise NotVerified(MALFORMED, flaw)
    return tags, transitive


def _duration(attributes: Mapping[str, tuple[str, ...]]) -> int | None:
    value = _single(attributes, "SessionDuration")
    if value is None:
        return None
    if not re.fullmatch(r"[0-9]{1,9}", value) or not 900 <= int(value) <= 43200:
        raise NotVerified(MALFORMED, f"The SessionDuration {value[:20]!r} is not a number from 900 to 43200.")
    return int(value)


def _session_end(assertion: _Element) -> int | None:
    statements = assertion.iterfind(f"{ASSERTION}AuthnStatement")
    ends = [_moment(statement.get("SessionNotOnOrAfter"), "SessionNotOnOrAfter") for statement in statements]
    return min((int(end) for end in ends if end is not None), default=None)


def _child_text(element: _Element, name: str) -> str:
    return (element.findtext(f"{ASSERTION}{name}") or "").strip()


def _moment(value: str | None, name: str) -> float | None:
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        raise NotVerified(MALFORMED, f"The {name} {value[:40]!r} is not a time.") from None
