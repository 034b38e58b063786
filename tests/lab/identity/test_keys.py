"""Keys of the same seed are the same, no two providers share one, and what they sign verifies elsewhere."""

from __future__ import annotations

import json

import pytest
from joserfc import jws
from joserfc.jwk import import_key

from stssim.lab.identity.keys import POOL, Algorithm, Keyring
from stssim.lab.identity.signing import base64url, jwk, sign

ALGORITHMS: list[Algorithm] = ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_signature_verifies_with_the_published_key(algorithm: Algorithm) -> None:
    key = Keyring(b"7").key("issuer", algorithm)
    header = json.dumps({"alg": algorithm}).encode()
    head = f"{base64url(header)}.{base64url(b'text')}"
    token = f"{head}.{base64url(sign(key, algorithm, head.encode()))}"
    published = import_key(jwk(key, "kid", algorithm))
    assert jws.deserialize_compact(token, published, algorithms=[algorithm]).payload == b"text"


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_equal_seeds_have_equal_keys_and_signatures(algorithm: Algorithm) -> None:
    first, second = (Keyring(b"7").key("issuer", algorithm) for _ in range(2))
    assert jwk(first, "kid", algorithm) == jwk(second, "kid", algorithm)
    assert sign(first, algorithm, b"text") == sign(second, algorithm, b"text")


def test_no_two_names_and_no_two_seeds_share_a_curve_key() -> None:
    keys = [Keyring(seed).key(name, "ES256") for seed in (b"7", b"8") for name in ("a", "b")]
    assert len({jwk(key, "", "ES256")["x"] for key in keys}) == 4


def test_the_rsa_keys_run_out_with_a_sentence() -> None:
    ring = Keyring(b"7")
    moduli = {jwk(ring.key(f"issuer {place}", "RS256"), "", "RS256")["n"] for place in range(POOL)}
    assert len(moduli) == POOL
    ring.key("issuer 0", "RS512")
    with pytest.raises(RuntimeError, match=f"A Lab holds {POOL} RSA keys"):
        ring.key("one more", "RS256")


def test_no_private_part_is_published() -> None:
    for algorithm in ALGORITHMS:
        assert not {"d", "p", "q", "dp", "dq", "qi"} & jwk(Keyring(b"7").key("a", algorithm), "a", algorithm).keys()
