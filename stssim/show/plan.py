"""Where everything in a sequence diagram stands.

All of it follows from the undecided rows, so that it is the same before and after anybody knows how the calls end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stssim.show.names import display_name
from stssim.show.picture import Box, View, room_of
from stssim.show.rows import Row
from stssim.show.style import NOT_REACHED
from stssim.show.text_metrics import cut, tidy, width, wrap
from stssim.show.tokens import LARGE, SMALL

BOX = 30.0
PADDING = 12.0
PITCH = 44.0
WORD_APART = 8.0
_LINE = 18.0
_FIRST = 60.0
_GAP = 14.0
_ROOM = 9.0
_MARGIN = 12.0
_ABOVE = 14.0
"""Half of the icon that sits on the upper edge of a head."""
_GUTTER = width("validate", SMALL) + 12
_WORD = width(NOT_REACHED, SMALL) + WORD_APART
_NARROWEST = 84.0
_CROWD = 6
"""With more actors than this, names and labels are cut and broken shorter, so that the whole stays legible."""
_NAME_LIMIT = {False: 136.0, True: 104.0}
_LABEL_LIMIT = {False: 280.0, True: 170.0}


@dataclass(frozen=True, slots=True)
class Head:
    """An actor's box on top: its name in at most three lines, and small ones that say what it is, and whose."""

    x: float
    width: float
    lines: tuple[str, ...]
    small: tuple[str, ...]

    @property
    def baselines(self) -> tuple[float, ...]:
        """The y of every line's letters."""
        count = len(self.lines) + len(self.small)
        return tuple(_LINE * (at - (count - 1) / 2) + 9 for at in range(count))


@dataclass(frozen=True, slots=True)
class Place:
    """A row's line at the height `y`: from `start` to `end`, which are the same where one actor is alone in a box."""

    y: float
    start: float
    end: float
    room: float

    @property
    def middle(self) -> float:
        return (self.start + self.end) / 2


@dataclass(frozen=True, slots=True)
class Plan:
    """Heads in the order of the view's actors, all `high`, places in the order of its rows. y grows downwards.

    The heads' middle is at 0.
    """

    heads: tuple[Head, ...]
    high: float
    places: tuple[Place, ...]
    bottom: float
    gutter: float
    box: Box


def plan(view: View) -> Plan:
    """The plan of a view that has rows."""
    crowded = len(view.actors) > _CROWD
    name_limit, label_limit = _NAME_LIMIT[crowded], _LABEL_LIMIT[crowded]
    names = [wrap(tidy(display_name(actor)) or "?", LARGE, name_limit, lines=3) for actor in view.actors]
    owners = [tuple(cut(fact, SMALL, name_limit) for fact in view.owner(actor)) for actor in view.actors]
    widths = [_head(lines, small) for lines, small in zip(names, owners, strict=True)]
    columns = _columns(view, widths, label_limit)
    heads = tuple(map(Head, columns, widths, names, owners))
    high = 2 * PADDING + _LINE * max(len(head.lines) + len(head.small) for head in heads)
    first = high / 2 + _FIRST
    places = []
    for at, row in enumerate((*view.undecided, *view.beside)):
        start, end = columns[view.actors.index(row.source)], columns[view.actors.index(row.target)]
        room = room_of(row, label_limit) if row.alone else abs(end - start) - 2 * _ROOM
        places.append(Place(first + PITCH * at, start, end, room))
    bottom = first + PITCH * (max(len(view.undecided), _longest(view.beside)) - 0.2)
    boxes = [(place.start, place.room / 2 + PADDING) for place in places if place.start == place.end]
    left = min(heads[0].x - heads[0].width / 2, min([columns[0], *(x - half for x, half in boxes)]) - _GUTTER)
    words = [x + half + _WORD for x, half in boxes if len(columns) <= 2 or x < columns[-1]]
    right = max([head.x + head.width / 2 for head in heads] + [x + half for x, half in boxes] + words)
    box = Box(left - _MARGIN, -high / 2 - _ABOVE - _MARGIN, right + _MARGIN, bottom + _MARGIN)
    return Plan(heads, high, tuple(places[: len(view.undecided)]), bottom, left, box)


def _head(lines: Sequence[str], small: Sequence[str]) -> float:
    widest = max(*(width(line, LARGE) for line in lines), *(width(line, SMALL) for line in small))
    return max(_NARROWEST, widest + 2 * PADDING)


def _longest(rows: tuple[Row, ...]) -> int:
    """How many rows the longest of these traces has."""
    return max((row.index + 1 for row in rows), default=0)


def _columns(view: View, widths: list[float], label_limit: float) -> list[float]:
    """Every actor's x, from left to right, each as near to the one before as heads, boxes and labels allow.

    A word may stand on the lifeline next to its box.
    """
    apart: dict[tuple[int, int], float] = {}

    def keep(first: int, second: int, distance: float) -> None:
        apart[first, second] = max(distance, apart.get((first, second), 0.0))

    for at in range(1, len(widths)):
        keep(at - 1, at, (widths[at - 1] + widths[at]) / 2 + _GAP)
    for row in (*view.undecided, *view.beside):
        first, second = sorted((view.actors.index(row.source), view.actors.index(row.target)))
        if first != second:
            keep(first, second, room_of(row, label_limit) + 2 * _ROOM)
        else:
            half = room_of(row, label_limit) / 2 + PADDING
            keep(first - 1, first, half + _GAP)
            keep(first, first + 1, half + _GAP)
    columns = [0.0]
    for at in range(1, len(widths)):
        columns.append(max(columns[first] + gap for (first, second), gap in apart.items() if second == at))
    return columns
