"""Who reads a secret: whom the secret lets in, and whom the key that encrypts it."""

from __future__ import annotations

from typing import Any

from tests.access.given import a_lab, allow, document, refused, text, to


def shared(owner: Any, reader: Any, **encrypted: str) -> str:
    """The ARN of a secret whose policy lets the reader in."""
    secrets = owner.client("secretsmanager")
    arn = secrets.create_secret(Name="db/password", SecretString="x", **encrypted)["ARN"]
    secrets.put_resource_policy(
        SecretId=arn, ResourcePolicy=text(allow("secretsmanager:GetSecretValue", Principal=to(reader.arn)))
    )
    return str(arn)


def test_another_account_does_not_read_what_awss_own_key_encrypts() -> None:
    _, vendor, customer = a_lab()
    reader = vendor.user("reader", policy=document(allow(["secretsmanager:*", "kms:*"])))
    arn = shared(customer, reader)
    with refused("InvalidRequestException", "encrypt the secret with the default KMS service key"):
        reader.client("secretsmanager").get_secret_value(SecretId=arn)


def test_another_account_needs_the_key_as_well() -> None:
    _, vendor, customer = a_lab()
    reader = vendor.user("reader", policy=document(allow(["secretsmanager:*", "kms:*"])))
    kms, root = customer.client("kms"), f"arn:aws:iam::{customer.number}:root"
    key = kms.create_key()["KeyMetadata"]["Arn"]
    arn, secrets = shared(customer, reader, KmsKeyId=key), reader.client("secretsmanager")
    with refused("AccessDeniedException", "Access to KMS is not allowed"):
        secrets.get_secret_value(SecretId=arn)
    through = {"StringEquals": {"kms:ViaService": "secretsmanager.us-east-1.amazonaws.com"}}
    policy = text(allow("kms:*", Principal=to(root)), allow("kms:Decrypt", Principal=to(reader.arn), Condition=through))
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=policy)
    assert secrets.get_secret_value(SecretId=arn)["SecretString"] == "x"


def test_who_writes_a_secret_needs_to_encrypt_and_who_reads_it_to_decrypt() -> None:
    _, _, customer = a_lab()
    key = customer.client("kms").create_key()["KeyMetadata"]["Arn"]
    customer.client("secretsmanager").create_secret(Name="db", SecretString="x", KmsKeyId=key)
    writer, reader = (
        customer.user(action, policy=document(allow(["secretsmanager:*", f"kms:{action}"]))).client("secretsmanager")
        for action in ("GenerateDataKey", "Decrypt")
    )
    writer.put_secret_value(SecretId="db", SecretString="y")
    assert reader.get_secret_value(SecretId="db")["SecretString"] == "y"
    with refused("AccessDeniedException", "Access to KMS is not allowed"):
        writer.get_secret_value(SecretId="db")
    with refused("AccessDeniedException", "Access to KMS is not allowed"):
        reader.put_secret_value(SecretId="db", SecretString="z")
    writer.describe_secret(SecretId="db")
