"""Is a SAML assertion good? What an identity provider signed is read, and checked as AWS checks it.

Only what the signature covers is used. The AudienceRestriction is not judged, and an assertion may be used again: so it is
in AWS. Refusing document types, comments inside an assertion, more than one assertion or signature in it, ids that are not
unique and SHA-1 is hardening of our own; what AWS does with each is not documented.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha1
from typing import TYPE_CHECKING, Any

from stssim.call import Refusal, Verified, shorten
from stssim.cloud import SamlProvider
from stssim.issue.not_verified import NotVerified

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from lxml.etree import _Element

REDEEM_SECONDS = 300
LEEWAY = 300
MAX_CHARACTERS = 100_000
_ASSERTION = "{urn:oasis:names:tc:SAML:2.0:assertion}"
_PROTOCOL = "{urn:oasis:names:tc:SAML:2.0:protocol}"
_METADATA = "{urn:oasis:names:tc:SAML:2.0:metadata}"
_DSIG = "{http://www.w3.org/2000/09/xmldsig#}"
_AWS = "https://aws.amazon.com/SAML/Attributes/"
_SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
_BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
_NAME_ID_FORMAT = "urn:oasis:names:tc:SAML:2.0:nameid-format:"
_SESSION_NAME = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)
_SESSION_KEYS = ("saml:namequalifier", "saml:sub", "saml:sub_type")


def _invalid(message: str) -> Refusal:
    return Refusal("InvalidIdentityToken", message, 400)


NOT_BASE64 = _invalid("Invalid base64 SAMLResponse")
MALFORMED = _invalid("Your request included an invalid SAML response.")
"""The sign-in page's words; the operation's own are not documented."""
SIGNATURE_INVALID = _invalid("Response signature invalid")
NO_PROVIDER = _invalid("Specified provider doesn't exist")
FOREIGN_ISSUER = _invalid("Issuer not present in specified provider")
ROLE_NOT_IN_ASSERTION = _invalid("SAML Assertion doesn't contain the requested Role and Metadata in the attributes")
NO_SESSION_NAME = _invalid("RoleSessionName is required in AuthnResponse")
BAD_SESSION_NAME = _invalid("RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}")
BAD_SOURCE_IDENTITY = _invalid('Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with "aws:"')
TOO_LATE = Refusal("ExpiredTokenException", "Token must be redeemed within 5 minutes of issuance", 400)
EXPIRED = Refusal("ExpiredTokenException", "Response has expired", 400)
NO_SUBJECT = Refusal("AccessDenied", "Not authorized to perform sts:AssumeRoleWithSAML")
REJECTED = Refusal("IDPRejectedClaim", "The identity provider reported that authentication failed.")

_EDU = "urn:oid:1.3.6.1.4.1.5923.1."
_CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
ATTRIBUTE_KEYS: Mapping[str, tuple[str, bool]] = {
    f"{_EDU}1.1.1": ("saml:edupersonaffiliation", True),
    f"{_EDU}1.1.2": ("saml:edupersonnickname", True),
    f"{_EDU}1.1.3": ("saml:edupersonorgdn", False),
    f"{_EDU}1.1.4": ("saml:edupersonorgunitdn", True),
    f"{_EDU}1.1.5": ("saml:edupersonprimaryaffiliation", False),
    f"{_EDU}1.1.6": ("saml:edupersonprincipalname", False),
    f"{_EDU}1.1.7": ("saml:edupersonentitlement", True),
    f"{_EDU}1.1.8": ("saml:edupersonprimaryorgunitdn", False),
    f"{_EDU}1.1.9": ("saml:edupersonscopedaffiliation", True),
    f"{_EDU}1.1.10": ("saml:edupersontargetedid", True),
    f"{_EDU}1.1.11": ("saml:edupersonassurance", True),
    f"{_EDU}2.1.2": ("saml:eduorghomepageuri", True),
    f"{_EDU}2.1.3": ("saml:eduorgidentityauthnpolicyuri", True),
    f"{_EDU}2.1.4": ("saml:eduorglegalname", True),
    f"{_EDU}2.1.5": ("saml:eduorgsuperioruri", True),
    f"{_EDU}2.1.6": ("saml:eduorgwhitepagesuri", True),
    "urn:oid:2.5.4.3": ("saml:cn", True),
    f"{_CLAIMS}name": ("saml:name", False),
    "http://schemas.xmlsoap.org/claims/CommonName": ("saml:commonName", False),
    f"{_CLAIMS}givenname": ("saml:givenName", False),
    f"{_CLAIMS}surname": ("saml:surname", False),
    f"{_CLAIMS}emailaddress": ("saml:mail", False),
    "http://schemas.microsoft.com/ws/2008/06/identity/claims/primarygroupsid": ("saml:uid", False),
    "2.5.4.3": ("saml:commonName", False),
    "2.5.4.4": ("saml:surname", False),
    "2.4.5.42": ("saml:givenName", False),
    "2.5.4.45": ("saml:x500UniqueIdentifier", False),
    "0.9.2342.19200300100.1.1": ("saml:uid", False),
    "0.9.2342.19200300100.1.3": ("saml:mail", False),
    "0.9.2342.19200300.100.1.45": ("saml:organizationStatus", False),
}
"""Attributes that are condition keys, and whether a key has many values (IAM User Guide, "Configure SAML assertions")."""


def verify_saml(
    assertion: str, *, role_arn: str, provider_arn: str, provider: SamlProvider | None, now: float
) -> tuple[Verified, Mapping[str, Any]]:
    """Who signed in, by an authentication response in base64, and its anatomy. Raises `NotVerified`, whatever it is.

    `provider` is what IAM holds under `provider_arn`, or None. `now` is epoch seconds on the Lab's clock.
    """
    if provider is None:
        raise NotVerified(NO_PROVIDER, f"There is no SAML provider {provider_arn}.")
    entity_id, certificates = _trusted(provider)
    root = _read(assertion)
    checks: list[str] = []
    shown = _Shown(_only_assertion(root))
    try:
        issuer = _child_text(_only_assertion(root), "Issuer")
        if issuer != entity_id:
            raise NotVerified(FOREIGN_ISSUER, f"The assertion's issuer is {issuer}, and the provider's is {entity_id}.")
        checks.append(f"the issuer {issuer} is the provider's")
        signed = _signed_assertion(root, certificates)
        checks.append("the assertion itself is signed, with a certificate of the provider's metadata")
        _check_times(signed, now)
        checks.append("it was issued less than five minutes ago and has not expired")
        found = _verified(signed, checks, role_arn, provider, entity_id)
    except NotVerified as wanting:
        raise NotVerified(wanting.refusal, wanting.says, shown.anatomy(checks)) from None
    return found, shown.anatomy(checks)


@dataclass(frozen=True, slots=True)
class _Shown:
    assertion: _Element

    def anatomy(self, checks: Sequence[str]) -> Mapping[str, Any]:
        signature = self.assertion.findtext(f"{_DSIG}Signature/{_DSIG}SignatureValue")
        return {
            "issuer": _child_text(self.assertion, "Issuer"),
            "subject": self.assertion.findtext(f"{_ASSERTION}Subject/{_ASSERTION}NameID"),
            "attributes": _attributes(self.assertion),
            "signature": shorten("".join(signature.split())) if signature else None,
            "checks": tuple(checks),
        }


@lru_cache(maxsize=64)
def read_metadata(document: str) -> tuple[str, tuple[Certificate, ...]]:
    """The entity id and the signing certificates in a metadata document. Raises `ValueError` for what is not one."""
    from cryptography.x509 import load_der_x509_certificate

    root = _parse(document.encode())
    if root.tag != f"{_METADATA}EntityDescriptor" or not root.get("entityID"):
        raise ValueError("the document is not an EntityDescriptor with an entityID")
    found = []
    for key in root.iterfind(f"{_METADATA}IDPSSODescriptor/{_METADATA}KeyDescriptor"):
        if key.get("use", "signing") == "signing":
            for text in key.iterfind(f"{_DSIG}KeyInfo/{_DSIG}X509Data/{_DSIG}X509Certificate"):
                found.append(load_der_x509_certificate(b64decode("".join((text.text or "").split()), validate=True)))
    if not found:
        raise ValueError("the document has no signing certificate of an IDPSSODescriptor")
    return root.get("entityID", ""), tuple(found)


def _trusted(provider: SamlProvider) -> tuple[str, tuple[Certificate, ...]]:
    try:
        return read_metadata(provider.metadata)
    except ValueError as error:
        raise NotVerified(SIGNATURE_INVALID, f"The provider's metadata cannot be used: {error}.") from None


def _read(assertion: str) -> _Element:
    try:
        text = b64decode("".join(assertion.split()), validate=True)
    except ValueError:
        raise NotVerified(NOT_BASE64, "The assertion is not base64.") from None
    try:
        root = _parse(text)
    except ValueError as error:
        raise NotVerified(MALFORMED, f"The response cannot be read: {error}.") from None
    if len(assertion) > MAX_CHARACTERS or root.tag != f"{_PROTOCOL}Response":
        raise NotVerified(MALFORMED, "The document is not a SAML 2.0 authentication response.")
    status = root.find(f"{_PROTOCOL}Status/{_PROTOCOL}StatusCode")
    if status is None or status.get("Value") != _SUCCESS:
        raise NotVerified(REJECTED, "The response does not say that the sign-in succeeded.")
    return root


def _parse(document: bytes) -> _Element:
    """Reads XML that may be hostile: no document type, so no entities; nothing is fetched. Raises `ValueError`."""
    from lxml import etree

    if b"<!DOCTYPE" in document or b"\0" in document:
        raise ValueError("it declares a document type, or is not UTF-8")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, encoding="UTF-8")
    try:
        return etree.fromstring(document, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"it is not XML: {error}") from None


def _only_assertion(root: _Element) -> _Element:
    found = list(root.iter(f"{_ASSERTION}Assertion"))
    if len(found) != 1 or found[0].getparent() is not root:
        raise NotVerified(MALFORMED, f"The response has {len(found)} assertions in the clear where one is due.")
    return found[0]


def _signed_assertion(root: _Element, certificates: Sequence[Certificate]) -> _Element:
    """The assertion as it was signed: what the signature's digest was taken of, read anew. Nothing else is used."""
    from lxml import etree

    assertion = _only_assertion(root)
    ids = [
        element.get(name) for element in root.iter(etree.Element) for name in ("ID", "Id", "id") if element.get(name)
    ]
    if len(assertion.findall(f"{_DSIG}Signature")) != 1 or len(list(assertion.iter(f"{_DSIG}Signature"))) != 1:
        raise NotVerified(SIGNATURE_INVALID, "The assertion itself is not signed, or more than once.")
    if len(set(ids)) != len(ids):
        raise NotVerified(SIGNATURE_INVALID, "Two elements have the same ID, so that it is not clear what was signed.")
    if any(not isinstance(node.tag, str) for node in assertion.iter()):
        raise NotVerified(SIGNATURE_INVALID, "There are comments or processing instructions inside the assertion.")
    document = etree.tostring(root)
    reasons = []
    for certificate in certificates:
        try:
            signed = _verify(document, certificate)
        except ValueError as error:
            reasons.append(str(error))
            continue
        if signed.tag == f"{_ASSERTION}Assertion" and signed.get("ID") == assertion.get("ID"):
            return signed
        reasons.append("the signature covers something other than the assertion")
    raise NotVerified(SIGNATURE_INVALID, f"The signature does not verify: {'; '.join(reasons)}.")


def _verify(document: bytes, certificate: Certificate) -> _Element:
    from lxml.etree import LxmlError
    from signxml.algorithms import DigestAlgorithm, SignatureMethod
    from signxml.exceptions import SignXMLException
    from signxml.verifier import SignatureConfiguration, XMLVerifier

    expected = SignatureConfiguration(
        location=f"./{_ASSERTION}Assertion/",
        signature_methods=frozenset(
            one for one in SignatureMethod if one.name.startswith(("RSA_SHA", "ECDSA_SHA")) and "SHA1" not in one.name
        ),
        digest_algorithms=frozenset(one for one in DigestAlgorithm if one.name in {"SHA256", "SHA384", "SHA512"}),
        ignore_ambiguous_key_info=True,
        # IAM takes no notice of a certificate's expiry (IAM User Guide, "Create a SAML identity provider in IAM").
        verification_time=certificate.not_valid_before_utc,
    )
    try:
        signed = (
            XMLVerifier().verify(document, x509_cert=certificate, expect_config=expected, id_attribute="ID").signed_xml
        )
    except (SignXMLException, LxmlError, ValueError, TypeError, KeyError) as error:
        raise ValueError(str(error) or type(error).__name__) from None
    if signed is None:
        raise ValueError("what is signed is not XML")
    return signed


def _check_times(assertion: _Element, now: float) -> None:
    issued = _moment(assertion.get("IssueInstant"), "IssueInstant")
    if issued is None:
        raise NotVerified(MALFORMED, "The assertion does not say when it was issued.")
    if now > issued + REDEEM_SECONDS:
        raise NotVerified(TOO_LATE, f"The assertion was issued {now - issued:.0f} seconds ago.")
    conditions = assertion.find(f"{_ASSERTION}Conditions")
    bounds = [] if conditions is None else [conditions]
    bounds += list(
        assertion.iterfind(f"{_ASSERTION}Subject/{_ASSERTION}SubjectConfirmation/{_ASSERTION}SubjectConfirmationData")
    )
    for bound in bounds:
        ends = _moment(bound.get("NotOnOrAfter"), "NotOnOrAfter")
        if ends is not None and now >= ends:
            raise NotVerified(EXPIRED, f"The assertion expired {now - ends:.0f} seconds ago.")
        begins = _moment(bound.get("NotBefore"), "NotBefore")
        if begins is not None and now < begins - LEEWAY:
            raise NotVerified(MALFORMED, f"The assertion is good only from {begins - now:.0f} seconds from now.")
    if now < issued - LEEWAY:
        raise NotVerified(MALFORMED, f"The assertion was issued {issued - now:.0f} seconds in the future.")


def _verified(assertion: _Element, checks: list[str], role_arn: str, provider: SamlProvider, issuer: str) -> Verified:
    name_id = assertion.find(f"{_ASSERTION}Subject/{_ASSERTION}NameID")
    subject = (name_id.text or "").strip() if name_id is not None else ""
    if name_id is None or not subject:
        raise NotVerified(NO_SUBJECT, "The assertion has no Subject with a NameID.")
    recipient = _recipient(assertion)
    attributes = _attributes(assertion)
    pair = {role_arn, provider.arn}
    if not any({part.strip() for part in value.split(",")} == pair for value in attributes.get(f"{_AWS}Role", ())):
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
    _, _, account, _, resource = provider.arn.split(":", 5)[1:]
    friendly_name = resource.partition("/")[2]
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
        tags=tuple(
            (name.removeprefix(f"{_AWS}PrincipalTag:"), values[0] if values else "")
            for name, values in attributes.items()
            if name.startswith(f"{_AWS}PrincipalTag:")
        ),
        transitive_tag_keys=attributes.get(f"{_AWS}TransitiveTagKeys", ()),
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
    confirmations = assertion.findall(f"{_ASSERTION}Subject/{_ASSERTION}SubjectConfirmation")
    data = confirmations[0].find(f"{_ASSERTION}SubjectConfirmationData") if len(confirmations) == 1 else None
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
    for attribute in assertion.iterfind(f"{_ASSERTION}AttributeStatement/{_ASSERTION}Attribute"):
        values = tuple((value.text or "").strip() for value in attribute.iterfind(f"{_ASSERTION}AttributeValue"))
        name = attribute.get("Name", "")
        found[name] = found.get(name, ()) + values
    return found


def _single(attributes: Mapping[str, tuple[str, ...]], name: str) -> str | None:
    values = attributes.get(f"{_AWS}{name}", ())
    if len(values) > 1:
        raise NotVerified(MALFORMED, f"The attribute {name} has {len(values)} values.")
    return values[0] if values else None


def _duration(attributes: Mapping[str, tuple[str, ...]]) -> int | None:
    value = _single(attributes, "SessionDuration")
    if value is None:
        return None
    if not re.fullmatch(r"[0-9]{1,9}", value) or not 900 <= int(value) <= 43200:
        raise NotVerified(MALFORMED, f"The SessionDuration {value[:20]!r} is not a number from 900 to 43200.")
    return int(value)


def _session_end(assertion: _Element) -> int | None:
    statements = assertion.iterfind(f"{_ASSERTION}AuthnStatement")
    ends = [_moment(statement.get("SessionNotOnOrAfter"), "SessionNotOnOrAfter") for statement in statements]
    return min((int(end) for end in ends if end is not None), default=None)


def _child_text(element: _Element, name: str) -> str:
    return (element.findtext(f"{_ASSERTION}{name}") or "").strip()


def _moment(value: str | None, name: str) -> float | None:
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        raise NotVerified(MALFORMED, f"The {name} {value[:40]!r} is not a time.") from None
