"""A SAML response is read as hostile and reduced to the one assertion that was signed."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime

import pytest

from stssim.lab.identity.keys import Keyring
from stssim.lab.identity.saml import SamlProvider
from stssim.validate.authentication.not_verified import NotVerified
from stssim.validate.authentication.saml_document import (
    ASSERTION,
    MALFORMED,
    MAX_CHARACTERS,
    NOT_BASE64,
    REJECTED,
    SIGNATURE_INVALID,
    only_assertion,
    read_response,
    signed_assertion,
)

IDP = SamlProvider("https://login.example.com/saml", Keyring(b"7"), lambda: datetime(2026, 1, 1, 12, tzinfo=UTC))
PAIR = ("arn:aws:iam::111122223333:role/Staff", "arn:aws:iam::111122223333:saml-provider/Login")


def encoded(text: bytes) -> str:
    return b64encode(text).decode()


@pytest.mark.parametrize("text", ["?", "é", "abc", "=" * 8])
def test_what_is_not_base64_is_said_to_be_so(text: str) -> None:
    with pytest.raises(NotVerified) as wanting:
        read_response(text)
    assert wanting.value.refusal == NOT_BASE64


@pytest.mark.parametrize("text", [b"", b"x", b"<Response/>", b"<a xmlns='urn:oasis:names:tc:SAML:2.0:protocol'/>"])
def test_what_is_no_response_is_malformed(text: bytes) -> None:
    with pytest.raises(NotVerified) as wanting:
        read_response(encoded(text))
    assert wanting.value.refusal == MALFORMED


def test_what_is_too_long_is_not_even_read() -> None:
    with pytest.raises(NotVerified, match="more than") as wanting:
        read_response("A" * (MAX_CHARACTERS + 1))
    assert wanting.value.refusal == MALFORMED


def test_base64_may_be_broken_into_lines() -> None:
    text = IDP.assertion("bob", [PAIR])
    lines = "\n".join(text[at : at + 76] for at in range(0, len(text), 76))
    assert read_response(lines).tag == read_response(text).tag


def test_a_sign_in_that_failed_is_rejected() -> None:
    with pytest.raises(NotVerified) as wanting:
        read_response(IDP.assertion("bob", [PAIR], status="urn:oasis:names:tc:SAML:2.0:status:Responder"))
    assert wanting.value.refusal == REJECTED


def test_the_assertion_that_is_used_is_the_one_that_was_signed() -> None:
    root = read_response(IDP.assertion("bob", [PAIR]))
    signed = signed_assertion(root, [IDP.certificate()])
    assert signed.tag == f"{ASSERTION}Assertion"
    assert signed is not only_assertion(root)
    assert signed.findtext(f".//{ASSERTION}NameID") == "bob"


def test_no_assertion_at_all_is_malformed() -> None:
    root = read_response(IDP.assertion("bob", [PAIR]))
    root.remove(only_assertion(root))
    with pytest.raises(NotVerified) as wanting:
        only_assertion(root)
    assert wanting.value.refusal == MALFORMED


def test_ids_have_to_be_unique() -> None:
    root = read_response(IDP.assertion("bob", [PAIR]))
    root.set("ID", str(only_assertion(root).get("ID")))
    with pytest.raises(NotVerified, match="same ID") as wanting:
        signed_assertion(root, [IDP.certificate()])
    assert wanting.value.refusal == SIGNATURE_INVALID


def test_a_provider_without_certificates_verifies_nothing() -> None:
    with pytest.raises(NotVerified) as wanting:
        signed_assertion(read_response(IDP.assertion("bob", [PAIR])), [])
    assert wanting.value.refusal == SIGNATURE_INVALID
