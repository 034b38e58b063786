"""What to choose so that policies allow a call: their own conditions, solved over what the attacker can choose.

A `Slot` is one thing that can be chosen, with the condition keys that it becomes. For each way to be allowed (one Allow
statement of each layer of policies) the conditions on a slot are taken together with those of the Deny statements, and
a value is found that is as wanted (`words`); or the slot is left out. Slots are filled one after the other, so that
policy variables see what was chosen before. Where nothing but single keys is denied, one value a slot is enough, and
the work grows with the number of clauses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice, product
from math import prod
from typing import Any

from stssim.adversary.words import Items, TooMany, Wanted, find, pattern, shape
from stssim.policy import Policies, Request
from stssim.policy.conditions import Condition
from stssim.policy.evaluate import names
from stssim.policy.grammar import Patterns, Statement
from stssim.policy.match import glob_text, tokens
from stssim.policy.principals import Named
from stssim.policy.request import normalized
from stssim.policy.variables import template

RESOURCE = "(resource)"
"""The pseudo key of a slot that is part of the resource."""
_MOST_WAYS = 64
_MOST_CHOICES = 400
_FEW = 32

Context = Mapping[str, tuple[str, ...]]
Chosen = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Slot:
    """One thing that the attacker chooses.

    `keys` are the condition keys (in lower case) that it becomes, each with the text before and after it there.
    `shape` says what it can be; or `fixed` lists all that there is, None for leaving it out. `own` is what it is when
    nobody minds, None: left out. `absent` says whether it can be left out. `later` are values that may be of use in a
    later call. `others` are patterns that it cannot be. `each`: one value for every one that a condition names, where
    the shape promises more than can be had.
    """

    name: str
    keys: tuple[tuple[str, str, str], ...]
    shape: str = ""
    own: str | None = None
    absent: bool = True
    fixed: tuple[Any, ...] | None = None
    later: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    each: bool = False

    def context(self, value: Any) -> dict[str, Any]:
        """The condition keys with this value; empty ones are left out."""
        if value is None:
            return {}
        if isinstance(value, str):
            return {key: f"{before}{value}{after}" for key, before, after in self.keys}
        return {key: value for key, _, _ in self.keys}


@dataclass(frozen=True, slots=True)
class _Clause:
    """A condition that must hold, or must not."""

    condition: Condition
    holds: bool


@dataclass(frozen=True, slots=True)
class _Inside:
    """A Resource element that must take the resource, or must not."""

    element: Patterns
    takes: bool


_Asked = _Clause | _Inside


class Solver:
    """The choices for one call, which needs the actions `acts`, and `optional` ones with some choices.

    `complete` is False once something was given up at a bound.
    """

    def __init__(
        self,
        request: Request,
        policies: Policies,
        acts: Iterable[str],
        slots: Sequence[Slot],
        optional: Iterable[str] = (),
    ) -> None:
        self.request = request
        self.policies = policies
        self.slots = slots
        self._needed = tuple(dict.fromkeys(act.lower() for act in acts))
        self.acts = tuple(dict.fromkeys((*self._needed, *(act.lower() for act in optional))))
        self.complete = True
        self._slot_of = {key: slot for slot in slots for key, _, _ in slot.keys}
        self._fixed = {key: found for key, found in request.keys.items() if key not in self._slot_of}

    def choices(self) -> Iterator[dict[str, Any]]:
        """A value for each slot, by its name: each different choice that may be allowed. Raises nothing."""
        seen = set()
        denies = [each for each in self._statements() if not each.allows and self._may_apply(each)]
        for way in self._ways():
            found = self._filled(way, denies)
            first: dict[str, Any] | None = None
            for chosen in islice(found, _MOST_CHOICES):
                first = first or chosen
                key = tuple(sorted((name, repr(value)) for name, value in chosen.items()))
                if key not in seen:
                    seen.add(key)
                    yield chosen
            if next(found, None) is not None:
                self.complete = False
            for chosen in self._for_later(first) if first is not None else ():
                key = tuple(sorted((name, repr(value)) for name, value in chosen.items()))
                if key not in seen:
                    seen.add(key)
                    yield chosen

    def _for_later(self, first: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """The first choice with values that may be of use in a later call: all combinations where they are few, else
        each by itself and all together.
        """
        options = {slot.name: (first[slot.name], *slot.later) for slot in self.slots if slot.later}
        if prod(len(values) for values in options.values()) <= _FEW:
            for values in product(*options.values()):
                yield {**first, **dict(zip(options, values, strict=True))}
            return
        for name, values in options.items():
            yield from ({**first, name: value} for value in values[1:])
        yield {**first, **{name: values[1] for name, values in options.items()}}

    # The ways to be allowed.

    def _layers(self) -> Iterator[tuple[Statement, ...]]:
        policies = self.policies
        yield self._of((policies.resource,) if policies.resource is not None else ())
        yield self._of(policies.identity)
        yield from (self._of((each,)) for each in policies.boundaries)
        yield self._of(policies.session or ())
        yield from (self._of(level) for level in (*policies.service_control, *policies.resource_control))

    def _of(self, policies: Iterable[Any]) -> tuple[Statement, ...]:
        return tuple(
            statement
            for policy in policies
            for statement in policy.document.statements
            if any(statement.action.takes(act, {}) for act in self.acts)
        )

    def _statements(self) -> Iterator[Statement]:
        for layer in self._layers():
            yield from layer

    def _ways(self) -> Iterator[tuple[Statement, ...]]:
        """One Allow statement of each layer, but only such as ask something of a slot."""
        options: list[list[Statement | None]] = []
        for layer in self._layers():
            able = [each for each in layer if each.allows and self._may_apply(each)]
            asking = [each for each in able if self._asks(each)]
            nothing: list[Statement | None] = [None]
            options.append(nothing if len(asking) < len(able) and not asking else [*asking, None])
        every = product(*options)
        for way in islice(every, _MOST_WAYS):
            yield tuple(each for each in way if each is not None)
        if next(every, None) is not None:
            self.complete = False

    def _asks(self, statement: Statement) -> bool:
        return any(True for _ in self._asked(statement))

    def _may_apply(self, statement: Statement) -> bool:
        """Whether it can apply at all, whatever is chosen."""
        if statement.principal is not None and names(statement, self.request, self.policies) is Named.NOT:
            return False
        resource = statement.resource
        fixed = resource is not None and RESOURCE not in self._slot_of and not self._depends(resource)
        if resource is not None and fixed and not resource.takes(self.request.target, self.request.keys):
            return False
        return all(
            condition.holds(self._fixed)
            for condition in statement.conditions
            if condition.name not in self._slot_of and not self._refers(condition)
        )

    def _depends(self, element: Patterns) -> bool:
        return any(getattr(piece, "key", None) in self._slot_of for each in element.templates for piece in each.pieces)

    def _refers(self, condition: Condition) -> bool:
        return any(
            getattr(piece, "key", None) in self._slot_of for each in condition.templates for piece in each.pieces
        )

    # The values of a slot.

    def _asked(self, statement: Statement) -> Iterator[_Asked]:
        """What a statement asks of slots, if it is to apply."""
        if statement.resource is not None and RESOURCE in self._slot_of:
            yield _Inside(statement.resource, True)
        for condition in statement.conditions:
            if condition.name in self._slot_of:
                yield _Clause(condition, True)

    def _filled(self, way: Sequence[Statement], denies: Sequence[Statement]) -> Iterator[dict[str, Any]]:
        asked: dict[str, list[_Asked]] = {slot.name: [] for slot in self.slots}
        for statement in way:
            for each in self._asked(statement):
                asked[self._of_slot(each).name].append(each)
        must: dict[str, list[list[_Asked]]] = {slot.name: [] for slot in self.slots}
        might: dict[str, list[list[_Asked]]] = {slot.name: [] for slot in self.slots}
        for statement in denies:
            escapes = [self._turned(each) for each in self._asked(statement)]
            of = dict.fromkeys(self._of_slot(each).name for each in escapes)
            for name in of:
                own = [each for each in escapes if self._of_slot(each).name == name]
                (must if len(of) == 1 and self._is_needed(statement) else might)[name].append(own)
        yield from self._fill(0, {}, dict(self._fixed), asked, must, might)

    def _is_needed(self, statement: Statement) -> bool:
        """Whether it is about an action that the call needs whatever is chosen."""
        return any(statement.action.takes(act, {}) for act in self._needed)

    def _fill(
        self,
        number: int,
        chosen: dict[str, Any],
        context: dict[str, tuple[str, ...]],
        asked: Mapping[str, list[_Asked]],
        must: Mapping[str, list[list[_Asked]]],
        might: Mapping[str, list[list[_Asked]]],
    ) -> Iterator[dict[str, Any]]:
        if number == len(self.slots):
            yield dict(chosen)
            return
        slot = self.slots[number]
        for value in self._values(slot, context, asked[slot.name], must[slot.name], might[slot.name]):
            more = normalized(slot.context(value))
            yield from self._fill(number + 1, {**chosen, slot.name: value}, {**context, **more}, asked, must, might)

    def _values(
        self,
        slot: Slot,
        context: Context,
        asked: Sequence[_Asked],
        must: Sequence[Sequence[_Asked]],
        might: Sequence[Sequence[_Asked]],
    ) -> Iterator[Any]:
        """Values that differ in what the policies say to them: first with every Deny escaped, then with fewer."""
        given: list[Any] = []
        escapes = list(islice(product(*must), 16)) if must else [()]
        for escape in escapes:
            wanted = [*asked, *escape]
            for extra in ([one for each in might for one in each[:1]], []) if might else ([],):
                for value in self._instances(slot, context, [*wanted, *extra]):
                    if value not in given:
                        given.append(value)
                        yield value
            for each in might:
                for value in self._instances(slot, context, [*wanted, *each[:1]]):
                    if value not in given:
                        given.append(value)
                        yield value

    def _instances(self, slot: Slot, context: Context, wanted: Sequence[_Asked]) -> Iterator[Any]:
        """The plainest value that is as wanted, then those that may be of use later."""
        if slot.fixed is not None:
            yield from (value for value in slot.fixed if self._is_as(slot, value, context, wanted))
            return
        plain = ([None] if slot.absent else []) + ([slot.own] if slot.own is not None else [])
        found = next((value for value in plain if self._is_as(slot, value, context, wanted)), _NONE)
        if found is _NONE:
            found = self._word(slot, context, wanted)
        if found is not _NONE:
            yield found
            if found is None and (word := self._word(slot, context, wanted)) is not _NONE and self._read(slot):
                yield word
        if slot.each:
            yield from self._words(slot, context, wanted)

    def _read(self, slot: Slot) -> bool:
        """Whether a policy variable stands for what the slot becomes, so that to be there or not makes a difference."""
        keys = {key for key, _, _ in slot.keys}
        return any(
            getattr(piece, "key", None) in keys
            for statement in self._statements()
            for condition in statement.conditions
            for each in condition.templates
            for piece in each.pieces
        )

    def _is_as(self, slot: Slot, value: Any, context: Context, wanted: Sequence[_Asked]) -> bool:
        filled = {**context, **normalized(slot.context(value))}
        for each in wanted:
            if isinstance(each, _Clause):
                if each.condition.holds(filled) is not each.holds:
                    return False
            elif each.element.takes("".join(filled.get(RESOURCE, ())), filled) is not each.takes:
                return False
        return not (isinstance(value, str) and any(_like(other, value) for other in slot.others))

    def _words(self, slot: Slot, context: Context, wanted: Sequence[_Asked]) -> Iterator[str]:
        """A word for each value of each condition."""
        asked = self._wanted(slot, context, wanted)[0]
        for number, each in enumerate(asked):
            for one in each.patterns if not each.none_of and len(each.patterns) > 1 else ():
                try:
                    word = _find(shape(slot.shape), (*asked[:number], replace(each, patterns=(one,)), *asked[number:]))
                except TooMany:
                    self.complete = False
                    continue
                if word is not None:
                    yield word

    def _word(self, slot: Slot, context: Context, wanted: Sequence[_Asked]) -> Any:
        asked, literal = self._wanted(slot, context, wanted)
        for value in literal:
            if self._is_as(slot, value, context, wanted):
                return value
        try:
            word = _find(shape(slot.shape), asked)
        except TooMany:
            self.complete = False
            return _NONE
        return word if word is not None and self._is_as(slot, word, context, wanted) else _NONE

    def _wanted(
        self, slot: Slot, context: Context, wanted: Sequence[_Asked]
    ) -> tuple[tuple[Wanted, ...], tuple[str, ...]]:
        """What is asked of the text of a slot; and values worth trying where an operator compares no text."""
        asked: list[Wanted] = [Wanted((pattern(tokens(other)),), none_of=True) for other in slot.others]
        literal: list[str] = []
        for each in wanted:
            for key, before, after in slot.keys:
                if isinstance(each, _Inside):
                    if key == RESOURCE:
                        patterns = _resources(each.element, context)
                        asked.append(Wanted(patterns, before, after, each.takes is each.element.negated))
                elif each.condition.name == key and each.condition.operator.name != "Null":
                    found = patterns_of(each.condition, context)
                    if found is None:
                        literal += _nearby(each.condition)
                    else:
                        asked.append(Wanted(found, before, after, each.holds is each.condition.operator.negated))
        return tuple(asked), tuple(literal)

    def _of_slot(self, asked: _Asked) -> Slot:
        return self._slot_of[RESOURCE if isinstance(asked, _Inside) else asked.condition.name]

    @staticmethod
    def _turned(asked: _Asked) -> _Asked:
        if isinstance(asked, _Inside):
            return _Inside(asked.element, not asked.takes)
        return _Clause(asked.condition, not asked.holds)


_NONE = object()


@lru_cache(maxsize=4096)
def _find(can_be: Items, wanted: tuple[Wanted, ...]) -> str | None:
    return find(can_be, wanted)


@lru_cache(maxsize=1024)
def _like(written: str, text: str) -> bool:
    return glob_text(written)(text)


def patterns_of(condition: Condition, context: Context) -> tuple[Items, ...] | None:
    """The wanted values as automata; None for an operator that compares no text."""
    name = condition.operator.name
    if not name.startswith(("String", "Arn")):
        return None
    arn, fold, wild = name.startswith("Arn"), "IgnoreCase" in name, condition.operator.wildcards
    found = []
    for value in condition.values:
        filled = template(value) if condition.templates else None
        written = tokens(value) if filled is None else filled.tokens(context)
        if written is not None:
            found.append(pattern(written, arn=arn, fold=fold, wild=wild))
    return tuple(found)


def _resources(element: Patterns, context: Context) -> tuple[Items, ...]:
    found = []
    for value in element.values:
        filled = template(value) if element.templates else None
        written = tokens(value) if filled is None else filled.tokens(context)
        if written is not None:
            found.append(pattern(written))
    return tuple(found)


def _nearby(condition: Condition) -> Iterator[str]:
    """Values at and just beside those that a number, a date or a truth value is compared with."""
    for value in condition.values:
        yield value
        if value.isdigit():
            yield from (str(int(value) + 1), str(max(int(value) - 1, 0)))
    yield from ("true", "false")


def matching(element: Patterns, resource: str) -> Iterator[tuple[str, str]]:
    """By condition key, the values with which a Resource element with one variable would take this resource."""
    for each in element.templates:
        variables = [piece for piece in each.pieces if not isinstance(piece, list)]
        if len(variables) != 1:
            continue
        written = "".join(
            "(.+?)" if not isinstance(piece, list) else "".join(_regex(token) for token in piece)
            for piece in each.pieces
        )
        found = re.fullmatch(written, resource)
        if found:
            yield variables[0].key, found[1]


def _regex(token: Any) -> str:
    return re.escape(token) if isinstance(token, str) else ".*" if token.value == "*" else "."
