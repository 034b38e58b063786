"""A SAML identity provider: its metadata and assertions are what the standards say, and verify elsewhere."""

from __future__ import annotations

from base64 import b64decode
from datetime import UTC, datetime
from typing import Any

import pytest
from lxml import etree
from signxml.verifier import XMLVerifier

from stssim.lab.identity.keys import Keyring
from stssim.lab.identity.saml import AWS, SamlProvider

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
ENTITY = "https://login.example.com/saml"
ROLE, PROVIDER = "arn:aws:iam::111122223333:role/Staff", "arn:aws:iam::111122223333:saml-provider/Login"
SAML = {"saml": "urn:oasis:names:tc:SAML:2.0:assertion", "samlp": "urn:oasis:names:tc:SAML:2.0:protocol"}


def provider() -> SamlProvider:
    return SamlProvider(ENTITY, Keyring(b"7"), lambda: NOON)


def parsed(assertion: str) -> Any:
    return etree.fromstring(b64decode(assertion))


def attribute(root: Any, name: str) -> list[str]:
    return list(root.xpath(f"//saml:Attribute[@Name='{AWS}{name}']/saml:AttributeValue/text()", namespaces=SAML))


def test_the_assertion_is_signed_with_the_certificate_of_the_metadata() -> None:
    idp = provider()
    root = parsed(idp.assertion("bob", [(ROLE, PROVIDER)]))
    metadata = etree.fromstring(idp.metadata().encode())
    (text,) = metadata.xpath("//*[local-name()='X509Certificate']/text()")
    pem = f"-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n"
    verified = XMLVerifier().verify(etree.tostring(root), x509_cert=pem)
    assert not isinstance(verified, list)
    assert verified.signed_xml is not None
    assert verified.signed_xml.tag == f"{{{SAML['saml']}}}Assertion"


def test_the_metadata_is_long_enough_for_iam() -> None:
    """CreateSAMLProvider takes from 1,000 characters on."""
    idp = provider()
    assert 1000 <= len(idp.metadata()) <= 10_000_000
    assert f'entityID="{ENTITY}"' in idp.metadata()


def test_the_attributes_are_those_that_aws_reads() -> None:
    idp = provider()
    root = parsed(
        idp.assertion(
            "bob",
            [(ROLE, PROVIDER)],
            session_name="bob@example.com",
            session_duration=1800,
            source_identity="bob",
            tags={"team": "web"},
            transitive_tag_keys=["team"],
            attributes={"mail": ["a@example.com", "b@example.com"]},
        )
    )
    assert attribute(root, "Role") == [f"{ROLE},{PROVIDER}"]
    assert attribute(root, "RoleSessionName") == ["bob@example.com"]
    assert attribute(root, "SessionDuration") == ["1800"]
    assert attribute(root, "SourceIdentity") == ["bob"]
    assert attribute(root, "PrincipalTag:team") == ["web"]
    assert attribute(root, "TransitiveTagKeys") == ["team"]
    assert root.xpath("//saml:Attribute[@Name='mail']/saml:AttributeValue/text()", namespaces=SAML) == [
        "a@example.com",
        "b@example.com",
    ]
    assert root.xpath("//saml:AudienceRestriction/saml:Audience/text()", namespaces=SAML) == ["urn:amazon:webservices"]


@pytest.mark.parametrize(
    ("signed", "places"), [("assertion", ["Assertion"]), ("response", ["Response"]), ("nothing", [])]
)
def test_what_is_signed_can_be_chosen(signed: Any, places: list[str]) -> None:
    root = parsed(provider().assertion("bob", [(ROLE, PROVIDER)], signed=signed))
    parents = [etree.QName(found.getparent()).localname for found in root.xpath("//*[local-name()='Signature']")]
    assert parents == places


def test_equal_seeds_make_equal_assertions() -> None:
    first, second = (provider().assertion("bob", [(ROLE, PROVIDER)]) for _ in range(2))
    assert first == second


def test_who_poses_as_another_has_only_keys_of_their_own() -> None:
    ring = Keyring(b"7")
    real = SamlProvider(ENTITY, ring, lambda: NOON)
    posing = SamlProvider("https://mallory.example.net", ring, lambda: NOON).posing_as(ENTITY)
    assert posing.entity_id == ENTITY
    assert posing.key.private_numbers() != real.key.private_numbers()


def test_a_rotation_takes_a_new_certificate() -> None:
    idp = provider()
    before = idp.certificate()
    idp.rotate()
    assert idp.certificate() != before
