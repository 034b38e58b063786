"""Wildcards and ARNs, as IAM matches them.

A pattern is a list of tokens: literal text, `Wild.ANY` (`*`: any run of characters), `Wild.ONE` (`?`: one character;
of one beyond U+FFFF it takes two, for it counts units of UTF-16, as was recorded in September 2026).
Tokens, not text, because a policy variable's value and the escapes `${*}` and `${?}` are literal whatever they hold.
Matching never backtracks: the cost is at worst the length of the pattern times the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from enum import Enum
from functools import lru_cache
from itertools import accumulate

__all__ = [
    "Matcher",
    "Token",
    "Wild",
    "any_of",
    "anything",
    "arn_condition",
    "arn_resource",
    "arn_resource_text",
    "glob",
    "glob_text",
    "tokens",
]

Matcher = Callable[[str], bool]


class Wild(Enum):
    """A wildcard."""

    ANY = "*"
    ONE = "?"


Token = str | Wild

_WILD = re.compile(r"([*?])")


def tokens(text: str) -> list[Token]:
    """Splits the text of a policy into literals and wildcards."""
    return [Wild(piece) if piece in ("*", "?") else piece for piece in _WILD.split(text) if piece]


def anything(_: str) -> bool:
    """Matches every text."""
    return True


def nothing(_: str) -> bool:
    """Matches no text."""
    return False


def glob(pattern: Sequence[Token]) -> Matcher:
    """A matcher for the whole of a text."""
    if Wild.ONE in pattern:
        return _chunked(_chunks(_in_units(pattern)))
    runs = [""]
    for token in pattern:
        if token is Wild.ANY:
            runs.append("")
        else:
            runs[-1] += str(token)
    return _starred(runs)


def units(text: str) -> str:
    """The text with each character beyond U+FFFF as the two units of UTF-16 that it has."""
    if text.isascii() or max(text) <= "\uffff":
        return text
    pairs = text.encode("utf-16-be", "surrogatepass")
    return "".join(chr(high << 8 | low) for high, low in zip(pairs[::2], pairs[1::2], strict=True))


def _in_units(pattern: Sequence[Token]) -> list[Token]:
    return [units(token) if isinstance(token, str) else token for token in pattern]


def glob_text(text: str) -> Matcher:
    """The same for a pattern as it is written, in which every `*` and `?` is a wildcard."""
    return glob(tokens(text)) if "?" in text else _starred(text.split("*"))


def _starred(runs: list[str]) -> Matcher:
    """A matcher for literal texts with a `*` between each two of them."""
    head, tail = runs[0], runs[-1]
    if len(runs) == 1:
        return head.__eq__
    middle = [run for run in runs[1:-1] if run]
    if not middle and not tail:
        return (lambda text: text.startswith(head)) if head else anything
    if not middle and not head:
        return lambda text: text.endswith(tail)
    shortest = sum(map(len, runs))

    def matches(text: str) -> bool:
        if len(text) < shortest or not text.startswith(head) or not text.endswith(tail):
            return False
        start, end = len(head), len(text) - len(tail)
        for run in middle:
            found = text.find(run, start, end)
            if found < 0:
                return False
            start = found + len(run)
        return True

    return matches


def _chunked(chunks: Sequence[_Chunk]) -> Matcher:
    """A matcher for chunks with a `*` between each two of them."""
    head, *middle = chunks
    if not middle:

        def matches_exactly(text: str) -> bool:
            text = units(text)
            return len(text) == head.length and head.at(text, 0)

        return matches_exactly
    tail = middle.pop()
    shortest = sum(chunk.length for chunk in chunks)

    def matches(text: str) -> bool:
        text = units(text)
        end = len(text) - tail.length
        if len(text) < shortest or not head.at(text, 0) or not tail.at(text, end):
            return False
        start = head.length
        for chunk in middle:
            found = chunk.find(text, start, end)
            if found < 0:
                return False
            start = found + chunk.length
        return True

    return matches


class _Chunk:
    """What stands between two `*`: a text of fixed length, in which `?` stands for any character."""

    __slots__ = ("length", "literals")

    def __init__(self, pattern: Sequence[Token]) -> None:
        self.length = 0
        self.literals: list[tuple[int, str]] = []
        for token in pattern:
            if isinstance(token, str):
                self.literals.append((self.length, token))
                self.length += len(token)
            else:
                self.length += 1

    def at(self, text: str, start: int) -> bool:
        """Whether the text has it here; there must be room for it."""
        return all(text.startswith(literal, start + offset) for offset, literal in self.literals)

    def find(self, text: str, start: int, end: int) -> int:
        """Where the text has it first, or -1."""
        if not self.literals:
            return start if start + self.length <= end else -1
        offset, literal = self.literals[0]
        found = text.find(literal, start + offset, end)
        while found >= 0 and found - offset + self.length <= end:
            if self.at(text, found - offset):
                return found - offset
            found = text.find(literal, found + 1, end)
        return -1


def _chunks(pattern: Sequence[Token]) -> list[_Chunk]:
    """What stands before, between and after the `*`s. Only the first and the last may be empty."""
    runs: list[list[Token]] = [[]]
    for token in pattern:
        if token is Wild.ANY:
            runs.append([])
        else:
            runs[-1].append(token)
    middle = [run for run in runs[1:-1] if run]
    return [_Chunk(run) for run in (runs[0], *middle, *runs[1:][-1:])]


def arn_parts(pattern: Sequence[Token]) -> list[list[Token]]:
    """The colon-delimited parts of an ARN pattern; the sixth part keeps its own colons."""
    parts: list[list[Token]] = [[]]
    for token in pattern:
        if isinstance(token, Wild) or len(parts) == 6:
            parts[-1].append(token)
            continue
        pieces = token.split(":", 6 - len(parts))
        if pieces[0]:
            parts[-1].append(pieces[0])
        parts.extend([piece] if piece else [] for piece in pieces[1:])
    return parts


def arn_condition(pattern: Sequence[Token]) -> Matcher:
    """ArnEquals and ArnLike: each of the six parts by itself; a pattern with fewer parts matches nothing, but `*` all.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
    """
    if all(token is Wild.ANY for token in pattern) and pattern:
        return anything
    parts = [glob(part) for part in arn_parts(pattern)]
    if len(parts) != 6:
        return nothing

    def matches(text: str) -> bool:
        found = text.split(":", 5)
        return len(found) == 6 and all(part(piece) for part, piece in zip(parts, found, strict=True))

    return matches


def arn_resource(pattern: Sequence[Token]) -> Matcher:
    """The Resource element: wildcards stay inside their part, but a `*` that ends a part may run on past the colon.

    What is no ARN is matched as text.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
    """
    return _arn_resource(tuple(pattern))


@lru_cache(maxsize=1024)
def _arn_resource(pattern: tuple[Token, ...]) -> Matcher:
    parts = arn_parts(pattern)
    inside = (part[:-1] if part[-1:] == [Wild.ANY] else part for part in parts[:5])
    if len(parts) < 6 or not any(isinstance(token, Wild) for part in inside for token in part):
        return glob(pattern)
    return _bounded([_in_units(part) for part in parts])


def arn_resource_text(text: str) -> Matcher:
    """The same for a pattern as it is written."""
    parts = text.split(":", 5)
    for part in parts[:5] if len(parts) == 6 else ():
        wild = part.find("*")
        if "?" in part or (wild >= 0 and wild != len(part) - 1):
            return arn_resource(tokens(text))
    return glob_text(text)


def _bounded(parts: Sequence[Sequence[Token]]) -> Matcher:
    """An ARN with wildcards inside of its first five parts, each taken for a run of the text's own parts.

    Kept are the places at which the next part may begin. A `*` that ends a part lets the next one begin after any later
    colon, so that of the places before it the first that matches is all that counts. So it is with the last part: where
    it has a `*`, the first place that has what is before that is all that counts; where it has none, its length says
    where it has to begin.
    """
    heads = [(glob(part), part[-1:] == [Wild.ANY]) for part in parts[:5]]
    tail = list(parts[5])
    wild = tail.index(Wild.ANY) if Wild.ANY in tail else None
    first, rest = _Chunk(tail[:wild]), None if wild is None else glob(tail[wild:])

    def matches(text: str) -> bool:
        text = units(text)
        pieces = text.split(":")
        places = [0, *accumulate(len(piece) + 1 for piece in pieces[:-1])]
        starts: Sequence[int] = (0,)
        for takes, runs_on in heads:
            fitting = (place + 1 for place in starts if place < len(pieces) and takes(pieces[place]))
            starts = range(next(fitting, len(pieces)), len(pieces)) if runs_on else tuple(fitting)
        for start in starts:
            if start < len(pieces):
                begins = places[start]
                left = len(text) - begins
                fits = left >= first.length if rest else left == first.length
                if fits and first.at(text, begins):
                    return rest is None or rest(text[begins + first.length :])
        return False

    return matches


def any_of(matchers: Iterable[Matcher]) -> Matcher:
    """A matcher for a text that any of the matchers takes."""
    each = tuple(matchers)
    if len(each) == 1:
        return each[0]

    def matches(text: str) -> bool:
        for one in each:  # noqa: SIM110 (any() of a generator costs twice as much)
            if one(text):
                return True
        return False

    return matches
