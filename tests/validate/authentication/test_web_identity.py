"""Whether a web identity token is good, check by check; what AWS answers is in `tests/facts`."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stssim.call import Verified
from stssim.cloud import OidcProvider as Registered
from stssim.lab.identity.issuers import Issuers
from stssim.lab.identity.keys import Keyring
from stssim.lab.identity.oidc import OidcProvider
from stssim.validate.authentication.not_verified import NotVerified
from stssim.validate.authentication.token_claims import ROLES, SOURCE_IDENTITY, TAGS
from stssim.validate.authentication.web_identity import LEEWAY, MAX_AGE, verify_web_identity
from tests.fakes import refusals

FACTS = refusals("federation_errors")
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
NOW = int(NOON.timestamp())
ROLE = "arn:aws:iam::111122223333:role/Deploy"
ISSUER = OidcProvider("https://ci.example.com", Keyring(b"7"), lambda: NOON, "ES256")
HELD = Registered("arn:aws:iam::111122223333:oidc-provider/ci.example.com", "ci.example.com", ("sts.amazonaws.com",))


class Watched(Issuers):
    """Issuers that remember what they were asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def jwks(self, issuer: str, *, fresh: bool = False) -> Mapping[str, Any]:
        self.asked.append(issuer)
        return super().jwks(issuer, fresh=fresh)


def issuers() -> Watched:
    held = Watched()
    held.add(ISSUER)
    return held


def verify(token: str, *, now: float = NOW, keys: Watched | None = None, **more: Any) -> Verified:
    found, _ = verify_web_identity(
        token,
        role_arn=ROLE,
        provider=lambda name: HELD if name == HELD.url else None,
        keys=keys or issuers(),
        now=now,
        **more,
    )
    return found


def refusal(case: str, **filled: str) -> dict[str, Any]:
    fact = FACTS[case]
    return {"code": fact["code"], "status": fact["status"], "message": fact["message"].format(**filled)}


def told(wanting: NotVerified) -> dict[str, Any]:
    found = wanting.refusal
    return {"code": found.code, "status": found.status, "message": found.message}


def test_a_good_token_tells_who_signed_in() -> None:
    found = verify(ISSUER.mint(sub="repo:shop/web", tags={"team": "web"}, source_identity="dana"))
    assert found.kind == "web-identity"
    assert (found.provider, found.issuer) == (HELD.arn, "https://ci.example.com")
    assert (found.subject, found.audience) == ("repo:shop/web", "sts.amazonaws.com")
    assert found.tags == (("team", "web"),)
    assert found.source_identity == "dana"
    assert ("ci.example.com:sub", "repo:shop/web") in found.claims
    assert ("sts:RoleAuthorizedByIdp", "false") in found.claims
    assert dict(found.session_claims).keys() == {"ci.example.com:aud", "ci.example.com:sub"}


@pytest.mark.parametrize("claim", ["iss", "sub", "aud", "exp", "iat"])
def test_a_claim_that_must_be_there_is_named(claim: str) -> None:
    claims: dict[str, Any] = {"sub": "x", claim: None}
    with pytest.raises(NotVerified) as wanting:
        verify(ISSUER.mint(**claims))
    assert told(wanting.value) == refusal("OIDC claim missing", claim=claim)


@pytest.mark.parametrize(
    ("claims", "case"),
    [
        ({"iss": "https://other.example.com"}, "OIDC issuer unknown"),
        ({"iss": "ci.example.com"}, "OIDC issuer unknown"),
        ({"iss": "https://ci.example.com/"}, "OIDC issuer unknown"),
        ({"aud": "other"}, "OIDC audience unknown"),
        ({"aud": "sts.amazonaws.com", "azp": "other"}, "OIDC audience unknown"),
        ({"aud": ["sts.amazonaws.com", "other"]}, "OIDC audiences without azp"),
    ],
)
def test_issuer_and_audience_have_to_be_known(claims: dict[str, Any], case: str) -> None:
    with pytest.raises(NotVerified) as wanting:
        verify(ISSUER.mint(sub="x", **claims))
    assert told(wanting.value) == refusal(case)


@pytest.mark.parametrize(
    "claims",
    [
        {"sub": 7.5},
        {"sub": True},
        {"aud": ""},
        {"aud": []},
        {"aud": [7]},
        {"aud": {"a": 1}},
        {"azp": 7},
        {"iss": 7},
        {"exp": "tomorrow"},
        {"iat": True},
        {"nbf": 1e300},
        {"exp": [1]},
        {"exp": 4102444800.5},
        {"iat": "1.5"},
    ],
)
def test_claims_of_the_wrong_type_are_refused_without_a_fault(claims: dict[str, Any]) -> None:
    with pytest.raises(NotVerified) as wanting:
        verify(ISSUER.sign(ISSUER.claims(sub="x") | claims))
    assert wanting.value.refusal.code == "InvalidIdentityToken"


@pytest.mark.parametrize(("subject", "shown"), [("", ""), (12345, "12345"), ("s" * 300, "s" * 300)])
def test_a_subject_may_be_empty_long_or_a_number(subject: Any, shown: str) -> None:
    """Recorded on 2026-09-11 (radkawar/stackd, oidc)."""
    assert verify(ISSUER.sign(ISSUER.claims(sub="x") | {"sub": subject})).subject == shown


def test_times_may_be_text_of_whole_numbers() -> None:
    """Recorded on 2026-09-11 (radkawar/stackd, oidc)."""
    claims = ISSUER.claims(sub="x")
    verify(ISSUER.sign(claims | {"exp": str(claims["exp"]), "iat": str(claims["iat"])}))


def test_the_leeway_is_five_minutes_to_the_second() -> None:
    token = ISSUER.mint(sub="x", lifetime=0)
    verify(token, now=NOW + LEEWAY - 1)
    with pytest.raises(NotVerified) as wanting:
        verify(token, now=NOW + LEEWAY)
    assert told(wanting.value) == refusal("OIDC token expired", now=str(NOW + LEEWAY), exp=str(NOW))
    verify(token, now=NOW - LEEWAY)
    with pytest.raises(NotVerified, match="in the future"):
        verify(token, now=NOW - LEEWAY - 1)


def test_a_token_too_old_says_how_old_it_is() -> None:
    old = MAX_AGE + LEEWAY + 1
    with pytest.raises(NotVerified) as wanting:
        verify(ISSUER.mint(sub="x", lifetime=10**6), now=NOW + old)
    assert told(wanting.value) == refusal("OIDC token too old", seconds=str(old))


def test_keys_are_fetched_only_for_a_token_that_would_otherwise_pass() -> None:
    keys = issuers()
    for claims in ({"aud": "other"}, {"iss": "https://other.example.com"}, {"exp": 1}):
        with pytest.raises(NotVerified):
            verify(ISSUER.mint(**({"sub": "x"} | claims)), keys=keys)
    assert keys.asked == []
    verify(ISSUER.mint(sub="x"), keys=keys)
    assert keys.asked == ["https://ci.example.com"]


@pytest.mark.parametrize("name", ["accounts.google.com", "cognito-identity.amazonaws.com"])
def test_issuers_that_aws_knows_by_itself_need_no_provider_and_take_any_audience(name: str) -> None:
    google = OidcProvider(f"https://{name}", Keyring(b"8"), lambda: NOON, "ES256")
    keys = issuers()
    keys.add(google)
    found = verify(google.mint(sub="x", aud="my-app"), keys=keys)
    assert (found.provider, found.issuer) == (name, name)
    assert (f"{name}:aud", "my-app") in found.claims


@pytest.mark.parametrize("provider", ["graph.facebook.com", "www.amazon.com"])
def test_an_access_token_is_refused_by_its_provider(provider: str) -> None:
    with pytest.raises(NotVerified) as wanting:
        verify("any token", provider_id=provider)
    assert wanting.value.refusal.code == FACTS["access token rejected"]["code"]
    with pytest.raises(NotVerified, match="no provider of access tokens"):
        verify("any token", provider_id="login.example.com")


def test_a_refused_token_shows_the_checks_that_it_passed() -> None:
    with pytest.raises(NotVerified) as wanting:
        verify(ISSUER.mint(sub="x", aud="other"))
    assert wanting.value.anatomy["claims"]["aud"] == "other"
    assert wanting.value.anatomy["checks"][-1].startswith("the issuer https://ci.example.com is trusted")


_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)
_NAMES = st.sampled_from(
    [
        "iss",
        "sub",
        "aud",
        "azp",
        "exp",
        "iat",
        "nbf",
        "amr",
        TAGS,
        f"{TAGS}/principal_tags/team",
        ROLES,
        SOURCE_IDENTITY,
    ]
)


@given(st.dictionaries(_NAMES, _ANY, min_size=1, max_size=3))
def test_no_claim_whatever_it_holds_is_more_than_refused(claims: dict[str, Any]) -> None:
    with suppress(NotVerified):
        assert verify(ISSUER.sign(ISSUER.claims(sub="x") | claims)).kind == "web-identity"
