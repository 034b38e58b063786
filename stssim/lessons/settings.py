"""The settings of a deputy application as a learner may set them: each with its choices, in words."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any, get_args, get_type_hints

from stssim.lab.vendor import Settings

_TITLES = {
    "chosen_by": "Who chooses the External ID",
    "unique": "No two tenants have the same External ID",
    "guessable": "The vendor's External IDs are a counter",
    "tested": "A role is tried with a missing and a wrong External ID before it is accepted",
    "short_sessions": "Credentials are asked for 15 minutes only",
}
_WORDS = {
    ("chosen_by", "nobody"): "nobody: none is sent",
    ("chosen_by", "vendor"): "the vendor",
    ("chosen_by", "customer"): "the customer",
}


@dataclass(frozen=True, slots=True)
class Switch:
    """A setting: its name, what it decides, and its choices, each a value and its words."""

    name: str
    title: str
    choices: tuple[tuple[Any, str], ...]

    @property
    def yes_or_no(self) -> bool:
        return {value for value, _ in self.choices} == {True, False}

    def text(self, value: Any) -> str:
        """A value as text, e.g. `vendor` or `yes`."""
        return str(value) if isinstance(value, str) else "yes" if value else "no"

    def value(self, text: str) -> Any:
        """The value of a text. Raises `ValueError` for a text that is none of the choices'."""
        for value, _ in self.choices:
            if self.text(value) == text:
                return value
        known = ", ".join(self.text(value) for value, _ in self.choices)
        raise ValueError(f"{self.title}: {text[:40]!r} is none of {known}.")


def switches() -> tuple[Switch, ...]:
    """Every setting that a deputy application has."""
    hints = get_type_hints(Settings)
    return tuple(_switch(field.name, hints[field.name]) for field in fields(Settings))


def settings_of(given: Any) -> dict[str, Any]:
    """All settings of an application, those that its scenario does not give included."""
    return asdict(Settings(**given))


def _switch(name: str, hint: Any) -> Switch:
    title = _TITLES.get(name, name.replace("_", " "))
    if hint is bool:
        return Switch(name, title, ((True, "yes"), (False, "no")))
    return Switch(name, title, tuple((value, _WORDS.get((name, value), value)) for value in get_args(hint)))
