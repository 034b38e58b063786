"""What time moto thinks it is: a Lab's, while one of its calls is answered, and the wall clock's otherwise.

moto's modules take the time from functions of `moto.core.utils`, and S3's buckets from `datetime` itself. Both are
given a `datetime` whose `now` asks here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_now: ContextVar[Callable[[], dt.datetime] | None] = ContextVar("moto's time", default=None)


class _Moment(dt.datetime):
    """`datetime.datetime`, but for what the time is."""

    @classmethod
    def now(cls, tz: dt.tzinfo | None = None) -> Any:
        now = _now.get()
        if now is None:
            return dt.datetime.now(tz)
        return now().astimezone(tz) if tz else now().astimezone().replace(tzinfo=None)


class _Datetime:
    """The module `datetime`, but for what the time is."""

    datetime = _Moment

    def __getattr__(self, name: str) -> Any:
        return getattr(dt, name)


@contextmanager
def telling_moto(now: Callable[[], dt.datetime]) -> Iterator[None]:
    """Inside, moto takes its time from here."""
    import moto.core.utils
    import moto.s3.models

    modules: tuple[Any, ...] = moto.core.utils, moto.s3.models
    for module in modules:
        if not isinstance(module.datetime, _Datetime):
            module.datetime = _Datetime()
    token = _now.set(now)
    try:
        yield
    finally:
        _now.reset(token)
