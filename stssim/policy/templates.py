"""Templates of values: texts with placeholders, as the table of keys has them, taken apart."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

__all__ = ["Part", "Shape", "own", "shapes"]

_PLACEHOLDER = re.compile(r"\{([a-z-]+)\}")


@dataclass(frozen=True, slots=True)
class Part:
    """One character of a shape (`text`); a name that somebody has of their `own`, and that nobody else has (with a
    `text`, one of any characters); a `name` within what is theirs, or a `path` (without a colon); or `any` text. None
    of them is empty.
    """

    kind: Literal["text", "own", "name", "path", "any"]
    text: str = ""


Shape = tuple[Part, ...]


def shapes(written: str, names: Mapping[str, str]) -> tuple[Shape, ...]:
    """The shape of a template, or none where a placeholder stands for nothing. `names` says what stands for those but
    `{any}`, `{own}`, `{own-text}` (a name with any characters), `{name}` and `{path}`.
    """
    return _shapes(written, tuple(sorted(names.items())))


@lru_cache(maxsize=1024)
def _shapes(written: str, names: tuple[tuple[str, str], ...]) -> tuple[Shape, ...]:
    found: list[Part] = []
    known = dict(names)
    for number, piece in enumerate(_PLACEHOLDER.split(written)):
        if number % 2 == 0:
            found += [Part("text", character) for character in piece]
        elif piece in ("any", "tail"):
            found.append(Part("any"))
        elif piece in ("name", "path"):
            found.append(Part("name" if piece == "name" else "path"))
        elif piece in ("own", "own-text"):
            found.append(Part("own", piece.partition("-")[2]))
        elif piece in known:
            found += [Part("text", character) for character in known[piece]]
        else:
            return ()
    return (tuple(found),)


def own(written: str, names: Mapping[str, str]) -> str | None:
    """A value of the template, where nothing is asked of it; None where a placeholder has no value."""
    known = {
        "any": "mallory",
        "own": "mallory",
        "own-text": "mallory",
        "name": "app",
        "path": "app",
        "tail": "/app",
        **names,
    }
    try:
        return _PLACEHOLDER.sub(lambda match: known[match[1]], written)
    except KeyError:
        return None
