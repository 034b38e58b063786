"""What both pictures of a Trace have in common: how far they are stepped, and how a drawing is dressed to show it.

A drawing is laid out once. Everything that changes while it is stepped is a class: `settled`, `now` or `future` on
every step, `now` on the actors between whom it happens.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

import graphviz

from stssim.call import STS, Actor
from stssim.show.icons import shape_of
from stssim.show.names import display_name
from stssim.show.render import serialize
from stssim.show.rows import CLASSIC, REPLY, Row, decided, undecided
from stssim.show.style import NOT_REACHED, NOTHING, WORDS, picture_css
from stssim.show.text_metrics import cut, tidy, width
from stssim.show.tokens import LARGE, SMALL, TINTS
from stssim.trace import Trace

PARTS = ("attacker", "deputy", "victim")
KINDS = {
    "root": "root user",
    "user": "user",
    "role": "role",
    "federated-user": "federated user",
    "web-identity": "web identity",
    "saml": "SAML user",
    "service": "AWS service",
    "anonymous": "anonymous",
    "application": "application",
}


@dataclass(frozen=True, slots=True)
class Box:
    """The part of the plane that a picture shows."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class View:
    """A Trace as far as it is shown: its rows, its actors in the order in which they appear, and the state of each.

    `others` are the traces that it is compared with. Their undecided rows, `beside`, take up room and are not drawn.
    """

    trace: Trace
    rows: tuple[Row, ...]
    undecided: tuple[Row, ...]
    actors: tuple[Actor, ...]
    step: int | None
    others: tuple[Trace, ...] = ()
    beside: tuple[Row, ...] = ()

    @classmethod
    def of(cls, trace: Trace, *, outcomes: bool, step: int | None, beside: Sequence[Trace] = ()) -> View:
        """Raises IndexError if `step` is no step of the trace."""
        if step is not None and not 0 <= step < len(trace):
            has = f"the steps 0 to {len(trace) - 1}" if len(trace) else "no steps"
            raise IndexError(f"There is no step {step}: {trace.name!r} has {has}.")
        plain = undecided(trace)
        lines = decided(trace) if outcomes or step is not None else plain
        others = tuple(row for other in beside for row in undecided(other))
        actors = tuple(dict.fromkeys(actor for row in (*plain, *others) for actor in (row.source, row.target)))
        return cls(trace, lines, plain, actors, step, tuple(beside), others)

    @property
    def decided(self) -> bool:
        """Whether anything of how it went may be shown."""
        return self.rows is not self.undecided

    def state(self, row: Row) -> str:
        """`settled`, `now` or `future`; undecided rows have no state."""
        if not self.decided:
            return ""
        if self.step is None or row.index < self.step or (row.ghost and row.index == self.step):
            return "settled"
        return "now" if row.index == self.step else "future"

    def classes(self, row: Row) -> str:
        """The classes of a row's group."""
        kind = f"ghost after-{row.index}" if row.ghost else f"step step-{row.index}"
        return f"{kind} {self.state(row)}".rstrip()

    def outcome(self, row: Row) -> str | None:
        """The outcome that a row shows, or None while it must not be known."""
        return row.outcome if self.decided and not row.ghost and self.state(row) != "future" else None

    def word(self, row: Row) -> str:
        """The word that stands beside a row's colour."""
        if row.ghost:
            return NOT_REACHED
        return WORDS[row.outcome] if self.outcome(row) else ""

    def actor_classes(self, actor: Actor) -> str:
        """The classes of an actor's group."""
        classes = ["actor", f"actor-{self.actors.index(actor)}"]
        if (part := self.trace.parts.get(actor.name)) in PARTS:
            classes.append(part)
        if any(actor in {row.source, row.target} for row in self.rows if self.state(row) == "now"):
            classes.append("now")
        if actor.account in self.trace.accounts:
            classes.append(self.tint(actor.account))
        return " ".join(classes)

    def tint(self, account: str) -> str:
        """The class of what is tinted as this account is, in every picture of the trace."""
        known = list(self.trace.accounts)
        return f"tint-{known.index(account) % TINTS}" if account in known else "tint-none"

    def shape(self, actor: Actor) -> str:
        """The name of an actor's shape."""
        return shape_of(actor, self.trace.parts.get(actor.name))

    def what(self, actor: Actor) -> str:
        """What an actor is: its part in the scenario, or its kind."""
        return tidy(self.trace.parts.get(actor.name) or KINDS[actor.kind])

    def owner(self, actor: Actor) -> tuple[str, ...]:
        """What an actor is, and whose: the account that it is in, or else how it comes to STS."""
        what = self.what(actor)
        whose = tidy(self.trace.accounts.get(actor.account) or actor.account) or KINDS[actor.kind]
        return (what,) if whose == what else (what, whose)

    def description(self) -> str:
        """The picture in words, a sentence a row, as far as it may be known."""
        return " ".join(self._sentences())

    def _sentences(self) -> Iterator[str]:
        for row in self.rows:
            source, target = display_name(row.source), display_name(row.target)
            who = source if row.alone else f"{source} to {target}"
            word = self.word(row) if self.state(row) != "future" else "still to come"
            number = f"{row.number}. " if row.number else ""
            yield tidy(f"{number}{who}: {row.label}{f' ({word})' if word else ''}.")


def label_of(row: Row, limit: float) -> str:
    """A row's number and label, cut to fit."""
    return cut(tidy(row.label if row.number is None else f"{row.number} {row.label}"), LARGE, limit)


def room_of(row: Row, limit: float) -> float:
    """The width that an undecided row's label may take, whatever it turns out to be."""
    known = width(label_of(row, limit), LARGE)
    if row.label != REPLY:
        return known
    longest = CLASSIC[4 if row.source == STS or row.arrow == 4 else 7].label
    return max(known, width(f"{row.number} {longest}", LARGE))


def html_label(lines: Sequence[str], small: Sequence[str] = ()) -> str:
    """Lines of text, and smaller ones below, as a label for Graphviz."""
    parts = [html.escape(line) for line in lines]
    parts += [f'<font point-size="{SMALL}">{html.escape(line)}</font>' for line in small]
    return f"<{'<br/>'.join(parts)}>"


def plain_label(text: str) -> str:
    """Text as it is, as a label for Graphviz."""
    escaped: str = graphviz.escape(text.replace("&", "&amp;"))
    return escaped


def tag(name: str, text: str = "", **attributes: str) -> ET.Element:
    """An SVG element. An underscore in an attribute's name stands for a hyphen."""
    element = ET.Element(name, {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()})
    element.text = text or None
    return element


def number(value: float) -> str:
    """A coordinate as it is written: at most two decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def mark(group: ET.Element, row: Row, view: View, text: ET.Element) -> None:
    """Gives a row's group its classes and, where it may be known, its outcome; sets the number of its label apart."""
    group.set("class", f"{'alone' if row.alone else 'message'} {view.classes(row)}")
    group.set("data-row", str(view.rows.index(row)))
    if outcome := view.outcome(row):
        group.set("data-outcome", outcome)
    if row.number is not None and text.text:
        figure = tag("tspan", str(row.number), class_="number")
        figure.tail = text.text.removeprefix(str(row.number))
        text.text = None
        text.append(figure)


def word(row: Row, view: View, x: float, y: float, anchor: str) -> ET.Element:
    """The place of a row's word, empty while there is none."""
    return tag("text", view.word(row), class_="word", text_anchor=anchor, x=number(x), y=number(y))


def blank(view: View, kind: str) -> str:
    """The picture of a trace without steps."""
    text = tag("text", NOTHING, class_="small", text_anchor="middle", x="0", y="5")
    return finish(view, kind, Box(-160, -40, 160, 40), [text])


def finish(view: View, kind: str, box: Box, groups: Sequence[ET.Element]) -> str:
    """The picture of a trace whole: `framed` with the trace's name and its description."""
    return framed(view.trace.name, view.description(), kind, box, groups)


def framed(title: str, description: str, kind: str, box: Box, groups: Sequence[ET.Element]) -> str:
    """A picture whole: titled and described, with its colours, as wide as the page lets it be."""
    across, down = box.right - box.left, box.bottom - box.top
    svg = tag(
        "svg",
        xmlns="http://www.w3.org/2000/svg",
        class_=f"stssim-picture {kind}",
        viewBox=" ".join(map(number, (box.left, box.top, across, down))),
        style=f"max-width:{number(across)}px",
        role="img",
        font_size=str(LARGE),
    )
    svg.append(tag("title", tidy(title) or "Trace"))
    svg.append(tag("desc", description))
    svg.append(tag("style", picture_css()))
    paper = {"x": box.left, "y": box.top, "width": across, "height": down}
    svg.append(tag("rect", class_="paper", fill="#ffffff", rx="8", **{key: number(at) for key, at in paper.items()}))
    svg.extend(groups)
    for child in svg:
        child.tail = "\n"
    return serialize(svg)
