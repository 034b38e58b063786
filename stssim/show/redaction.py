"""What nobody should see: the names under which secrets stand, wherever they stand, and the way to show them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stssim.call import shorten

SECRETS = frozenset(
    {
        "AccessToken", "AddPrivateKey", "AuthenticationCode1", "AuthenticationCode2", "Base32StringSeed",
        "ClientSecret", "CopySourceSSECustomerKey", "IdToken", "KeyMaterial", "KeyStorePassword", "NewPassword",
        "OldPassword", "Password", "PasswordData", "Plaintext", "PreSharedKey", "PrivateKey", "PrivateKeyPlaintext",
        "QRCodePNG", "RandomPassword", "RawSecretAccessKey", "SAMLAssertion", "SSECustomerKey", "SecretAccessKey",
        "SecretBinary", "SecretString", "ServiceCredentialSecret", "ServicePassword", "SessionToken", "SharedSecret",
        "TokenCode", "TradeInToken", "TrustedIdentityPropagationContext", "WebIdentityToken", "authorizationToken",
        "keyMaterial",
    }
)  # fmt: skip


def shown(name: str, value: str) -> str:
    """A text as it may be shown under this name: shortened if that is a secret's."""
    return shorten(value) if name in SECRETS else value


def secrets_of(data: Mapping[str, Any]) -> frozenset[str]:
    """The names under which secrets stand in this mapping: with a `Type` of SecureString (Systems Manager) `Value`,
    too.
    """
    return SECRETS | {"Value"} if data.get("Type") == "SecureString" else SECRETS


def hidden(value: Any) -> Any:
    """The same data with every secret in it shortened, however deep it stands."""
    if isinstance(value, Mapping):
        secrets = secrets_of(value)
        return {key: _shortened(inner) if key in secrets else hidden(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [hidden(inner) for inner in value]
    return value


def _shortened(value: Any) -> Any:
    """The same data with every text in it shortened: what a secret structure has in it is secret, too."""
    if isinstance(value, Mapping):
        return {key: _shortened(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_shortened(inner) for inner in value]
    return shorten(value) if isinstance(value, str) else value
