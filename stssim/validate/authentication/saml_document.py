"""The XML of a SAML response: read as hostile, and reduced to the one assertion that a trusted certificate signed.

Refused by our own hardening, for what AWS does with each is not documented: document types (and so entities), comments
inside the assertion, more than one assertion or more than one signature in it, ids that are not unique, and SHA-1.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Sequence
from typing import TYPE_CHECKING

from stssim.call import Refusal
from stssim.safe_xml import parse
from stssim.validate.authentication.not_verified import NotVerified

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from lxml.etree import _Element

MAX_CHARACTERS = 100_000
ASSERTION = "{urn:oasis:names:tc:SAML:2.0:assertion}"
PROTOCOL = "{urn:oasis:names:tc:SAML:2.0:protocol}"
DSIG = "{http://www.w3.org/2000/09/xmldsig#}"
_SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
_IDS = ("ID", "Id", "id", "{http://www.w3.org/XML/1998/namespace}id")


def invalid(message: str) -> Refusal:
    """The refusal of an assertion that is no good."""
    return Refusal("InvalidIdentityToken", message, 400)


NOT_BASE64 = invalid("Invalid base64 SAMLResponse")
REQUEST_ID = "{request id}"
"""Where a sentence has the id that a request between AWS's own services had. `verify_saml` puts one there."""
_SERVICE = (
    "(Service: AWSOpenIdDiscoveryService; Status Code: 400; Error Code: AuthSamlInvalidSamlResponseException; "
    f"Request ID: {REQUEST_ID}; Proxy: null)"
)
MALFORMED = invalid(f"Invalid base64 SAMLResponse {_SERVICE}")
"""Of a response that lacks what it must have, or cannot be read. Recorded on 2026-09-11 (radkawar/stackd, saml)."""
UNSIGNED = invalid(
    f"Response (with optional signature) must contain an assertion with a mandatory signature {_SERVICE}"
)
"""Recorded with it, of a response that is signed while its assertion is not, too."""
SIGNATURE_INVALID = invalid("Response signature invalid")
REJECTED = Refusal("IDPRejectedClaim", "The identity provider reported that authentication failed.")


def read_response(assertion: str) -> _Element:
    """An authentication response in base64, as it was posted. Raises `NotVerified` for anything else."""
    if len(assertion) > MAX_CHARACTERS:
        raise NotVerified(MALFORMED, f"The response has more than {MAX_CHARACTERS} characters.")
    try:
        text = b64decode("".join(assertion.split()), validate=True)
    except ValueError:
        raise NotVerified(NOT_BASE64, "The assertion is not base64.") from None
    try:
        root = parse(text)
    except ValueError as error:
        raise NotVerified(MALFORMED, f"The response cannot be read: {error}.") from None
    if root.tag != f"{PROTOCOL}Response":
        raise NotVerified(MALFORMED, "The document is not a SAML 2.0 authentication response.")
    status = root.find(f"{PROTOCOL}Status/{PROTOCOL}StatusCode")
    if status is None or status.get("Value") != _SUCCESS:
        raise NotVerified(REJECTED, "The response does not say that the sign-in succeeded.")
    return root


def only_assertion(root: _Element) -> _Element:
    """The response's assertion, not yet trusted. Raises `NotVerified` unless there is just one, where it belongs."""
    found = list(root.iter(f"{ASSERTION}Assertion"))
    if len(found) != 1 or found[0].getparent() is not root:
        raise NotVerified(MALFORMED, f"The response has {len(found)} assertions in the clear where one is due.")
    return found[0]


def signed_assertion(root: _Element, certificates: Sequence[Certificate]) -> _Element:
    """The assertion as it was signed: what the signature's digest was taken of, read anew. Nothing else is used."""
    from lxml import etree

    assertion = only_assertion(root)
    ids = [element.get(name) for element in root.iter(etree.Element) for name in _IDS if element.get(name)]
    if not assertion.findall(f"{DSIG}Signature"):
        raise NotVerified(UNSIGNED, "The assertion itself is not signed.")
    if len(assertion.findall(f"{DSIG}Signature")) != 1 or len(list(assertion.iter(f"{DSIG}Signature"))) != 1:
        raise NotVerified(SIGNATURE_INVALID, "The assertion is signed more than once.")
    if len(set(ids)) != len(ids):
        raise NotVerified(SIGNATURE_INVALID, "Two elements have the same ID, so that it is not clear what was signed.")
    if any(not isinstance(node.tag, str) for node in assertion.iter()):
        raise NotVerified(SIGNATURE_INVALID, "There are comments or processing instructions inside the assertion.")
    return _signed(root, assertion, f"./{ASSERTION}Assertion/", certificates)


def check_response_signature(root: _Element, certificates: Sequence[Certificate]) -> None:
    """The response need not be signed; a signature that is there must verify. Recorded on 2026-09-11 (radkawar/stackd,
    saml: `invalid_response_signature`, beside an assertion whose own is good).

    `root` is as it was posted, with an encrypted assertion still encrypted. Raises `NotVerified`.
    """
    signatures = len(root.findall(f"{DSIG}Signature"))
    if signatures > 1:
        raise NotVerified(SIGNATURE_INVALID, f"The response has {signatures} signatures.")
    if signatures:
        _signed(root, root, "./", certificates)


def _signed(root: _Element, element: _Element, location: str, certificates: Sequence[Certificate]) -> _Element:
    """The element as the signature at this location covers it."""
    from lxml import etree

    document = etree.tostring(root)
    reasons = []
    for certificate in certificates:
        try:
            signed = _verify(document, certificate, location)
        except ValueError as error:
            reasons.append(str(error))
            continue
        if signed.tag == element.tag and signed.get("ID") == element.get("ID"):
            return signed
        reasons.append("the signature covers something else")
    raise NotVerified(SIGNATURE_INVALID, f"The signature does not verify: {'; '.join(reasons)}.")


def _verify(document: bytes, certificate: Certificate, location: str) -> _Element:
    from lxml.etree import LxmlError
    from signxml.algorithms import DigestAlgorithm, SignatureMethod
    from signxml.exceptions import SignXMLException
    from signxml.verifier import SignatureConfiguration, XMLVerifier

    expected = SignatureConfiguration(
        location=location,
        signature_methods=frozenset(
            one for one in SignatureMethod if one.name.startswith(("RSA_SHA", "ECDSA_SHA")) and "SHA1" not in one.name
        ),
        digest_algorithms=frozenset(one for one in DigestAlgorithm if one.name in {"SHA256", "SHA384", "SHA512"}),
        ignore_ambiguous_key_info=True,
        # IAM takes no notice of a certificate's expiry (IAM User Guide, "Create a SAML identity provider in IAM").
        verification_time=certificate.not_valid_before_utc,
    )
    try:
        result = XMLVerifier().verify(document, x509_cert=certificate, expect_config=expected, id_attribute="ID")
    except (SignXMLException, LxmlError, ValueError, TypeError, KeyError) as error:
        raise ValueError(str(error) or type(error).__name__) from None
    signed = None if isinstance(result, list) else result.signed_xml
    if signed is None:
        raise ValueError("what is signed is not XML")
    return signed
