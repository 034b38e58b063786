"""Which condition keys a caller could carry so that a statement matches: its clauses, solved over what they control.

A `Holder` says which values of a key a caller can have, as the templates of the table of keys (`keys`). `contexts`
takes the statements that must match (an Allow), those that must not (Denies), and gives contexts; what they come to is
for `decide` to say, for the solver knows nothing of Principal, Action and Resource elements.

The fragment. Per key, the values tried are: none, the caller's own, for each value that a clause names the least text
that is both as the clause wants and as the caller can have, for numbers those beside it, and all of these together for
a key with several values. Where every Deny hangs on one key, each key is solved by itself and the work grows with the
number of clauses. Denies on several keys are tried as a product of these values, `MOST` at most. Policy variables see
values that were chosen before; two that refer to each other are not solved. Dates are never solved: it is now.
"""

from __future__ import annotations

import ipaddress
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product
from typing import Any, Protocol

from stssim.policy.conditions import Condition
from stssim.policy.grammar import Statement
from stssim.policy.match import Token, Wild, arn_parts, tokens
from stssim.policy.request import normalized
from stssim.policy.templates import Shape, own, shapes
from stssim.policy.variables import Variable, template

__all__ = ["MOST", "Holder", "contexts", "instance"]

MOST = 256
"""As many contexts are given for one statement at most."""
_FILLER = "mallory"
_A_NAME = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-")


class Holder(Protocol):
    """What a caller can have of each key."""

    def values(self, key: str) -> tuple[str, ...]:
        """Templates of the values that their requests can have; none: the key is not theirs to bring about."""
        ...

    def may_lack(self, key: str) -> bool:
        """Whether their requests can go without the key."""
        ...

    @property
    def names(self) -> Mapping[str, str]:
        """What `{account}` and the other placeholders are for them."""
        ...


def contexts(must: Sequence[Statement], never: Sequence[Statement], holder: Holder) -> Iterator[dict[str, Any]]:
    """Contexts that this caller can have, in which all conditions of `must` hold and each of `never` has one that does
    not. Keys are written as the policy has them; those that are left out are not there.
    """
    keys = _Keys(must, never)
    for settled in islice(_settled(keys, holder), MOST):
        options = {}
        for key in keys.others:
            found = _fitting(key, keys, settled, holder)
            if not found:
                break
            options[key] = found
        else:
            yield from islice(_combined(keys, settled, options), MOST)


@dataclass(frozen=True, slots=True)
class _Escape:
    """The conditions of a Deny, one of which must not hold."""

    conditions: tuple[Condition, ...]

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(each.name for each in self.conditions)


class _Keys:
    """The keys that statements ask for, with the conditions on each. `variables` are those that others refer to."""

    def __init__(self, must: Sequence[Statement], never: Sequence[Statement]) -> None:
        self.must = [condition for statement in must for condition in statement.conditions]
        self.never = [_Escape(statement.conditions) for statement in never]
        every = [*self.must, *(condition for each in self.never for condition in each.conditions)]
        self.written = {condition.name: condition.key for condition in every}
        referred = {piece.key: piece.key for condition in every for piece in _references(condition)}
        self.written = referred | self.written
        self.variables = tuple(referred)
        self.others = tuple(name for name in self.written if name not in referred)
        self.linked = any(len(each.keys | set(_referred(each.conditions))) > 1 for each in self.never)

    def on(self, name: str) -> list[Condition]:
        return [condition for condition in self.must if condition.name == name]

    def named(self, name: str) -> Iterator[Condition]:
        """Every condition on a key, of an Allow or a Deny."""
        yield from self.on(name)
        for each in self.never:
            yield from (condition for condition in each.conditions if condition.name == name)


def _references(condition: Condition) -> Iterator[Variable]:
    for each in condition.templates:
        yield from (piece for piece in each.pieces if isinstance(piece, Variable))


def _referred(conditions: Iterable[Condition]) -> list[str]:
    return [piece.key for condition in conditions for piece in _references(condition)]


def _settled(keys: _Keys, holder: Holder) -> Iterator[dict[str, Any]]:
    """Values for the keys that policy variables refer to, each as far as its own conditions go."""
    options = []
    for name in keys.variables:
        found = [
            value
            for value in _values(name, keys, {}, holder)
            if all(condition.holds(_context(name, value)) for condition in keys.on(name) if not condition.templates)
        ]
        options.append([(name, value) for value in found])
    for chosen in product(*options):
        yield {keys.written[name]: value for name, value in chosen if value is not None}


def _context(name: str, value: Any) -> Mapping[str, tuple[str, ...]]:
    return normalized({name: value})


def _fitting(name: str, keys: _Keys, settled: Mapping[str, Any], holder: Holder) -> list[Any]:
    """The values of a key with which its conditions hold, and that escape the Denies on it alone."""
    given = normalized(settled)
    found = []
    for value in _values(name, keys, given, holder):
        context = {**given, **_context(name, value)}
        if all(condition.holds(context) for condition in keys.on(name)):
            found.append(value)
    alone = [each for each in keys.never if each.keys == {name}]
    return [value for value in found if _escapes(alone, {**given, **_context(name, value)})]


def _escapes(denies: Iterable[_Escape], context: Mapping[str, tuple[str, ...]]) -> bool:
    return all(any(not condition.holds(context) for condition in each.conditions) for each in denies)


def _combined(keys: _Keys, settled: dict[str, Any], options: Mapping[str, list[Any]]) -> Iterator[dict[str, Any]]:
    chosen: Iterable[tuple[Any, ...]] = product(*options.values())
    if not keys.linked:
        chosen = islice(chosen, 1)
    for values in chosen:
        named = {keys.written[name]: value for name, value in zip(options, values, strict=True) if value is not None}
        context = settled | named
        full = normalized(context)
        if all(condition.holds(full) for condition in keys.must) and _escapes(keys.never, full):
            yield context


def _values(name: str, keys: _Keys, context: Mapping[str, tuple[str, ...]], holder: Holder) -> list[Any]:
    """Values of a key that this caller can have and that may matter, the plainest first."""
    conditions = list(keys.named(name))
    written = keys.written[name]
    can_be = holder.values(written)
    given: list[Any] = [None] if holder.may_lack(written) else []
    named = holder.names
    if can_be:
        given += [value for each in can_be if (value := own(each, named)) is not None]
        for condition in conditions:
            for each in can_be:
                given += _wanted(condition, context, each, named)
        texts = [value for value in dict.fromkeys(given) if value is not None]
        if any(condition.quantifier for condition in conditions) and len(texts) > 2:
            given.append(tuple(texts[1:]))
    return list(dict.fromkeys(given))


def _wanted(
    condition: Condition, context: Mapping[str, tuple[str, ...]], can_be: str, named: Mapping[str, str]
) -> Iterator[str]:
    """Values that a template has and that are at, or beside, what a condition names."""
    operator = condition.operator.name
    if operator in ("Bool", "Null"):
        if can_be == "{any}":
            yield from ("true", "false")
        return
    if operator.startswith("Date"):
        return
    if operator.startswith("Numeric") and can_be == "{any}":
        for value in condition.values:
            yield value
            if value.lstrip("+-").isdigit() and len(value) < 40:
                yield from (str(int(value) - 1), str(int(value) + 1))
        return
    if operator.endswith("IpAddress"):
        if can_be == "{any}":
            yield from _addresses(condition.values)
        return
    for value in condition.values:
        filled = template(value) if condition.templates else None
        pattern = tokens(value) if filled is None else filled.tokens(context)
        if pattern is None:
            continue
        if not condition.operator.wildcards:
            pattern = ["".join(token if isinstance(token, str) else token.value for token in pattern)]
        for shape in shapes(can_be, named):
            found = instance(tuple(pattern), shape, arn=operator.startswith("Arn"))
            if found is not None:
                yield found


def _addresses(networks: Iterable[str]) -> Iterator[str]:
    for written in networks:
        try:
            network = ipaddress.ip_network(written, strict=False)
        except ValueError:
            continue
        yield str(network[1 if network.num_addresses > 1 else 0])


class _Part:
    """A stretch of an ARN between two colons, in which `*` stands for anything but a colon."""


_SEGMENT = _Part()
_Piece = str | Wild | _Part


@lru_cache(maxsize=4096)
def instance(pattern: tuple[Token, ...], shape: Shape, *, arn: bool = False) -> str | None:
    """The least text that the pattern matches and the shape has; None if there is none.

    A name of the caller's own must have a character that the pattern leaves open: names that a policy spells out are
    taken.
    """
    wanted = _pieces(pattern, arn=arn)
    begin = (0, 0, False, False)
    queue: deque[tuple[tuple[int, int, bool, bool], str]] = deque([(begin, "")])
    seen = {begin}
    while queue:
        state, text = queue.popleft()
        if state[0] == len(wanted) and state[1] == len(shape):
            return text
        for following, more in _moves(wanted, shape, state, text):
            if following not in seen:
                seen.add(following)
                queue.append((following, text + more))
    return None


def _pieces(pattern: Sequence[Token], *, arn: bool) -> list[_Piece]:
    if not arn:
        return [piece for token in pattern for piece in (token if isinstance(token, str) else (token,))]
    parts = arn_parts(pattern)
    found: list[_Piece] = []
    for number, part in enumerate(parts):
        found += [":"] if number else []
        for token in part:
            if isinstance(token, str):
                found += token
            else:
                found.append(_SEGMENT if token is Wild.ANY and number < 5 and len(parts) == 6 else token)
    return found


def _moves(
    wanted: Sequence[_Piece], shape: Shape, state: tuple[int, int, bool, bool], text: str
) -> Iterator[tuple[tuple[int, int, bool, bool], str]]:
    """What can come next: one character or a filler, or the end of a wildcard or of a name. `begun` and `free` tell
    of the name that is being written whether it has a character, and one that the pattern leaves open.
    """
    at, of, begun, free = state
    piece = wanted[at] if at < len(wanted) else None
    part = shape[of] if of < len(shape) else None
    runs = piece is Wild.ANY or piece is _SEGMENT
    if runs:
        yield (at + 1, of, begun, free), ""
    if part is None:
        return
    if part.kind == "own" and begun and free:
        yield (at, of + 1, False, False), ""
    if part.kind in ("any", "name", "path") and begun:
        yield (at, of + 1, False, False), ""
    if piece is None:
        return
    after = at if runs else at + 1
    if part.kind == "text":
        character = part.text
        if isinstance(piece, str) and piece != character:
            return
        if piece is _SEGMENT and character == ":":
            return
        yield (after, of + 1, False, False), character
    elif isinstance(piece, str):
        if part.kind == "any" or part.text or (piece != ":" if part.kind == "path" else piece in _A_NAME):
            yield (after, of, True, free), piece
    elif runs:
        if not free:
            glue = "-" if text[-1:].isalnum() and begun else ""
            yield (
                (after, of, True, True),
                (glue + _FILLER if part.kind == "own" else "app" if part.kind in ("name", "path") else "x"),
            )
    else:
        yield (after, of, True, True), "x"
