"""An issuer: its documents, and tokens that another library reads."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from stssim.lab.identity.issuers import Issuers
from stssim.lab.identity.keys import Keyring
from stssim.lab.identity.oidc import OidcProvider

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
URL = "https://ci.example.com/tenants/7"


def provider(algorithm: str = "RS256") -> OidcProvider:
    return OidcProvider(URL, Keyring(b"7"), lambda: NOON, algorithm)  # type: ignore[arg-type]


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "ES512"])
def test_a_token_verifies_with_the_keys_that_are_published(algorithm: str) -> None:
    issuer = provider(algorithm)
    token = issuer.mint(sub="repo:shop/web", colour="blue", nbf=None)
    read = jwt.decode(token, KeySet.import_key_set(issuer.jwks()), algorithms=[algorithm])  # type: ignore[arg-type]
    noon = int(NOON.timestamp())
    assert read.header == {"typ": "JWT", "alg": algorithm, "kid": issuer.kid()}
    assert {name: read.claims[name] for name in ("iss", "sub", "aud", "iat", "exp", "colour")} == {
        "iss": URL,
        "sub": "repo:shop/web",
        "aud": "sts.amazonaws.com",
        "iat": noon,
        "exp": noon + 900,
        "colour": "blue",
    }
    assert "nbf" not in read.claims


def test_the_discovery_document_has_what_openid_connect_requires() -> None:
    """OpenID Connect Discovery 1.0, section 3, for an issuer without an authorization endpoint."""
    document = provider().discovery()
    assert document["issuer"] == URL
    assert document["jwks_uri"] == f"{URL}/.well-known/jwks"
    for required in ("response_types_supported", "subject_types_supported", "id_token_signing_alg_values_supported"):
        assert document[required]


def test_a_rotation_withdraws_the_old_key() -> None:
    issuer = provider()
    before = issuer.jwks()["keys"][0]
    issuer.rotate()
    after = issuer.jwks()["keys"][0]
    assert before["kid"] != after["kid"]
    assert before["n"] != after["n"]


def test_the_arn_is_that_of_iam() -> None:
    assert provider().arn("111122223333") == "arn:aws:iam::111122223333:oidc-provider/ci.example.com/tenants/7"


@pytest.mark.parametrize("url", ["http://ci.example.com", "ci.example.com", "https://", "https://ci.example.com?x=1"])
def test_an_issuer_is_an_https_url(url: str) -> None:
    with pytest.raises(ValueError, match="An issuer is an https URL"):
        OidcProvider(url, Keyring(b"7"), lambda: NOON)


def test_an_algorithm_that_aws_does_not_take_is_named() -> None:
    with pytest.raises(ValueError, match="'PS256' is no algorithm that AWS takes"):
        provider("PS256")


def test_issuers_answer_for_those_held_and_online() -> None:
    issuers, issuer = Issuers(), provider()
    with pytest.raises(ConnectionError, match="nothing answers"):
        issuers.jwks(URL)
    issuers.add(issuer)
    assert issuers.jwks(URL) == issuer.jwks()
    assert issuers.get(URL) is issuer
    issuer.online = False
    with pytest.raises(ConnectionError, match="offline"):
        issuers.jwks(URL)
