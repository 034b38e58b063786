"""The Condition element: a table of operators, and what `IfExists`, `ForAllValues:` and `ForAnyValue:` do to them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from stssim.policy.match import Matcher, Token, any_of, arn_condition, glob, nothing, tokens
from stssim.policy.variables import Template, template

__all__ = ["OPERATORS", "Condition", "Operator", "condition"]

Context = Mapping[str, tuple[str, ...]]
Quantifier = Literal["", "ForAllValues", "ForAnyValue"]
_Wants = Callable[[Sequence[Token]], Matcher]


@dataclass(frozen=True, slots=True)
class Operator:
    """One condition operator. `wants` makes a matcher of one wanted value (its tokens).

    A negated operator holds if none of its wanted values matches. `variables` says whether policy variables are filled
    in, `wildcards` whether `*` and `?` in a wanted value are special.
    """

    name: str
    wants: _Wants = field(repr=False)
    negated: bool = False
    variables: bool = False
    wildcards: bool = False


def _text(pattern: Sequence[Token]) -> str:
    return "".join(token if isinstance(token, str) else token.value for token in pattern)


def _equals(pattern: Sequence[Token]) -> Matcher:
    return _text(pattern).__eq__


def _equals_ignoring_case(pattern: Sequence[Token]) -> Matcher:
    """In lower case, which is not case folding: of the real service, `ß` was recorded to equal `ẞ` and not `SS`."""
    wanted = _text(pattern).lower()
    return lambda found: found.lower() == wanted


def _equals_binary(pattern: Sequence[Token]) -> Matcher:
    wanted = _octets(_text(pattern))
    return lambda found: wanted is not None and _octets(found) == wanted


def _bool(pattern: Sequence[Token]) -> Matcher:
    wanted = _text(pattern).lower()
    return lambda found: wanted in ("true", "false") and found.lower() == wanted


def _ip(pattern: Sequence[Token]) -> Matcher:
    network = _network(_text(pattern))

    def matches(found: str) -> bool:
        address = _address(found)
        return network is not None and address is not None and address in network

    return matches


def _measured(read: Callable[[str], Decimal | None], compare: Callable[[Decimal, Decimal], bool]) -> _Wants:
    """An operator on numbers or dates: a value that is none matches nothing."""

    def wants(pattern: Sequence[Token]) -> Matcher:
        wanted = read(_text(pattern))

        def matches(text: str) -> bool:
            found = read(text)
            return wanted is not None and found is not None and compare(found, wanted)

        return matches

    return wants


_NUMBER = re.compile(r"[+-]?[0-9]{1,40}(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,3})?")


def _number(text: str) -> Decimal | None:
    return Decimal(text) if _NUMBER.fullmatch(text) else None


_TIME = r"T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(\.[0-9]{1,12})?)?(Z|[+-][0-9]{2}:[0-9]{2})?"
_DATE = re.compile(rf"([0-9]{{4}})(?:-([0-9]{{2}})(?:-([0-9]{{2}})(?:{_TIME})?)?)?")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _moment(text: str) -> Decimal | None:
    """Epoch seconds of a W3C date (a form of ISO 8601), or of epoch seconds themselves."""
    written = _DATE.fullmatch(text)
    if not written:
        return _number(text)
    year, month, day, hour, minute, second, fraction, zone = written.groups()
    try:
        moment = datetime(
            int(year), int(month or 1), int(day or 1), int(hour or 0), int(minute or 0), int(second or 0), tzinfo=UTC
        )
        if zone and zone != "Z":
            shift = timedelta(hours=int(zone[1:3]), minutes=int(zone[4:6]))
            moment += shift if zone[0] == "-" else -shift
    except (ValueError, OverflowError):
        return None
    since = moment - _EPOCH
    return Decimal(since.days * 86400 + since.seconds) + Decimal(f"0{fraction}" if fraction else 0)


def _octets(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


_IPV4 = re.compile(r"([0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3})(?:/\+?([0-9]{1,3}))?")


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    """Of IPv4, zeros before a number and a plus before the prefix's were recorded to be taken."""
    written = _IPV4.fullmatch(text)
    if written:
        text = ".".join(str(int(octet)) for octet in written[1].split(".")) + (f"/{written[2]}" if written[2] else "")
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


@lru_cache(maxsize=1024)
def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


OPERATORS: Mapping[str, Operator] = {
    operator.name.lower(): operator
    for operator in (
        Operator("StringEquals", _equals, variables=True),
        Operator("StringNotEquals", _equals, negated=True, variables=True),
        Operator("StringEqualsIgnoreCase", _equals_ignoring_case, variables=True),
        Operator("StringNotEqualsIgnoreCase", _equals_ignoring_case, negated=True, variables=True),
        Operator("StringLike", glob, variables=True, wildcards=True),
        Operator("StringNotLike", glob, negated=True, variables=True, wildcards=True),
        Operator("NumericEquals", _measured(_number, Decimal.__eq__)),
        Operator("NumericNotEquals", _measured(_number, Decimal.__eq__), negated=True),
        Operator("NumericLessThan", _measured(_number, Decimal.__lt__)),
        Operator("NumericLessThanEquals", _measured(_number, Decimal.__le__)),
        Operator("NumericGreaterThan", _measured(_number, Decimal.__gt__)),
        Operator("NumericGreaterThanEquals", _measured(_number, Decimal.__ge__)),
        Operator("DateEquals", _measured(_moment, Decimal.__eq__)),
        Operator("DateNotEquals", _measured(_moment, Decimal.__eq__), negated=True),
        Operator("DateLessThan", _measured(_moment, Decimal.__lt__)),
        Operator("DateLessThanEquals", _measured(_moment, Decimal.__le__)),
        Operator("DateGreaterThan", _measured(_moment, Decimal.__gt__)),
        Operator("DateGreaterThanEquals", _measured(_moment, Decimal.__ge__)),
        Operator("Bool", _bool, variables=True),
        Operator("BinaryEquals", _equals_binary),
        Operator("IpAddress", _ip),
        Operator("NotIpAddress", _ip, negated=True),
        Operator("ArnEquals", arn_condition, variables=True, wildcards=True),
        Operator("ArnLike", arn_condition, variables=True, wildcards=True),
        Operator("ArnNotEquals", arn_condition, negated=True, variables=True, wildcards=True),
        Operator("ArnNotLike", arn_condition, negated=True, variables=True, wildcards=True),
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

    `constant` is the matcher of the wanted values without policy variables, `templates` are the others.
    """

    operator: Operator
    quantifier: Quantifier
    if_exists: bool
    written: str
    key: str
    values: tuple[str, ...]
    pointer: str
    name: str
    constant: Matcher = field(repr=False)
    templates: tuple[Template, ...] = ()

    @property
    def matches_no_set(self) -> bool:
        """Whether it asks for one value of a key that is a set, and so can hold only where there is no such key.

        Recorded of `aws:TagKeys` in September 2026, of one tag as of two and whether the operator is negated or not.
        """
        return not self.quantifier and self.name in _MULTIVALUED and self.operator.name != "Null"

    def holds(self, context: Context) -> bool:
        """Whether the request's values of the key satisfy the condition. `context` has its keys in lower case."""
        found = context.get(self.name)
        if self.operator.name == "Null":
            null = "false" if found and any(found) else "true"
            return any(value.lower() == null for value in self.values)
        if not found:
            vacuous = self.if_exists or self.quantifier == "ForAllValues"
            return vacuous or (not self.quantifier and self.operator.negated)
        if self.matches_no_set:
            return False
        if self.quantifier and not any(found):
            return self.quantifier == "ForAllValues"  # an empty string is an empty set to the set operators
        matches = self._filled(context) if self.templates else self.constant
        negated = self.operator.negated
        if self.quantifier == "ForAllValues":
            return all(matches(value) is not negated for value in found)
        if self.quantifier == "ForAnyValue":
            return any(matches(value) is not negated for value in found)
        if len(found) == 1:
            return matches(found[0]) is not negated
        return any(matches(value) for value in found) is not negated

    def _filled(self, context: Context) -> Matcher:
        """The matcher with its variables filled in; one that has no value equals nothing, so a negated operator holds.

        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-no-value
        """
        filled = (wanted.tokens(context) for wanted in self.templates)
        return any_of([self.constant, *(self.operator.wants(wanted) for wanted in filled if wanted is not None)])

    def missing(self, context: Context) -> list[str]:
        """The policy variables, as written, that the request has no value for."""
        return [name for wanted in self.templates for name in wanted.missing(context)]


def condition(written: str, key: str, values: Iterable[str], pointer: str, *, variables: bool) -> Condition:
    """Compiles one key under one operator. `variables` says whether the policy's version has variables.

    Raises `LookupError` for an operator that IAM does not have.
    """
    operator, quantifier, if_exists = _operator(written)
    values = tuple(values)
    templates: list[Template] = []
    constant: list[Sequence[Token]] = []
    for value in values:
        filled = template(value) if variables and operator.variables else None
        if filled is None:
            constant.append(tokens(value))
        else:
            templates.append(filled)
    return Condition(
        operator,
        quantifier,
        if_exists,
        written,
        key,
        values,
        pointer,
        key.lower(),
        _constant(operator, constant),
        tuple(templates),
    )


def _constant(operator: Operator, wanted: Sequence[Sequence[Token]]) -> Matcher:
    if not wanted:
        return nothing
    if operator.wants is _equals:
        return frozenset(map(_text, wanted)).__contains__
    return any_of(map(operator.wants, wanted))


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
