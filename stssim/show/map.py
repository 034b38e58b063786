"""A Trace as a map: who owns what. Accounts are tinted, AWS's own services stand outside, an edge is what happened.

What happened more than once between the same two shares an edge, a line each. What one actor does alone stands in its
box, or is an edge to the resource that it was about.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

import graphviz

from stssim.call import Actor
from stssim.show.picture import Box, View, blank, finish, label_of, mark, number, room_of, tag
from stssim.show.render import draw
from stssim.show.rows import Row
from stssim.show.style import LARGE, NOT_REACHED, SMALL, TINTS
from stssim.show.text_metrics import cut, tidy, width, wrap
from stssim.trace import Trace

_LABEL_LIMIT = 240.0
_NAME_LIMIT = 176.0
_WORD = width(NOT_REACHED, SMALL) + 8
_LINE = 20
_MARGIN = 14.0
_ASIDE = 6
_TABLE = '<table border="0" cellborder="0" cellspacing="0" cellpadding="0">{}</table>'
_AIR = '<tr><td height="3"></td></tr>'


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


def map_of(trace: Trace, *, outcomes: bool = False, step: int | None = None, down: bool = False) -> str:
    """The map of a Trace, as SVG. `outcomes`, `step`, the classes and the errors are those of `sequence`.

    It goes from left to right or, for a narrow page, `down`.
    """
    view = View.of(trace, outcomes=outcomes, step=step)
    if not view.rows:
        return blank(view, "map")
    network = _network(view)
    svg = draw(_dot(view, network, down=down), "dot")
    left, top, across, high = map(float, svg.get("viewBox", "").split())
    graph = svg[0]
    drawing = tag("g", transform=graph.get("transform", ""))
    drawing.extend(_dress(view, network, {group.get("class", "").split()[-1]: group for group in graph.iterfind("g")}))
    return finish(view, "map", Box(left, top, left + across, top + high), [drawing])


def resource(row: Row) -> Resource | None:
    """The resource that a row was about, by its ARN, or None where it was about none in particular."""
    parts = (row.resource or "").split(":", 5)
    if len(parts) < 6 or parts[0] != "arn" or not parts[5].strip("*/"):
        return None
    _, _, service, _, account, rest = parts
    if service == "s3":
        return Resource(rest.split("/")[0], "bucket", row.resource_account or account)
    kind, _, path = rest.replace(":", "/").partition("/")
    name = path.rpartition("/")[2]
    return Resource(name or kind, kind if name else service, row.resource_account or account)


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


def _dot(view: View, network: _Network, *, down: bool) -> str:
    dot = graphviz.Digraph("map", graph_attr={"newrank": "true", "nodesep": "0.3", "ranksep": "0.35", "pad": "0.2"})
    dot.attr(rankdir="TB" if down else "LR")
    dot.attr("node", shape="box", style="rounded,filled", fillcolor="#ffffff", margin="0.16,0.1")
    for what in ("graph", "node", "edge"):
        dot.attr(what, fontname="Arimo", fontsize=str(LARGE))
    names = {box: f"box{at}" for at, box in enumerate(network.boxes)}
    for account in _accounts(network):
        part = graphviz.Digraph(f"cluster{account}") if account else dot
        boxes = [box for box in network.boxes if box.account == account]
        if account:
            part.attr(margin="16", style="rounded,filled", fillcolor="#f3f5f8", **{"class": f"account{account}"})
            if down:
                _beside(part, names[boxes[0]], f"plate{account}", _account(view, account))
            else:
                part.attr(label=_account(view, account))
        for box in boxes:
            inside = [view.undecided[at] for at in network.boxes[box]]
            part.node(names[box], _box(view, box, inside), **{"class": names[box]})
        if account:
            dot.subgraph(part)
    order = _from_left_to_right(network)
    for at, ((source, target), rows) in enumerate(network.edges.items()):
        label = _table([_AIR, *(_row(view.undecided[row]) for row in rows), _AIR], aside=_ASIDE if down else 0)
        ends, way = (source, target), "forward"
        if order.index(source) > order.index(target):
            ends, way = (target, source), "back"
        dot.edge(*(names[end] for end in ends), label, dir=way, **{"class": f"edge{at}"})
    return str(dot.source)


def _beside(part: graphviz.Digraph, box: str, name: str, label: str) -> None:
    """Puts an account's name beside its first box. Above it, edges that come down to the box would cross it."""
    part.node(name, label, shape="plain", style="", **{"class": name})
    part.edge(name, box, style="invis", **{"class": "held"})
    part.body.append(f"\t{{ rank=same; {name}; {box} }}\n")


def _from_left_to_right(network: _Network) -> list[Actor | Resource]:
    """Who only speaks to others, who calls AWS, AWS's services, what is theirs to guard; each as they appear."""
    callers = {source for source, target in network.edges if _serves(target)}

    def tier(box: Actor | Resource) -> int:
        if isinstance(box, Resource):
            return 3
        return 2 if _serves(box) else 1 if box in callers else 0

    return sorted(network.boxes, key=tier)


def _serves(box: Actor | Resource) -> bool:
    return isinstance(box, Actor) and box.kind == "service" and not box.account


def _accounts(network: _Network) -> list[str]:
    return list(dict.fromkeys(box.account for box in network.boxes))


def _name(box: Actor | Resource) -> tuple[str, ...]:
    return wrap(tidy(box.name) or "?", LARGE, _NAME_LIMIT, lines=2)


def _account(view: View, account: str) -> str:
    """A label for Graphviz: an account's name and number, and room to the right of them."""
    name = cut(tidy(view.trace.accounts.get(account, "account")), LARGE, _NAME_LIMIT)
    figures = cut(tidy(account), SMALL, _NAME_LIMIT)
    wide = max(width(name, LARGE), width(figures, SMALL)) + _MARGIN
    return _table([_cell(_escaped(name), wide), _cell(_small(figures))])


def _box(view: View, box: Actor | Resource, rows: Sequence[Row]) -> str:
    """A label for Graphviz: a name, what it is, and what happens in it."""
    what = cut(tidy(box.kind) if isinstance(box, Resource) else view.what(box), SMALL, _NAME_LIMIT)
    head = [_cell(_escaped(line), align="center") for line in _name(box)]
    return _table([*head, _cell(_small(what), align="center"), *map(_row, rows)])


def _row(row: Row) -> str:
    """The cell of a row, as wide as its label and its word may ever need it to be."""
    room = room_of(row, _LABEL_LIMIT)
    wordless = row.stage == "message" or row.arrow in {1, 5}
    return _cell(_escaped(label_of(row, room)), room if wordless else room + _WORD)


def _cell(content: str, wide: float = 0.0, *, align: str = "left") -> str:
    return f'<tr><td align="{align}" width="{wide:.0f}" height="{_LINE}">{content}</td></tr>'


def _small(text: str) -> str:
    return f'<font point-size="{SMALL}">{_escaped(text)}</font>'


def _escaped(text: str) -> str:
    return html.escape(text) or " "


def _table(cells: Sequence[str], *, aside: int = 0) -> str:
    """The cells below each other, and so much room on both sides."""
    column = _TABLE.format("".join(cells))
    sides = f'<td width="{aside}"></td>'
    return f"<{_TABLE.format(f'<tr>{sides}<td>{column}</td>{sides}</tr>') if aside else column}>"


def _dress(view: View, network: _Network, groups: dict[str, ET.Element]) -> Iterator[ET.Element]:
    """The groups of Graphviz's drawing from back to front, each with its classes."""
    for at, account in enumerate(filter(None, _accounts(network))):
        group = groups[f"account{account}"]
        group.set("class", f"account account-{at} tint-{at % TINTS}")
        group.extend(groups.get(f"plate{account}", ()))
        group[-1].set("class", "small")
        left = min(float(point.split(",")[0]) for point in re.findall(r"-?[\d.]+,-?[\d.]+", group[0].get("d", "")))
        for text in group.iterfind("text"):
            text.set("x", number(left + _MARGIN))
        yield group
    for at, rows in enumerate(network.edges.values()):
        group = groups[f"edge{at}"]
        group.set("class", "route")
        _mark_lines(view, group, rows)
        yield group
    for at, (box, rows) in enumerate(network.boxes.items()):
        group = groups[f"box{at}"]
        group.set("class", "resource" if isinstance(box, Resource) else view.actor_classes(box))
        group.insert(0, tag("title", tidy(box.name)))
        group.findall("text")[len(_name(box))].set("class", "small")
        _mark_lines(view, group, rows)
        yield group


def _mark_lines(view: View, group: ET.Element, rows: Sequence[int]) -> None:
    """Gives each row its own group around its line of text, the last lines of `group`."""
    texts = group.findall("text")
    for at, text in zip(rows, texts[len(texts) - len(rows) :], strict=True):
        row = view.rows[at]
        text.text = label_of(row, room_of(view.undecided[at], _LABEL_LIMIT))
        line = tag("g")
        mark(line, row, view, text)
        line.set("class", f"line {view.classes(row)}")
        text.append(tag("tspan", view.word(row), class_="word", dx="6"))
        line.append(text)
        group.remove(text)
        group.append(line)
