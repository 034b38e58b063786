"""Web identity tokens and SAML assertions as a recording says they were: made by an identity provider of the Lab, and
edited before and after they are signed.
"""

from __future__ import annotations

import base64
import copy
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.padding import PKCS7
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from lxml import etree

_SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
_NAMES = {"saml": _SAML, "samlp": "urn:oasis:names:tc:SAML:2.0:protocol"}
_XMLENC, _XMLENC11 = "http://www.w3.org/2001/04/xmlenc#", "http://www.w3.org/2009/xmlenc11#"
_XMLDSIG = "http://www.w3.org/2000/09/xmldsig#"
_HASHES: Mapping[str, hashes.HashAlgorithm] = {"sha1": hashes.SHA1(), "sha256": hashes.SHA256()}
_DIGESTS = {"sha1": _XMLDSIG + "sha1", "sha256": _XMLENC + "sha256"}


def token(written: Mapping[str, Any], known: Mapping[str, Any]) -> str:
    """A signed token of the issuer that is named: `claims` ("absent" leaves one out), `header` members, and in `twice`
    the claims that are written once more, before the others. `afterwards` are claims that are changed once it is
    signed, or "signature": that itself is.
    """
    issuer = known[f"issuer {written['issuer']}"]
    claims = {name: value for name, value in written["claims"].items() if value != "absent"}
    usual: str = issuer.sign(claims, written.get("header"))
    head, _, signed_by = usual.split(".")
    if changed := written.get("afterwards"):
        if changed == "signature":
            return usual.removesuffix(signed_by) + ("B" if signed_by[0] == "A" else "A") + signed_by[1:]
        return f"{head}.{_base64url(json.dumps(claims | changed).encode())}.{signed_by}"
    if not (twice := written.get("twice")):
        return usual
    members = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in [*twice.items(), *claims.items()]]
    signed = f"{head}.{_base64url(('{' + ', '.join(members) + '}').encode())}"
    signature = issuer.key().sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{signed}.{_base64url(signature)}"


@contextmanager
def publishing(issuer: Any, written: Mapping[str, Any]) -> Iterator[None]:
    """Inside, an issuer publishes a changed key set: members `without` and `with`, and further keys in `also`."""
    usual = issuer.jwks()["keys"][0]
    changed = {name: value for name, value in usual.items() if name not in written.get("without", ())}
    keys = [changed | written.get("with", {}), *(usual | more for more in written.get("also", ()))]
    issuer.jwks = lambda: {"keys": keys}
    try:
        yield
    finally:
        del issuer.jwks


def assertion(written: Mapping[str, Any], known: Mapping[str, Any]) -> str:
    """A response of the SAML provider that is named, in base64.

    `edits` are made before it is signed (`signed`: assertion, response, both or nothing), `afterwards` after that. With
    `encrypted` the assertion is encrypted: `key`, `cipher` (aes256-gcm), and OAEP's `digest` and `mask`.
    """
    provider = known[f"saml {written['provider']}"]
    stated = dict(written.get("stated", {}))
    if "ends" in stated:
        stated["session_not_on_or_after"] = known["lab"].clock.now() + timedelta(seconds=stated.pop("ends"))
    stated["lifetime"] = timedelta(seconds=stated.get("lifetime", 300))
    response = provider.response(written["subject"], [tuple(pair) for pair in written["roles"]], **stated)
    _edit(response, written.get("edits", ()))
    response = provider.sign(response, written.get("signed", "assertion"))
    _edit(response, written.get("afterwards", ()))
    if "encrypted" in written:
        _encrypt(response, written["encrypted"])
    return base64.b64encode(etree.tostring(response)).decode()


@cache
def private_key(_: str) -> rsa.RSAPrivateKey:
    """The key of this name, for encrypted assertions."""
    return rsa.generate_private_key(65537, 2048)


def private_pem(name: str) -> str:
    """Its text, as UpdateSAMLProvider takes it."""
    key = private_key(name)
    return key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()


def _edit(response: Any, edits: Sequence[Sequence[Any]]) -> None:
    for what, path, *rest in edits:
        elements = response.xpath(path, namespaces=_NAMES)
        if not elements:
            raise ValueError(f"The response has no {path} to {what}.")
        for element in elements:
            _EDITS[what](element, *rest)


def _remove(element: Any) -> None:
    element.getparent().remove(element)


def _unset(element: Any, name: str) -> None:
    del element.attrib[name]


def _text(element: Any, text: str) -> None:
    element.text = text


def _add(element: Any, name: str, attributes: Mapping[str, str]) -> None:
    etree.SubElement(element, f"{{{_SAML}}}{name}", dict(attributes))


def _twice(element: Any) -> None:
    element.getparent().append(copy.deepcopy(element))


_EDITS: Mapping[str, Any] = {
    "remove": _remove,
    "set": lambda element, name, value: element.set(name, value),
    "unset": _unset,
    "text": _text,
    "replace": lambda element, old, new: _text(element, element.text.replace(old, new)),
    "swap": lambda element: _text(element, ",".join(reversed(element.text.split(",")))),
    "add": _add,
    "twice": _twice,
}


def _encrypt(response: Any, how: Mapping[str, str]) -> None:
    """Replaces the assertion by an EncryptedAssertion: AES as `cipher` says, its key wrapped with RSA-OAEP."""
    plain = response.find(f"{{{_SAML}}}Assertion")
    bits, mode = how["cipher"].removeprefix("aes").split("-")
    content_key, nonce = os.urandom(int(bits) // 8), os.urandom(12 if mode == "gcm" else 16)
    seal = _sealed_gcm if mode == "gcm" else _sealed_cbc
    digest, mask = how.get("digest", "sha1"), how.get("mask", "sha1")
    oaep = padding.OAEP(mgf=padding.MGF1(_HASHES[mask]), algorithm=_HASHES[digest], label=None)
    wrapped = private_key(how["key"]).public_key().encrypt(content_key, oaep)
    outer = etree.Element(f"{{{_SAML}}}EncryptedAssertion")
    data = _child(outer, _XMLENC, "EncryptedData", Type=_XMLENC + "Element")
    namespace = _XMLENC11 if mode == "gcm" else _XMLENC
    _child(data, _XMLENC, "EncryptionMethod", Algorithm=namespace + how["cipher"])
    holder = _child(_child(data, _XMLDSIG, "KeyInfo"), _XMLENC, "EncryptedKey")
    wrapping = _XMLENC + "rsa-oaep-mgf1p" if digest == mask == "sha1" else _XMLENC11 + "rsa-oaep"
    method = _child(holder, _XMLENC, "EncryptionMethod", Algorithm=wrapping)
    _child(method, _XMLDSIG, "DigestMethod", Algorithm=_DIGESTS[digest])
    if wrapping.endswith("rsa-oaep"):
        _child(method, _XMLENC11, "MGF", Algorithm=f"{_XMLENC11}mgf1{mask}")
    for element, value in ((holder, wrapped), (data, nonce + seal(content_key, nonce, etree.tostring(plain)))):
        cipher = _child(_child(element, _XMLENC, "CipherData"), _XMLENC, "CipherValue")
        cipher.text = base64.b64encode(value).decode()
    response.replace(plain, outer)


def _sealed_gcm(key: bytes, nonce: bytes, text: bytes) -> bytes:
    return AESGCM(key).encrypt(nonce, text, None)


def _sealed_cbc(key: bytes, nonce: bytes, text: bytes) -> bytes:
    padder = PKCS7(128).padder()
    sealing = Cipher(algorithms.AES(key), modes.CBC(nonce)).encryptor()
    return sealing.update(padder.update(text) + padder.finalize()) + sealing.finalize()


def _child(parent: Any, namespace: str, name: str, **attributes: str) -> Any:
    return etree.SubElement(parent, f"{{{namespace}}}{name}", attributes)


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
