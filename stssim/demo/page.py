"""One page: the list of the scenarios, or one of them with its player, or one sentence that says what is amiss."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from IPython.display import display

from stssim.demo.address import Address, NoSuchPage, one_of, read
from stssim.lessons import Lesson
from stssim.scenarios import Scenario, load_all, names
from stssim.show.player import Player
from stssim.show.tokens import tokens


@dataclass(frozen=True, slots=True)
class Markup:
    """A part of a page that is HTML."""

    text: str

    def _repr_html_(self) -> str:
        return self.text


def preheat() -> None:
    """Does beforehand what takes time on every page: plays a first scenario, which reads all that the others need."""
    display(Markup(f"<style>{_style()}</style>"))  # type: ignore[no-untyped-call]
    _lesson(names()[0]).run()


def show(query: str) -> None:
    """Shows the page of this query string."""
    for part in parts(query):
        display(part)  # type: ignore[no-untyped-call]


def parts(query: str) -> Iterator[Any]:
    """What the page of this query string consists of, from top to bottom: HTML, and widgets."""
    try:
        address = read(query)
        yield from _scenario(address) if address.scenario else _index()
    except NoSuchPage as amiss:
        yield Markup(
            f'<main class="demo"><h1>There is no such page</h1><p role="alert">{escape(str(amiss))}</p>'
            f"<p>{_link('All scenarios')}</p></main>"
        )


def _scenario(address: Address) -> Iterator[Any]:
    lesson = _lesson(one_of("scenario", address.scenario or "", names()))
    for name, fix in (("with", address.with_), ("compare", address.compare)):
        if fix is not None:
            one_of(name, fix, tuple(sorted(lesson.scenario.proposed_fixes)))
    world = lesson.fix() if address.show == "fix" else _player(lesson, address)
    yield Markup(f'<header class="demo">{_head(lesson.scenario, address)}</header>')
    yield world
    yield Markup(f'<footer class="demo">{_foot(lesson.scenario, address)}</footer>')


def _player(lesson: Lesson, address: Address) -> Player:
    plain = address.step is None and address.with_ is None
    question = lesson.question if plain and address.show == "attack" else None
    if address.compare:
        player = lesson.compare(address.compare)
    elif address.show == "tasks":
        player = lesson.tasks(address.with_)
    else:
        player = lesson.attack(address.with_, question)
    steps = len(player.trace)
    step = steps if address.step == "last" else address.step or 0
    if step > steps:
        raise NoSuchPage(f"There is no step={step}; this scenario has {steps} steps, and step=last is its end.")
    player.set_state({"step": step, "view": address.view, "projector": address.projector == "on"})
    return player


def _index() -> Iterator[Any]:
    chapters = "".join(
        f"<h2>Lesson {escape(lesson)}</h2><ul>{''.join(map(_card, scenarios))}</ul>"
        for lesson, scenarios in groupby(load_all(), key=lambda scenario: scenario.lesson)
    )
    yield Markup(
        f'<main class="demo list"><h1>Who may do what, and who is talked into it</h1>'
        f"<p>Every scenario is made of real AWS calls, answered by a mock cloud that validates each of them. "
        f"Choose one, and step through it by key or by button.</p>{chapters}</main>"
    )


def _card(scenario: Scenario) -> str:
    return (
        f"<li><h3>{_link(scenario.title, scenario=scenario.name)}</h3><p>{escape(scenario.stake)}</p>"
        f'<p class="ways">{_ways(scenario, None)}</p></li>'
    )


def _head(scenario: Scenario, address: Address) -> str:
    ways = _ways(scenario, address)
    return f"<nav>{_link('All scenarios')}{ways}</nav><h1>{escape(scenario.title)}</h1><p>{escape(scenario.stake)}</p>"


def _ways(scenario: Scenario, address: Address | None) -> str:
    """The links to what of a scenario can be shown; the one that is shown is marked."""
    titles = {"attack": "The attack", "tasks": "The legitimate tasks", "fix": "Fix it"}
    here = address.show if address and not address.with_ and not address.compare else None
    return " ".join(_link(says, here=show == here, scenario=scenario.name, show=show) for show, says in titles.items())


def _foot(scenario: Scenario, address: Address) -> str:
    if address.show == "fix":
        return ""
    rows = "".join(
        f'<li>{escape(fix.says)} <span class="ways">'
        f"{_link('The attack with it', here=address.with_ == name, scenario=scenario.name, step=0, **{'with': name})} "
        f"{_link('Compare', here=address.compare == name, scenario=scenario.name, compare=name)}</span></li>"
        for name, fix in sorted(scenario.proposed_fixes.items())
    )
    return f"<h2>What if…</h2><ul>{rows}</ul>"


def _link(says: str, here: bool = False, **asked: Any) -> str:
    current = ' aria-current="page"' if here else ""
    return f'<a href="?{escape(urlencode(asked))}"{current}>{escape(says)}</a>'


@cache
def _lesson(name: str) -> Lesson:
    return Lesson(name)


@cache
def _style() -> str:
    rules = files("stssim.demo").joinpath("page.css").read_text(encoding="utf-8")
    return f"{tokens('.stssim-page')}\n{rules}"
