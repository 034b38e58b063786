"""KMS's calls are judged on keys, by whichever name ("API permissions" in its developer guide)."""

from __future__ import annotations

from tests.fakes import AWAY, HOME, FakeDirectory
from tests.request.asked import KEY, REGION, needed, pairs


def test_a_key_is_judged_by_its_arn_whatever_it_is_called() -> None:
    directory = FakeDirectory(named={("kms-key", "alias/app"): (KEY,)})
    (need,) = needed(
        "kms", "Encrypt", directory=directory, KeyId="alias/app", Plaintext=b"x", EncryptionContext={"app": "web"}
    )
    assert (need.action, need.resource, need.account) == ("kms:Encrypt", KEY, HOME)
    assert need.context["kms:RequestAlias"] == "alias/app"
    assert need.context["kms:EncryptionContext:app"] == "web"
    assert need.context["kms:EncryptionContextKeys"] == ("app",)


def test_a_ciphertext_tells_its_key() -> None:
    directory = FakeDirectory(named={("kms-ciphertext", "YWJj"): (KEY,)})
    assert pairs(needed("kms", "Decrypt", directory=directory, CiphertextBlob=b"abc")) == [("kms:Decrypt", KEY)]


def test_reencryption_takes_from_one_key_and_gives_to_another() -> None:
    other = f"arn:aws:kms:{REGION}:{AWAY}:key/2222"
    directory = FakeDirectory(named={("kms-ciphertext", "YWJj"): (KEY,)})
    found = needed("kms", "ReEncrypt", directory=directory, CiphertextBlob=b"abc", DestinationKeyId=other)
    assert pairs(found) == [("kms:ReEncryptFrom", KEY), ("kms:ReEncryptTo", other)]
    assert found[1].account == AWAY


def test_moving_an_alias_needs_leave_of_the_alias_and_both_keys() -> None:
    other = f"arn:aws:kms:{REGION}:{HOME}:key/2222"
    directory = FakeDirectory(named={("kms-key", "alias/app"): (KEY,), ("kms-key", "2222"): (other,)})
    found = needed("kms", "UpdateAlias", directory=directory, AliasName="alias/app", TargetKeyId="2222")
    assert [need.resource for need in found] == [f"arn:aws:kms:{REGION}:{HOME}:alias/app", KEY, other]
