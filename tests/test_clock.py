"""The Lab's clock, which stands still unless it is told to run."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from stssim.clock import START, Clock


def test_it_stands_still_and_moves_when_it_is_moved() -> None:
    clock = Clock()
    assert clock.now() == clock.now() == START
    assert clock.advance(hours=1, minutes=2, seconds=3) == START + timedelta(hours=1, minutes=2, seconds=3)
    assert clock.advance(hours=-2) < START


def test_a_running_clock_goes_on_with_the_walls_from_where_it_was_set() -> None:
    clock = Clock.running()
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)
    clock.set(datetime(2030, 1, 1, tzinfo=UTC))
    first = clock.now()
    assert datetime(2030, 1, 1, tzinfo=UTC) <= first <= clock.now() < datetime(2030, 1, 1, 0, 1, tzinfo=UTC)


def test_a_reset_takes_it_back_to_its_start_and_a_running_one_to_the_walls_time() -> None:
    clock, running = Clock(datetime(2030, 1, 1, tzinfo=UTC)), Clock.running()
    for each in (clock, running):
        each.advance(hours=1000)
        each.reset()
    assert clock.now() == datetime(2030, 1, 1, tzinfo=UTC)
    assert abs(running.now() - datetime.now(UTC)) < timedelta(minutes=1)


def test_any_zone_is_taken_and_utc_given() -> None:
    clock = Clock()
    clock.set(datetime(2030, 1, 1, 2, tzinfo=timezone(timedelta(hours=2))))
    assert (clock.now(), clock.now().tzinfo) == (datetime(2030, 1, 1, tzinfo=UTC), UTC)
    assert repr(clock) == "Clock at 2030-01-01 00:00:00 UTC"


def test_a_time_without_a_zone_is_refused_with_what_to_write() -> None:
    with pytest.raises(ValueError, match=r"has no time zone; write 2030-01-01T00:00:00\+00:00"):
        Clock().set(datetime(2030, 1, 1))  # noqa: DTZ001


@pytest.mark.parametrize("seconds", [1e12, -1e12, 1e300, float("inf"), float("nan")])
def test_it_stays_where_it_is_when_it_is_moved_out_of_the_world(seconds: float) -> None:
    clock = Clock()
    with pytest.raises(ValueError, match="from 1970 to 9000"):
        clock.advance(seconds=seconds)
    assert clock.now() == START
