"""A Trace as a sequence diagram: actors on top, lifelines down, one numbered message a beat.

Every position is ours and none the layout's, so that a picture stands still while it is stepped through.
"""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree import ElementTree as ET

import graphviz

from stssim.call import Actor, Trace
from stssim.show.lettering import cut, tidy, width, wrap
from stssim.show.picture import Box, View, blank, finish, html_label, mark, number, tag, word
from stssim.show.render import draw
from stssim.show.rows import Row
from stssim.show.style import LARGE, NOT_REACHED, SMALL

_HEAD = 64.0
_FIRST = 92.0
_PITCH = 44.0
_BOX = 30.0
_GAP = 28.0
_MARGIN = 16.0
_LIFT = 8.0
_WORD = width(NOT_REACHED, SMALL) + 10
_NAME_LIMIT = 176.0
_LABEL_LIMIT = 280.0


def sequence(trace: Trace, *, outcomes: bool = False, step: int | None = None) -> str:
    """The sequence diagram of a Trace, as SVG.

    Undecided as it stands: every arrow in its final place and nothing that tells how it went, for a learner who has yet
    to guess. With `outcomes`, each beat's group (`class="beat beat-N"`, N its index) carries `data-outcome`, and the
    arrows that a refusal left out are ghosts. With `step`, the index of a beat, the picture as it stands there: what is
    settled, what is happening, what is still to come.
    Raises IndexError if there is no such beat, RenderError if there is no Graphviz engine.
    """
    view = View.of(trace, outcomes=outcomes, step=step)
    if not view.rows:
        return blank(view, "sequence")
    plan = _plan(view)
    svg = draw(_dot(view, plan), "neato")
    groups = {group.get("class", "").split()[-1]: group for group in svg.iterfind("g/g")}
    return finish(view, "sequence", plan.box, _dress(view, plan, groups))


@dataclass(frozen=True, slots=True)
class _Head:
    """An actor's box on top: its name in at most two lines, and a small line that says whose it is."""

    lines: tuple[str, ...]
    small: str

    @property
    def baselines(self) -> tuple[float, ...]:
        top = 17.0 - _HEAD / 2 + (10 if len(self.lines) == 1 else 3)
        return (*(top + 18 * at for at in range(len(self.lines))), top + 18 * len(self.lines) + 1)

    @property
    def width(self) -> float:
        widest = max(*(width(line, LARGE) for line in self.lines), width(self.small, SMALL))
        return max(104.0, widest + 28)


@dataclass(frozen=True, slots=True)
class _Plan:
    """Where everything stands. y grows downwards."""

    heads: tuple[_Head, ...]
    columns: dict[Actor, float]
    labels: tuple[str, ...]
    bottom: float
    box: Box

    def row(self, at: int) -> float:
        return _FIRST + _PITCH * at

    def middle(self, row: Row) -> float:
        """The middle of a row's box or arrow."""
        return (self.columns[row.source] + self.columns[row.target]) / 2


def _plan(view: View) -> _Plan:
    heads = tuple(
        _Head(
            wrap(tidy(actor.name) or "?", LARGE, _NAME_LIMIT, lines=2), cut(view.owner(actor), SMALL, _NAME_LIMIT + 20)
        )
        for actor in view.actors
    )
    labels = tuple(_label(row) for row in view.rows)
    columns = _columns(view, heads, labels)
    bottom = _FIRST + _PITCH * (len(labels) - 1) + _PITCH * 0.8
    left = min((columns[actor] - head.width / 2 for actor, head in zip(view.actors, heads, strict=True)))
    right = max((columns[actor] + head.width / 2 for actor, head in zip(view.actors, heads, strict=True)))
    for row, label in zip(view.rows, labels, strict=True):
        if row.alone:
            left = min(left, columns[row.source] - _box_width(label) / 2)
            right = max(right, columns[row.source] + _box_width(label) / 2 + _WORD)
    box = Box(left - _MARGIN, -_HEAD / 2 - _MARGIN, right + _MARGIN, bottom + _MARGIN)
    return _Plan(heads, columns, labels, bottom, box)


def _label(row: Row) -> str:
    label = cut(tidy(row.label), LARGE, _LABEL_LIMIT)
    return label if row.number is None else f"{row.number} {label}"


def _box_width(label: str) -> float:
    return width(label, LARGE) + 28


def _columns(view: View, heads: tuple[_Head, ...], labels: tuple[str, ...]) -> dict[Actor, float]:
    """Every actor's x, from left to right, each as near to the one before as heads, boxes, labels and words allow."""
    order = {actor: at for at, actor in enumerate(view.actors)}
    apart: dict[tuple[int, int], float] = {}

    def keep(first: int, second: int, distance: float) -> None:
        apart[first, second] = max(distance, apart.get((first, second), 0.0))

    for at in range(1, len(heads)):
        keep(at - 1, at, (heads[at - 1].width + heads[at].width) / 2 + _GAP)
    for row, label in zip(view.rows, labels, strict=True):
        first, second = sorted((order[row.source], order[row.target]))
        if first != second:
            keep(first, second, width(label, LARGE) + 2 * _GAP)
        else:
            half = _box_width(label) / 2
            keep(first - 1, first, half + _GAP)
            keep(first, first + 1, half + _WORD + _GAP)
    places: list[float] = []
    for at in range(len(heads)):
        places.append(
            max(
                (places[first] + gap for (first, second), gap in apart.items() if second == at and first >= 0),
                default=0.0,
            )
        )
    return dict(zip(view.actors, places, strict=True))


def _dot(view: View, plan: _Plan) -> str:
    dot = graphviz.Digraph("sequence", graph_attr={"notranslate": "true", "outputorder": "edgesfirst"})
    dot.attr("node", shape="box", style="rounded,filled", fillcolor="#ffffff", fixedsize="true")
    dot.attr("node", fontname="Arimo", fontsize=str(LARGE))
    dot.attr("edge", fontname="Arimo", fontsize=str(LARGE), arrowsize="1")
    for at, (actor, head) in enumerate(zip(view.actors, plan.heads, strict=True)):
        x = plan.columns[actor]
        label = html_label(head.lines, [head.small])
        dot.node(
            f"actor{at}",
            label,
            pos=_pos(x, 0),
            width=_inches(head.width),
            height=_inches(_HEAD),
            **{"class": f"actor{at}"},
        )
        dot.node(f"foot{at}", "", pos=_pos(x, plan.bottom), width="0", height="0", style="invis")
        dot.edge(
            f"actor{at}",
            f"foot{at}",
            pos=_line(x, _HEAD / 2, x, plan.bottom),
            arrowhead="none",
            **{"class": f"lifeline{at}"},
        )
    for at, (row, label) in enumerate(zip(view.rows, plan.labels, strict=True)):
        x, y = plan.columns[row.source], plan.row(at)
        text = graphviz.escape(label.replace("&", "&amp;"))
        if row.alone:
            dot.node(
                f"row{at}",
                text,
                pos=_pos(x, y),
                width=_inches(_box_width(label)),
                height=_inches(_BOX),
                **{"class": f"row{at}"},
            )
            continue
        end = plan.columns[row.target]
        tip = end - 3 if end > x else end + 3
        shaft = tip - 10 if end > x else tip + 10
        dot.edge(
            f"actor{view.actors.index(row.source)}",
            f"actor{view.actors.index(row.target)}",
            text,
            pos=f"e,{_at(tip, y)} {_line(x, y, shaft, y)}",
            lp=_at(plan.middle(row), y - _LIFT - 5),
            **{"class": f"row{at}"},
        )
    return str(dot.source)


def _dress(view: View, plan: _Plan, groups: dict[str, ET.Element]) -> list[ET.Element]:
    for at, (actor, head) in enumerate(zip(view.actors, plan.heads, strict=True)):
        groups[f"lifeline{at}"].set("class", f"lifeline lifeline-{at}")
        group = groups[f"actor{at}"]
        group.set("class", view.actor_classes(actor))
        group.insert(0, tag("title", tidy(actor.name)))
        for text, y in zip(group.iterfind("text"), head.baselines, strict=True):
            text.attrib.update({"text-anchor": "middle", "x": number(plan.columns[actor]), "y": number(y)})
        text.set("class", "small")
    for at, (row, label) in enumerate(zip(view.rows, plan.labels, strict=True)):
        group = groups[f"row{at}"]
        text = group[-1]
        mark(group, row, view, text)
        x, y = plan.middle(row), plan.row(at)
        if row.alone:
            group.append(word(row, view, x + _box_width(label) / 2 + 8, y + 4.5, "start"))
        else:
            group.insert(0, text)
            group.insert(1, word(row, view, x, y + 16, "middle"))
            group.remove(group[-1])
    kinds = (("lifeline", view.actors), ("actor", view.actors), ("row", view.rows))
    return [groups[f"{kind}{at}"] for kind, those in kinds for at in range(len(those))]


def _at(x: float, y: float) -> str:
    return f"{x:.2f},{-y:.2f}"


def _pos(x: float, y: float) -> str:
    return f"{_at(x, y)}!"


def _line(x: float, y: float, to_x: float, to_y: float) -> str:
    """A straight line as the curve that Graphviz wants."""
    thirds = ((x + (to_x - x) * part / 3, y + (to_y - y) * part / 3) for part in range(4))
    return " ".join(_at(*point) for point in thirds)


def _inches(points: float) -> str:
    return f"{points / 72:.4f}"
