"""Whom a token or an assertion names, before anything is proved."""

from __future__ import annotations

import json
from base64 import b64encode, urlsafe_b64encode
from typing import Any

import pytest

from stssim.call import Actor
from stssim.validate.authentication.unverified_subject import bearer
from tests.fakes import a_call


def token(claims: Any) -> str:
    return f"e30.{urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip('=')}.c2ln"


def assertion(xml: str) -> str:
    return b64encode(xml.encode()).decode()


def test_a_token_names_its_subject() -> None:
    call = a_call("AssumeRoleWithWebIdentity", WebIdentityToken=token({"sub": "repo:shop/web"}))
    assert bearer(call) == Actor("repo:shop/web", "web-identity")


def test_an_assertion_names_its_subject() -> None:
    xml = '<saml:Subject><saml:NameID Format="x"> bob@example.com </saml:NameID></saml:Subject>'
    assert bearer(a_call("AssumeRoleWithSAML", SAMLAssertion=assertion(xml))) == Actor("bob@example.com", "saml")


def test_of_a_very_long_name_the_beginning_is_drawn() -> None:
    call = a_call("AssumeRoleWithWebIdentity", WebIdentityToken=token({"sub": "x" * 5000}))
    assert bearer(call) == Actor("x" * 200, "web-identity")


@pytest.mark.parametrize(
    "given",
    ["", "a.b.c", "é.é.é", "e30..", "a.b", token([]), token({}), token({"sub": 7}), token({"sub": ""}),
     token({"sub": "a\nb"}), 7, None],
)  # fmt: skip
def test_what_names_nobody_is_nobody(given: Any) -> None:
    assert bearer(a_call("AssumeRoleWithWebIdentity", WebIdentityToken=given)) is None


@pytest.mark.parametrize("given", ["?", "é", assertion(""), assertion("<NameID></NameID>"), assertion("<NameID>"), 7])
def test_an_assertion_that_names_nobody_is_nobodys(given: Any) -> None:
    assert bearer(a_call("AssumeRoleWithSAML", SAMLAssertion=given)) is None


def test_other_operations_have_no_bearer() -> None:
    assert bearer(a_call("AssumeRole", WebIdentityToken=token({"sub": "x"}))) is None
