"""One Lab's share of moto's state, which is process-wide: put in before a call, taken out after it.

moto keeps everything in dictionaries that hang off its modules. A `MotoState` holds the contents that belong to one Lab
and exchanges them for what was there, under one lock. So Labs do not see each other, and a `mock_aws` beside them sees
nothing.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import RLock
from typing import Any
from weakref import finalize

from stssim.access.core.moto_clock import telling_moto

LOCK = RLock()


def _wall_clock() -> datetime:
    return datetime.now(UTC)


class MotoState:
    """The moto state of one Lab. `seed` makes the ids and keys that moto invents repeatable, `now` is its time."""

    def __init__(self, seed: bytes, now: Callable[[], datetime] = _wall_clock) -> None:
        if "MOTO_ACCOUNT_ID" in os.environ:
            raise RuntimeError(
                "MOTO_ACCOUNT_ID is set, and moto would put every account's things into that one; unset it."
            )
        self.drawn = ""
        """The name of the last draw."""
        self._seed = seed
        self._now = now
        self._contents: list[tuple[dict[Any, Any], dict[Any, Any]]] = []
        self._instances: list[Any] = []
        self._objects: tuple[list[Any], list[Any]] = ([], [])
        self._random_outside: Any = None
        finalize(self, _close, self._objects)

    @contextmanager
    def entered(self) -> Iterator[None]:
        """moto's state is this Lab's inside, and what it was before outside."""
        from moto.core.base_backend import BackendDict
        from moto.moto_api._internal import mock_random
        from moto.organizations.models import organizations_backends
        from moto.s3.models import FakeKey, FakeMultipart, s3_backends

        instances: list[Any] = BackendDict._instances  # type: ignore[misc]
        beside: list[dict[Any, Any]] = [s3_backends.bucket_accounts, organizations_backends.master_accounts]
        with LOCK:
            outside, outside_instances = _take(instances, beside), list(instances)
            random_outside, self._random_outside = self._random_outside, None
            objects = FakeKey.instances_tracked, FakeMultipart.instances_tracked  # type: ignore[attr-defined]
            try:
                _put(self._contents)
                instances[:] = self._instances
                FakeKey.instances_tracked, FakeMultipart.instances_tracked = self._objects  # type: ignore[attr-defined]
                with telling_moto(self._now):
                    yield
            finally:
                self._contents, self._instances = _take(instances, beside), list(instances)
                _put(outside)
                instances[:] = outside_instances
                FakeKey.instances_tracked, FakeMultipart.instances_tracked = objects  # type: ignore[attr-defined]
                if self._random_outside is not None:
                    mock_random.setstate(self._random_outside)
                self._random_outside = random_outside

    def draw(self, name: str) -> None:
        """The ids and keys that moto invents from now on are those of this name: equal names and seeds give equal ones.

        To be called while this world is entered.
        """
        from moto.moto_api._internal import mock_random

        if self._random_outside is None:
            self._random_outside = mock_random.getstate()
        digest = hashlib.sha256(self._seed + name.encode(errors="surrogatepass")).digest()
        mock_random.seed(int.from_bytes(digest[:8], "big"))
        self.drawn = name

    def clear(self) -> None:
        """Forgets everything."""
        with LOCK:
            self._contents, self._instances = [], []
            _close(self._objects)


def _close(objects: tuple[list[Any], list[Any]]) -> None:
    """Closes the files that moto keeps S3's objects in, and of which any reset of moto's would close every one."""
    for tracked in objects:
        for each in tracked:
            each.dispose()
        tracked.clear()


def _take(instances: list[Any], beside: list[dict[Any, Any]]) -> list[tuple[dict[Any, Any], dict[Any, Any]]]:
    taken = [(holder, dict(holder.items())) for holder in (*instances, *beside)]
    for holder, _ in taken:
        holder.clear()
    return taken


def _put(contents: list[tuple[dict[Any, Any], dict[Any, Any]]]) -> None:
    for holder, content in contents:
        holder.update(content)
