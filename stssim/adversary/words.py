"""A text that the attacker can have, that policies want, and that none of their patterns keeps out.

What can be had is a shape (`stssim.adversary.means`), what is wanted and unwanted are patterns of policies. Each is a
small automaton; they are walked side by side, letter by letter, breadth first. So the shortest text is found, or it is
certain that there is none.
"""

from __future__ import annotations

import re
import string
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from stssim.policy.match import Token, Wild, arn_parts

_LETTERS = string.ascii_letters + string.digits
_ANY = frozenset(map(chr, range(33, 127)))
CLASSES: dict[str, frozenset[str]] = {
    "name": frozenset(_LETTERS + "._-"),
    "any": _ANY,
    "session": frozenset(_LETTERS + "_+=,.@-"),
    "id": frozenset(_LETTERS + "_+=,.@:/-"),
    "path": frozenset(_LETTERS + "_+=,.@/-"),
    "tag": frozenset(_LETTERS + "_.:/=+-@ "),
    "hex": frozenset("0123456789abcdef"),
}
"""What a part of a shape may be made of, by its name. `any` may be empty, all others have a character at least."""
_PART = re.compile(r"\{(" + "|".join(CLASSES) + r")(?:\*([0-9]+))?\}")
_FILLERS = "xyz1-"
_MOST_STATES = 20_000


class TooMany(Exception):
    """The search for a text was given up before its end."""


@dataclass(frozen=True, slots=True)
class Item:
    """One character (of `chars`; None is any), or any number of them if `loops`."""

    chars: frozenset[str] | None
    loops: bool = False


Items = tuple[Item, ...]
_Positions = frozenset[int]


def shape(text: str) -> Items:
    """The automaton of a shape. `{hex*12}` are twelve characters, `{hex}` any number but none."""
    items: list[Item] = []
    end = 0
    for part in _PART.finditer(text):
        items += [Item(frozenset(letter)) for letter in text[end : part.start()]]
        chars = CLASSES[part[1]]
        if part[2]:
            items += [Item(chars)] * int(part[2])
        else:
            items += [Item(chars, loops=True)] if part[1] == "any" else [Item(chars), Item(chars, loops=True)]
        end = part.end()
    return (*items, *(Item(frozenset(letter)) for letter in text[end:]))


def pattern(tokens: Sequence[Token], *, arn: bool = False, fold: bool = False, wild: bool = True) -> Items:
    """The automaton of a policy's pattern. In a condition on an `arn`, wildcards stay within their part; `fold` takes
    letters of either case; without `wild`, `*` and `?` are what they look like.
    """
    if not arn:
        return tuple(_items(tokens, None, fold, wild))
    if all(token is Wild.ANY for token in tokens) and tokens:
        return (Item(None, loops=True),)
    parts = arn_parts(tokens)
    if len(parts) != 6:
        return (Item(frozenset()),)
    items: list[Item] = []
    for number, part in enumerate(parts):
        if number:
            items.append(Item(frozenset(":")))
        items += _items(part, None if number == 5 else _ANY - {":"}, fold, wild)
    return tuple(items)


def _items(tokens: Sequence[Token], within: frozenset[str] | None, fold: bool, wild: bool) -> Iterable[Item]:
    for token in tokens:
        if isinstance(token, Wild) and wild:
            yield Item(within, loops=token is Wild.ANY)
            continue
        for letter in token.value if isinstance(token, Wild) else token:
            yield Item(frozenset((letter, letter.lower(), letter.upper())) if fold else frozenset(letter))


def _closed(items: Items, positions: Iterable[int]) -> _Positions:
    found = set(positions)
    waiting = list(found)
    while waiting:
        position = waiting.pop()
        if position < len(items) and items[position].loops and position + 1 not in found:
            found.add(position + 1)
            waiting.append(position + 1)
    return frozenset(found)


def _after(items: Items, positions: _Positions, letter: str) -> _Positions:
    found = set()
    for position in positions:
        if position < len(items):
            item = items[position]
            if item.chars is None or letter in item.chars:
                found.add(position if item.loops else position + 1)
    return _closed(items, found)


def _read(items: Items, positions: _Positions, text: str) -> _Positions:
    for letter in text:
        positions = _after(items, positions, letter)
    return positions


def _ahead(items: Items, positions: _Positions) -> frozenset[str] | None:
    """The characters that may come next; None: any."""
    found: set[str] = set()
    for position in positions:
        if position < len(items):
            chars = items[position].chars
            if chars is None:
                return None
            found |= chars
    return frozenset(found)


def takes(items: Items, text: str) -> bool:
    """Whether the automaton takes the whole of a text."""
    return len(items) in _read(items, _closed(items, (0,)), text)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The text, between `prefix` and `suffix`, must be one of `patterns`; `none_of`: must be none of them."""

    patterns: tuple[Items, ...]
    prefix: str = ""
    suffix: str = ""
    none_of: bool = False


def find(can_be: Items, wanted: Sequence[Wanted], longest: int = 200) -> str | None:
    """The shortest text of this shape that is as wanted, or None: there is none. Raises `TooMany` at the bound."""
    automata = [(each, items) for each in wanted for items in each.patterns]
    begin = (
        _closed(can_be, (0,)),
        tuple(_read(items, _closed(items, (0,)), each.prefix) for each, items in automata),
    )
    groups: list[tuple[Wanted, range]] = []
    at = 0
    for each in wanted:
        groups.append((each, range(at, at + len(each.patterns))))
        at += len(each.patterns)
    alphabet = _alphabet(can_be, [items for _, items in automata])
    seen = {begin}
    waiting = deque([("", begin)])
    while waiting:
        text, (own, states) = waiting.popleft()
        if len(can_be) in own and all(_fits(each, at, automata, states) for each, at in groups):
            return text
        if len(text) >= longest:
            continue
        for letter in _next(can_be, own, groups, automata, states, alphabet):
            after = _after(can_be, own, letter)
            if not after:
                continue
            next_states = tuple(
                _after(items, state, letter) for (_, items), state in zip(automata, states, strict=True)
            )
            if any(not each.none_of and not any(next_states[n] for n in at) for each, at in groups):
                continue
            found = (after, next_states)
            if found not in seen:
                if len(seen) >= _MOST_STATES:
                    raise TooMany
                seen.add(found)
                waiting.append((text + letter, found))
    return None


def _fits(each: Wanted, at: range, automata: Sequence[tuple[Wanted, Items]], states: Sequence[_Positions]) -> bool:
    taken = any(len(automata[n][1]) in _read(automata[n][1], states[n], each.suffix) for n in at)
    return taken is not each.none_of


def _next(
    can_be: Items,
    own: _Positions,
    groups: Sequence[tuple[Wanted, range]],
    automata: Sequence[tuple[Wanted, Items]],
    states: Sequence[_Positions],
    alphabet: str,
) -> Iterable[str]:
    """The characters worth trying. Those that nobody tells apart are all the same."""
    letters = _ahead(can_be, own)
    for each, at in groups:
        if each.none_of:
            continue
        ahead: set[str] | None = set()
        for number in at:
            one = _ahead(automata[number][1], states[number])
            ahead = None if one is None or ahead is None else ahead | one
        if ahead is not None:
            letters = frozenset(ahead) if letters is None else letters & ahead
    if letters is None:
        return alphabet
    few = [letter for letter in alphabet if letter in letters]
    return few or sorted(letters)[:1]


def _alphabet(can_be: Items, patterns: Iterable[Items]) -> str:
    literal = {
        letter
        for items in (can_be, *patterns)
        for item in items
        if item.chars is not None and len(item.chars) <= 3
        for letter in item.chars
    }
    return _FILLERS + "".join(sorted(literal - set(_FILLERS), key=lambda each: (not each.isalnum(), each)))
