"""The text of a policy: read within limits, and every clause of it found again by its JSON pointer.

`text_of` takes anything and gives text, `read` gives its `Source`; both raise `PolicyError`. The module knows JSON and
nothing of IAM; what the elements mean is in `grammar`.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, NoReturn

__all__ = ["MAX_BYTES", "MAX_DEPTH", "Number", "Place", "PolicyError", "Source", "pointer", "read", "shown", "text_of"]

MAX_BYTES = 200_000
"""Above what AWS itself writes (a managed policy of 152,000 characters), and far above what anybody else may (an S3
bucket policy's 20,480 bytes, a key policy's 32,768). Beyond it a document is refused unread.
"""
MAX_DEPTH = 20
"""No element of a policy nests deeper than 5."""


PolicyFault = Literal[
    "bad-action",
    "bad-effect",
    "bad-operator",
    "empty",
    "empty-aws-principal",
    "empty-principal",
    "forbidden-not-resource",
    "forbidden-principal",
    "forbidden-resource",
    "no-action",
    "no-effect",
    "no-principal",
    "no-resource",
    "no-statement",
    "not-an-object",
    "not-json",
    "syntax",
    "version",
]
"""What is wrong with a document, as far as any service of AWS's says a sentence of its own about it; else `syntax`."""


class PolicyError(ValueError):
    """A document that is no policy.

    `code` says what kind of fault it is, by which AWS's message is chosen, and `value` what stands at the place.
    `reason` says what is wrong and what would be right; `pointer` is the JSON pointer of the clause ("" is the whole
    document), `line` and `column` count from 1 in the document's text, or are None where the place has none.
    """

    def __init__(
        self,
        reason: str,
        pointer: str = "",
        line: int | None = None,
        column: int | None = None,
        *,
        code: PolicyFault = "syntax",
        value: str = "",
    ) -> None:
        where = f" (line {line}, column {column}{', at ' + pointer if pointer else ''})" if line else ""
        super().__init__(f"{reason}{where or (f' (at {pointer})' if pointer else '')}")
        self.code: PolicyFault = code
        self.value = value
        self.reason = reason
        self.pointer = pointer
        self.line = line
        self.column = column


@dataclass(frozen=True, slots=True)
class Place:
    """Where a clause stands in the text: line and column from 1, and the offsets of its first and past its last
    character.

    A member of an object is placed with its name, so that what is marked is `"sts:ExternalId": "cust-42"`.
    """

    line: int
    column: int
    start: int
    end: int


class Number(str):
    """A JSON number, kept as it was written: no rounding, and no cost however many digits."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Source:
    """A document that is JSON and an object. `data` has strings, `Number`s, booleans, None, lists and dicts.

    `written_out` says that it was given as a dict and not as text.
    """

    raw: str
    data: Mapping[str, Any]
    written_out: bool = False

    @property
    def text(self) -> str:
        """The text that places are counted in: as it was given, or a dict written out over several lines."""
        return _indented(self.raw) if self.written_out else self.raw

    def place(self, pointer: str) -> Place | None:
        """Where the clause of this JSON pointer stands in `text`; None if there is none."""
        return _places(self.text).get(pointer)

    def error(self, reason: str, pointer: str = "", code: PolicyFault = "syntax", value: str = "") -> PolicyError:
        place = self.place(pointer)
        line, column = (place.line, place.column) if place else (1, 1)
        return PolicyError(reason, pointer, line, column, code=code, value=value)


@lru_cache(maxsize=64)
def _indented(raw: str) -> str:
    return json.dumps(json.loads(raw), indent=2, ensure_ascii=False)


def pointer(*steps: str | int) -> str:
    """A JSON pointer (RFC 6901).

    >>> pointer("Statement", 0, "Condition", "StringEquals", "aws:PrincipalTag/team")
    '/Statement/0/Condition/StringEquals/aws:PrincipalTag~1team'
    """
    return "".join(["/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps])


def text_of(document: object) -> str:
    """The document as JSON text: text stays as it is, bytes are decoded, a mapping is written out.

    Raises `PolicyError` for bytes that are not UTF-8, for what JSON cannot hold, and beyond `MAX_BYTES`.
    """
    if isinstance(document, bytes | bytearray):
        if len(document) > MAX_BYTES:
            _too_long(len(document))
        try:
            return document.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            before = bytes(document[: error.start])
            line, column = before.count(b"\n") + 1, error.start - (before.rfind(b"\n") + 1) + 1
            raise PolicyError(f"Not UTF-8 text: byte {error.start} cannot be decoded", "", line, column) from None
    if isinstance(document, str):
        if len(document) > MAX_BYTES:
            _too_long(len(document))
        return document
    if isinstance(document, Mapping):
        try:
            text = json.dumps(document if isinstance(document, dict) else dict(document), ensure_ascii=False)
        except RecursionError:
            raise PolicyError("Nested too deeply for a policy (or it contains itself)") from None
        except (TypeError, ValueError) as error:
            raise PolicyError(f"Cannot be written as JSON: {error}") from None
        if len(text) > MAX_BYTES:
            _too_long(len(text))
        return text
    raise PolicyError(f"A policy is JSON text or a dict, not {type(document).__name__}")


def read(document: object, *, written_out: bool = False) -> Source:
    """Reads a document: JSON text, UTF-8 bytes, or a mapping, whose text is then written out over several lines.

    `written_out` says that the text was made of a mapping.

    Raises `PolicyError`, with line and column, for what is not JSON, not an object, nested deeper than `MAX_DEPTH`,
    longer than `MAX_BYTES`, or names a member twice.
    """
    text = text_of(document)
    data = _parse(text)
    if not isinstance(data, dict):
        raise PolicyError(
            f"A policy is a JSON object, not {_kind(data)}", "", *_line_column(text, _first(text)), code="not-an-object"
        )
    return Source(text, data, written_out or isinstance(document, Mapping))


class _DuplicateError(ValueError):
    pass


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _DuplicateError
    return found


def _constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=Number, parse_float=Number, parse_constant=_constant, strict=True
)


def _parse(text: str) -> Any:
    if not text.strip(" \t\r\n"):
        raise PolicyError("The document is empty; a policy is a JSON object", "", 1, 1, code="empty")
    too_deep = _too_deep(text)
    if too_deep is not None:
        line, column = _line_column(text, too_deep)
        raise PolicyError(f"Nested deeper than {MAX_DEPTH} levels; no policy is", "", line, column)
    try:
        data = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        reason = f"Not JSON: {error.msg[:1].lower()}{error.msg[1:]}"
        raise PolicyError(reason, "", error.lineno, error.colno, code="not-json") from None
    except _DuplicateError:
        where, name, line, column = _first_duplicate(text)
        raise PolicyError(f"{name!r} is there twice; name it once", where, line, column) from None
    except ValueError as error:
        raise PolicyError(f"Not JSON: {error}", "", 1, 1, code="not-json") from None
    if "\\u" in text:
        _refuse_surrogates(text, data)
    return data


_STRING = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?'
_BRACKET = re.compile(_STRING + r"|[\[\]{}]", re.DOTALL)
_NO_BRACKET = re.compile(_STRING + r'|[^\[\]{}"]++', re.DOTALL)


def _too_deep(text: str) -> int | None:
    """The offset of the bracket that opens level MAX_DEPTH + 1. Text in quotes does not count."""
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return None
    nested = _NO_BRACKET.sub("", text)
    for _ in range(MAX_DEPTH):
        nested = nested.replace("[]", "").replace("{}", "")
        if not nested:
            return None
    depth = 0
    for match in _BRACKET.finditer(text):
        bracket = match[0]
        if bracket in ("[", "{"):
            depth += 1
            if depth > MAX_DEPTH:
                return match.start()
        elif bracket in ("]", "}"):
            depth -= 1
    return None


def _refuse_surrogates(text: str, data: Any) -> None:
    try:
        json.dumps(data, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        half = re.search(r"\\u[dD][89a-fA-F]", text)
        line, column = _line_column(text, half.start() if half else 0)
        raise PolicyError("Half a surrogate pair is not a character", "", line, column) from None


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "an array", bool: "true or false", Number: "a number", str: "a string"}
    return names.get(type(value), "null")


def shown(value: Any) -> str:
    """A JSON value as an error calls it: short, and objects and arrays not at all."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "an array"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value) if isinstance(value, Number) else repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _first(text: str) -> int:
    return len(text) - len(text.lstrip(" \t\r\n"))


def _line_column(text: str, offset: int) -> tuple[int, int]:
    return text.count("\n", 0, offset) + 1, offset - (text.rfind("\n", 0, offset) + 1) + 1


def _too_long(length: int) -> NoReturn:
    raise PolicyError(f"{length:,} characters are more than any policy has; at most {MAX_BYTES:,} are read", "", 1, 1)


_TOKEN = re.compile(_STRING + r'|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)


@dataclass(slots=True)
class _Open:
    """An object or array that has begun and not ended."""

    path: str
    start: int
    is_object: bool
    name: str | None = None
    name_at: int = 0
    index: int = 0
    expects_name: bool = True


def _walk(text: str) -> list[tuple[str, int, int]]:
    """The pointer, start and end of every value, members with their names. The text must be JSON; a repeated name may
    be.
    """
    found: list[tuple[str, int, int]] = []
    stack: list[_Open] = []

    def value(start: int, end: int) -> None:
        if not stack:
            found.append(("", start, end))
            return
        parent = stack[-1]
        step = parent.name if parent.is_object else parent.index
        at = parent.name_at if parent.is_object else start
        found.append((parent.path + pointer(step if step is not None else ""), at, end))

    for match in _TOKEN.finditer(text):
        token = match[0]
        inside = stack[-1] if stack else None
        if token in ("{", "["):
            path = ""
            if inside is not None:
                step = inside.name if inside.is_object else inside.index
                path = inside.path + pointer(step if step is not None else "")
            stack.append(_Open(path, match.start(), token == "{"))
        elif token in ("}", "]"):
            closed = stack.pop()
            value(closed.start, match.end())
        elif inside is not None and token == ",":
            inside.index += 1
            inside.expects_name = True
        elif inside is not None and token == ":":
            inside.expects_name = False
        elif inside is not None and inside.is_object and inside.expects_name:
            inside.name, inside.name_at = json.loads(token, strict=False), match.start()
        else:
            value(match.start(), match.end())
    return found


@lru_cache(maxsize=64)
def _places(text: str) -> Mapping[str, Place]:
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    places: dict[str, Place] = {}
    for path, start, end in _walk(text):
        line = bisect_right(starts, start)
        places[path] = Place(line, start - starts[line - 1] + 1, start, end)
    return places


def _first_duplicate(text: str) -> tuple[str, str, int, int]:
    seen: set[str] = set()
    for path, start, _ in sorted(_walk(text), key=lambda value: value[1]):
        if path in seen:
            name = path.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
            return path, name, *_line_column(text, start)
        seen.add(path)
    raise AssertionError("no name is there twice")
