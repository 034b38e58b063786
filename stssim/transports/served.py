"""What is served over HTTP, as far as a transport knows it: it answers requests, and the admin API steers it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from stssim.call import HttpReply, HttpRequest
from stssim.clock import Clock


class Served(Protocol):
    """A Lab, or what stands for one in a test."""

    @property
    def clock(self) -> Clock: ...
    def handle(self, request: HttpRequest) -> HttpReply:
        """The answer to a request, however long that takes."""
        ...

    def handle_at_once(self, request: HttpRequest) -> HttpReply | None:
        """The answer, or None: it would have to wait for an issuer's keys, and nothing was done."""
        ...

    def reset(self) -> None: ...
    def evidence(self) -> Sequence[dict[str, Any]]:
        """The traces of the set-up and of each recording, as data that JSON can hold."""
        ...
