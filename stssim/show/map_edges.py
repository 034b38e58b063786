"""The edges of a map: curves from box to box that keep out of the others, with their chips where they hide nothing."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from stssim.show.map_boxes import CHIP, CHIP_PITCH, WIDE, Place, Point

_CHIPS_ON_EDGE = 3
_PORT = 20.0
_SAMPLES = 16


@dataclass(frozen=True, slots=True)
class Edge:
    """A line, the point of its arrow and the way it points, and the middles of its chips."""

    path: str
    end: Point
    direction: Point
    chips: tuple[Point, ...]


def edges_between(places: Sequence[Place], ends: Sequence[tuple[int, int, int]], *, down: bool) -> Iterator[Edge]:
    """The edges of (source, target, number of chips), in that order; source and target are places by their index."""
    ports = _ports(places, ends, down=down)
    taken: list[Point] = []
    for at, (source, target, chips) in enumerate(ends):
        points = _route(places, source, target, ports[at, 0], ports[at, 1], down=down)
        spots = _spots(points, chips, taken, places)
        taken += spots
        end, before = points[-1], points[-2]
        far = math.dist(end, before) or 1.0
        direction = ((end[0] - before[0]) / far, (end[1] - before[1]) / far)
        yield Edge(path_of(points), end, direction, tuple(spots))


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
            found.append((point[0] + CHIP_PITCH * aside, point[1] + CHIP_PITCH * below))
        return found

    def trouble(spots: list[Point]) -> int:
        on_others = sum(math.dist(spot, other) < 2 * CHIP + 1 for spot in spots for other in taken)
        in_boxes = sum(place.holds(spot, CHIP) for spot in spots for place in places)
        return on_others + 3 * in_boxes

    last = len(points) - 1
    tries = sorted(range(last // 8, last - last // 8 + 1), key=lambda at: abs(at - last / 2))
    return min((around(points[at]) for at in tries), key=trouble)


def path_of(points: Sequence[Point]) -> str:
    """The points as the `d` of an SVG path."""
    written = [f"{round(x, 1):g} {round(y, 1):g}" for x, y in points]
    return f"M{written[0]}L{' '.join(written[1:])}"
