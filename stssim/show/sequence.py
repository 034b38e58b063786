"""A Trace as a sequence diagram: actors on top, lifelines down, one numbered message a step.

Every position is ours and none the layout's, so that a picture stands still while it is stepped through.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

import graphviz

from stssim.show.divergence import divergence
from stssim.show.icons import icon
from stssim.show.picture import View, blank, finish, html_label, label_of, mark, number, plain_label, tag, word
from stssim.show.plan import BOX, PADDING, PITCH, WORD_APART, Place, Plan, plan
from stssim.show.render import draw
from stssim.show.rows import Row
from stssim.show.style import DIVERGE
from stssim.show.text_metrics import tidy
from stssim.show.tokens import LARGE
from stssim.trace import Trace

_LIFT = 8.0
_TIP = 3.0
_ARROWHEAD = 10.0
ICON = 28.0


def sequence(trace: Trace, *, outcomes: bool = False, step: int | None = None, beside: Sequence[Trace] = ()) -> str:
    """The sequence diagram of a Trace, as SVG.

    Undecided as it stands: every arrow in its final place and nothing that tells how it went, for a learner who has yet
    to guess. With `outcomes`, each step's group (`class="step step-N"`, N its index) carries `data-outcome`, and the
    arrows that a refusal left out are ghosts (`class="ghost after-N"`, N the index of the refusal). With `step`, the
    index of a step, the picture as it stands there: what is settled, what is happening, what is still to come. All
    three have the same lines in the same places; so have the pictures of traces that are each drawn `beside` the other,
    as far as they went alike.
    Raises IndexError if there is no such step, RenderError if there is no Graphviz engine.
    """
    view = View.of(trace, outcomes=outcomes, step=step, beside=beside)
    if not view.rows:
        return blank(view, "sequence")
    layout = plan(view)
    labels = [label_of(row, _room(row, place)) for row, place in zip(view.rows, layout.places, strict=True)]
    svg = draw(_dot(layout, labels), "neato")
    groups = {group.get("class", "").split()[-1]: group for group in svg.iterfind("g/g")}
    return finish(view, "sequence", layout.box, _dress(view, layout, groups))


def _room(row: Row, place: Place) -> float:
    """The width that a label may take: in a box, that of an undecided one and some of the padding."""
    return place.room + PADDING if row.alone else place.room


def _dot(layout: Plan, labels: list[str]) -> str:
    dot = graphviz.Digraph("sequence", graph_attr={"notranslate": "true", "outputorder": "edgesfirst"})
    dot.attr("node", shape="box", style="rounded,filled", fillcolor="#ffffff", fixedsize="true")
    dot.attr("node", fontname="Arimo", fontsize=str(LARGE))
    dot.attr("edge", fontname="Arimo", fontsize=str(LARGE))
    for at, head in enumerate(layout.heads):
        name, foot = f"actor{at}", f"foot{at}"
        size = {"width": _inches(head.width), "height": _inches(layout.high)}
        dot.node(name, html_label(head.lines, head.small), pos=_pos(head.x, 0), **size, **{"class": name})
        dot.node(foot, "", pos=_pos(head.x, layout.bottom), width="0", height="0", style="invis")
        line = _line(head.x, layout.high / 2, head.x, layout.bottom)
        dot.edge(name, foot, pos=line, arrowhead="none", **{"class": f"lifeline{at}"})
    at_x = {head.x: f"actor{at}" for at, head in enumerate(layout.heads)}
    for at, (place, label) in enumerate(zip(layout.places, labels, strict=True)):
        name = f"row{at}"
        if place.start == place.end:
            size = {"width": _inches(place.room + 2 * PADDING), "height": _inches(BOX)}
            dot.node(name, plain_label(label), pos=_pos(place.start, place.y), **size, **{"class": name})
        else:
            middle = _at(place.middle, place.y - _LIFT - 5)
            ends = at_x[place.start], at_x[place.end]
            dot.edge(*ends, plain_label(label), pos=_shaft(place), lp=middle, **{"class": name})
    return str(dot.source)


def _dress(view: View, layout: Plan, groups: dict[str, ET.Element]) -> list[ET.Element]:
    """The groups of Graphviz's drawing in the order in which they are read, each with its classes."""
    dressed = []
    for at in range(len(layout.heads)):
        lifeline = groups[f"lifeline{at}"]
        lifeline.set("class", f"lifeline lifeline-{at}")
        dressed.append(lifeline)
    for at, (actor, head) in enumerate(zip(view.actors, layout.heads, strict=True)):
        group = groups[f"actor{at}"]
        group.set("class", view.actor_classes(actor))
        group.insert(0, tag("title", tidy(actor.name)))
        group.set("data-hand", f"{number(head.x)},{number(layout.high / 2)}")
        for at, (text, y) in enumerate(zip(group.iterfind("text"), head.baselines, strict=True)):
            text.attrib.update({"text-anchor": "middle", "x": number(head.x), "y": number(y)})
            if at >= len(head.lines):
                text.set("class", "small")
        group.append(icon(view.shape(actor), head.x - ICON / 2, -layout.high / 2 - ICON / 2, ICON))
        dressed.append(group)
    stage = "message"
    divergence_at = _divergence(view)
    for at, (row, place) in enumerate(zip(view.rows, layout.places, strict=True)):
        if row.stage not in {stage, "message"}:
            dressed.append(
                tag("text", row.stage, class_="small stage", x=number(layout.gutter), y=number(place.y + 4.5))
            )
        stage = row.stage
        group = groups[f"row{at}"]
        text = group[-1]
        mark(group, row, view, text)
        if row.alone:
            group.append(_aside(row, view, layout, place))
        else:
            group.remove(text)
            group.insert(0, text)
            group.insert(1, word(row, view, place.middle, place.y + 16, "middle"))
        if view.decided and not row.ghost and row.index == divergence_at:
            dressed.append(_fork(row, layout, place))
        dressed.append(group)
    return dressed


def _aside(row: Row, view: View, layout: Plan, place: Place) -> ET.Element:
    """The word of a box: on its right, but inward of the box on the last of more than two lifelines."""
    apart = place.room / 2 + PADDING + WORD_APART
    if place.start == layout.heads[-1].x and len(layout.heads) > 2:
        return word(row, view, place.start - apart, place.y + 4.5, "end")
    return word(row, view, place.start + apart, place.y + 4.5, "start")


def _divergence(view: View) -> int | None:
    """The index of the step at which the trace diverges from the one that it is compared with."""
    ways = [at for other in view.others if (at := divergence(view.trace, other)) is not None]
    return min(ways, default=None)


def _fork(row: Row, layout: Plan, place: Place) -> ET.Element:
    """The line above the row at which two runs diverge, and its label."""
    y = place.y - 0.55 * PITCH
    box = layout.box
    group = tag("g", class_=f"divergence before-{row.index}")
    group.append(tag("path", d=f"M{number(box.left + 8)},{number(y)}H{number(box.right - 8)}"))
    group.append(tag("text", DIVERGE, class_="small", text_anchor="start", x=number(box.left + 12), y=number(y - 4)))
    return group


def _at(x: float, y: float) -> str:
    return f"{x:.2f},{-y:.2f}"


def _pos(x: float, y: float) -> str:
    return f"{_at(x, y)}!"


def _shaft(place: Place) -> str:
    """An arrow whose point stops short of the lifeline that it goes to."""
    back = -1 if place.end > place.start else 1
    tip = place.end + back * _TIP
    return f"e,{_at(tip, place.y)} {_line(place.start, place.y, tip + back * _ARROWHEAD, place.y)}"


def _line(x: float, y: float, to_x: float, to_y: float) -> str:
    """A straight line as the curve that Graphviz wants."""
    thirds = ((x + (to_x - x) * part / 3, y + (to_y - y) * part / 3) for part in range(4))
    return " ".join(_at(*point) for point in thirds)


def _inches(points: float) -> str:
    return f"{points / 72:.4f}"
