"""Keys to sign with, the same for the same seed.

RSA keys cannot be made from a seed, so a pool of them lies beside this module: TEST KEYS, public on purpose. EC keys
are derived.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from stssim.lab.identity.signing import Key

Algorithm = Literal["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"]
POOL = 12


class Keyring:
    """The keys of one Lab. The same seed and the same names, asked for in the same order, give the same keys.

    No two names share a key: what one provider signs never verifies for another.
    """

    def __init__(self, seed: bytes) -> None:
        self.seed = seed
        self._rsa: dict[str, int] = {}

    def key(self, name: str, algorithm: Algorithm) -> Key:
        """The key of this name for this algorithm. Raises `RuntimeError` when the pool of RSA keys is used up."""
        from stssim.lab.identity.signing import derived_key, test_key

        if algorithm.startswith("RS"):
            place = self._rsa.setdefault(name, len(self._rsa))
            if place >= POOL:
                raise RuntimeError(f"A Lab holds {POOL} RSA keys and all are taken; use ES256, whose keys have no end.")
            return test_key(place)
        return derived_key(algorithm, lambda size: self.draw(f"{algorithm} {name}", size))

    def draw(self, name: str, size: int) -> bytes:
        """Bytes of this name: ids, serial numbers, MFA seeds."""
        return hashlib.shake_256(self.seed + name.encode()).digest(size)
