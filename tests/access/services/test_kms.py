"""A key's policy is judged by the gate alone."""

from __future__ import annotations

from tests.access.given import a_lab, allow, deny, refused, text, to


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
