"""A Trace as a map: who owns what. Accounts are tinted, AWS's own services stand outside, an edge is what happened.

Every step is a chip with its number: on the edge between the two of whom one speaks to the other, or in the box of the
one who does it alone, or on the edge to the resource that it is about. Every position is ours: nothing moves while it
is stepped.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

from stssim.arn import Arn
from stssim.call import Actor
from stssim.show.icons import icon, shape_of_resource
from stssim.show.map_boxes import CHIP, ICON, LINE, PAD, Node
from stssim.show.map_edges import Edge
from stssim.show.map_layout import Layout, Plate, laid_out
from stssim.show.names import display_name
from stssim.show.picture import Box, View, blank, finish, number, tag
from stssim.show.rows import Row
from stssim.show.style import NOT_REACHED
from stssim.show.text_metrics import cut, tidy, width
from stssim.show.tokens import LARGE, SMALL
from stssim.trace import Trace

_MARGIN = 10.0
_HAND = 10.0
"""Room below the lowest box for the ticket of the credentials that are in its hands."""
_LEGEND_LINE = 24.0
_LEGEND_COLUMN = 420.0
_ARROWHEAD = 9.0


@dataclass(frozen=True, slots=True)
class Resource:
    """What a call was about: a role, a bucket... `account` is its owner's, "" where nobody knows."""

    name: str
    kind: str
    account: str


@dataclass(frozen=True, slots=True)
class _Network:
    """The boxes with the rows that happen in them, and the edges with the rows that run along them."""

    boxes: dict[Actor | Resource, list[int]] = field(default_factory=dict)
    edges: dict[tuple[Actor | Resource, Actor | Resource], list[int]] = field(default_factory=dict)


def map_of(
    trace: Trace, *, outcomes: bool = False, step: int | None = None, down: bool = False, legend: bool = True
) -> str:
    """The map of a Trace, as SVG. `outcomes`, `step`, the classes and the errors are those of `sequence`.

    It goes from left to right or, for a narrow page, `down`. With `legend`, the steps are listed below it.
    """
    view = View.of(trace, outcomes=outcomes, step=step)
    if not view.rows:
        return blank(view, "map")
    network = _network(view)
    boxes = list(network.boxes)
    nodes = [_node(view, box, len(network.boxes[box])) for box in boxes]
    ends = [(boxes.index(source), boxes.index(target), len(rows)) for (source, target), rows in network.edges.items()]
    layout = laid_out(nodes, _tiers(network), ends, _plate_names(view, network), down=down)
    groups = [*_plates(view, layout), *_edges(view, network, layout), *_boxes(view, network, layout)]
    right, bottom = layout.right, layout.bottom
    if legend:
        listed = list(_legend(view, right, bottom))
        groups += listed
        bottom += _LEGEND_LINE * math.ceil(len(view.rows) / _columns(right)) + LINE
    return finish(view, "map", Box(-_MARGIN, -_MARGIN, right + _MARGIN, bottom + _MARGIN + _HAND), groups)


def resource(row: Row) -> Resource | None:
    """The resource that a row was about, by its ARN, or None where it was about none in particular."""
    arn = Arn.of(row.resource or "")
    if arn is None or not arn.resource.strip("*/"):
        return None
    account = row.resource_account or arn.account
    if arn.service == "s3":
        return Resource(arn.resource.split("/")[0], "bucket", account)
    kind, _, path = arn.resource.replace(":", "/").partition("/")
    name = path.rpartition("/")[2]
    return Resource(name or kind, kind if name else arn.service, account)


def _network(view: View) -> _Network:
    network = _Network({actor: [] for actor in view.actors})
    for at, row in enumerate(view.undecided):
        about = resource(row) if row.alone and row.stage == "validate" else None
        if about is not None:
            network.boxes.setdefault(about, [])
            network.edges.setdefault((row.source, about), []).append(at)
        elif row.alone:
            network.boxes[row.source].append(at)
        else:
            network.edges.setdefault((row.source, row.target), []).append(at)
    return network


def _tiers(network: _Network) -> list[int]:
    """Who only speaks to others, who calls AWS, AWS's services, what is theirs to guard."""
    callers = {source for source, target in network.edges if _serves(target)}

    def tier(box: Actor | Resource) -> int:
        if isinstance(box, Resource):
            return 3
        return 2 if _serves(box) else 1 if box in callers else 0

    return [tier(box) for box in network.boxes]


def _serves(box: Actor | Resource) -> bool:
    return isinstance(box, Actor) and box.kind == "service" and not box.account


def _plate_names(view: View, network: _Network) -> list[tuple[str, ...]]:
    """For each box the label of the plate that it stands on: its account's name and number, or nothing."""
    return [
        (tidy(view.trace.accounts.get(box.account, "account")), tidy(box.account)) if box.account else ()
        for box in network.boxes
    ]


def _node(view: View, box: Actor | Resource, chips: int) -> Node:
    name = tidy(box.name if isinstance(box, Resource) else display_name(box)) or "?"
    what = tidy(box.kind) if isinstance(box, Resource) else view.what(box)
    return Node.of(name, what, chips)


def _plates(view: View, layout: Layout) -> Iterator[ET.Element]:
    for plate in layout.plates:
        group = tag("g", class_=f"account {_tint(view, plate)}")
        group.append(_rectangle(plate.left, plate.top, plate.right, plate.bottom, 10))
        for x, y, text, anchor in plate.lines:
            group.append(tag("text", text, class_="small", text_anchor=anchor, x=number(x), y=number(y)))
        yield group


def _tint(view: View, plate: Plate) -> str:
    return view.tint(plate.label[1])


def _edges(view: View, network: _Network, layout: Layout) -> Iterator[ET.Element]:
    for edge, rows in zip(layout.edges, network.edges.values(), strict=True):
        group = tag("g", class_="route")
        group.append(tag("path", d=edge.path, fill="none"))
        group.append(tag("polygon", points=_arrowhead(edge)))
        group.extend(_chip(view, at, x, y) for at, (x, y) in zip(rows, edge.chips, strict=True))
        yield group


def _arrowhead(edge: Edge) -> str:
    x, y = edge.end
    along_x, along_y = edge.direction
    back_x, back_y = x - along_x * _ARROWHEAD, y - along_y * _ARROWHEAD
    side_x, side_y = -along_y * 4, along_x * 4
    corners = [(x, y), (back_x + side_x, back_y + side_y), (back_x - side_x, back_y - side_y)]
    return " ".join(f"{number(corner_x)},{number(corner_y)}" for corner_x, corner_y in corners)


def _boxes(view: View, network: _Network, layout: Layout) -> Iterator[ET.Element]:
    for place, (box, rows) in zip(layout.places, network.boxes.items(), strict=True):
        node = place.node
        group = tag("g", class_="resource" if isinstance(box, Resource) else view.actor_classes(box))
        if isinstance(box, Actor):
            group.set("data-hand", f"{number(place.middle)},{number(place.bottom)}")
        group.append(tag("title", tidy(box.name)))
        group.append(_rectangle(place.left, place.top, place.right, place.bottom, 8))
        shape = shape_of_resource(box.kind) if isinstance(box, Resource) else view.shape(box)
        group.append(icon(shape, place.left + PAD, place.top + (node.head - ICON) / 2, ICON))
        x, y = place.left + 2 * PAD + ICON, place.top + (node.head - node.high_text) / 2
        for at, line in enumerate(node.lines):
            group.append(tag("text", line, class_="name", x=number(x), y=number(y + LINE * at + 14)))
        group.append(tag("text", node.what, class_="small", x=number(x), y=number(y + LINE * len(node.lines) + 13)))
        group.extend(_chip(view, at, *spot) for at, spot in zip(rows, place.chips, strict=True))
        yield group


def _chip(view: View, at: int, x: float, y: float) -> ET.Element:
    """A step: a round chip with its number, and its label, which is seen while the step happens."""
    row = view.rows[at]
    group = tag("g", class_=f"line {view.classes(row)}", data_row=str(at))
    if outcome := view.outcome(row):
        group.set("data-outcome", outcome)
    group.append(tag("circle", cx=number(x), cy=number(y), r=number(CHIP)))
    figure = "" if row.number is None else str(row.number)
    group.append(tag("text", figure, class_="number", text_anchor="middle", x=number(x), y=number(y + 4.5)))
    return group


def _columns(right: float) -> int:
    return max(1, int(right // _LEGEND_COLUMN))


def _legend(view: View, right: float, bottom: float) -> Iterator[ET.Element]:
    """Each step's number, label and outcome, in columns below the map."""
    columns = _columns(right)
    each = math.ceil(len(view.rows) / columns)
    wide = right / columns
    for at, row in enumerate(view.rows):
        x, y = wide * (at // each), bottom + LINE + _LEGEND_LINE * (at % each) + LINE
        group = tag("g", class_=f"listed {view.classes(row)}".replace("step ", "", 1))
        if outcome := view.outcome(row):
            group.set("data-outcome", outcome)
        limit = wide - 50 - width(NOT_REACHED, SMALL)
        text = tag("text", "", x=number(x + 32), y=number(y))
        text.text = cut(tidy(row.label), LARGE, limit)
        figure = "" if row.number is None else f"{row.number}"
        group.append(tag("text", figure, class_="figure", text_anchor="end", x=number(x + 24), y=number(y)))
        text.append(tag("tspan", view.word(row), class_="word", dx="6"))
        group.append(text)
        yield group


def _rectangle(left: float, top: float, right: float, bottom: float, radius: float) -> ET.Element:
    """A rounded rectangle as a path."""
    wide, high, r = right - left - 2 * radius, bottom - top - 2 * radius, number(radius)
    corner = f"a{r} {r} 0 0 1"
    d = (
        f"M{number(left + radius)} {number(top)}h{number(wide)}{corner} {r} {r}v{number(high)}{corner} -{r} {r}"
        f"h{number(-wide)}{corner} -{r} -{r}v{number(-high)}{corner} {r} -{r}z"
    )
    return tag("path", d=d)
