"""A key's policy and grants, judged by the gate alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.access.given import a_lab, allow, deny, document, refused, text, to


def test_a_deny_that_names_somebody_else_leaves_describe_key_alone() -> None:
    _, vendor, customer = a_lab()
    kms = customer.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    root, stranger = (f"arn:aws:iam::{account.number}:root" for account in (customer, vendor))
    both = text(allow("kms:*", Principal=to(root)), deny(["kms:DescribeKey"], Principal=to(stranger)))
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=both)
    assert kms.describe_key(KeyId=key)["KeyMetadata"]["KeyId"] == key
    assert "kms:DescribeKey" in kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"]


def test_a_key_that_does_not_exist_is_not_found() -> None:
    _, _, customer = a_lab()
    with refused("NotFoundException"):
        customer.client("kms").describe_key(KeyId="12345678-1234-1234-1234-123456789012")


def a_key(account: Any) -> str:
    return str(account.client("kms").create_key()["KeyMetadata"]["Arn"])


def test_a_grant_lets_a_user_in_without_any_policy() -> None:
    _, _, customer = a_lab()
    kms, key = customer.client("kms"), a_key(customer)
    alice = customer.user("alice")
    with refused("AccessDeniedException", "no identity-based policy allows the kms:Encrypt action"):
        alice.client("kms").encrypt(KeyId=key, Plaintext=b"x")
    grant = kms.create_grant(KeyId=key, GranteePrincipal=alice.arn, Operations=["Encrypt"])
    alice.client("kms").encrypt(KeyId=key, Plaintext=b"x")
    with refused("AccessDeniedException"):
        alice.client("kms").describe_key(KeyId=key)
    kms.revoke_grant(KeyId=key, GrantId=grant["GrantId"])
    with refused("AccessDeniedException"):
        alice.client("kms").encrypt(KeyId=key, Plaintext=b"x")


def test_a_grant_can_be_bound_to_an_encryption_context() -> None:
    _, _, customer = a_lab()
    kms, key = customer.client("kms"), a_key(customer)
    alice, bob = customer.user("alice"), customer.user("bob")
    pair = {"department": "IT"}
    for user, constraint in ((alice, "EncryptionContextSubset"), (bob, "EncryptionContextEquals")):
        kms.create_grant(
            KeyId=key, GranteePrincipal=user.arn, Operations=["Encrypt", "DescribeKey"], Constraints={constraint: pair}
        )
        user.client("kms").encrypt(KeyId=key, Plaintext=b"x", EncryptionContext=pair)
        user.client("kms").describe_key(KeyId=key)
        with refused("AccessDeniedException"):
            user.client("kms").encrypt(KeyId=key, Plaintext=b"x")
    alice.client("kms").encrypt(KeyId=key, Plaintext=b"x", EncryptionContext={**pair, "project": "shop"})
    with refused("AccessDeniedException"):
        bob.client("kms").encrypt(KeyId=key, Plaintext=b"x", EncryptionContext={**pair, "project": "shop"})


def test_who_is_named_in_a_grant_may_retire_that_grant_alone() -> None:
    _, _, customer = a_lab()
    kms, key = customer.client("kms"), a_key(customer)
    alice = customer.user("alice")
    root = f"arn:aws:iam::{customer.number}:root"
    own, other = (
        kms.create_grant(KeyId=key, GranteePrincipal=root, Operations=["Decrypt"], **retiring)
        for retiring in ({"RetiringPrincipal": alice.arn}, {})
    )
    with refused("AccessDeniedException"):
        alice.client("kms").retire_grant(GrantToken=other["GrantToken"])
    alice.client("kms").retire_grant(KeyId=key, GrantId=own["GrantId"])
    assert [each["GrantId"] for each in kms.list_grants(KeyId=key)["Grants"]] == [other["GrantId"]]


def test_a_ciphertext_tells_whose_key_opens_it() -> None:
    _, vendor, customer = a_lab()
    key, reader = a_key(customer), vendor.user("reader", policy=document(allow("kms:Decrypt")))
    blob = customer.client("kms").encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
    with refused("AccessDeniedException", "on the resource associated with this ciphertext because the resource does"):
        reader.client("kms").decrypt(CiphertextBlob=blob)
    policy = text(
        allow("kms:*", Principal=to(f"arn:aws:iam::{customer.number}:root")),
        allow("kms:Decrypt", Principal=to(reader.arn)),
    )
    customer.client("kms").put_key_policy(KeyId=key, PolicyName="default", Policy=policy)
    assert reader.client("kms").decrypt(CiphertextBlob=blob)["Plaintext"] == b"x"


@pytest.mark.parametrize("bypass", [False, True])
def test_a_key_policy_that_locks_its_writer_out_has_to_be_meant(bypass: bool) -> None:
    _, vendor, customer = a_lab()
    admin = customer.user("admin", policy=document(allow("kms:*")))
    kms, key = admin.client("kms"), a_key(customer)
    narrow = text(allow("kms:Decrypt", Principal=to(f"arn:aws:iam::{vendor.number}:root")))
    writes: tuple[Callable[[], Any], ...] = (
        lambda: kms.put_key_policy(
            KeyId=key, PolicyName="default", Policy=narrow, BypassPolicyLockoutSafetyCheck=bypass
        ),
        lambda: kms.create_key(Policy=narrow, BypassPolicyLockoutSafetyCheck=bypass),
    )
    for write in writes:
        if bypass:
            write()
        else:
            with refused("MalformedPolicyDocumentException", "will not allow you to update the key policy"):
                write()


def test_an_identity_policy_counts_for_the_way_back_to_a_key_policy() -> None:
    _, _, customer = a_lab()
    root = text(allow("kms:*", Principal=to(f"arn:aws:iam::{customer.number}:root")))
    customer.user("admin", policy=document(allow("kms:*"))).client("kms").create_key(Policy=root)
    with refused("MalformedPolicyDocumentException"):
        customer.user("maker", policy=document(allow("kms:CreateKey"))).client("kms").create_key(Policy=root)


def test_a_disabled_key_neither_encrypts_nor_decrypts() -> None:
    _, _, customer = a_lab()
    kms, key = customer.client("kms"), a_key(customer)
    blob = kms.encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
    kms.disable_key(KeyId=key)
    with refused("DisabledException", f"{key} is disabled."):
        kms.encrypt(KeyId=key, Plaintext=b"x")
    with refused("DisabledException", f"{key} is disabled."):
        kms.decrypt(CiphertextBlob=blob)
    kms.enable_key(KeyId=key)
    assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"x"
    kms.schedule_key_deletion(KeyId=key.rpartition("/")[2], PendingWindowInDays=7)
    with refused("KMSInvalidStateException", f"{key} is pending deletion."):
        kms.decrypt(CiphertextBlob=blob)
