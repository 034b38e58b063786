"""Where the public keys of a Lab's issuers are to be had."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol


class KeyHolder(Protocol):
    """An issuer whose keys can be fetched while it is online."""

    @property
    def url(self) -> str: ...
    @property
    def online(self) -> bool: ...
    def jwks(self) -> Mapping[str, Any]: ...


class Issuers:
    """Where a Lab's keys come from: the issuers it holds, reached in memory. Nothing else is ever asked."""

    def __init__(self) -> None:
        self._held: dict[str, KeyHolder] = {}

    def add(self, provider: KeyHolder) -> None:
        self._held[provider.url] = provider

    def get(self, url: str) -> KeyHolder | None:
        return self._held.get(url)

    def jwks(self, issuer: str, *, fresh: bool = False) -> Mapping[str, Any]:  # noqa: ARG002 - nothing is cached here
        """The issuer's key set. Raises `ConnectionError` when there is no such issuer or it is offline."""
        found = self._held.get(issuer)
        if found is None:
            raise ConnectionError(f"nothing answers at {issuer}")
        if not found.online:
            raise ConnectionError(f"{issuer} is offline")
        return found.jwks()
