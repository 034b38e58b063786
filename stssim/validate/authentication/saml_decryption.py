"""Encrypted SAML assertions: AES, its key wrapped for the private key that IAM holds for the provider.

AES of 128 and 256 bits in CBC and GCM, and RSA-OAEP with SHA-1 and SHA-256, were recorded on 2026-09-11
(radkawar/stackd, saml). The algorithms are XML Encryption's: https://www.w3.org/TR/xmlenc-core1/
"""

from __future__ import annotations

import copy
from base64 import b64decode
from collections.abc import Sequence
from typing import TYPE_CHECKING

from stssim.safe_xml import parse

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.hashes import HashAlgorithm
    from lxml.etree import _Element

_SAML = "{urn:oasis:names:tc:SAML:2.0:assertion}"
_XENC, _XENC11 = "http://www.w3.org/2001/04/xmlenc#", "http://www.w3.org/2009/xmlenc11#"
_DSIG = "http://www.w3.org/2000/09/xmldsig#"
_CBC = {f"{_XENC}aes128-cbc": 16, f"{_XENC}aes256-cbc": 32}
_GCM = {f"{_XENC11}aes128-gcm": 16, f"{_XENC11}aes256-gcm": 32}
_BLOCK, _NONCE = 16, 12


def is_encrypted(response: _Element) -> bool:
    """Whether the response has an assertion that only the provider's private key opens."""
    return response.find(f"{_SAML}EncryptedAssertion") is not None


def decrypted(response: _Element, keys: Sequence[RSAPrivateKey]) -> _Element:
    """The response with its assertion in the clear; the one given stays as it is. Raises `ValueError` when no key opens
    it, or it is encrypted otherwise than is known here.
    """
    found = copy.deepcopy(response)
    for sealed in found.findall(f"{_SAML}EncryptedAssertion"):
        found.replace(sealed, parse(_opened(sealed, keys)))
    return found


def _opened(sealed: _Element, keys: Sequence[RSAPrivateKey]) -> bytes:
    data = sealed.find(f"{{{_XENC}}}EncryptedData")
    wrapped = next(sealed.iter(f"{{{_XENC}}}EncryptedKey"), None)
    if data is None or wrapped is None:
        raise ValueError("it has no EncryptedData or no EncryptedKey")
    for key in keys:
        try:
            content_key = _unwrapped(wrapped, key)
        except ValueError:
            continue
        return _clear(data, content_key)
    raise ValueError("none of the provider's private keys opens it")


def _unwrapped(wrapped: _Element, key: RSAPrivateKey) -> bytes:
    from cryptography.hazmat.primitives.asymmetric import padding

    method = wrapped.find(f"{{{_XENC}}}EncryptionMethod")
    if method is None or method.get("Algorithm") not in (f"{_XENC}rsa-oaep-mgf1p", f"{_XENC11}rsa-oaep"):
        raise ValueError("the key is not wrapped with RSA-OAEP")
    digest = method.find(f"{{{_DSIG}}}DigestMethod")
    mask = method.find(f"{{{_XENC11}}}MGF")
    oaep = padding.OAEP(padding.MGF1(_hash(mask)), _hash(digest), None)
    return key.decrypt(_cipher_value(wrapped), oaep)


def _hash(method: _Element | None) -> HashAlgorithm:
    """SHA-1 where nothing else is said; both elements name their hash last: `…#sha256`, `…#mgf1sha256`."""
    from cryptography.hazmat.primitives.hashes import SHA1, SHA256

    named = method.get("Algorithm", "") if method is not None else "sha1"
    if named.endswith("sha256"):
        return SHA256()
    if named.endswith("sha1"):
        return SHA1()
    raise ValueError(f"the hash {named} is not known here")


def _clear(data: _Element, key: bytes) -> bytes:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    method = data.find(f"{{{_XENC}}}EncryptionMethod")
    named = method.get("Algorithm", "") if method is not None else ""
    if len(key) != (_CBC | _GCM).get(named):
        raise ValueError(f"it is encrypted with {named[:80] or 'nothing that is named'}")
    sealed = _cipher_value(data)
    if named in _GCM:
        try:
            return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], None)
        except InvalidTag:
            raise ValueError("what is encrypted was changed") from None
    if len(sealed) < 2 * _BLOCK or len(sealed) % _BLOCK:
        raise ValueError("what is encrypted is not whole")
    opening = Cipher(algorithms.AES(key), modes.CBC(sealed[:_BLOCK])).decryptor()
    padded = opening.update(sealed[_BLOCK:]) + opening.finalize()
    if not 1 <= padded[-1] <= _BLOCK:
        raise ValueError("what is encrypted is not padded as it must be")
    return padded[: -padded[-1]]


def _cipher_value(element: _Element) -> bytes:
    text = element.findtext(f"{{{_XENC}}}CipherData/{{{_XENC}}}CipherValue") or ""
    return b64decode("".join(text.split()), validate=True)
