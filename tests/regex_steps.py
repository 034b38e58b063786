"""A regular expression carried out as Python's own engine does it, trying one way after another, and counting.

It counts instead of measuring time, so that what a pattern costs is the same number on every machine.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

Then = Callable[[int], bool]


class TooMany(Exception):
    """More steps than there was patience for."""


class Steps:
    """One pattern, and how many steps a text costs it."""

    def __init__(self, pattern: re.Pattern[Any]) -> None:
        self._ignore_case = bool(pattern.flags & re.IGNORECASE)
        self._parsed = _parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG)
        self._dot_all = bool(pattern.flags & re.DOTALL)
        self._one: dict[tuple[Any, str, str], bool] = {}
        self._text = ""
        self._groups: dict[int, tuple[int, int]] = {}
        self._most = 50_000
        self.count = 0

    def of(self, text: str, how: str, most: int = 50_000) -> int:
        """The steps that `how` (`fullmatch`, `match`, `search`; all others look on where they found something) takes.

        Raises `TooMany` for more than `most`.
        """
        self._text, self._groups, self.count, self._most = text, {}, 0, most
        at = 0
        while at <= len(text):
            ends: list[int] = []
            found = self._sequence(list(self._parsed), at, _kept(ends, len(text) if how == "fullmatch" else None))
            if how in ("fullmatch", "match") or (found and how == "search"):
                break
            at = max(at + 1, ends[-1]) if found else at + 1
        return self.count

    def end(self, text: str) -> int | None:
        """Where a match from the beginning of the text ends, or None: there is none."""
        self._text, self._groups, self.count, self._most = text, {}, 0, 50_000
        ends: list[int] = []
        found = self._sequence(list(self._parsed), 0, _kept(ends))
        return ends[-1] if found else None

    def _sequence(self, items: Sequence[Any], at: int, then: Then) -> bool:
        if not items:
            return then(at)
        return self._item(items[0], at, lambda place: self._sequence(items[1:], place, then))

    def _item(self, item: Any, at: int, then: Then) -> bool:
        self.count += 1
        if self.count > self._most:
            raise TooMany
        code, argument = item
        if code in (sre.LITERAL, sre.NOT_LITERAL, sre.ANY, sre.IN):
            return at < len(self._text) and self._takes(code, argument, self._text[at]) and then(at + 1)
        if code is sre.SUBPATTERN:
            return self._sequence(list(argument[-1]), at, self._grouped(argument[0], at, then))
        if code is sre.BRANCH:
            return any(self._sequence(list(branch), at, then) for branch in argument[1])
        if code in (sre.MAX_REPEAT, sre.MIN_REPEAT):
            low, high, body = argument
            return self._repeat(list(body), low, high, at, then, lazy=code is sre.MIN_REPEAT)
        if code in (sre.POSSESSIVE_REPEAT, sre.ATOMIC_GROUP):
            return self._atomic(item, at, then)
        if code is sre.AT:
            at_end = argument in (sre.AT_END, sre.AT_END_STRING) and at == len(self._text)
            return (at_end or (argument in (sre.AT_BEGINNING, sre.AT_BEGINNING_STRING) and at == 0)) and then(at)
        if code in (sre.ASSERT, sre.ASSERT_NOT):
            direction, body = argument
            start = at if direction > 0 else at - body.getwidth()[0]
            held = start >= 0 and self._sequence(list(body), start, lambda place: direction > 0 or place == at)
            return held is (code is sre.ASSERT) and then(at)
        if code is sre.GROUPREF:
            start, end = self._groups.get(argument, (0, 0))
            return self._text.startswith(self._text[start:end], at) and then(at + end - start)
        raise NotImplementedError(f"{code} is not carried out here.")

    def _grouped(self, group: int | None, start: int, then: Then) -> Then:
        def closed(place: int) -> bool:
            if group is not None:
                self._groups[group] = start, place
            return then(place)

        return closed

    def _repeat(self, body: Sequence[Any], low: int, high: Any, at: int, then: Then, *, lazy: bool) -> bool:
        def again(place: int) -> bool:
            if high == 0 or (low <= 0 and place == at):
                return False
            left = high if high is sre.MAXREPEAT else high - 1
            return self._repeat(body, max(low - 1, 0), left, place, then, lazy=lazy)

        def more() -> bool:
            return bool(high) and self._sequence(body, at, again)

        if lazy:
            return (low == 0 and then(at)) or more()
        return more() or (low == 0 and then(at))

    def _atomic(self, item: Any, at: int, then: Then) -> bool:
        code, argument = item
        places: list[int] = []
        if code is sre.ATOMIC_GROUP:
            found = self._sequence(list(argument), at, _kept(places))
        else:
            low, high, body = argument
            found = self._repeat(list(body), low, high, at, _kept(places), lazy=False)
        return found and then(places[-1])

    def _takes(self, code: Any, argument: Any, character: str) -> bool:
        key = (code, str(argument), character)
        if key not in self._one:
            self._one[key] = self._decide(code, argument, character)
        return self._one[key]

    def _decide(self, code: Any, argument: Any, character: str) -> bool:
        if code is sre.ANY:
            return self._dot_all or character != "\n"
        spellings = {character, character.lower(), character.upper()} if self._ignore_case else {character}
        if code is sre.LITERAL:
            return any(ord(each) == argument for each in spellings if len(each) == 1)
        if code is sre.NOT_LITERAL:
            return bool(ord(character) != argument)
        negated = argument[0][0] is sre.NEGATE
        inside = any(self._in(part, each) for part in argument for each in spellings if len(each) == 1)
        return bool(inside is not negated)

    @staticmethod
    def _in(part: Any, character: str) -> bool:
        code, argument = part
        if code is sre.LITERAL:
            return bool(ord(character) == argument)
        if code is sre.RANGE:
            return bool(argument[0] <= ord(character) <= argument[1])
        if code is sre.CATEGORY:
            letter = {"DIGIT": r"\d", "SPACE": r"\s", "WORD": r"\w"}[str(argument).rpartition("_")[2]]
            held = re.match(letter, character) is not None
            return bool(held is not ("_NOT_" in str(argument)))
        return False


def _kept(ends: list[int], only: int | None = None) -> Then:
    """Notes where a way through the pattern ended; with `only`, an end elsewhere is none."""

    def then(place: int) -> bool:
        ends.append(place)
        return only is None or place == only

    return then


def pumps(pattern: re.Pattern[Any]) -> Iterator[tuple[str, str]]:
    """Beginnings of texts that the pattern takes, each with something to repeat after it: what may cost it much."""
    parsed = _parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG)
    alphabet = sorted({*_literals(parsed), "a", "0"})[:14]
    samples = list(dict.fromkeys(_samples(list(parsed))))
    for start in ("", *samples):
        for character in alphabet:
            yield start, character
    for unit in samples:
        yield "", unit
        yield "", unit[-3:]
    yield from (("", f"{one}{other}") for one in alphabet if not one.isalnum() for other in ("a", "0"))
    for start in samples:
        yield from ((start, f"{one}a") for one in alphabet if not one.isalnum())


def _literals(parsed: Any) -> Iterator[str]:
    for code, argument in parsed:
        if code in (sre.LITERAL, sre.NOT_LITERAL):
            yield chr(argument)
        elif code is sre.IN:
            yield from _literals([part for part in argument if part[0] is sre.LITERAL])
        else:
            for inner in _inside(code, argument):
                yield from _literals(inner)


def _inside(code: Any, argument: Any) -> list[Any]:
    if code is sre.SUBPATTERN:
        return [argument[-1]]
    if code is sre.BRANCH:
        return list(argument[1])
    if code in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
        return [argument[2]]
    return [argument[1]] if code in (sre.ASSERT, sre.ASSERT_NOT) else []


def _samples(items: Sequence[Any]) -> Iterator[str]:
    """What the pattern takes, up to the end of each of its parts."""
    text = ""
    for code, argument in items:
        if code in (sre.SUBPATTERN, sre.BRANCH, sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            inner = _inside(code, argument)[0]
            yield from (text + each for each in _samples(list(inner)))
        text += _sample((code, argument))
        if text:
            yield text


def _sample(item: Any) -> str:
    code, argument = item
    if code is sre.LITERAL:
        return chr(argument)
    if code is sre.IN:
        return next((each for each in "a0A-./: =#" if Steps(re.compile("x"))._decide(code, argument, each)), "")
    if code in (sre.ANY, sre.NOT_LITERAL):
        return "a"
    if code in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
        once = "".join(_sample(each) for each in argument[2])
        return once * max(1, min(int(argument[0]), 12))
    if code in (sre.SUBPATTERN, sre.BRANCH):
        return "".join(_sample(each) for each in _inside(code, argument)[0])
    return ""
