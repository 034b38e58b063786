"""A JSON Web Token is taken apart with care, and verified with its issuer's own keys."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from stssim.lab.identity.keys import Algorithm, Keyring
from stssim.lab.identity.signing import base64url, jwk, sign
from stssim.validate.authentication.jwt import MAX_CHARACTERS, NO_KEY, NOT_A_JWT, NOT_VALIDATED, check_signature, read
from stssim.validate.authentication.not_verified import NotVerified

RING = Keyring(b"7")
ISSUER = "https://ci.example.com"
# RFC 7515, appendix A.3: a token by ES256 and the public key that it verifies with.
RFC_TOKEN = (
    "eyJhbGciOiJFUzI1NiJ9."
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
)
RFC_KEY = {
    "kty": "EC",
    "crv": "P-256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    "kid": "of the RFC, which gives it none",
}


class Source:
    """A key source with these keys; `later` are the ones that it has when it is asked afresh."""

    def __init__(self, *keys: Any, later: list[Any] | None = None) -> None:
        self._keys, self._later = list(keys), later
        self.asked: list[tuple[str, bool]] = []

    def jwks(self, issuer: str, *, fresh: bool = False) -> Mapping[str, Any]:
        self.asked.append((issuer, fresh))
        return {"keys": self._keys if self._later is None or not fresh else self._later}


def part(content: Any) -> str:
    return base64url(content if isinstance(content, bytes) else json.dumps(content).encode())


def token(header: Any, payload: Any = None, signature: str = "c2ln") -> str:
    return f"{part(header)}.{part({} if payload is None else payload)}.{signature}"


def signed(algorithm: Algorithm, kid: str | None = "one", name: str = "a") -> tuple[str, dict[str, Any]]:
    key = RING.key(name, algorithm)
    header = {"alg": algorithm} | ({} if kid is None else {"kid": kid})
    head = f"{part(header)}.{part({'sub': 'x'})}"
    return f"{head}.{base64url(sign(key, algorithm, head.encode()))}", jwk(key, kid or "one", algorithm)


def test_the_example_of_the_rfc_verifies() -> None:
    read_token = read(RFC_TOKEN)
    assert read_token.claims["iss"] == "joe"
    check_signature(read_token, ISSUER, Source(RFC_KEY))


def test_the_example_of_the_rfc_with_one_bit_changed_does_not() -> None:
    with pytest.raises(NotVerified) as wanting:
        check_signature(read(RFC_TOKEN.replace("DtEh", "DtEi")), ISSUER, Source(RFC_KEY))
    assert wanting.value.refusal == NOT_VALIDATED


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"])
def test_a_signature_by_each_algorithm_is_checked(algorithm: Algorithm) -> None:
    text, key = signed(algorithm)
    check_signature(read(text), ISSUER, Source(key))
    _, other = signed(algorithm, name="b")
    with pytest.raises(NotVerified, match="does not verify"):
        check_signature(read(text), ISSUER, Source(other))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a.b",
        "a.b.c.d",
        "a b.c.d",
        token(b"no json"),
        token([]),
        token({"alg": "ES256"}, b"no json"),
        token({"alg": "ES256"}, [1]),
        token({"alg": "none"}),
        token({"alg": "HS256"}),
        token({"alg": "PS256"}),
        token({"alg": ["ES256"]}),
        token({}),
        token({"alg": "ES256", "crit": ["exp"]}),
        token({"alg": "ES256", "kid": 7}),
        token({"alg": "ES256"}, b'{"exp":NaN}'),
        token({"alg": "ES256"}, b'{"sub":"\\ud800"}'),
        token({"alg": "ES256"}, b"[" * 9000),
        token({"alg": "ES256"}, {"sub": "x" * MAX_CHARACTERS}),
        "e30." * 5000,
    ],
)
def test_what_is_no_token_is_refused_as_aws_refuses_it(text: str) -> None:
    with pytest.raises(NotVerified) as wanting:
        read(text)
    assert wanting.value.refusal == NOT_A_JWT


def test_the_key_is_the_one_that_the_token_names() -> None:
    text, key = signed("ES256", kid="one")
    check_signature(read(text), ISSUER, Source({**signed("ES256", name="b")[1], "kid": "two"}, key))


def test_a_token_need_not_name_a_key_where_there_is_only_one_that_fits() -> None:
    text, key = signed("ES256", kid=None)
    check_signature(read(text), ISSUER, Source(signed("RS256")[1], {**key, "kid": "other"}))
    with pytest.raises(NotVerified, match="a key that the token need not name"):
        check_signature(read(text), ISSUER, Source(key, signed("ES256", name="b")[1]))


def test_keys_are_asked_for_afresh_once_for_a_key_that_is_not_known() -> None:
    text, key = signed("ES256")
    source = Source(later=[key])
    check_signature(read(text), ISSUER, source)
    assert source.asked == [(ISSUER, False), (ISSUER, True)]
    nothing = Source()
    with pytest.raises(NotVerified) as wanting:
        check_signature(read(text), ISSUER, nothing)
    assert wanting.value.refusal == NO_KEY
    assert nothing.asked == [(ISSUER, False), (ISSUER, True)]


@pytest.mark.parametrize(
    "change",
    [{"kty": "RSA"}, {"use": "enc"}, {"key_ops": ["verify"]}, {"kid": None}, {"x": None}, {"x": 7}, {"kid": "two"}],
)
def test_a_key_that_does_not_fit_is_not_used(change: dict[str, Any]) -> None:
    text, key = signed("ES256")
    with pytest.raises(NotVerified) as wanting:
        check_signature(read(text), ISSUER, Source(key | change))
    assert wanting.value.refusal == NO_KEY


def test_the_algorithm_that_a_key_names_does_not_matter() -> None:
    """Recorded on 2026-09-11 (radkawar/stackd, oidc/aws-keys)."""
    text, key = signed("ES256")
    check_signature(read(text), ISSUER, Source(key | {"alg": "ES384"}))


def test_of_a_member_that_is_named_twice_the_last_counts() -> None:
    """Recorded on 2026-09-11 (radkawar/stackd, oidc)."""
    assert read(token({"alg": "ES256"}, b'{"sub":"a","sub":"b"}')).claims == {"sub": "b"}


@pytest.mark.parametrize("change", [{"x": "AA"}, {"crv": "P-999"}, {"y": "!"}])
def test_a_key_that_is_none_verifies_nothing(change: dict[str, Any]) -> None:
    text, key = signed("ES256")
    with pytest.raises(NotVerified) as wanting:
        check_signature(read(text), ISSUER, Source(key | change))
    assert wanting.value.refusal == NOT_VALIDATED


def test_a_key_set_that_is_none_has_no_keys() -> None:
    text, _ = signed("ES256")
    sets: list[list[Any]] = [[None], ["x"], [[]]]
    for odd in sets:
        with pytest.raises(NotVerified) as wanting:
            check_signature(read(text), ISSUER, Source(*odd))
        assert wanting.value.refusal == NO_KEY


def test_the_anatomy_shows_no_whole_signature() -> None:
    text, _ = signed("ES256")
    shown = read(text).anatomy(["one check"])
    assert shown["header"] == {"alg": "ES256", "kid": "one"}
    assert shown["claims"] == {"sub": "x"}
    assert shown["checks"] == ("one check",)
    assert text.rpartition(".")[2] not in str(shown)
    assert text not in repr(read(text))
