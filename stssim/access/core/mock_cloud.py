"""moto and what is kept beside it, put together: everything that exists in one Lab."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime

from stssim.access.core.directory import MotoDirectory
from stssim.access.core.lab_state import LabState
from stssim.access.core.moto_state import MotoState
from stssim.access.core.upstream import MotoUpstream
from stssim.access.services import account as regions
from stssim.call import Actor, Call, Caller
from stssim.cloud import Cloud, Denial, KeySource, OutboundIssuer, TokenCodec
from stssim.draws import Draws


class MockCloud:
    """The state of one Lab, whose time `now` tells. Calls are answered, and it is read, only while it is `entered`."""

    def __init__(
        self,
        seed: bytes,
        root_secret: str,
        account_issuer: Callable[[str], OutboundIssuer],
        now: Callable[[], datetime],
    ) -> None:
        self._kept = LabState(account_issuer=account_issuer)
        self._world = MotoState(seed, now)
        self._directory = MotoDirectory(self._kept, root_secret)
        self._upstream = MotoUpstream(self._kept, self._directory, self._world, Draws())

    def entered(self) -> AbstractContextManager[None]:
        """See `MotoState.entered`."""
        return self._world.entered()

    @property
    def drawn(self) -> str:
        """The name of the draw that the ids of the last call are from."""
        return self._world.drawn

    def at(self, now: datetime, wall: datetime, seal: TokenCodec, keys: KeySource, hands: Mapping[str, Actor]) -> Cloud:
        """The cloud as the gate sees it at one moment."""
        return Cloud(self._directory, self._upstream, seal, keys, now, wall, hands)

    def redo(self, call: Call, caller: Caller, account: str, draw: str) -> None:
        """Makes a change again that was let through before, with the ids of its draw then."""
        with self.unguarded():
            self._upstream.redo(call, caller, account, draw)

    @contextmanager
    def unguarded(self) -> Iterator[None]:
        """Inside, trust policies of shared OIDC issuers are taken as IAM took them before it guarded against them."""
        before, self._kept.guards_shared_issuers = self._kept.guards_shared_issuers, False
        try:
            yield
        finally:
            self._kept.guards_shared_issuers = before

    def switch_sts(self, account: str, region: str, *, active: bool) -> None:
        """Activates or deactivates STS in a Region for an account, as its administrator does in the IAM console.

        Raises `ValueError` for a Region in which it cannot be done: us-east-1, and those that have to be opted into.
        """
        if region == "us-east-1" or regions.status(account, region, self._kept) != "ENABLED_BY_DEFAULT":
            raise ValueError(f"STS cannot be switched off or on in {region!r}, only in a Region like eu-west-1.")
        switch = self._kept.sts_inactive.discard if active else self._kept.sts_inactive.add
        switch((account, region))

    def keep_denial(self, denial: Denial) -> None:
        """Keeps a denial for GetRequestAuthorizationDetails."""
        self._kept.keep_denial(denial)

    def clear(self) -> None:
        """Forgets everything."""
        self._world.clear()
        self._kept.clear()
