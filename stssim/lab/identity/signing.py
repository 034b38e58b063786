"""Signatures and public keys as JOSE writes them, made with a `Keyring`'s keys.

Both kinds of signature are deterministic (PKCS #1 v1.5, and ECDSA by RFC 6979).
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import load_pem_private_key

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
_HASHES = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}
_CURVES: dict[str, tuple[ec.EllipticCurve, str]] = {
    "ES256": (ec.SECP256R1(), "P-256"),
    "ES384": (ec.SECP384R1(), "P-384"),
    "ES512": (ec.SECP521R1(), "P-521"),
}


@cache
def test_key(place: int) -> rsa.RSAPrivateKey:
    """One of the pool's TEST KEYS (2048 bits), counted from 0."""
    text = files("stssim.lab.identity").joinpath(f"keys/TEST_KEY_{place + 1:02}.pem").read_bytes()
    key = load_pem_private_key(text, None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


def derived_key(algorithm: str, draw: Callable[[int], bytes]) -> ec.EllipticCurvePrivateKey:
    """The EC key for this algorithm that follows from as many bytes as it asks of `draw`."""
    curve, _ = _CURVES[algorithm]
    drawn = draw((curve.key_size - 1) // 8)  # below the order of each of these curves
    return ec.derive_private_key(int.from_bytes(drawn, "big") + 1, curve)


def sign(key: Key, algorithm: str, data: bytes) -> bytes:
    """A signature as JWS writes it (RFC 7518, sections 3.3 and 3.4): for ECDSA, r and s side by side."""
    digest = _HASHES[algorithm[2:]]
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(data, padding.PKCS1v15(), digest)
    r, s = decode_dss_signature(key.sign(data, ec.ECDSA(digest, deterministic_signing=True)))
    size = (key.curve.key_size + 7) // 8
    return r.to_bytes(size, "big") + s.to_bytes(size, "big")


def jwk(key: Key, kid: str, algorithm: str) -> dict[str, Any]:
    """The public half as a JSON Web Key (RFC 7517)."""
    named = {"kid": kid, "use": "sig", "alg": algorithm}
    if isinstance(key, rsa.RSAPrivateKey):
        numbers = key.public_key().public_numbers()
        return {"kty": "RSA", **named, "n": _integer(numbers.n), "e": _integer(numbers.e)}
    point = key.public_key().public_numbers()
    size = (key.curve.key_size + 7) // 8
    curve = next(name for found, name in _CURVES.values() if found.name == key.curve.name)
    return {"kty": "EC", **named, "crv": curve, "x": _integer(point.x, size), "y": _integer(point.y, size)}


def base64url(data: bytes) -> str:
    """Base64 for URLs, without padding, as JOSE has it."""
    return urlsafe_b64encode(data).decode().rstrip("=")


def _integer(number: int, size: int | None = None) -> str:
    return base64url(number.to_bytes(size or (number.bit_length() + 7) // 8, "big"))
