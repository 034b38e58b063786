"""Whom a request claims to come from, before anything is proved."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from stssim.call import Actor, Call, HttpRequest, Session, Signature
from stssim.cloud import AccessKey, User
from stssim.validate.authentication.claimed_identity import claim, session_caller
from tests.fakes import AWAY, HOME, FakeDirectory, a_cloud

ALICE = User(f"arn:aws:iam::{HOME}:user/staff/alice", "alice", HOME, "AIDAALICE")
KEY = AccessKey("AKIAALICEALICEALICE0", "secret", HOME, "alice")
ROLE = f"arn:aws:iam::{AWAY}:role/teams/Audit"


def cloud(**keys: AccessKey) -> Any:
    known = {KEY.access_key_id: KEY, HOME: AccessKey(HOME, "test", HOME, None), **keys}
    return a_cloud(directory=FakeDirectory(users={(HOME, "alice"): ALICE}, keys=known))


def signed(access_key_id: str, token: str | None = None) -> Call:
    signature = Signature("header", access_key_id, "", session_token=token)
    return Call(HttpRequest("POST", "sts.amazonaws.com", "/", ()), "sts", "Any", "us-east-1", "", signature=signature)


def a_session(**more: Any) -> Session:
    given = {"kind": "role", "account": AWAY, "principal": ROLE, "principal_id": "AROAAUDIT", "name": "nightly"}
    return Session(**{**given, "access_key_id": "ASIAAUDITAUDITAUDIT0", "issued_at": 0, "expires_at": 1, **more})


def test_a_users_key_means_the_user() -> None:
    said = claim(signed(KEY.access_key_id), cloud())
    assert said.fault is None
    assert said.secret == "secret"
    assert said.caller is not None
    assert (said.caller.arn, said.caller.user_id) == (ALICE.arn, "AIDAALICE")


def test_a_key_without_a_user_means_root() -> None:
    said = claim(signed(HOME), cloud())
    assert said.caller is not None
    assert (said.caller.kind, said.caller.arn, said.caller.user_id) == ("root", f"arn:aws:iam::{HOME}:root", HOME)


def test_an_unsigned_call_is_nobodys() -> None:
    said = claim(Call(HttpRequest("GET", "s3.amazonaws.com", "/", ()), "s3", "ListBuckets", "us-east-1", ""), cloud())
    assert said.fault is None
    assert said.caller is not None
    assert said.caller.kind == "anonymous"


@pytest.mark.parametrize(
    ("key", "fault"),
    [
        (AccessKey("AKIASLEEPINGSLEEPING", "secret", HOME, "alice", active=False), "unknown key"),
        (AccessKey("AKIADELETEDDELETED00", "secret", HOME, "bob"), "unknown key"),
    ],
    ids=["an inactive key", "a key of a user who is gone"],
)
def test_a_key_that_is_no_good_is_as_good_as_unknown(key: AccessKey, fault: str) -> None:
    said = claim(signed(key.access_key_id), cloud(**{key.access_key_id: key}))
    assert (said.fault, said.caller, said.secret) == (fault, None, "")


@pytest.mark.parametrize("key_id", ["AKIAUNKNOWNUNKNOWN00", "", "\ud800", "A" * 5000, "١٢٣٤٥٦٧٨٩٠١٢"])
def test_a_key_that_there_is_not_is_unknown(key_id: str) -> None:
    assert claim(signed(key_id), cloud()).fault == "unknown key"


def test_a_session_tokens_session_is_who_calls() -> None:
    at = cloud()
    session = a_session()
    said = claim(signed(session.access_key_id, at.seal.seal(session)), at)
    assert said.fault is None
    assert said.secret == at.seal.secret(session.access_key_id)
    assert said.caller is not None
    assert said.caller.session == session


@pytest.mark.parametrize("kind", ["user", "federated-user"])
def test_a_session_is_of_whoever_has_the_users_unique_id_now(kind: str) -> None:
    """IAM User Guide, "Rename an IAM user": the unique id stays."""
    alicia = User(f"arn:aws:iam::{HOME}:user/alicia", "alicia", HOME, "AIDAALICE")
    impostor = User(ALICE.arn, "alice", HOME, "AIDAANOTHER")
    at = a_cloud(directory=FakeDirectory(users={(HOME, "alice"): impostor, (HOME, "alicia"): alicia}))
    session = a_session(kind=kind, account=HOME, principal=ALICE.arn, principal_id="AIDAALICE")
    said = claim(signed(session.access_key_id, at.seal.seal(session)), at)
    assert said.caller is not None
    assert said.caller.session is not None
    assert said.caller.session.principal == alicia.arn


def test_a_token_with_another_key_is_foreign() -> None:
    at = cloud()
    said = claim(signed("ASIAOTHEROTHEROTHER0", at.seal.seal(a_session())), at)
    assert (said.fault, said.caller) == ("foreign token", None)


def test_a_temporary_key_wants_its_token() -> None:
    assert claim(signed("ASIAAUDITAUDITAUDIT0"), cloud()).fault == "foreign token"


@pytest.mark.parametrize("token", ["", "nonsense", "IQoJb3JpZ2luX2Vj", "\udcff", "é", "A" * 10_000])
def test_a_token_that_does_not_open_is_bad(token: str) -> None:
    assert claim(signed("ASIAAUDITAUDITAUDIT0", token), cloud()).fault == "bad token"


def test_a_token_of_another_cloud_is_bad() -> None:
    token = a_cloud(key=b"another").seal.seal(a_session())
    assert claim(signed("ASIAAUDITAUDITAUDIT0", token), cloud()).fault == "bad token"


def test_a_users_key_with_a_good_token_of_somebody_else_is_foreign() -> None:
    at = cloud()
    assert claim(signed(KEY.access_key_id, at.seal.seal(a_session())), at).fault == "foreign token"


@pytest.mark.parametrize(
    ("session", "arn", "user_id"),
    [
        (a_session(), f"arn:aws:sts::{AWAY}:assumed-role/Audit/nightly", "AROAAUDIT:nightly"),
        (
            a_session(kind="federated-user", account=HOME, principal=ALICE.arn, principal_id="AIDAALICE", name="bob"),
            f"arn:aws:sts::{HOME}:federated-user/bob",
            f"{HOME}:bob",
        ),
        (a_session(kind="user", account=HOME, principal=ALICE.arn, principal_id="AIDAALICE"), ALICE.arn, "AIDAALICE"),
        (
            a_session(kind="root", account=HOME, principal=f"arn:aws:iam::{HOME}:root", principal_id=HOME),
            f"arn:aws:iam::{HOME}:root",
            HOME,
        ),
    ],
    ids=["role", "federated user", "GetSessionToken of a user", "GetSessionToken of root"],
)
def test_each_kind_of_session_has_awss_arn_and_user_id(session: Session, arn: str, user_id: str) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable"""
    assert (session_caller(session).arn, session_caller(session).user_id) == (arn, user_id)


def test_a_key_in_other_hands_is_still_its_owners_to_every_decision() -> None:
    mallory = Actor("mallory", "user", AWAY)
    held = replace(cloud(), hands={KEY.access_key_id: mallory})
    said, owner = claim(signed(KEY.access_key_id), held), claim(signed(KEY.access_key_id), cloud())
    assert said.actor == mallory
    assert owner.caller is not None
    assert said.caller == replace(owner.caller, actor=mallory)
    assert claim(signed(HOME), held) == claim(signed(HOME), cloud())
