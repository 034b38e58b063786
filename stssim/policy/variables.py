"""Policy variables: `${aws:username}`, `${aws:PrincipalTag/team, 'none'}`, and the escapes `${*}`, `${?}`, `${$}`.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from stssim.policy.match import Token, tokens

__all__ = ["Template", "Variable", "template"]

_VARIABLE = re.compile(r"\$\{([*?$]|[^{}*?$]+)\}")
_DEFAULT = re.compile(r",\s*'")

Context = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Variable:
    """A reference to a condition key (`key`, in lower case), and what stands for it when the request has none."""

    key: str
    default: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Template:
    """A text with variables or escapes in it: runs of tokens, and `Variable`s."""

    pieces: tuple[list[Token] | Variable, ...]

    def tokens(self, context: Context) -> list[Token] | None:
        """The text with the variables' values in it, literal; None if the request has no (single) value for one."""
        filled: list[Token] = []
        for piece in self.pieces:
            if isinstance(piece, Variable):
                value = _value(piece, context)
                if value is None:
                    return None
                filled.append(value)
            else:
                filled += piece
        return filled

    def missing(self, context: Context) -> list[str]:
        """The variables, as written, that the request has no value for."""
        return [piece.text for piece in self.pieces if isinstance(piece, Variable) and _value(piece, context) is None]

    def given(self, context: Context) -> list[tuple[str, str]]:
        """The variables, as written, that the request has a value for, with that value."""
        variables = [piece for piece in self.pieces if isinstance(piece, Variable)]
        return [(each.text, value) for each in variables if (value := _value(each, context)) is not None]


def _value(variable: Variable, context: Context) -> str | None:
    """A variable stands for one value; a key with several has none that could."""
    found = context.get(variable.key)
    if not found:
        return variable.default
    return found[0] if len(found) == 1 else None


def template(text: str) -> Template | None:
    """Reads the variables of a text; None if it has none."""
    if "${" not in text:
        return None
    pieces: list[list[Token] | Variable] = []
    end = 0
    for match in _VARIABLE.finditer(text):
        if match.start() > end:
            pieces.append(tokens(text[end : match.start()]))
        inside = match[1]
        if inside in ("*", "?", "$"):
            pieces.append([inside])
        else:
            key, default = _with_default(inside.strip())
            pieces.append(Variable(key.lower(), default, match[0]))
        end = match.end()
    if not end:
        return None
    if end < len(text):
        pieces.append(tokens(text[end:]))
    return Template(tuple(pieces))


def _with_default(inside: str) -> tuple[str, str | None]:
    """The key and, in quotes behind a comma, its default."""
    begins = _DEFAULT.search(inside)
    if begins is None or begins.end() == len(inside) or not inside.endswith("'"):
        return inside, None
    return inside[: begins.start()].rstrip(), inside[begins.end() : -1]
