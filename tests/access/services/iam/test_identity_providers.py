"""What IAM holds of identity providers."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from stssim import Lab
from stssim.access.services.iam.identity_providers import oidc_provider, read_metadata, saml_provider
from stssim.lab.handles import Account
from stssim.lab.identity.keys import Keyring
from stssim.lab.identity.saml import SamlProvider
from tests.access.given import refused

IDP = SamlProvider("https://login.example.com/saml", Keyring(b"7"), Lab().clock.now)


@pytest.fixture
def account() -> Account:
    return Lab(seed=7).account("shop")


def code(wanting: Any) -> tuple[str, int]:
    answer = wanting.value.response
    return answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]


def test_metadata_names_the_entity_and_its_certificates() -> None:
    entity_id, certificates = read_metadata(IDP.metadata())
    assert entity_id == "https://login.example.com/saml"
    assert certificates == (IDP.certificate(),)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("EntityDescriptor", "EntitiesDescriptor"),
        ("entityID", "name"),
        ("IDPSSODescriptor", "SPSSODescriptor"),
        ('use="signing"', 'use="encryption"'),
        ("MII", "!!!"),
        ("<md:", "<!DOCTYPE x><md:"),
    ],
)
def test_what_is_no_metadata_of_an_identity_provider_is_told(old: str, new: str) -> None:
    document = IDP.metadata()
    assert old in document
    with pytest.raises(ValueError, match=r"\w"):
        read_metadata(document.replace(old, new))


def test_there_is_no_provider_in_an_empty_cloud() -> None:
    assert oidc_provider("111122223333", "ci.example.com") is None
    assert saml_provider("arn:aws:iam::111122223333:saml-provider/Login") is None
    assert saml_provider("Login") is None


def test_client_ids_are_added_and_removed(account: Account) -> None:
    iam = account.client("iam")
    arn = iam.create_open_id_connect_provider(Url="https://ci.example.com", ClientIDList=["one"])[
        "OpenIDConnectProviderArn"
    ]

    def held() -> list[str]:
        return list(iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)["ClientIDList"])

    for _ in range(2):
        iam.add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID="two")
    assert held() == ["one", "two"]
    for _ in range(2):
        iam.remove_client_id_from_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID="one")
    assert held() == ["two"]
    with pytest.raises(ClientError) as missing:
        iam.add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=arn + "x", ClientID="two")
    assert code(missing) == ("NoSuchEntity", 404)


def test_a_provider_takes_a_hundred_client_ids(account: Account) -> None:
    iam = account.client("iam")
    arn = iam.create_open_id_connect_provider(
        Url="https://ci.example.com", ClientIDList=[f"client-{number}" for number in range(100)]
    )["OpenIDConnectProviderArn"]
    with pytest.raises(ClientError) as full:
        iam.add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID="one more")
    assert code(full) == ("LimitExceeded", 409)


def test_thumbprints_are_kept(account: Account) -> None:
    iam = account.client("iam")
    arn = iam.create_open_id_connect_provider(Url="https://ci.example.com", ThumbprintList=["a" * 40])[
        "OpenIDConnectProviderArn"
    ]
    iam.update_open_id_connect_provider_thumbprint(OpenIDConnectProviderArn=arn, ThumbprintList=["b" * 40])
    assert iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)["ThumbprintList"] == ["b" * 40]


def test_a_saml_provider_that_is_not_there_cannot_be_changed(account: Account) -> None:
    iam = account.client("iam")
    arn = f"arn:aws:iam::{account.number}:saml-provider/Nobody"
    with pytest.raises(ClientError) as missing:
        iam.update_saml_provider(SAMLProviderArn=arn, SAMLMetadataDocument=IDP.metadata())
    assert code(missing) == ("NoSuchEntity", 404)
    with pytest.raises(ClientError) as missing:
        iam.delete_saml_provider(SAMLProviderArn=arn)
    assert code(missing) == ("NoSuchEntity", 404)


def test_a_federated_principal_is_a_provider_or_a_domain(account: Account) -> None:
    def trusting(name: str) -> dict[str, Any]:
        return {
            "Version": "2012-10-17",
            "Statement": {"Effect": "Allow", "Principal": {"Federated": name}, "Action": "sts:AssumeRoleWithSAML"},
        }

    for number, name in enumerate(["arn:aws:iam::111122223333:saml-provider/Login", "accounts.google.com"]):
        account.role(f"Taken{number}", trusting(name))
    for name in ("https://ci.example.com", "Login", "arn:aws:iam::111122223333:role/Login", ""):
        with pytest.raises(ClientError, match="MalformedPolicyDocument"):
            account.role("Refused", trusting(name))


def test_an_issuers_url_is_kept_without_https_own_port_and_refused_with_a_query(account: Account) -> None:
    """Recorded in September 2026: radkawar/stackd, internal/services/iam/testdata/federation/oidc.json."""
    iam = account.client("iam")
    made = iam.create_open_id_connect_provider(Url="https://ci.example.com:443/a")["OpenIDConnectProviderArn"]
    assert made.endswith(":oidc-provider/ci.example.com/a")
    for url in ("https://ci.example.com/?q=1", "https://ci.example.com/#x"):
        with refused("InvalidInput", "Unknown"):
            iam.create_open_id_connect_provider(Url=url)
    with refused("ValidationError", "Invalid Open ID Connect Provider URL"):
        iam.create_open_id_connect_provider(Url="https://ci.example.com:8443")


def test_thumbprints_are_kept_in_lower_case_and_one_is_there_unasked(account: Account) -> None:
    """The former recorded as above; the latter: API Reference, CreateOpenIDConnectProvider, ThumbprintList."""
    iam = account.client("iam")
    unasked = iam.create_open_id_connect_provider(Url="https://a.example.com")["OpenIDConnectProviderArn"]
    (thumbprint,) = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=unasked)["ThumbprintList"]
    assert len(thumbprint) == 40
    made = iam.create_open_id_connect_provider(Url="https://b.example.com", ThumbprintList=["A" * 40])
    arn = made["OpenIDConnectProviderArn"]
    assert iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)["ThumbprintList"] == ["a" * 40]
    iam.update_open_id_connect_provider_thumbprint(OpenIDConnectProviderArn=arn, ThumbprintList=["C" * 40])
    assert iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)["ThumbprintList"] == ["c" * 40]
    with refused("InvalidInput", "Thumbprint list must contain at least one entry."):
        iam.update_open_id_connect_provider_thumbprint(OpenIDConnectProviderArn=arn, ThumbprintList=[])


def test_a_provider_that_is_gone_cannot_be_deleted_again(account: Account) -> None:
    iam = account.client("iam")
    arn = iam.create_open_id_connect_provider(Url="https://ci.example.com")["OpenIDConnectProviderArn"]
    iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    with refused("NoSuchEntity", f"OpenId connect Provider {arn} cannot be found."):
        iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=arn)
