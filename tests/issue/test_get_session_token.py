from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from stssim.call import Caller, Session
from stssim.issue import issue
from tests.fakes import HOME, NOON, a_call, a_cloud, a_root, a_user

START = int(NOON.timestamp())


def session_of(caller: Caller, **parameters: Any) -> Session:
    cloud = a_cloud()
    result, _ = issue(a_call("GetSessionToken", **parameters), caller, cloud)
    return cloud.seal.open(result["Credentials"]["SessionToken"])


def test_the_session_is_the_users_own() -> None:
    user = a_user()
    session = session_of(user)
    assert (session.kind, session.principal, session.principal_id) == ("user", user.arn, user.principal_id)


@pytest.mark.parametrize(("parameters", "seconds"), [({}, 43200), ({"DurationSeconds": 129600}, 129600)])
def test_a_users_session_lasts_half_a_day_unless_the_call_says_otherwise(parameters: Any, seconds: int) -> None:
    assert session_of(a_user(), **parameters).expires_at == START + seconds


@pytest.mark.parametrize(
    ("parameters", "seconds"), [({}, 3600), ({"DurationSeconds": 900}, 900), ({"DurationSeconds": 129600}, 3600)]
)
def test_a_session_of_root_is_cut_to_an_hour(parameters: Any, seconds: int) -> None:
    session = session_of(a_root(), **parameters)
    assert (session.kind, session.principal) == ("root", f"arn:aws:iam::{HOME}:root")
    assert session.expires_at == START + seconds


def test_the_mfa_that_was_given_is_remembered_in_the_session() -> None:
    assert session_of(a_user()).mfa_at is None
    assert session_of(replace(a_user(), mfa_at=START)).mfa_at == START


def test_the_response_has_credentials_and_nobody_else_in_it() -> None:
    result, _ = issue(a_call("GetSessionToken"), a_user(), a_cloud())
    assert set(result) == {"Credentials", "SessionTokenSize", "SessionTokenUtilization"}
