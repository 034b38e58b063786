from __future__ import annotations

import re
from base64 import b32decode
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stssim.call import Session
from stssim.issue.token_codec import SealedTokens, account_of

ACCOUNT = "111122223333"
SESSION = Session(
    kind="role",
    account=ACCOUNT,
    principal=f"arn:aws:iam::{ACCOUNT}:role/Audit",
    principal_id="AROAAUDITAUDITAUDITAU",
    name="nightly",
    access_key_id="ASIARTX3GSDSSDKPF7MA",
    issued_at=1767268800,
    expires_at=1767272400,
)
texts = st.text(max_size=40)
pairs = st.lists(st.tuples(texts, texts), max_size=4).map(tuple)
sessions = st.builds(
    Session,
    kind=st.sampled_from(["role", "user", "root", "federated-user", "service"]),
    account=texts,
    principal=texts,
    principal_id=texts,
    name=texts,
    access_key_id=texts,
    issued_at=st.integers(),
    expires_at=st.integers(),
    policies=st.none() | st.lists(st.text(max_size=2000), max_size=3).map(tuple),
    policy_arns=st.lists(texts, max_size=3).map(tuple),
    tags=pairs,
    transitive_tag_keys=st.lists(texts, max_size=3).map(tuple),
    source_identity=st.none() | texts,
    mfa_at=st.none() | st.integers(),
    provider=st.none() | texts,
    claims=st.lists(st.tuples(texts, texts | st.lists(texts, max_size=3).map(tuple)), max_size=4).map(tuple),
    token_version=st.sampled_from([1, 2]),
    origin=texts,
    task_policy=st.none() | texts,
)


@given(sessions)
def test_every_session_comes_out_of_its_token_as_it_went_in(session: Session) -> None:
    seal = SealedTokens(b"7")
    assert seal.open(seal.seal(session)) == session


@given(sessions, st.integers(0, 4096))
def test_a_token_is_as_long_as_was_asked_for(session: Session, at_least: int) -> None:
    seal = SealedTokens(b"7")
    token = seal.seal(session, at_least)
    assert len(token) >= at_least
    assert seal.open(token) == session


@given(st.text(min_size=300, max_size=900, alphabet='abc"{}\\é'))
def test_a_tokens_length_hangs_on_the_length_of_what_was_passed_and_not_on_its_repetition(varied: str) -> None:
    """STS took no account of it that nine session tags of 250 characters were all a's: aws-actions/
    configure-aws-credentials#1898, 2026-07-21.
    """
    seal = SealedTokens(b"7")
    same = "é" * varied.count("é") + "a" * (len(varied) - varied.count("é"))
    tokens = [seal.seal(replace(SESSION, policies=(text,))) for text in (varied, same)]
    assert len(tokens[0]) == len(tokens[1])
    longer = seal.seal(replace(SESSION, policies=(same + "a" * 300,)))
    assert len(longer) - len(tokens[1]) in (400, 404)


def test_equal_keys_make_equal_credentials_and_other_keys_other_ones() -> None:
    def made(key: bytes) -> list[str]:
        seal = SealedTokens(key)
        ids = [seal.access_key_id("ASIA", ACCOUNT, "alice") for _ in range(3)]
        return [*ids, seal.secret(ids[0]), seal.seal(SESSION)]

    assert made(b"7") == made(b"7")
    assert not set(made(b"7")) & set(made(b"8"))


def test_a_key_id_hangs_on_what_it_is_for_and_not_on_what_else_was_issued() -> None:
    one, other = SealedTokens(b"7"), SealedTokens(b"7")
    other.access_key_id("ASIA", ACCOUNT, "bob")
    assert one.access_key_id("ASIA", ACCOUNT, "alice") == other.access_key_id("ASIA", ACCOUNT, "alice")


def test_no_key_id_is_given_out_twice_however_many_threads_ask() -> None:
    seal = SealedTokens(b"7")
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda _: [seal.access_key_id("ASIA", ACCOUNT, "") for _ in range(20_000)], range(8)))
    assert len({key for batch in made for key in batch}) == 160_000


@pytest.mark.parametrize("account", [ACCOUNT, "000000000000", "999999999999"])
@pytest.mark.parametrize("prefix", ["AKIA", "ASIA"])
def test_a_key_id_is_twenty_characters_and_has_its_account_in_it(account: str, prefix: str) -> None:
    key = SealedTokens(b"7").access_key_id(prefix, account, "alice")  # type: ignore[arg-type]
    assert re.fullmatch(prefix + "[A-Z2-7]{16}", key)
    # The published decoding: https://awsteele.com/blog/2020/09/26/aws-access-key-format.html
    assert (int.from_bytes(b32decode(key[4:])[:6], "big") & 0x7FFFFFFFFF80) >> 7 == int(account)
    assert account_of(key) == account


def test_a_secret_is_forty_characters_and_hangs_on_its_key_id_alone() -> None:
    seal = SealedTokens(b"7")
    one, other = (seal.access_key_id("ASIA", ACCOUNT, "alice") for _ in range(2))
    assert re.fullmatch("[A-Za-z0-9/+]{40}", seal.secret(one))
    assert seal.secret(one) == seal.secret(one) != seal.secret(other)


def test_tokens_of_version_2_are_longer_and_begin_otherwise_than_those_of_version_1() -> None:
    seal = SealedTokens(b"7")
    first, second = seal.seal(replace(SESSION, token_version=1)), seal.seal(replace(SESSION, token_version=2))
    # 288 and 688 characters a user's, 352 and 752 a role's: radkawar/stackd, testdata/aws/iam/sts_preferences.json.
    assert abs(len(second) - len(first) - 400) <= 4
    # As tokens of the real service begin.
    assert first.startswith("FwoGZXIvYXdzE")
    assert second.startswith("IQoJb3JpZ2luX2VjE")


def test_a_token_sealed_elsewhere_does_not_open() -> None:
    with pytest.raises(ValueError, match="sealed elsewhere"):
        SealedTokens(b"7").open(SealedTokens(b"8").seal(SESSION))


@given(st.data())
def test_a_token_changed_in_any_one_character_does_not_open(data: st.DataObject) -> None:
    seal = SealedTokens(b"7")
    token = seal.seal(replace(SESSION, source_identity=data.draw(texts)))
    place = data.draw(st.integers(0, len(token) - 1))
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
    other = data.draw(st.sampled_from(alphabet.replace(token[place], "")))
    with pytest.raises(ValueError, match="it "):
        seal.open(token[:place] + other + token[place + 1 :])


@pytest.mark.parametrize("token", ["", "x", "é", "a b", "IQoJb3JpZ2luX2Vj", "IQoJb3JpZ2luX2VjE" * 30, "\n", "=" * 8])
def test_what_never_was_a_token_does_not_open(token: str) -> None:
    with pytest.raises(ValueError, match="it "):
        SealedTokens(b"7").open(token)


@given(st.text(max_size=3000))
def test_an_encoded_message_is_decoded_by_whoever_encoded_it(message: str) -> None:
    seal = SealedTokens(b"7")
    encoded = seal.encode(message)
    assert re.fullmatch(r"[A-Za-z0-9_-]+", encoded)
    assert seal.decode(encoded) == message
    with pytest.raises(ValueError, match="encoded elsewhere"):
        SealedTokens(b"8").decode(encoded)


@pytest.mark.parametrize("encoded", ["", "x", "é", "a b", "a\n"])
def test_what_never_was_an_encoded_message_is_not_decoded(encoded: str) -> None:
    with pytest.raises(ValueError, match="encoded elsewhere"):
        SealedTokens(b"7").decode(encoded)


def test_a_session_token_is_no_encoded_message() -> None:
    seal = SealedTokens(b"7")
    with pytest.raises(ValueError, match="encoded elsewhere"):
        seal.decode(seal.seal(SESSION).replace("+", "-").replace("/", "_").rstrip("="))


@pytest.mark.parametrize(
    "key", ["", "AKIA", "AKIA0000000000000000", "AKIA777777777777777777777777", "ASIAéééééééééééééééé"]
)
def test_what_is_no_key_id_has_no_account(key: str) -> None:
    with pytest.raises(ValueError, match="not an access key id"):
        account_of(key)
