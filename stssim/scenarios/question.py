"""A question that a learner answers before the player starts."""

from __future__ import annotations

from dataclasses import dataclass
from string import ascii_uppercase
from typing import Any

_MOST = 6


@dataclass(frozen=True, slots=True)
class Question:
    """What a learner is asked before anything happens: a text, the choices, and which of them is right.

    `right` is the letter of a choice, A for the first. `because` is told with the verdict, when the last step has been
    seen. Raises `ValueError` for fewer than two choices, more than six, or a letter that none of them has.
    """

    text: str
    choices: tuple[str, ...]
    right: str
    because: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "choices", tuple(self.choices))
        if not 2 <= len(self.choices) <= _MOST:
            raise ValueError(f"A question has two to {_MOST} choices, and this one has {len(self.choices)}.")
        letters = ascii_uppercase[: len(self.choices)]
        if len(self.right) != 1 or self.right not in letters:
            raise ValueError(f"The right choice is one of {', '.join(letters)}, and {self.right!r} is not.")

    def to_dict(self) -> dict[str, Any]:
        """The question as the player asks it."""
        return {
            "text": self.text,
            "choices": [[ascii_uppercase[at], says] for at, says in enumerate(self.choices)],
            "right": self.right,
            "because": self.because,
        }
