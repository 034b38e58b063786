"""What the elements of a policy mean: a document's statements, compiled once and matched many times.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, Literal

from stssim.policy.conditions import OPERATORS, Condition, condition
from stssim.policy.document import Number, Place, PolicyFault, Source, pointer, read, shown, text_of
from stssim.policy.match import Matcher, any_of, anything, arn_resource, arn_resource_text, glob_text, tokens
from stssim.policy.principals import Principals
from stssim.policy.variables import Template, template

__all__ = ["Document", "Patterns", "PrincipalElement", "Statement", "parse"]

VERSIONS = ("2012-10-17", "2008-10-17")
_ELEMENTS = frozenset(
    {
        "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition",
    }
)  # fmt: skip
_PRINCIPAL_TYPES = ("AWS", "Service", "Federated", "CanonicalUser")
_MOST_ACTIONS_REMEMBERED = 512


@dataclass(frozen=True, slots=True)
class Patterns:
    """An Action, NotAction, Resource or NotResource element: its name, its values as written, and what matches them."""

    element: Literal["Action", "NotAction", "Resource", "NotResource"]
    values: tuple[str, ...]
    pointer: str
    negated: bool
    constant: Matcher = field(repr=False)
    templates: tuple[Template, ...] = ()

    def takes(self, text: str, context: Mapping[str, tuple[str, ...]]) -> bool:
        """Whether the element takes this action (in lower case) or resource.

        A pattern with a variable that has no value matches nothing.
        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-no-value
        """
        if self.constant(text):
            return not self.negated
        for each in self.templates:
            pattern = each.tokens(context)
            if pattern is not None and arn_resource(pattern)(text):
                return not self.negated
        return self.negated


@dataclass(frozen=True, slots=True)
class PrincipalElement:
    """A Principal or NotPrincipal element. `values` are (type, entry) pairs, the scalar `*` is ("", "*")."""

    element: Literal["Principal", "NotPrincipal"]
    values: tuple[tuple[str, str], ...]
    pointer: str
    principals: Principals

    @property
    def negated(self) -> bool:
        return self.element == "NotPrincipal"


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement, compiled. `resource` and `principal` are None where the statement has no such element."""

    pointer: str
    index: int
    sid: str
    allows: bool
    action: Patterns
    resource: Patterns | None
    principal: PrincipalElement | None
    conditions: tuple[Condition, ...]

    @property
    def effect(self) -> Literal["Allow", "Deny"]:
        return "Allow" if self.allows else "Deny"


@dataclass(frozen=True, slots=True)
class Document:
    """A policy document, read and compiled. Immutable; equal texts share one."""

    source: Source
    version: str
    id: str
    statements: tuple[Statement, ...]
    _by_action: dict[str, tuple[Statement, ...]] = field(default_factory=dict, repr=False, compare=False)

    def __repr__(self) -> str:
        return f"<Document: {len(self.statements)} statements>"

    @property
    def text(self) -> str:
        """The document as text: as it was given, or written out if it was given as a dict."""
        return self.source.text

    def place(self, pointer: str) -> Place | None:
        """Where the clause of this JSON pointer stands in `text`."""
        return self.source.place(pointer)

    def for_action(self, action: str) -> tuple[Statement, ...]:
        """The statements whose Action element takes this action (in lower case)."""
        found = self._by_action.get(action)
        if found is None:
            found = tuple(statement for statement in self.statements if statement.action.takes(action, {}))
            if len(self._by_action) >= _MOST_ACTIONS_REMEMBERED:
                self._by_action.clear()
            self._by_action[action] = found
        return found


def parse(document: object) -> Document:
    """Reads a policy document: a dict, JSON text, UTF-8 bytes, or a `Document` (which is given back).

    Equal documents are compiled once. Raises `PolicyError` with the reason and the place for anything that is no
    policy.
    """
    if isinstance(document, Document):
        return document
    if isinstance(document, Mapping):
        return _compiled(text_of(document), True)
    return _compiled(text_of(document), False)


@lru_cache(maxsize=1024)
def _compiled(text: str, written_out: bool) -> Document:
    return _Reader(read(text, written_out=written_out)).document()


class _Reader:
    """Reads one document; its state is the version, on which variables depend."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.variables = False

    def document(self) -> Document:
        data = self.source.data
        for name in data:
            if name not in ("Version", "Id", "Statement"):
                raise self.source.error(
                    f"{name!r} is not an element of a policy; these are: Version, Id, Statement", pointer(name)
                )
        version = data.get("Version", "2008-10-17")
        if version not in VERSIONS:
            raise self.source.error(
                f"Version is {shown(version)}; it must be 2012-10-17 or 2008-10-17", "/Version", "version"
            )
        identifier = data.get("Id", "")
        if not _is_text(identifier):
            raise self.source.error(f"Id is {shown(identifier)}; it must be text", "/Id")
        self.variables = version == "2012-10-17"
        if "Statement" not in data:
            raise self.source.error("The policy has no Statement", code="no-statement")
        written = data["Statement"]
        if isinstance(written, dict):
            statements: tuple[Statement, ...] = (self.statement(written, "/Statement", 0),)
        elif isinstance(written, list):
            statements = tuple(
                self.statement(each, pointer("Statement", index), index) for index, each in enumerate(written)
            )
        else:
            raise self.source.error(
                f"Statement is {shown(written)}; it must be an object or an array of objects", "/Statement"
            )
        return Document(self.source, version, identifier, statements)

    def statement(self, written: Any, at: str, index: int) -> Statement:
        if not isinstance(written, dict):
            raise self.source.error(f"A statement is an object, not {shown(written)}", at)
        for name in written:
            if name not in _ELEMENTS:
                raise self.source.error(
                    f"{name!r} is not an element of a statement{_meant(name, _ELEMENTS)}", at + pointer(name)
                )
        effect = written.get("Effect")
        if effect not in ("Allow", "Deny"):
            if "Effect" not in written:
                raise self.source.error("The statement has no Effect; it must be Allow or Deny", at, "no-effect")
            reason = f"Effect is {shown(effect)}; it must be Allow or Deny"
            raise self.source.error(reason, f"{at}/Effect", "bad-effect", effect if isinstance(effect, str) else "")
        sid = written.get("Sid", "")
        if not _is_text(sid):
            raise self.source.error(f"Sid is {shown(sid)}; it must be text", f"{at}/Sid")
        action = self.one_of(written, "Action", "NotAction", at)
        if action is None:
            raise self.source.error("The statement has neither Action nor NotAction", at, "no-action")
        resource = self.one_of(written, "Resource", "NotResource", at)
        principal = self.one_of(written, "Principal", "NotPrincipal", at)
        return Statement(
            at,
            index,
            sid,
            effect == "Allow",
            self.patterns(action, written[action], at),
            None if resource is None else self.patterns(resource, written[resource], at),
            None if principal is None else self.principal(principal, written[principal], at),
            tuple(self.conditions(written["Condition"], f"{at}/Condition", denies=written["Effect"] == "Deny"))
            if "Condition" in written
            else (),
        )

    def one_of(self, written: Mapping[str, Any], name: str, negated: str, at: str) -> Any:
        if name in written and negated in written:
            raise self.source.error(f"A statement has {name} or {negated}, not both", f"{at}/{negated}")
        return name if name in written else negated if negated in written else None

    def patterns(self, element: Any, written: Any, at: str) -> Patterns:
        where, negated = f"{at}/{element}", element.startswith("Not")
        values = tuple(self.texts(written, where, element))
        if not values:
            raise self.source.error(f"{element} is empty", where)
        if element.endswith("Action"):
            for number, value in enumerate(values):
                if ":" not in value and value != "*":
                    place = where if not isinstance(written, list) else f"{where}/{number}"
                    reason = f"{shown(value)} is not an action; it is a service and an operation, such as s3:GetObject"
                    raise self.source.error(reason, place, "bad-action")
            return Patterns(element, values, where, negated, _any([value.lower() for value in values], glob_text))
        plain, templates = [], []
        for value in values:
            filled = _resource_template(value) if self.variables and "${" in value else None
            if filled is None:
                plain.append(_completed(value))
            else:
                templates.append(filled)
        return Patterns(element, values, where, negated, _any(plain, arn_resource_text), tuple(templates))

    def principal(self, element: Any, written: Any, at: str) -> PrincipalElement:
        where = f"{at}/{element}"
        if written == "*":
            return PrincipalElement(element, (("", "*"),), where, Principals.of(None))
        if not isinstance(written, dict):
            raise self.source.error(
                f'{element} is {shown(written)}; it must be "*" or an object of {", ".join(_PRINCIPAL_TYPES)}', where
            )
        if not written:
            raise self.source.error(f"{element} names nobody", where, "empty-principal")
        entries: dict[str, tuple[str, ...]] = {}
        for kind, names in written.items():
            if kind not in _PRINCIPAL_TYPES:
                raise self.source.error(
                    f"{kind!r} is not a type of principal{_meant(kind, _PRINCIPAL_TYPES)}", where + pointer(kind)
                )
            entries[kind] = tuple(self.texts(names, f"{where}/{kind}", f"{element} {kind}"))
            if not entries[kind]:
                code: PolicyFault = "empty-aws-principal" if kind == "AWS" else "syntax"
                raise self.source.error(f"{element} {kind} is empty", f"{where}/{kind}", code)
        flat = tuple((kind, name) for kind, names in entries.items() for name in names)
        return PrincipalElement(element, flat, where, Principals.of(entries))

    def conditions(self, written: Any, at: str, *, denies: bool) -> Iterator[Condition]:
        if not isinstance(written, dict):
            raise self.source.error(f"Condition is {shown(written)}; it must be an object of operators", at)
        for operator, keys in written.items():
            where = at + pointer(operator)
            if not isinstance(keys, dict):
                raise self.source.error(f"{operator} is {shown(keys)}; it must be an object of condition keys", where)
            for key, wanted in keys.items():
                here = where + pointer(key)
                values = self.texts(wanted, here, key, scalars=True)
                try:
                    yield condition(operator, key, values, here, variables=self.variables, denies=denies)
                except LookupError:
                    names = [each.name for each in OPERATORS.values()]
                    reason = f"{operator!r} is not a condition operator{_meant(operator, names)}"
                    raise self.source.error(reason, where, "bad-operator", operator) from None
            if not keys:
                try:
                    condition(operator, "", (), where, variables=False)
                except LookupError:
                    raise self.source.error(
                        f"{operator!r} is not a condition operator", where, "bad-operator", operator
                    ) from None

    def texts(self, written: Any, at: str, name: str, *, scalars: bool = False) -> list[str]:
        """The values of an element that is one text or an array of texts."""
        if type(written) is str:
            return [written]
        many = isinstance(written, list)
        found = []
        for number, value in enumerate(written if many else (written,)):
            if type(value) is str:
                found.append(value)
            elif scalars and isinstance(value, bool):
                found.append("true" if value else "false")
            elif scalars and isinstance(value, Number):
                found.append(str(value))
            else:
                here = f"{at}/{number}" if many else at
                raise self.source.error(f"{name} is {shown(value)}; it must be text or an array of texts", here)
        return found


def _completed(value: str) -> str:
    """An ARN with fewer than six parts is completed with `*`.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns
    """
    missing = 5 - value.count(":")
    return value + ":*" * missing if missing > 0 and value.startswith("arn:") else value


def _any(values: list[str], compile_one: Callable[[str], Matcher]) -> Matcher:
    if "*" in values:
        return anything
    plain = [value for value in values if "*" not in value and "?" not in value]
    if len(plain) == len(values):
        return frozenset(plain).__contains__
    wild = [compile_one(value) for value in values if "*" in value or "?" in value]
    return any_of([frozenset(plain).__contains__, *wild] if plain else wild)


def _resource_template(value: str) -> Template | None:
    """Variables stand only after an ARN's fifth colon; before it they are text.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-resourceelement
    """
    head, tail = value, ""
    parts = value.split(":", 5)
    if len(parts) == 6:
        tail = parts[5]
        head = value[: len(value) - len(tail)]
    filled = template(tail)
    return None if filled is None else Template((tokens(head), *filled.pieces))


def _is_text(value: object) -> bool:
    return type(value) is str


def _meant(name: str, known: Any) -> str:
    """What was probably meant, as the end of a sentence."""
    close = get_close_matches(name[:40].lower(), [each.lower() for each in known], n=1, cutoff=0.6)
    found = next((each for each in known if close and each.lower() == close[0]), None)
    return f"; is {found} meant?" if found else f"; these are: {', '.join(sorted(known))}"
