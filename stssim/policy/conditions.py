"""The Condition element: a table of operators, and what `IfExists`, `ForAllValues:` and `ForAnyValue:` do to them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from stssim.policy.match import Matcher, Token, anything, arn_condition, glob, nothing, tokens
from stssim.policy.values import address, is_arn, moment, network, number, octets
from stssim.policy.variables import Template, template

__all__ = ["OPERATORS", "Condition", "Operator", "condition"]

Context = Mapping[str, tuple[str, ...]]
Quantifier = Literal["", "ForAllValues", "ForAnyValue"]
_Wants = Callable[[Sequence[Token]], Matcher | None]
_Wanted = tuple[Matcher | Template | None, ...]


@dataclass(frozen=True, slots=True)
class Operator:
    """One condition operator. `wants` makes a matcher of one wanted value (its tokens), or None of one that it cannot
    read and cannot do without.

    A negated operator holds if none of its wanted values matches. `variables` says whether policy variables are filled
    in, `wildcards` whether `*` and `?` in a wanted value are special. `reads` tells the values of a request that the
    operator cannot compare at all: with those it does not hold, negated or not.
    """

    name: str
    wants: _Wants = field(repr=False)
    negated: bool = False
    variables: bool = False
    wildcards: bool = False
    reads: Matcher = field(default=anything, repr=False)


def _text(pattern: Sequence[Token]) -> str:
    return "".join(token if isinstance(token, str) else token.value for token in pattern)


def _equals(pattern: Sequence[Token]) -> Matcher:
    return _text(pattern).__eq__


def _equals_ignoring_case(pattern: Sequence[Token]) -> Matcher:
    """In lower case, which is not case folding: of the real service, `ß` was recorded to equal `ẞ` and not `SS`."""
    wanted = _text(pattern).lower()
    return lambda found: found.lower() == wanted


def _equals_binary(pattern: Sequence[Token]) -> Matcher:
    wanted = octets(_text(pattern))
    return lambda found: wanted is not None and octets(found) == wanted


def _bool(pattern: Sequence[Token]) -> Matcher:
    """Whatever is not `true`, in a policy as in a request, was recorded to be false: `yes`, `1`, an empty text."""
    wanted = _is_true(_text(pattern))
    return lambda found: _is_true(found) is wanted


def _is_true(text: str) -> bool:
    return text.lower() == "true"


def _ip(pattern: Sequence[Token]) -> Matcher:
    wanted = network(_text(pattern))

    def matches(text: str) -> bool:
        found = address(text)
        return wanted is not None and found is not None and found in wanted

    return matches


def _is_address(text: str) -> bool:
    return address(text) is not None


def _arn(pattern: Sequence[Token]) -> Matcher | None:
    if all(isinstance(token, str) for token in pattern) and not is_arn(_text(pattern)):
        return None
    return arn_condition(pattern)


def _measured(read: Callable[[str], Decimal | None], compare: Callable[[Decimal, Decimal], bool]) -> _Wants:
    """An operator on numbers or dates: a value that is none matches nothing."""

    def wants(pattern: Sequence[Token]) -> Matcher:
        wanted = read(_text(pattern))

        def matches(text: str) -> bool:
            found = read(text)
            return wanted is not None and found is not None and compare(found, wanted)

        return matches

    return wants


OPERATORS: Mapping[str, Operator] = {
    operator.name.lower(): operator
    for operator in (
        Operator("StringEquals", _equals, variables=True),
        Operator("StringNotEquals", _equals, negated=True, variables=True),
        Operator("StringEqualsIgnoreCase", _equals_ignoring_case, variables=True),
        Operator("StringNotEqualsIgnoreCase", _equals_ignoring_case, negated=True, variables=True),
        Operator("StringLike", glob, variables=True, wildcards=True),
        Operator("StringNotLike", glob, negated=True, variables=True, wildcards=True),
        Operator("NumericEquals", _measured(number, Decimal.__eq__)),
        Operator("NumericNotEquals", _measured(number, Decimal.__eq__), negated=True),
        Operator("NumericLessThan", _measured(number, Decimal.__lt__)),
        Operator("NumericLessThanEquals", _measured(number, Decimal.__le__)),
        Operator("NumericGreaterThan", _measured(number, Decimal.__gt__)),
        Operator("NumericGreaterThanEquals", _measured(number, Decimal.__ge__)),
        Operator("DateEquals", _measured(moment, Decimal.__eq__)),
        Operator("DateNotEquals", _measured(moment, Decimal.__eq__), negated=True),
        Operator("DateLessThan", _measured(moment, Decimal.__lt__)),
        Operator("DateLessThanEquals", _measured(moment, Decimal.__le__)),
        Operator("DateGreaterThan", _measured(moment, Decimal.__gt__)),
        Operator("DateGreaterThanEquals", _measured(moment, Decimal.__ge__)),
        Operator("Bool", _bool, variables=True),
        Operator("BinaryEquals", _equals_binary),
        Operator("IpAddress", _ip, reads=_is_address),
        Operator("NotIpAddress", _ip, negated=True, reads=_is_address),
        Operator("ArnEquals", _arn, variables=True, wildcards=True, reads=is_arn),
        Operator("ArnLike", _arn, variables=True, wildcards=True, reads=is_arn),
        Operator("ArnNotEquals", _arn, negated=True, variables=True, wildcards=True, reads=is_arn),
        Operator("ArnNotLike", _arn, negated=True, variables=True, wildcards=True, reads=is_arn),
        Operator("Null", _bool),
    )
}
"""Every operator, by its name in lower case."""

_MULTIVALUED = {
    "aws:calledvia",
    "aws:principalorgpaths",
    "aws:principalservicenameslist",
    "aws:resourceorgpaths",
    "aws:sourceorgpaths",
    "aws:tagkeys",
    "aws:vpceorgpaths",
    "dynamodb:attributes",
    "dynamodb:leadingkeys",
    "kms:encryptioncontextkeys",
    "kms:resourcealiases",
    "s3:requestobjecttagkeys",
    "sts:transitivetagkeys",
}
"""Keys that are a set in every request that has them, and so want a set operator.

Those of all services are called multivalued on
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html, the others are lists in the
Service Authorization Reference. What comes of another operator was recorded of `aws:TagKeys` alone.
"""


@dataclass(frozen=True, slots=True)
class Condition:
    """One key under one operator. `written` is the operator as the policy has it, `values` are what the policy wants.

    `wanted` are the wanted values in their order, ready to match; those with policy variables are templates. `denies`
    says whether the condition is one of a Deny statement.
    """

    operator: Operator
    quantifier: Quantifier
    if_exists: bool
    written: str
    key: str
    values: tuple[str, ...]
    pointer: str
    name: str
    denies: bool
    wanted: _Wanted = field(repr=False)
    templates: tuple[Template, ...] = ()

    @property
    def matches_no_set(self) -> bool:
        """Whether it asks for one value of a key that is a set, and so can hold only where there is no such key.

        Recorded of `aws:TagKeys` in September 2026, of one tag as of two and whether the operator is negated or not.
        """
        return not self.quantifier and self.of_a_set and self.operator.name != "Null"

    @property
    def of_a_set(self) -> bool:
        """Whether the key is a set."""
        return self.name in _MULTIVALUED

    def holds(self, context: Context) -> bool:
        """Whether the request's values of the key satisfy the condition. `context` has its keys in lower case."""
        found = context.get(self.name)
        if self.operator.name == "Null":
            null = not (found and any(found))
            return any(_is_true(value) is null for value in self.values)
        if not found:
            vacuous = self.if_exists or self.quantifier == "ForAllValues"
            return vacuous or (not self.quantifier and self.operator.negated)
        if self.matches_no_set:
            return False
        if self.quantifier and not any(found):
            return self.quantifier == "ForAllValues"  # an empty string is an empty set to the set operators
        wanted = self._filled(context) if self.templates else self.wanted
        if self.quantifier == "ForAnyValue":
            return any(self._fits(value, wanted) for value in found)
        if self.quantifier == "ForAllValues" or self.operator.negated or len(found) == 1:
            return all(self._fits(value, wanted) for value in found)
        return any(self._fits(value, wanted) for value in found)

    def _fits(self, found: str, wanted: _Wanted) -> bool:
        """Whether one value of the request is as it should be.

        A value that the operator cannot read is not, even to a negated operator. A wanted value that it cannot read
        counts against the caller, if none before it matches: an Allow does not hold, a Deny does. Both were recorded of
        addresses and ARNs in September 2026.
        """
        if not self.operator.reads(found):
            return False
        for each in wanted:
            if each is None:
                return self.denies
            if not isinstance(each, Template) and each(found):
                return not self.operator.negated
        return self.operator.negated

    def _filled(self, context: Context) -> _Wanted:
        """The wanted values with their variables filled in; one that has no value equals nothing, so a negated operator
        holds.

        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-no-value
        """
        filled: list[Matcher | None] = []
        for each in self.wanted:
            if isinstance(each, Template):
                pattern = each.tokens(context)
                filled.append(nothing if pattern is None else self.operator.wants(pattern))
            else:
                filled.append(each)
        return tuple(filled)

    def missing(self, context: Context) -> list[str]:
        """The policy variables, as written, that the request has no value for."""
        return [name for wanted in self.templates for name in wanted.missing(context)]


def condition(
    written: str, key: str, values: Iterable[str], pointer: str, *, variables: bool, denies: bool = False
) -> Condition:
    """Compiles one key under one operator. `variables` says whether the policy's version has variables, `denies`
    whether its statement is a Deny.

    Raises `LookupError` for an operator that IAM does not have.
    """
    operator, quantifier, if_exists = _operator(written)
    values = tuple(values)
    wanted: list[Sequence[Token] | Template] = []
    for value in values:
        filled = template(value) if variables and operator.variables else None
        wanted.append(tokens(value) if filled is None else filled)
    return Condition(
        operator,
        quantifier,
        if_exists,
        written,
        key,
        values,
        pointer,
        key.lower(),
        denies,
        _wanted(operator, wanted),
        tuple(each for each in wanted if isinstance(each, Template)),
    )


def _wanted(operator: Operator, wanted: Sequence[Sequence[Token] | Template]) -> _Wanted:
    if operator.wants is _equals:
        texts = frozenset(_text(each) for each in wanted if not isinstance(each, Template))
        return (texts.__contains__, *(each for each in wanted if isinstance(each, Template)))
    return tuple(each if isinstance(each, Template) else operator.wants(each) for each in wanted)


_QUALIFIED = re.compile(r"(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?", re.IGNORECASE)


@lru_cache(maxsize=256)
def _operator(written: str) -> tuple[Operator, Quantifier, bool]:
    match = _QUALIFIED.fullmatch(written)
    operator = OPERATORS.get(match[2].lower()) if match else None
    if match is None or operator is None or (operator.name == "Null" and match[3]):
        raise LookupError(written)
    quantifier: Quantifier = ""
    if match[1]:
        quantifier = "ForAllValues" if match[1].lower() == "forallvalues" else "ForAnyValue"
    return operator, quantifier, bool(match[3])
