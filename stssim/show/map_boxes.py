"""The boxes of a map: what is in one, and where it stands. y grows downwards."""

from __future__ import annotations

import math
from dataclasses import dataclass

from stssim.show.text_metrics import cut, wrap
from stssim.show.tokens import LARGE, SMALL

WIDE = 176.0
"""How wide a box is."""
PAD = 8.0
ICON = 30.0
LINE = 18.0
CHIP = 10.0
"""The radius of a chip."""
CHIP_PITCH = 24.0
_BOLD = 1.08
"""How much wider a bold name is than the widths of `text_metrics`."""
_CHIPS_IN_BOX = 6

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Node:
    """A box before it has its place: a name in at most three lines, what it is, and room for its chips."""

    lines: tuple[str, ...]
    what: str
    chips: int

    @classmethod
    def of(cls, name: str, what: str, chips: int) -> Node:
        limit = WIDE - 3 * PAD - ICON
        return cls(wrap(name, LARGE * _BOLD, limit, lines=3), cut(what, SMALL, limit), chips)

    @property
    def high_text(self) -> float:
        return LINE * (len(self.lines) + 1)

    @property
    def head(self) -> float:
        """How high it is without its chips."""
        return max(ICON, self.high_text) + 2 * PAD

    @property
    def high(self) -> float:
        return self.head + (2 * CHIP + 4) * math.ceil(self.chips / _CHIPS_IN_BOX)


@dataclass(frozen=True, slots=True)
class Place:
    """A box where it stands."""

    node: Node
    left: float
    top: float

    @property
    def right(self) -> float:
        return self.left + WIDE

    @property
    def bottom(self) -> float:
        return self.top + self.node.high

    @property
    def middle(self) -> float:
        return self.left + WIDE / 2

    @property
    def center(self) -> float:
        return self.top + self.node.high / 2

    @property
    def chips(self) -> list[Point]:
        """The middles of its chips, in rows below its name."""
        return [
            (
                self.left + PAD + CHIP + CHIP_PITCH * (at % _CHIPS_IN_BOX),
                self.top + self.node.head - 2 + CHIP + (2 * CHIP + 4) * (at // _CHIPS_IN_BOX),
            )
            for at in range(self.node.chips)
        ]

    def holds(self, point: Point, around: float = 0.0) -> bool:
        """Whether a point is in the box, or so near to it."""
        x, y = point
        return self.left - around < x < self.right + around and self.top - around < y < self.bottom + around
