"""What the address of a page asks for: `?scenario=confused-deputy&step=4`."""

from __future__ import annotations

from dataclasses import dataclass, fields
from difflib import get_close_matches
from typing import Literal, get_args
from urllib.parse import parse_qsl

Show = Literal["attack", "tasks", "fix"]
View = Literal["sequence", "map"]
Colours = Literal["light", "dark"]
Projector = Literal["on", "off"]
_LONGEST = 2000
_LONGEST_TOLD = 40


class NoSuchPage(ValueError):
    """An address asks for what there is not. Carries one sentence that says what would be right."""


@dataclass(frozen=True, slots=True)
class Address:
    """What to show: of which `scenario`, the `attack`, the legitimate `tasks`, or the editor of fixes (`fix`).

    `with_` is a fix of the scenario that is applied first, `compare` one to compare the attack with. `step` is where
    to start, 0 before anything has happened; without one, the scenario's question comes first. `colours` are what the
    reader's system prefers, unless they are named here. `projector` fills the window.
    """

    scenario: str | None = None
    show: Show = "attack"
    with_: str | None = None
    compare: str | None = None
    step: int | Literal["last"] | None = None
    view: View = "sequence"
    projector: Projector = "off"
    colours: Colours | None = None


_EARLIER = {"show": {"honest": "tasks"}}
"""Words of addresses that were published in earlier versions, and what they mean now."""
_NAMES = {field.name.rstrip("_"): field.name for field in fields(Address)}
_ONE_OF = {
    "show": get_args(Show),
    "view": get_args(View),
    "projector": get_args(Projector),
    "colours": get_args(Colours),
}


def read(query: str) -> Address:
    """The address with this query string (what follows the `?`). Raises `NoSuchPage`."""
    if len(query) > _LONGEST:
        raise NoSuchPage(f"The address is longer than {_LONGEST} characters; a scenario and a step are enough.")
    parameters: dict[str, str | int] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name not in _NAMES:
            raise NoSuchPage(f"The address has {told(name)}; it may have {', '.join(_NAMES)}.")
        if _NAMES[name] in parameters:
            raise NoSuchPage(f"The address has {name} twice; once is enough.")
        value = _EARLIER.get(name, {}).get(value, value)
        parameters[_NAMES[name]] = _step(value) if name == "step" else one_of(name, value, _ONE_OF.get(name))
    address = Address(**parameters)  # type: ignore[arg-type]  # each value was checked above
    if address.scenario is None and set(parameters) - {"colours"}:
        raise NoSuchPage("The address names no scenario; scenario=confused-deputy would.")
    if address.with_ and address.compare:
        raise NoSuchPage("The address has with and compare; one of them is enough: compare shows the attack both ways.")
    if address.show != "attack" and address.compare:
        raise NoSuchPage(f"The address has compare and show={address.show}; only the attack is shown both ways.")
    if address.show == "fix" and (address.with_ or address.step is not None):
        raise NoSuchPage("The address has show=fix, which takes neither with nor step: every fix can be tried there.")
    return address


def one_of(name: str, value: str, choices: tuple[str, ...] | None) -> str:
    """The value, if it is one of these (any, for None). Raises `NoSuchPage`."""
    if choices is not None and value not in choices:
        near = get_close_matches(value, choices, 1)
        hint = f"Did you mean {near[0]}?" if near else f"There is {', '.join(choices)}."
        raise NoSuchPage(f"There is no {name}={told(value)}. {hint}")
    return value


def told(value: str) -> str:
    """A word of the address as it is told back: not longer than anybody reads."""
    return repr(value if len(value) <= _LONGEST_TOLD else value[:_LONGEST_TOLD] + "…")


def _step(value: str) -> int | str:
    if value != "last" and not (value.isascii() and value.isdecimal() and len(value) <= 4):
        raise NoSuchPage(
            f"There is no step={told(value)}; a step is a number, 0 before anything has happened, or last."
        )
    return value if value == "last" else int(value)
