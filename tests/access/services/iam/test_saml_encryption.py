"""The private keys of a SAML provider: whether an encrypted assertion signs in. The assertions are encrypted by the
conformance tool, which AWS's recordings were made like (2026-09-11, radkawar/stackd, saml).
"""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from stssim import Lab
from tools.conformance.proofs import assertion, private_pem


class Shop:
    """A provider, a role that trusts it, and what STS says to assertions for that role."""

    def __init__(self) -> None:
        self.lab = Lab(seed=7)
        account = self.lab.account("shop")
        self.idp = self.lab.saml_provider("https://login.example.com/saml")
        self.iam = account.client("iam")
        made = self.iam.create_saml_provider(Name="Login", SAMLMetadataDocument=self.idp.metadata())
        self.arn = made["SAMLProviderArn"]
        federated = {"Effect": "Allow", "Principal": {"Federated": self.arn}, "Action": "sts:AssumeRoleWithSAML"}
        self.role = account.role("Staff", {"Version": "2012-10-17", "Statement": federated})

    def sign_in(self, key: str | None = None, **how: str) -> str:
        written: dict[str, Any] = {"provider": "idp", "subject": "bob", "roles": [[self.role.arn, self.arn]]}
        if key is not None:
            written["encrypted"] = {"key": key, "cipher": "aes256-gcm", **how}
        posted = assertion(written, {"saml idp": self.idp, "lab": self.lab})
        reply = self.lab.client("sts").assume_role_with_saml(
            RoleArn=self.role.arn, PrincipalArn=self.arn, SAMLAssertion=posted
        )
        return str(reply["Subject"])


def test_an_encrypted_assertion_wants_the_providers_private_key() -> None:
    shop = Shop()
    with pytest.raises(ClientError, match="Invalid base64 SAMLResponse"):
        shop.sign_in("ours")
    shop.iam.update_saml_provider(SAMLProviderArn=shop.arn, AddPrivateKey=private_pem("ours"))
    assert shop.sign_in("ours") == "bob"
    assert shop.sign_in() == "bob"
    with pytest.raises(ClientError, match="Invalid base64 SAMLResponse"):
        shop.sign_in("another")


def test_a_provider_may_require_encryption() -> None:
    shop = Shop()
    shop.iam.update_saml_provider(
        SAMLProviderArn=shop.arn, AddPrivateKey=private_pem("ours"), AssertionEncryptionMode="Required"
    )
    assert shop.sign_in("ours", cipher="aes128-cbc") == "bob"
    with pytest.raises(ClientError, match="Invalid base64 SAMLResponse"):
        shop.sign_in()


def test_a_provider_has_two_keys_and_shows_their_ids_alone() -> None:
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateSAMLProvider.html"""
    shop = Shop()
    for name in ("old", "new"):
        shop.iam.update_saml_provider(SAMLProviderArn=shop.arn, AddPrivateKey=private_pem(name))
    assert (shop.sign_in("old"), shop.sign_in("new")) == ("bob", "bob")
    shown = shop.iam.get_saml_provider(SAMLProviderArn=shop.arn)["PrivateKeyList"]
    assert [sorted(each) for each in shown] == [["KeyId", "Timestamp"]] * 2
    with pytest.raises(ClientError, match="LimitExceeded"):
        shop.iam.update_saml_provider(SAMLProviderArn=shop.arn, AddPrivateKey=private_pem("third"))
    shop.iam.update_saml_provider(SAMLProviderArn=shop.arn, RemovePrivateKey=shown[0]["KeyId"])
    assert shop.sign_in("new") == "bob"
    with pytest.raises(ClientError, match="Invalid base64 SAMLResponse"):
        shop.sign_in("old")


def test_what_is_no_private_key_is_not_taken() -> None:
    shop = Shop()
    with pytest.raises(ClientError, match="Could not parse private key"):
        shop.iam.update_saml_provider(SAMLProviderArn=shop.arn, AddPrivateKey="a key")
