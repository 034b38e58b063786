"""One Lab's share of moto's state, put in and taken out again."""

from __future__ import annotations

import boto3
import pytest
from moto import mock_aws
from moto.moto_api._internal import mock_random
from moto.s3.models import s3_backends

from stssim import Lab
from stssim.access.core.moto_state import MotoState

ACCOUNT = "111122223333"


def bucket(world: MotoState, name: str) -> None:
    with world.entered():
        s3_backends[ACCOUNT]["aws"].create_bucket(name, "us-east-1")


def buckets(world: MotoState) -> list[str]:
    with world.entered():
        return sorted(s3_backends[ACCOUNT]["aws"].buckets)


def test_worlds_do_not_see_each_other_and_outside_nothing_is_seen() -> None:
    one, other = MotoState(b"1"), MotoState(b"2")
    bucket(one, "reports")
    bucket(other, "letters")
    assert (buckets(one), buckets(other)) == (["reports"], ["letters"])
    assert ACCOUNT not in s3_backends


def test_a_world_is_left_even_when_something_breaks_inside() -> None:
    world = MotoState(b"1")
    bucket(world, "before")

    def breaks() -> None:
        with world.entered():
            s3_backends[ACCOUNT]["aws"].create_bucket("during", "us-east-1")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        breaks()
    assert ACCOUNT not in s3_backends
    assert buckets(world) == ["before", "during"]


def test_one_world_inside_another_comes_out_again() -> None:
    one, other = MotoState(b"1"), MotoState(b"2")
    with one.entered():
        bucket(other, "letters")
        s3_backends[ACCOUNT]["aws"].create_bucket("reports", "us-east-1")
    assert (buckets(one), buckets(other)) == (["reports"], ["letters"])


def test_equal_seeds_and_draws_give_equal_ids() -> None:
    def drawn(seed: bytes, draw: str) -> str:
        world = MotoState(seed)
        with world.entered():
            world.draw(draw)
            return str(mock_random.get_random_hex(20))

    assert drawn(b"1", "a") == drawn(b"1", "a")
    assert len({drawn(b"1", "a"), drawn(b"1", "b"), drawn(b"2", "a")}) == 3


def test_motos_own_dice_are_left_as_they_were() -> None:
    one, other = MotoState(b"1"), MotoState(b"2")
    before = mock_random.getstate()
    with one.entered():
        one.draw("a")
        within = mock_random.getstate()
        with other.entered():
            other.draw("b")
            mock_random.get_random_hex(20)
        assert mock_random.getstate() == within
    assert mock_random.getstate() == before


def test_a_call_that_moto_does_not_answer_draws_nothing_of_motos() -> None:
    home = Lab(seed=1).account("home")
    sts = home.client("sts")
    before = mock_random.getstate()
    mock_random.setstate((3, (0,) * 624 + (0,), None))
    assert sts.get_session_token()
    assert mock_random.getstate() == (3, (0,) * 624 + (0,), None)
    mock_random.setstate(before)


def test_a_cleared_world_is_empty() -> None:
    world = MotoState(b"1")
    bucket(world, "reports")
    world.clear()
    assert buckets(world) == []


def test_a_mock_of_motos_own_beside_a_lab_changes_neither(monkeypatch: pytest.MonkeyPatch) -> None:
    home = Lab(seed=1).account("home")
    home.bucket("reports", {"q3.csv": "1"})
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        mocked = boto3.client("s3", region_name="us-east-1")
        assert mocked.list_buckets()["Buckets"] == []
        mocked.create_bucket(Bucket="mocked")
        assert home.client("s3").get_object(Bucket="reports", Key="q3.csv")["Body"].read() == b"1"
        assert [each["Name"] for each in mocked.list_buckets()["Buckets"]] == ["mocked"]
    assert [each["Name"] for each in home.client("s3").list_buckets()["Buckets"]] == ["reports"]


def test_motos_account_variable_would_put_all_accounts_into_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTO_ACCOUNT_ID", ACCOUNT)
    with pytest.raises(RuntimeError, match="MOTO_ACCOUNT_ID is set"):
        MotoState(b"1")
