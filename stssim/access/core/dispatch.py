"""moto's handler for a request, found once per host and kept; moto looks through all its services every time."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib import import_module
from typing import Any

from stssim.access.core.moto_request import moto_request

Replied = tuple[int, Mapping[str, Any], str | bytes]
_Handler = Callable[[Any, str, Any], Replied]


def dispatch(method: str, host: str, target: str, headers: Mapping[str, str], body: bytes) -> Replied | None:
    """What moto answers to this request, or None: it has no handler for it. Raises whatever moto does."""
    from werkzeug.exceptions import HTTPException

    url = f"https://{host}{target}"
    without_query = url.partition("?")[0]
    for pattern, handler in _handlers(host):
        if pattern.match(without_query):
            request = moto_request(method, host, target, headers, body)
            try:
                return handler(request, request.raw_url, request.headers)
            except HTTPException as error:
                return error.code or 500, dict(error.get_headers()), error.get_body()
    return None


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
