"""Where everything of a map stands: boxes in columns (or, downwards, in rows), plates below them, edges between them.

y grows downwards, the upper left corner is at 0, 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from stssim.show.map_boxes import CHIP, LINE, WIDE, Node, Place, Point
from stssim.show.map_edges import Edge, edges_between, path_of
from stssim.show.text_metrics import cut, width
from stssim.show.tokens import SMALL

_ACROSS = 82.0
_DOWN = 64.0
_APART = 14.0
_PLATE = 8.0
_IN_A_ROW = 2

_Line = tuple[float, float, str, Literal["start", "end"]]
"""Where a line of text begins or ends, and the text."""


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
    edges = tuple(edges_between(places, ends, down=down))
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
            path=path_of([shifted(point) for point in _pairs(edge.path)]),
            end=shifted(edge.end),
            chips=tuple(map(shifted, edge.chips)),
        )
        for edge in layout.edges
    )
    return Layout(places, plates, edges, layout.right + x, layout.bottom + y)
