"""How often each name was drawn by: what makes two draws of one name different, and equal runs equal.

An id, a key or a token is drawn by the name of what it is for, such as `111122223333 iam CreateUser alice`, and by how
often that name was drawn by before. So it hangs on nothing else that happens in a Lab, and no two draws are the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from zlib import crc32

COUNTER_BITS = 12


class Draws:
    """The counts of one Lab. They never start over, so nothing is drawn twice, not even after a reset.

    There are 4,096 counters, whatever the number of names, so memory has a bound. Names that share a counter skip
    numbers; none gets a number twice. Any number of threads may count at once.
    """

    def __init__(self) -> None:
        self._counters: dict[int, Iterator[int]] = {}

    def number(self, name: str) -> int:
        """A number that this name, or another one, was never given before."""
        counter = crc32(name.encode(errors="surrogatepass")) & ((1 << COUNTER_BITS) - 1)
        return next(self._counters.setdefault(counter, count())) << COUNTER_BITS | counter
