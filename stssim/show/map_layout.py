"""Where everything of a map stands: boxes in columns (or, downwards, in rows), plates below them, edges between them.

y grows downwards, the upper left corner is at 0, 0.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from stssim.show.text_metrics import cut, width, wrap
from stssim.show.tokens import LARGE, SMALL

WIDE = 176.0
"""How wide a box is."""
PAD = 8.0
ICON = 30.0
LINE = 18.0
CHIP = 10.0
"""The radius of a chip."""
_BOLD = 1.08
"""How much wider a bold name is than the widths of `text_metrics`."""
_CHIP_PITCH = 24.0
_CHIPS_IN_BOX = 6
_CHIPS_ON_EDGE = 3
_ACROSS = 82.0
_DOWN = 64.0
_APART = 14.0
_PLATE = 8.0
_IN_A_ROW = 2
_PORT = 20.0
_SAMPLES = 16

Point = tuple[float, float]
_Line = tuple[float, float, str, Literal["start", "end"]]
"""Where a line of text begins or ends, and the text."""


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
                self.left + PAD + CHIP + _CHIP_PITCH * (at % _CHIPS_IN_BOX),
                self.top + self.node.head - 2 + CHIP + (2 * CHIP + 4) * (at // _CHIPS_IN_BOX),
            )
            for at in range(self.node.chips)
        ]

    def holds(self, point: Point, around: float = 0.0) -> bool:
        """Whether a point is in the box, or so near to it."""
        x, y = point
        return self.left - around < x < self.right + around and self.top - around < y < self.bottom + around


@dataclass(frozen=True, slots=True)
class Plate:
    """The ground of an account: its label is a name and a number."""

    label: tuple[str, ...]
    left: float
    top: float
    right: float
    bottom: float
    lines: tuple[_Line, ...]


@dataclass(frozen=True, slots=True)
class Edge:
    """A line, the point of its arrow and the way it points, and the middles of its chips."""

    path: str
    end: Point
    direction: Point
    chips: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """A whole map. Places and edges are in the order in which they were given."""

    places: tuple[Place, ...]
    plates: tuple[Plate, ...]
    edges: tuple[Edge, ...]
    right: float
    bottom: float


def laid_out(
    nodes: Sequence[Node],
    tiers: Sequence[int],
    ends: Sequence[tuple[int, int, int]],
    plates: Sequence[tuple[str, ...]],
    *,
    down: bool,
) -> Layout:
    """The layout of nodes, each with its tier and the label of the plate that it stands on, and of edges between them:
    (source, target, number of chips).
    """
    columns = _columns(nodes, tiers, plates, down=down)
    places, grounds = _downwards(nodes, columns) if down else _across(nodes, columns)
    edges = tuple(_edges(places, ends, down=down))
    corners = [(place.right, place.bottom) for place in places] + [(plate.right, plate.bottom) for plate in grounds]
    points = [point for edge in edges for point in _points(edge)]
    left, top = (min([0.0, *(point[at] - CHIP - 2 for point in points)]) for at in (0, 1))
    right, bottom = (max(each[at] for each in corners) for at in (0, 1))
    right, bottom = (max([end, *(point[at] + CHIP + 2 for point in points)]) for at, end in ((0, right), (1, bottom)))
    return _moved(Layout(places, grounds, edges, right, bottom), -left, -top)


_Group = tuple[tuple[str, ...], tuple[int, ...]]
"""The label of a plate, and the nodes on it."""


def _columns(
    nodes: Sequence[Node], tiers: Sequence[int], plates: Sequence[tuple[str, ...]], *, down: bool
) -> list[list[_Group]]:
    """Tier by tier, the groups of nodes that share a plate. Downwards, no row is wider than a narrow page."""
    columns: list[list[_Group]] = []
    for tier in sorted(set(tiers)):
        groups: dict[tuple[str, ...], list[int]] = {}
        for at in range(len(nodes)):
            if tiers[at] == tier:
                groups.setdefault(plates[at], []).append(at)
        column = [(label, tuple(inside)) for label, inside in groups.items()]
        if down:
            cut_up = [
                (label, inside[at : at + _IN_A_ROW])
                for label, inside in column
                for at in range(0, len(inside), _IN_A_ROW)
            ]
            columns += _in_rows(cut_up)
        else:
            columns.append(column)
    return columns


def _in_rows(groups: Sequence[_Group]) -> Iterator[list[_Group]]:
    row: list[_Group] = []
    for group in groups:
        if row and sum(len(inside) for _, inside in [*row, group]) > _IN_A_ROW:
            yield row
            row = []
        row.append(group)
    if row:
        yield row


def _label(label: tuple[str, ...], wide: float) -> list[_Line]:
    """The lines of a plate's label, from its corner: the number at the other end of the name's line, or below it."""
    if not label:
        return []
    name, figures = label
    name = cut(name, SMALL, wide)
    if width(name, SMALL) + width(figures, SMALL) + 10 <= wide:
        return [(0.0, 0.0, name, "start"), (wide, 0.0, figures, "end")]
    return [(0.0, 0.0, name, "start"), (0.0, LINE - 2, cut(figures, SMALL, wide), "start")]


def _above(label: tuple[str, ...], wide: float) -> float:
    """How much a plate's label takes above the first box."""
    lines = _label(label, wide)
    return _PLATE + lines[-1][1] + LINE - 4 if lines else 0.0


def _plate(label: tuple[str, ...], left: float, top: float, right: float, bottom: float) -> Plate:
    wide = right - left - 2 * _PLATE
    lines = tuple((left + _PLATE + x, top + 16 + y, text, anchor) for x, y, text, anchor in _label(label, wide))
    return Plate(label, left, top, right, bottom, lines)


def _across(nodes: Sequence[Node], columns: Sequence[Sequence[_Group]]) -> tuple[tuple[Place, ...], tuple[Plate, ...]]:
    def high(label: tuple[str, ...], inside: Sequence[int]) -> float:
        boxes = sum(nodes[at].high for at in inside) + _APART * (len(inside) - 1)
        return boxes + (_above(label, WIDE) + _PLATE if label else 0)

    heights = [sum(high(*group) for group in column) + _APART * (len(column) - 1) for column in columns]
    places: dict[int, Place] = {}
    plates = []
    for nth, column in enumerate(columns):
        left = _PLATE + nth * (WIDE + 2 * _PLATE + _ACROSS)
        y = (max(heights) - heights[nth]) / 2
        for label, inside in column:
            top = y
            y += _above(label, WIDE)
            for at in inside:
                places[at] = Place(nodes[at], left, y)
                y += nodes[at].high + _APART
            y -= _APART
            if label:
                y += _PLATE
                plates.append(_plate(label, left - _PLATE, top, left + WIDE + _PLATE, y))
            y += _APART
    return tuple(places[at] for at in range(len(nodes))), tuple(plates)


def _downwards(nodes: Sequence[Node], rows: Sequence[Sequence[_Group]]) -> tuple[tuple[Place, ...], tuple[Plate, ...]]:
    def wide(label: tuple[str, ...], inside: Sequence[int]) -> float:
        return WIDE * len(inside) + _APART * (len(inside) - 1) + (2 * _PLATE if label else 0)

    widths = [sum(wide(*group) for group in row) + _APART * (len(row) - 1) for row in rows]
    places: dict[int, Place] = {}
    plates = []
    y = 0.0
    for nth, row in enumerate(rows):
        x = (max(widths) - widths[nth]) / 2
        above = max(_above(label, wide(label, inside) - 2 * _PLATE) for label, inside in row)
        high = max(nodes[at].high for _, inside in row for at in inside)
        for label, inside in row:
            left = x
            x += _PLATE if label else 0
            for at in inside:
                places[at] = Place(nodes[at], x, y + above)
                x += WIDE + _APART
            x -= _APART
            if label:
                x += _PLATE
                plates.append(_plate(label, left, y, x, y + above + high + _PLATE))
            x += _APART
        y += above + high + _PLATE + _DOWN
    return tuple(places[at] for at in range(len(nodes))), tuple(plates)


def _edges(places: Sequence[Place], ends: Sequence[tuple[int, int, int]], *, down: bool) -> Iterator[Edge]:
    ports = _ports(places, ends, down=down)
    taken: list[Point] = []
    for at, (source, target, chips) in enumerate(ends):
        points = _route(places, source, target, ports[at, 0], ports[at, 1], down=down)
        spots = _spots(points, chips, taken, places)
        taken += spots
        end, before = points[-1], points[-2]
        far = math.dist(end, before) or 1.0
        direction = ((end[0] - before[0]) / far, (end[1] - before[1]) / far)
        yield Edge(_path(points), end, direction, tuple(spots))


def _side(one: Place, other: Place, *, down: bool) -> str:
    """The side of `one` that looks at the other."""
    if down:
        if one.top == other.top:
            return "right" if one.left < other.left else "left"
        return "bottom" if one.top < other.top else "top"
    if one.left == other.left:
        return "bottom" if one.top < other.top else "top"
    return "right" if one.left < other.left else "left"


def _ports(
    places: Sequence[Place], ends: Sequence[tuple[int, int, int]], *, down: bool
) -> dict[tuple[int, int], Point]:
    """Where each edge leaves its source (0) and meets its target (1): side by side, in the order of the other ends."""
    sides: dict[tuple[int, str], list[tuple[float, int, int]]] = {}
    for at, (source, target, _) in enumerate(ends):
        for end, (one, other) in enumerate(((source, target), (target, source))):
            side = _side(places[one], places[other], down=down)
            far = places[other].middle if side in {"top", "bottom"} else places[other].center
            sides.setdefault((one, side), []).append((far, at, end))
    found = {}
    for (one, side), edges in sides.items():
        place = places[one]
        level = side in {"top", "bottom"}
        room = (WIDE if level else place.node.high) - 16
        pitch = min(_PORT * 1.4 if level else _PORT, room / max(1, len(edges) - 1)) if len(edges) > 1 else 0.0
        for nth, (_, at, end) in enumerate(sorted(edges)):
            aside = pitch * (nth - (len(edges) - 1) / 2)
            if level:
                found[at, end] = (place.middle + aside, place.top - 2 if side == "top" else place.bottom + 2)
            else:
                found[at, end] = (place.left - 2 if side == "left" else place.right + 2, place.center + aside)
    return found


def _route(places: Sequence[Place], source: int, target: int, start: Point, end: Point, *, down: bool) -> list[Point]:
    """The points of a curve that keeps out of the other boxes, where it can."""
    others = [place for at, place in enumerate(places) if at not in {source, target}]
    side = _side(places[source], places[target], down=down)
    straight = _curve(start, end, level=side in {"left", "right"})
    blocking = [place for place in others if any(place.holds(point, 4) for point in straight)]
    if not blocking:
        return straight
    ways = []
    if side in {"left", "right"}:
        for lane in (min(place.top for place in blocking) - 18, max(place.bottom for place in blocking) + 18):
            left, right = min(place.left for place in blocking) - 12, max(place.right for place in blocking) + 12
            over = [(left, lane), (right, lane)] if side == "right" else [(right, lane), (left, lane)]
            ways.append([*_curve(start, over[0], level=True), *_curve(over[1], end, level=True)])
    else:
        for lane in (max(place.right for place in blocking) + 18, min(place.left for place in blocking) - 18):
            top, bottom = min(place.top for place in blocking) - 12, max(place.bottom for place in blocking) + 12
            past = [(lane, top), (lane, bottom)] if side == "bottom" else [(lane, bottom), (lane, top)]
            ways.append([*_curve(start, past[0], level=False), *_curve(past[1], end, level=False)])

    def hits(way: list[Point]) -> tuple[int, float]:
        inside = sum(place.holds(point, 2) for point in way for place in others)
        return inside, sum(map(math.dist, way, way[1:]))

    return min(ways, key=hits)


def _curve(start: Point, end: Point, *, level: bool) -> list[Point]:
    """Points of a curve that leaves and arrives level, or else upright."""
    (x, y), (to_x, to_y) = start, end
    if level:
        middle = (x + to_x) / 2
        controls = [start, (middle, y), (middle, to_y), end]
    else:
        middle = (y + to_y) / 2
        controls = [start, (x, middle), (to_x, middle), end]
    return [_bezier(controls, at / _SAMPLES) for at in range(_SAMPLES + 1)]


def _bezier(controls: Sequence[Point], t: float) -> Point:
    weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
    x, y = (sum(weight * control[at] for weight, control in zip(weights, controls, strict=True)) for at in (0, 1))
    return x, y


def _spots(points: Sequence[Point], chips: int, taken: Sequence[Point], places: Sequence[Place]) -> list[Point]:
    """The middles of an edge's chips: in rows around a point of it at which they lie on no others and in no box."""

    def around(point: Point) -> list[Point]:
        rows = math.ceil(chips / _CHIPS_ON_EDGE)
        found = []
        for at in range(chips):
            row = at // _CHIPS_ON_EDGE
            of = min(_CHIPS_ON_EDGE, chips - row * _CHIPS_ON_EDGE)
            aside, below = at % _CHIPS_ON_EDGE - (of - 1) / 2, row - (rows - 1) / 2
            found.append((point[0] + _CHIP_PITCH * aside, point[1] + _CHIP_PITCH * below))
        return found

    def trouble(spots: list[Point]) -> int:
        on_others = sum(math.dist(spot, other) < 2 * CHIP + 1 for spot in spots for other in taken)
        in_boxes = sum(place.holds(spot, CHIP) for spot in spots for place in places)
        return on_others + 3 * in_boxes

    last = len(points) - 1
    tries = sorted(range(last // 8, last - last // 8 + 1), key=lambda at: abs(at - last / 2))
    return min((around(points[at]) for at in tries), key=trouble)


def _path(points: Sequence[Point]) -> str:
    written = [f"{round(x, 1):g} {round(y, 1):g}" for x, y in points]
    return f"M{written[0]}L{' '.join(written[1:])}"


def _points(edge: Edge) -> Iterator[Point]:
    yield from edge.chips
    yield from _pairs(edge.path)


def _pairs(path: str) -> Iterator[Point]:
    values = [float(value) for value in path[1:].replace("L", " ").split()]
    yield from zip(values[::2], values[1::2], strict=True)


def _moved(layout: Layout, x: float, y: float) -> Layout:
    """The layout with its upper left corner where it belongs, though an edge went beyond it."""
    if not x and not y:
        return layout

    def shifted(point: Point) -> Point:
        return point[0] + x, point[1] + y

    places = tuple(replace(place, left=place.left + x, top=place.top + y) for place in layout.places)
    plates = tuple(
        _plate(plate.label, plate.left + x, plate.top + y, plate.right + x, plate.bottom + y) for plate in layout.plates
    )
    edges = tuple(
        replace(
            edge,
            path=_path([shifted(point) for point in _pairs(edge.path)]),
            end=shifted(edge.end),
            chips=tuple(map(shifted, edge.chips)),
        )
        for edge in layout.edges
    )
    return Layout(places, plates, edges, layout.right + x, layout.bottom + y)
