"""The Lab's clock, on which credentials expire. It stands still unless it is told to run."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

START = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
_FIRST, _LAST = datetime(1970, 1, 2, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
_RANGE = f"from {_FIRST:%Y} to {_LAST:%Y}"


class Clock:
    """A clock that only its owner moves, or, `running`, one that goes on with the wall's from wherever it was set."""

    def __init__(self, start: datetime = START, *, running: bool = False) -> None:
        self._start = start
        self._running = running
        self.reset()

    @classmethod
    def running(cls) -> Clock:
        """A clock that starts at the wall's time and goes on with it."""
        return cls(running=True)

    def now(self) -> datetime:
        """The time, in UTC."""
        if self._running:
            return self._set_to + timedelta(seconds=time.monotonic() - self._set_at)
        return self._set_to

    def advance(self, *, hours: float = 0, minutes: float = 0, seconds: float = 0) -> datetime:
        """Moves the clock on (or back, by a negative amount) and returns the new time.

        Raises `ValueError` for a time that no credentials can have.
        """
        try:
            moment = self.now() + timedelta(hours=hours, minutes=minutes, seconds=seconds)
        except (OverflowError, ValueError):
            raise ValueError(f"The clock cannot be moved that far; it goes {_RANGE}.") from None
        self.set(moment)
        return self.now()

    def set(self, moment: datetime) -> None:
        """Sets the clock. Raises `ValueError` for a time without a zone, or one that no credentials can have."""
        if moment.tzinfo is None:
            raise ValueError(f"{moment.isoformat()} has no time zone; write {moment.isoformat()}+00:00")
        if not _FIRST <= moment <= _LAST:
            raise ValueError(f"The clock cannot be set to {moment.isoformat()}; it goes {_RANGE}.")
        self._set_to, self._set_at = moment.astimezone(UTC), time.monotonic()

    def reset(self) -> None:
        """Back to where it started; one that runs, to the wall's time."""
        self.set(datetime.now(UTC) if self._running else self._start)

    def __repr__(self) -> str:
        return f"Clock at {self.now():%Y-%m-%d %H:%M:%S} UTC"


def time_of_day(seconds: int, now: int) -> str:
    """A moment in UTC as it is said: the time of day, and the date if that is not today's.

    >>> time_of_day(1767261600, 1767258000), time_of_day(1767348000, 1767258000)
    ('10:00:00 UTC', '2026-01-02 10:00:00 UTC')
    """
    moment, today = datetime.fromtimestamp(seconds, UTC), datetime.fromtimestamp(now, UTC)
    return moment.strftime("%H:%M:%S UTC" if moment.date() == today.date() else "%Y-%m-%d %H:%M:%S UTC")
