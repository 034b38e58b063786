"""moto's handler for a request, found once per host and kept; moto looks through all its services every time."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from importlib import import_module
from traceback import walk_tb
from types import FrameType
from typing import Any

from stssim.access.core.build_request import MotoRequest
from stssim.access.core.moto_request import moto_request

Replied = tuple[int, Mapping[str, Any], str | bytes]
_OWN = __name__.partition(".")[0]
_Handler = Callable[[Any, str, Any], Replied]


class MotoFault(Exception):
    """moto raised an exception, which `error` is."""

    def __init__(self, error: Exception) -> None:
        super().__init__(type(error).__name__)
        self.error = error


def dispatch(given: MotoRequest) -> Replied | None:
    """What moto answers to this request, or None: it has no handler for it.

    Raises `MotoFault` for whatever moto raises. An exception of ours is raised as it is: it says that stssim has a bug,
    not that moto has no answer.
    """
    from werkzeug.exceptions import HTTPException

    url = f"https://{given.host}{given.target}"
    without_query = url.partition("?")[0]
    for pattern, handler in _handlers(given.host):
        if pattern.match(without_query):
            request = moto_request(
                given.method, given.host, given.target, given.headers, given.body, is_form=given.is_form
            )
            outside = sys.exception()
            try:
                return handler(request, request.raw_url, request.headers)
            except HTTPException as error:
                return error.code or 500, dict(error.get_headers()), error.get_body()
            except Exception as error:
                if _is_ours(error, outside):
                    raise
                raise MotoFault(error) from error
    return None


def _is_ours(error: BaseException | None, outside: BaseException | None) -> bool:
    """Whether an exception that came out of moto was raised in code of ours, which moto calls for the time, or because
    of one that was. What was being handled before moto was called, `outside`, has nothing to do with it.
    """
    while error is not None and error is not outside:
        if any(map(_is_own, _frames(error))):
            return True
        error = error.__cause__ or error.__context__
    return False


def _frames(error: BaseException) -> Iterator[FrameType]:
    """Where an exception was raised, without the frame of `dispatch`."""
    return (frame for frame, _ in walk_tb(error.__traceback__) if frame.f_code is not dispatch.__code__)


def _is_own(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0] == _OWN


@lru_cache(maxsize=256)
def _handlers(host: str) -> list[tuple[re.Pattern[str], _Handler]]:
    """Every handler of the services that answer at this host, in moto's order."""
    from moto.backend_index import backend_url_patterns

    services = [service for service, pattern in backend_url_patterns if pattern.match(f"https://{host}/")]
    found: list[tuple[re.Pattern[str], _Handler]] = []
    for service in dict.fromkeys(services):
        urls = import_module(f"moto.{service}.urls")
        found += [
            (re.compile(path.format(base)), handler)
            for base in urls.url_bases
            for path, handler in urls.url_paths.items()
        ]
    return found
