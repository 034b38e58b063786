"""One test, both doors: clients of a Lab whose calls arrive in process or over HTTP on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Literal, cast

from botocore import UNSIGNED
from botocore.config import Config

from stssim import Lab
from stssim.lab.handles import Handle
from stssim.transports.http import serving
from stssim.transports.in_process import _session

Way = Literal["in process", "over HTTP"]


class Served:
    """Whichever Lab is served at the moment; a server outlives the test that began it."""

    lab: Lab

    def __getattr__(self, name: str) -> Any:
        return getattr(self.lab, name)


class Servers:
    """HTTP servers on loopback, started as they are needed and used again by later tests."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._idle: list[tuple[Served, str]] = []

    @contextmanager
    def serving(self, lab: Lab) -> Iterator[str]:
        """The URL at which this Lab is served."""
        if self._idle:
            served, url = self._idle.pop()
        else:
            served = Served()
            url = self._stack.enter_context(serving(cast(Lab, served)))
        served.lab = lab
        try:
            yield url
        finally:
            self._idle.append((served, url))


class Door:
    """Makes boto3 clients whose calls go in by one door."""

    def __init__(self, way: Way, servers: Servers, stack: ExitStack) -> None:
        self.way = way
        self._servers = servers
        self._stack = stack
        self._urls: dict[Lab, str] = {}

    def __call__(self, who: Handle | Lab, service: str, *, region: str = "us-east-1", config: Any = None) -> Any:
        """A client of this service that signs as `who`; a Lab itself is nobody, whose client does not sign."""
        if self.way == "in process":
            return who.client(service, region=region, config=config)
        unsigned = Config(signature_version=UNSIGNED) if isinstance(who, Lab) else None
        lab = cast(Lab, who if isinstance(who, Lab) else who._lab)
        key_id, secret, token = (None, None, None) if isinstance(who, Lab) else who._keys
        return _session().client(
            service,
            endpoint_url=self.url(lab),
            region_name=region,
            aws_access_key_id=key_id,
            aws_secret_access_key=secret,
            aws_session_token=token,
            config=config.merge(unsigned) if config and unsigned else config or unsigned,
        )

    def url(self, lab: Lab) -> str:
        """Where this Lab is served."""
        if lab not in self._urls:
            self._urls[lab] = self._stack.enter_context(self._servers.serving(lab))
        return self._urls[lab]
