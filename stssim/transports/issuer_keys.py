"""The keys of real identity providers, fetched over HTTP from the addresses that were named for them and no others."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from threading import Lock
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, build_opener

from stssim.cloud import KeySource, KeysWanted

MAX_BYTES = 1_000_000
MAX_AGE = 300.0
"""Seconds for which fetched keys are used again."""
REST = 5.0
"""Seconds between two fetches for one issuer, whatever tokens come in."""


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


@dataclass(slots=True)
class _Held:
    at: float
    keys: Mapping[str, Any] | None
    why_not: str = ""


@dataclass(slots=True)
class FetchedIssuers:
    """A `KeySource` for the issuers in `addresses` (`https://ci.example.com` -> `http://127.0.0.1:9001`).

    Discovery and key set come from the address. A `jwks_uri` under the issuer's own URL is looked for under the
    address, one under the address is taken as it is, and any other is refused, so that no other host is ever called.
    Redirects and proxies are not followed. Issuers that are not named are asked of `beside`. `timeout`, in seconds, is
    how long an issuer may be silent, and how long the bodies of its answers may take altogether.
    """

    addresses: Mapping[str, str]
    beside: KeySource | None = None
    timeout: float = 2.0
    clock: Callable[[], float] = time.monotonic
    _held: dict[str, _Held] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)
    _asking: dict[str, Lock] = field(default_factory=dict)
    _opener: OpenerDirector = field(default_factory=lambda: build_opener(ProxyHandler({}), _NoRedirects()))

    def __post_init__(self) -> None:
        """Raises `ValueError` for what cannot be an issuer or its address."""
        for issuer, address in self.addresses.items():
            if urlsplit(issuer).scheme != "https" or not urlsplit(issuer).netloc:
                raise ValueError(f"An issuer is an https URL, not {issuer!r}.")
            if urlsplit(address).scheme not in {"http", "https"} or not urlsplit(address).netloc:
                raise ValueError(f"{issuer} is reached at an http or https URL, not {address!r}.")

    def jwks(self, issuer: str, *, fresh: bool = False) -> Mapping[str, Any]:
        """The issuer's key set, from the cache unless it is stale or `fresh` is wanted. Raises `ConnectionError`."""
        if issuer not in self.addresses:
            return self._elsewhere(issuer, fresh)
        with self._lock:
            asking = self._asking.setdefault(issuer, Lock())
        with asking:
            held = self._still_good(issuer, fresh)
            if held is None:
                held = self._held[issuer] = self._ask(issuer, self.clock())
        return _keys(held)

    def at_hand(self) -> KeySource:
        """The same keys for a caller who cannot wait: `jwks` raises `KeysWanted` where they have to be fetched."""
        return _AtHand(self)

    def _elsewhere(self, issuer: str, fresh: bool) -> Mapping[str, Any]:
        if self.beside is None:
            raise ConnectionError(f"no address is known for {issuer}")
        return self.beside.jwks(issuer, fresh=fresh)

    def _still_good(self, issuer: str, fresh: bool) -> _Held | None:
        held = self._held.get(issuer)
        if held is None or self.clock() - held.at >= (REST if fresh or held.keys is None else MAX_AGE):
            return None
        return held

    def _ask(self, issuer: str, now: float) -> _Held:
        try:
            return _Held(now, self._fetch(issuer))
        except (OSError, HTTPException, ValueError) as error:
            return _Held(now, None, f"{issuer} at {self.addresses[issuer]}: {error}")

    def _fetch(self, issuer: str) -> Mapping[str, Any]:
        deadline = time.monotonic() + self.timeout
        base, address = issuer.rstrip("/"), self.addresses[issuer].rstrip("/")
        discovery = self._get(f"{address}/.well-known/openid-configuration", deadline)
        if discovery.get("issuer") != issuer:
            raise ValueError(f"its discovery document is that of {discovery.get('issuer')!r:.200}")
        uri = discovery.get("jwks_uri")
        if isinstance(uri, str) and uri.startswith(f"{base}/"):
            uri = address + uri.removeprefix(base)
        if not isinstance(uri, str) or not uri.startswith(f"{address}/"):
            raise ValueError(f"its jwks_uri {uri!r:.200} is not under {base}")
        keys = self._get(uri, deadline)
        if not isinstance(keys.get("keys"), list):
            raise ValueError("its key set has no list of keys")
        return keys

    def _get(self, url: str, deadline: float) -> Mapping[str, Any]:
        try:
            answer = self._opener.open(url, timeout=max(deadline - time.monotonic(), 0.001))
        except HTTPError as error:
            error.close()
            raise ValueError(f"{url} answers {error.code}") from None
        with answer:
            body = b""
            while piece := answer.read1(65536):
                body += piece
                if len(body) > MAX_BYTES:
                    raise ValueError(f"{url} answers more than {MAX_BYTES} bytes")
                if time.monotonic() > deadline:
                    raise TimeoutError(f"{url} answers too slowly")
        try:
            found = json.loads(body)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise ValueError(f"{url} does not answer a JSON object")
        return found


@dataclass(frozen=True, slots=True)
class _AtHand:
    issuers: FetchedIssuers

    def jwks(self, issuer: str, *, fresh: bool = False) -> Mapping[str, Any]:
        if issuer not in self.issuers.addresses:
            return self.issuers._elsewhere(issuer, fresh)
        held = self.issuers._still_good(issuer, fresh)
        if held is None:
            raise KeysWanted(issuer, fresh=fresh)
        return _keys(held)


def _keys(held: _Held) -> Mapping[str, Any]:
    if held.keys is None:
        raise ConnectionError(held.why_not)
    return held.keys
