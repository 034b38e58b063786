"""IAM's identity providers: OIDC issuers by their URL, SAML providers by their metadata. What moto lacks of both.

Thumbprints are kept and not judged: AWS, too, trusts an issuer's web certificate by its own list of authorities first.
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc_verify-thumbprint.html
"""

from __future__ import annotations

from base64 import b32encode, b64decode
from dataclasses import replace
from functools import lru_cache
from hashlib import sha1, sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from stssim.access.core.moto_backends import backend
from stssim.access.services.adapter import Permitted
from stssim.access.services.iam import tagging
from stssim.access.services.iam.replies import done, result
from stssim.arn import account_named
from stssim.call import Call, Caller, HttpReply, Refusal
from stssim.cloud import OidcProvider, SamlProvider
from stssim.safe_xml import parse
from stssim.trace import Refused

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.x509 import Certificate

_METADATA = "{urn:oasis:names:tc:SAML:2.0:metadata}"
_DSIG = "{http://www.w3.org/2000/09/xmldsig#}"
_MOST_CLIENT_IDS = 100
_LONGEST_METADATA = 10_000_000
_MOST_PRIVATE_KEYS = 2


def oidc_provider(account: str, issuer: str) -> OidcProvider | None:
    """The account's provider for this issuer (without `https://`)."""
    found = _oidc(f"arn:aws:iam::{account}:oidc-provider/{issuer}", account)
    return OidcProvider(found.arn, found.url, tuple(found.client_id_list)) if found is not None else None


def saml_provider(arn: str) -> SamlProvider | None:
    """The provider of this ARN."""
    found = _saml(arn)
    if found is None:
        return None
    entity_id, certificates = read_metadata(found.saml_metadata_document)
    required = getattr(found, "assertion_encryption_mode", None) == "Required"
    return SamlProvider(arn, entity_id, certificates, tuple(_private_keys(found).values()), required)


@lru_cache(maxsize=64)
def read_metadata(document: str) -> tuple[str, tuple[Certificate, ...]]:
    """The entity id and the signing certificates in a metadata document. Raises `ValueError` for what is not one."""
    from cryptography.x509 import load_der_x509_certificate

    root = parse(document.encode("utf-8", "replace"))
    if root.tag != f"{_METADATA}EntityDescriptor" or not root.get("entityID"):
        raise ValueError("the document is not an EntityDescriptor with an entityID")
    keys = root.iterfind(f"{_METADATA}IDPSSODescriptor/{_METADATA}KeyDescriptor")
    texts = [
        "".join((certificate.text or "").split())
        for key in keys
        if key.get("use", "signing") == "signing"
        for certificate in key.iterfind(f"{_DSIG}KeyInfo/{_DSIG}X509Data/{_DSIG}X509Certificate")
    ]
    found = [load_der_x509_certificate(b64decode(text, validate=True)) for text in texts]
    if not found:
        raise ValueError("the document has no signing certificate of an IDPSSODescriptor")
    return root.get("entityID", ""), tuple(found)


def create_oidc(asked: Permitted) -> HttpReply:
    """CreateOpenIDConnectProvider. Raises `Refused` for a URL that is no issuer's, and for one that is there.

    HTTPS's own port is left out of the URL, a client id that is given twice is kept once, and thumbprints are kept in
    lower case: recorded in September 2026 (radkawar/stackd, internal/services/iam/testdata/federation/oidc.json).
    Without thumbprints IAM takes that of the web certificate, of which there is none here: one is drawn from the URL.
    """
    url, clients = str(asked.call.parameters["Url"]), asked.call.parameters.get("ClientIDList") or []
    issuer = _issuer(url)
    if oidc_provider(asked.caller.account, issuer) is not None:
        says = f"Provider with url {url} already exists."
        raise _refused("EntityAlreadyExists", says, 409)
    if len(clients) > _MOST_CLIENT_IDS:
        raise _too_many_clients()
    thumbprints = asked.call.parameters.get("ThumbprintList") or [sha1(issuer.encode()).hexdigest()]
    given = {
        "Url": f"https://{issuer}",
        "ClientIDList": list(dict.fromkeys(clients)),
        "ThumbprintList": [each.lower() for each in thumbprints],
    }
    changed = replace(asked.call, parameters={**asked.call.parameters, **given})
    return tagging.create(replace(asked, call=changed))


def _issuer(url: str) -> str:
    """The URL as it stands in a provider's ARN."""
    try:
        parts = urlsplit(url)
        fits = parts.scheme == "https" and parts.hostname is not None and parts.port in (None, 443)
    except ValueError:
        parts, fits = urlsplit(""), False
    if not fits or parts.username:
        raise _refused("ValidationError", "Invalid Open ID Connect Provider URL")
    if parts.query or parts.fragment:
        raise _refused("InvalidInput", "Unknown")
    return parts.netloc.removesuffix(":443") + parts.path


def update_thumbprints(asked: Permitted) -> HttpReply:
    """UpdateOpenIDConnectProviderThumbprint."""
    provider = _existing_oidc(asked.call, asked.caller)
    if not asked.call.parameters["ThumbprintList"]:
        raise _refused("InvalidInput", "Thumbprint list must contain at least one entry.")
    reply = asked.forward()
    provider.thumbprint_list = [each.lower() for each in provider.thumbprint_list]
    return reply


def delete_oidc(asked: Permitted) -> HttpReply:
    """DeleteOpenIDConnectProvider. Raises `Refused` (`NoSuchEntity`, 404) for one that is not there: the API Reference
    says that it is no error, and the recording that it is.
    """
    arn = str(asked.call.parameters["OpenIDConnectProviderArn"])
    if _oidc(arn, asked.caller.account) is None:
        raise _refused("NoSuchEntity", f"OpenId connect Provider {arn} cannot be found.", 404)
    return asked.forward()


def add_client_id(asked: Permitted) -> HttpReply:
    """AddClientIDToOpenIDConnectProvider. An id that is there already stays, and that is no error."""
    provider, client = _existing_oidc(asked.call, asked.caller), asked.call.parameters["ClientID"]
    if client not in provider.client_id_list:
        if len(provider.client_id_list) >= _MOST_CLIENT_IDS:
            raise _too_many_clients()
        provider.client_id_list = [*provider.client_id_list, client]
    return done(asked.call)


def remove_client_id(asked: Permitted) -> HttpReply:
    """RemoveClientIDFromOpenIDConnectProvider. An id that is not there is no error."""
    provider = _existing_oidc(asked.call, asked.caller)
    provider.client_id_list = [one for one in provider.client_id_list if one != asked.call.parameters["ClientID"]]
    return done(asked.call)


def create_saml(asked: Permitted) -> HttpReply:
    """CreateSAMLProvider. Raises `Refused` for a document that is no metadata, and for a name that is taken."""
    name = asked.call.parameters["Name"]
    _require_metadata(asked.call)
    if _saml(f"arn:aws:iam::{asked.caller.account}:saml-provider/{name}") is not None:
        raise _refused("EntityAlreadyExists", f"SAML Provider with name {name} already exists.", 409)
    key = _private_key(asked.call)
    reply = tagging.create(asked)
    made = _saml(f"arn:aws:iam::{asked.caller.account}:saml-provider/{name}")
    if made is not None:
        _set_encryption(made, asked.call, key)
    return reply


def update_saml(asked: Permitted) -> HttpReply:
    """UpdateSAMLProvider, with a new metadata document: the old one's certificates no longer count.

    It may come without one, to change private keys and the encryption mode alone. The operation's page has the limit of
    two keys: https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateSAMLProvider.html
    """
    call = asked.call
    _require_saml(call)
    if "SAMLMetadataDocument" in call.parameters:
        _require_metadata(call)
    found, key = _saml(call.parameters["SAMLProviderArn"]), _private_key(call)
    kept = _private_keys(found)
    removed = call.parameters.get("RemovePrivateKey")
    if removed is not None and removed not in kept:
        raise _refused("NoSuchEntity", f"Private key {removed} not found for SAML provider {found.arn}", 404)
    if key is not None and len(kept) - (removed is not None) >= _MOST_PRIVATE_KEYS:
        raise _refused(
            "LimitExceeded", f"Cannot exceed quota for PrivateKeysPerSAMLProvider: {_MOST_PRIVATE_KEYS}", 409
        )
    if removed is not None:
        del kept[removed]
    _set_encryption(found, call, key)
    if "SAMLMetadataDocument" in call.parameters:
        return asked.forward()
    return result(call, f"<SAMLProviderArn>{found.arn}</SAMLProviderArn>")


def _private_key(call: Call) -> RSAPrivateKey | None:
    """The key to add. Raises `Refused` (`InvalidInput`, 400) for what is no RSA key in PEM."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    text = call.parameters.get("AddPrivateKey")
    if text is None:
        return None
    try:
        key = load_pem_private_key(str(text).encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, RSAPrivateKey):
        raise _refused("InvalidInput", "Could not parse private key")
    return key


def _set_encryption(provider: Any, call: Call, key: RSAPrivateKey | None) -> None:
    """moto shows a provider's key list and encryption mode once they are there."""
    if "AssertionEncryptionMode" in call.parameters:
        provider.assertion_encryption_mode = call.parameters["AssertionEncryptionMode"]
    if key is not None:
        _private_keys(provider)[_key_id(key)] = key
    times = {one["KeyId"]: one["Timestamp"] for one in getattr(provider, "private_key_list", [])}
    provider.private_key_list = [
        {"KeyId": each, "Timestamp": times.get(each, call.at)} for each in _private_keys(provider)
    ]


def _key_id(key: RSAPrivateKey) -> str:
    """24 letters and digits, drawn from the key. The model wants 22 to 64 of them."""
    digest = sha256(str(key.public_key().public_numbers().n).encode()).digest()
    return b32encode(digest).decode()[:24]


def _private_keys(provider: Any) -> dict[str, RSAPrivateKey]:
    """The keys that were added to a provider, by id. They go with it when it is deleted."""
    if not hasattr(provider, "decryption_keys"):
        provider.decryption_keys = {}
    kept: dict[str, RSAPrivateKey] = provider.decryption_keys
    return kept


def delete_saml(asked: Permitted) -> HttpReply:
    """DeleteSAMLProvider. Raises `Refused` (`NoSuchEntity`, 404) where there is none."""
    _require_saml(asked.call)
    return asked.forward()


def _require_metadata(call: Call) -> None:
    document = str(call.parameters.get("SAMLMetadataDocument") or "")
    try:
        if len(document) > _LONGEST_METADATA:
            raise ValueError("the document is too long")
        read_metadata(document)
    except ValueError:
        raise _refused("InvalidInput", "Could not parse metadata") from None


def _require_saml(call: Call) -> None:
    arn = str(call.parameters["SAMLProviderArn"])
    if _saml(arn) is None:
        raise _refused("NoSuchEntity", f"Manifest not found for arn {arn}", 404)


def _existing_oidc(call: Call, caller: Caller) -> Any:
    arn = str(call.parameters["OpenIDConnectProviderArn"])
    found = _oidc(arn, caller.account)
    if found is None:
        raise _refused("NoSuchEntity", f"OpenIDConnect Provider not found for arn {arn}", 404)
    return found


def _oidc(arn: str, account: str) -> Any:
    iam = backend("iam", account)
    return iam.open_id_providers.get(arn) if iam is not None else None


def _saml(arn: str) -> Any:
    iam = backend("iam", account_named(arn, ""))
    return next((one for one in iam.saml_providers.values() if one.arn == arn), None) if iam is not None else None


def _too_many_clients() -> Refused:
    says = f"Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: {_MOST_CLIENT_IDS}"
    return _refused("LimitExceeded", says, 409)


def _refused(code: str, says: str, status: int = 400) -> Refused:
    return Refused(Refusal(code, says, status))
