"""An exception that moto raises means that it has no answer; an exception of ours means that stssim has a bug."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any, NoReturn

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from moto.core.utils import utcnow

from stssim import Lab
from stssim.access.core import answer, dispatch
from stssim.access.core.build_request import MotoRequest
from stssim.access.core.dispatch import MotoFault
from stssim.access.core.moto_state import MotoState

HOST = "iam.amazonaws.com"
HEADERS = {"host": HOST, "content-type": "application/x-www-form-urlencoded", "x-moto-account-id": "111122223333"}
CREATE_USER = b"Action=CreateUser&Version=2010-05-08&UserName=alice"
PASSWORD = "correct-horse-battery"


class Broken(RuntimeError):
    pass


def broken(*_: Any, **__: Any) -> NoReturn:
    raise Broken("on purpose")


def a_clock_that_is_broken() -> datetime:
    raise Broken("the clock")


def utc_now() -> datetime:
    return datetime.now(UTC)


def create_user(now: Callable[[], datetime]) -> None:
    with MotoState(b"seed", now).entered():
        dispatch.dispatch(MotoRequest("POST", HOST, "/", HEADERS, CREATE_USER, is_form=True))


def moto_that(monkeypatch: pytest.MonkeyPatch, does: Callable[..., Any]) -> None:
    """moto's CreateUser, but that it does this."""
    from moto.iam.models import IAMBackend

    monkeypatch.setattr(IAMBackend, "create_user", does)


def test_an_exception_of_ours_in_a_function_that_moto_calls_is_raised_as_it_is() -> None:
    with pytest.raises(Broken, match="the clock"):
        create_user(a_clock_that_is_broken)


def test_an_exception_of_motos_because_of_one_of_ours_is_raised_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([datetime.now(UTC)] * 100)
    looks_at_the_clock = partial(next, clock)

    def hides_why(*_: Any, **__: Any) -> None:
        try:
            while True:
                utcnow()
        except StopIteration:
            raise ValueError("no date") from None

    moto_that(monkeypatch, hides_why)
    with pytest.raises(ValueError, match="no date"):
        create_user(looks_at_the_clock)


def test_an_exception_of_motos_own_says_that_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    moto_that(monkeypatch, broken)
    with pytest.raises(MotoFault) as caught:
        create_user(utc_now)
    assert isinstance(caught.value.error, Broken)


def test_what_was_caught_before_moto_was_called_does_not_make_its_exception_ours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    vendor = Lab(seed=7).account("vendor")
    iam = vendor.client("iam")
    moto_that(monkeypatch, broken)
    try:
        with MotoState(b"seed", a_clock_that_is_broken).entered():
            utcnow()
    except Broken:
        with pytest.raises(ClientError, match="NotImplemented"):
            iam.create_user(UserName="alice")


@pytest.mark.parametrize("function", ["moto_request", "_handlers", "build_request"])
def test_an_exception_of_ours_before_moto_is_called_is_raised_as_it_is(
    monkeypatch: pytest.MonkeyPatch, function: str
) -> None:
    iam = Lab(seed=7).account("vendor").client("iam")
    monkeypatch.setattr(answer if function == "build_request" else dispatch, function, broken)
    with pytest.raises(Broken):
        iam.list_users()


def test_an_exception_of_motos_own_is_not_implemented_and_logged_with_its_cause(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def stumbles(*_: Any, user_name: str, **__: Any) -> None:
        try:
            broken()
        except Broken as cause:
            raise KeyError(f"{user_name} \x1b[31m") from cause

    iam = Lab(seed=7).account("vendor").client("iam", config=Config(retries={"total_max_attempts": 1}))
    moto_that(monkeypatch, stumbles)
    with caplog.at_level(logging.DEBUG, "stssim"), pytest.raises(ClientError, match="NotImplemented") as caught:
        iam.create_user(UserName=PASSWORD)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
    (record,) = [record for record in caplog.records if record.name == "stssim"]
    assert record.levelno == logging.DEBUG
    told = record.getMessage()
    assert told.startswith("moto raised an exception for iam:CreateUser:")
    assert told.index("Broken: on purpose") < told.index("which led to") < told.index("KeyError: ")
    assert "in stumbles" in told
    assert PASSWORD not in told
    assert "\x1b" not in told


def test_where_nobody_debugs_nothing_is_said_of_motos_exceptions(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    iam = Lab(seed=7).account("vendor").client("iam")
    moto_that(monkeypatch, broken)
    with caplog.at_level(logging.INFO, "stssim"), pytest.raises(ClientError, match="NotImplemented"):
        iam.create_user(UserName="alice")
    assert not [record for record in caplog.records if record.name == "stssim"]
