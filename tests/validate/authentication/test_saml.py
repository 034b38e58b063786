"""Whether a SAML assertion is good, check by check; the attacks on it are in `tests/federation`."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha1
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from stssim.call import Verified
from stssim.cloud import SamlProvider as Uploaded
from stssim.lab.identity.keys import Keyring
from stssim.lab.identity.saml import AWS, SamlProvider, encode
from stssim.validate.authentication.not_verified import NotVerified
from stssim.validate.authentication.saml import name_qualifier, verify_saml
from stssim.validate.authentication.saml_document import ASSERTION
from tests.fakes import refusals

FACTS = refusals("federation_errors")
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
NOW = int(NOON.timestamp())
ROLE, ARN = "arn:aws:iam::111122223333:role/Staff", "arn:aws:iam::111122223333:saml-provider/Login"
IDP = SamlProvider("https://login.example.com/saml", Keyring(b"7"), lambda: NOON)
HELD = Uploaded(ARN, IDP.entity_id, (IDP.certificate(),))


OF_THE_SERVICE = (
    r"\(Service: AWSOpenIdDiscoveryService; Status Code: 400; Error Code: AuthSamlInvalidSamlResponseException; "
    r"Request ID: [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}; Proxy: null\)"
)


def assertion(subject: str | None = "bob", **told: Any) -> str:
    return IDP.assertion(subject, [(ROLE, ARN)], **told)


def verify(text: str, *, now: float = NOW, held: Uploaded | None = HELD) -> Verified:
    return verify_saml(text, role_arn=ROLE, provider_arn=ARN, provider=held, now=now)[0]


def refused(text: str, *, now: float = NOW, held: Uploaded | None = HELD) -> NotVerified:
    with pytest.raises(NotVerified) as wanting:
        verify(text, now=now, held=held)
    return wanting.value


def is_fact(wanting: NotVerified, case: str) -> bool:
    found, fact = wanting.refusal, FACTS[case]
    return (found.code, found.status, found.message) == (fact["code"], fact["status"], fact["message"])


def test_a_good_assertion_tells_who_signed_in() -> None:
    ends = NOON + timedelta(hours=2)
    found = verify(
        assertion(
            tags={"team": "web"},
            transitive_tag_keys=["team"],
            source_identity="bob",
            session_duration=1800,
            session_not_on_or_after=ends,
        )
    )
    assert (found.kind, found.provider, found.issuer) == ("saml", ARN, IDP.entity_id)
    assert (found.subject, found.subject_type, found.session_name) == ("bob", "persistent", "bob")
    assert found.audience == "https://signin.aws.amazon.com/saml"
    assert (found.tags, found.transitive_tag_keys, found.source_identity) == ((("team", "web"),), ("team",), "bob")
    assert (found.session_duration, found.expires_at) == (1800, int(ends.timestamp()))
    claims = dict(found.claims)
    assert claims["saml:doc"] == "111122223333/Login"
    assert claims["saml:namequalifier"] == found.name_qualifier
    assert dict(found.session_claims).keys() == {"saml:namequalifier", "saml:sub", "saml:sub_type"}


@pytest.mark.parametrize(
    ("told", "case"),
    [
        ({"session_name": None}, "SAML session name missing"),
        ({"session_name": "b"}, "SAML session name unfit"),
        ({"session_name": "b" * 65}, "SAML session name unfit"),
        ({"session_name": "bøb"}, "SAML session name unfit"),
        ({"source_identity": "b" * 65}, "SAML source identity unfit"),
        ({"source_identity": "AWS:bob"}, "SAML source identity unfit"),
        ({"issued": NOON - timedelta(seconds=301), "lifetime": timedelta(hours=1)}, "SAML redeemed late"),
        ({"lifetime": timedelta(0)}, "SAML expired"),
        ({"session_not_on_or_after": NOON}, "SAML expired"),
    ],
)
def test_what_aws_refuses_is_refused_in_its_words(told: dict[str, Any], case: str) -> None:
    assert is_fact(refused(assertion(**told)), case)


@pytest.mark.parametrize(
    "told",
    [
        {"recipient": None},
        {"session_duration": 899},
        {"session_duration": 43201},
        {"session_duration": "an hour"},
        {"tags": {"aws:team": "web"}},
        {"tags": {"team": "web", "Team": "ops"}},
        {"transitive_tag_keys": ["team"]},
        {"attributes": {f"{AWS}PrincipalTag:team": ["web", "ops"]}},
        {"attributes": {f"{AWS}RoleSessionName": ["a1", "b1"]}},
        {"issued": NOON + timedelta(seconds=301)},
    ],
)
def test_what_else_makes_no_sense_is_an_invalid_response(told: dict[str, Any]) -> None:
    assert re.fullmatch(r"Invalid base64 SAMLResponse " + OF_THE_SERVICE, refused(assertion(**told)).refusal.message)


def edited(path: str, attribute: str | None = None, value: str | None = None) -> str:
    """A signed response whose assertion lacked an element or an attribute, or had another, when it was signed."""
    response = IDP.response("bob", [(ROLE, ARN)])
    (element,) = response.findall(f".//{ASSERTION}{path}")
    if attribute is None:
        parent = element.getparent()
        assert parent is not None
        parent.remove(element)
    elif value is None:
        del element.attrib[attribute]
    else:
        element.set(attribute, value)
    return b64encode(etree.tostring(IDP.sign(response, "assertion"))).decode()


@pytest.mark.parametrize(("path", "attribute"), [("Conditions", None), ("AuthnStatement", None), ("NameID", "Format")])
def test_what_an_assertion_must_have(path: str, attribute: str | None) -> None:
    """Recorded on 2026-09-11 (radkawar/stackd, saml)."""
    said = refused(edited(path, attribute)).refusal.message
    assert re.fullmatch(r"Invalid base64 SAMLResponse " + OF_THE_SERVICE, said)


def test_an_assertion_whose_time_has_not_come_is_taken() -> None:
    """Recorded on 2026-09-11 (radkawar/stackd, saml), up to a day before; but what is no time cannot be read."""
    verify(edited("Conditions", "NotBefore", "2100-01-01T00:00:00Z"))
    assert refused(edited("Conditions", "NotBefore", "tomorrow")).refusal.message.startswith("Invalid base64")


@pytest.mark.parametrize("signed", ["response", "nothing"])
def test_the_assertion_itself_must_be_signed(signed: str) -> None:
    """Recorded on 2026-09-11 (radkawar/stackd, saml)."""
    says = r"Response \(with optional signature\) must contain an assertion with a mandatory signature "
    assert re.fullmatch(says + OF_THE_SERVICE, refused(assertion(signed=signed)).refusal.message)


def test_a_signature_of_the_response_must_verify_where_there_is_one() -> None:
    """Recorded on 2026-09-11 (radkawar/stackd, saml)."""
    verify(assertion(signed="both"))
    changed = etree.fromstring(b64decode(assertion(signed="both")))
    changed.set("Destination", "https://elsewhere.example.com/")
    assert is_fact(refused(b64encode(etree.tostring(changed)).decode()), "SAML signature wrong")


def test_a_provider_that_requires_encryption_takes_nothing_in_the_clear() -> None:
    said = refused(assertion(), held=replace(HELD, encryption_required=True))
    assert said.refusal.message.startswith("Invalid base64 SAMLResponse (Service: ")


def test_the_role_attribute_pairs_role_and_provider_in_any_order() -> None:
    verify(IDP.assertion("bob", [(ARN, ROLE)]))
    verify(IDP.assertion("bob", [("arn:aws:iam::111122223333:role/Other", ARN), (ROLE, ARN)]))
    for pairs in ([], [(ROLE, ROLE)], [(f"{ROLE}2", ARN)], [(ROLE, f"{ARN}2")], [(f"{ROLE},{ARN}", ARN)]):
        assert is_fact(refused(IDP.assertion("bob", pairs)), "SAML role not in the assertion")


def test_the_attributes_of_the_user_guides_table_are_condition_keys() -> None:
    email = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress"
    found = verify(assertion(attributes={email: "bob@example.com", "urn:oid:2.5.4.3": ["bob", "bobby"]}))
    assert dict(found.claims)["saml:mail"] == "bob@example.com"
    assert dict(found.claims)["saml:cn"] == ("bob", "bobby")


def test_a_provider_that_is_not_there_or_another_proves_nothing() -> None:
    assert refused(assertion(), held=None).refusal.message == "Specified provider doesn't exist"
    other = Uploaded(ARN, "https://other.example.com", HELD.certificates)
    assert refused(assertion(), held=other).refusal.message == "Issuer not present in specified provider"


def test_any_certificate_of_the_metadata_will_do() -> None:
    other = SamlProvider("https://other.example.com", Keyring(b"8"), lambda: NOON)
    other.rotate()
    other.rotate()
    verify(assertion(), held=Uploaded(ARN, IDP.entity_id, (other.certificate(), IDP.certificate())))


@pytest.mark.parametrize("name", ["IssueInstant", "NotBefore", "NotOnOrAfter"])
def test_a_time_that_is_none_is_refused_without_a_fault(name: str) -> None:
    response = IDP.response("bob", [(ROLE, ARN)])
    for element in response.iter():
        if element.get(name) and "Response" not in str(element.tag):
            element.set(name, "yesterday")
    wanting = refused(encode(IDP.sign(response)))
    assert "is not a time" in wanting.says
    assert wanting.refusal.code == "InvalidIdentityToken"


def test_the_name_qualifier_is_a_digest_of_issuer_account_and_name() -> None:
    """As the API reference writes it: BASE64(SHA1("https://example.com/saml" + "123456789012" + "/MySAMLIdP"))."""
    digest = sha1(b"https://example.com/saml" + b"123456789012" + b"/MySAMLIdP").digest()
    assert name_qualifier("https://example.com/saml", "123456789012", "MySAMLIdP") == b64encode(digest).decode()


def test_a_refused_assertion_shows_the_checks_that_it_passed() -> None:
    wanting = refused(assertion(session_name=None))
    assert wanting.anatomy["subject"] == "bob"
    assert wanting.anatomy["checks"][-1] == "the Role attribute pairs this role with this provider"


_GOOD = b64decode(assertion())


@given(st.integers(0, len(_GOOD) - 1), st.binary(max_size=3), st.integers(0, 40))
def test_no_changed_byte_is_more_than_refused(at: int, put: bytes, cut: int) -> None:
    """Outside of what is signed a change may pass; who signed in stays who signed in."""
    changed = _GOOD[:at] + put + _GOOD[at + cut :]
    with suppress(NotVerified):
        assert verify(b64encode(changed).decode()).subject == "bob"
