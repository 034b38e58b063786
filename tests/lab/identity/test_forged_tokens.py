"""The attacks are what they say: each forgery tells the lie, and all but the lie is as the victim's own."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import b64decode, urlsafe_b64decode
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from lxml import etree

from stssim.lab.identity import forged_tokens as attacks
from stssim.lab.identity.keys import Keyring
from stssim.lab.identity.oidc import OidcProvider
from stssim.lab.identity.saml import SamlProvider

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
RING = Keyring(b"7")
VICTIM = OidcProvider("https://ci.example.com", RING, lambda: NOON)
MALLORY = OidcProvider("https://mallory.example.net", RING, lambda: NOON)
CLAIMS = VICTIM.claims(sub="repo:shop/web")
PAIR = ("arn:aws:iam::111122223333:role/Staff", "arn:aws:iam::111122223333:saml-provider/Login")
SAML = "{urn:oasis:names:tc:SAML:2.0:assertion}"


def part(token: str, place: int) -> Any:
    text = token.split(".")[place]
    return json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def own_assertion() -> str:
    idp = SamlProvider("https://login.example.com/saml", Keyring(b"7"), lambda: NOON)
    return idp.assertion("mallory", [PAIR])


def parsed(assertion: str) -> Any:
    return etree.fromstring(b64decode(assertion))


def subjects(assertion: str) -> list[str]:
    return ["".join(name.itertext()) for name in parsed(assertion).iter(f"{SAML}NameID")]


@pytest.mark.parametrize(
    ("token", "algorithm"),
    [
        (attacks.without_signature(VICTIM, CLAIMS), "none"),
        (attacks.hmac_with_public_key(VICTIM, CLAIMS), "HS256"),
        (attacks.embedded_key(VICTIM, CLAIMS, MALLORY), "RS256"),
        (attacks.key_elsewhere(VICTIM, CLAIMS, MALLORY), "RS256"),
        (attacks.foreign_key(VICTIM, CLAIMS, MALLORY), "RS256"),
        (attacks.empty_curve_point(VICTIM, CLAIMS), "ES256"),
    ],
)
def test_every_forged_token_claims_to_be_the_victims(token: str, algorithm: str) -> None:
    assert part(token, 1) == CLAIMS
    assert part(token, 0)["alg"] == algorithm


def test_the_public_key_really_is_the_secret() -> None:
    token = attacks.hmac_with_public_key(VICTIM, CLAIMS)
    head, _, signature = token.rpartition(".")
    secret = VICTIM.key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    wanted = hmac.new(secret, head.encode(), hashlib.sha256).digest()
    assert urlsafe_b64decode(signature + "=") == wanted


def test_an_altered_token_keeps_the_signature() -> None:
    true = VICTIM.mint(sub="repo:mallory/web")
    altered = attacks.altered(true, sub="repo:shop/web")
    assert part(altered, 1) == part(true, 1) | {"sub": "repo:shop/web"}
    assert altered.rpartition(".")[2] == true.rpartition(".")[2]


@pytest.mark.parametrize("variant", range(1, 7))
def test_a_wrapped_response_holds_both_assertions(variant: int) -> None:
    wrapped = attacks.wrapped(own_assertion(), "bob", variant)
    assert sorted(subjects(wrapped)) == ["bob", "mallory"]
    assert parsed(wrapped).find(f"{SAML}Assertion").findtext(f".//{SAML}NameID") in {"bob", "mallory"}


def test_there_is_no_seventh_variant() -> None:
    with pytest.raises(ValueError, match="there are 1 to 6"):
        attacks.wrapped(own_assertion(), "bob", 7)


def test_forgeries_that_keep_one_assertion_are_about_the_victim() -> None:
    own = own_assertion()
    assert subjects(attacks.signature_removed(own, "bob")) == ["bob"]
    assert subjects(attacks.subject_changed(own, "bob")) == ["bob"]
    assert subjects(attacks.second_assertion(own, "bob")) == ["mallory", "bob"]
    twins = parsed(attacks.same_id(own, "bob"))
    assert ["".join(name.itertext()) for name in twins.iter(f"{SAML}NameID")] == ["bob", "mallory"]
    assert len({assertion.get("ID") for assertion in twins.iter(f"{SAML}Assertion")}) == 1
    cut = parsed(attacks.comment_in_subject(own, 3)).find(f".//{SAML}NameID")
    assert cut.text == "mal"
    assert etree.tostring(cut, method="c14n", with_comments=False).count(b"mallory") == 1


def test_many_entities_grow_a_billionfold() -> None:
    declared = attacks.many_entities()
    assert declared.count("<!ENTITY") == 10
    assert all(declared.count(f"&l{layer};") == 10 for layer in range(9))
