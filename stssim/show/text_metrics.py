"""How wide words are, and how they are cut and broken to fit, without asking a font that may not be there.

The widths are those of Helvetica, to which Arimo, Liberation Sans and Arial were drawn.
"""

from __future__ import annotations

import unicodedata

_THOUSANDTHS = {
    character: width
    for width, characters in {
        191: "'", 222: "ijl", 260: "|", 278: " !,./:;I[\\]ft", 333: "()-`r", 334: "{}", 355: '"', 389: "*", 469: "^",
        500: "Jcksvxyz", 556: "#$0123456789?L_abdeghnopqu", 584: "+<=>~", 611: "FTZ", 667: "&ABEKPSVXY",
        722: "CDHNRUw", 778: "GOQ", 833: "Mm", 889: "%", 944: "W", 1015: "@",
    }.items()
    for character in characters
}  # fmt: skip
_SLACK = 0.01
_BREAKS_AFTER = " -_/.:@"


def width(text: str, size: float) -> float:
    """The width of a line of text, in the unit of `size`.

    >>> width("STS", 10)
    19.45
    """
    return sum(map(_thousandths, text)) * size / 1000


def tidy(text: str) -> str:
    """Text as one line that XML can hold: every run of white space is one space, control characters are left out."""
    return " ".join("".join(character for character in text if _printable(character)).split())


def cut(text: str, size: float, limit: float) -> str:
    """The text, or as much of its beginning as fits in `limit` with an ellipsis."""
    if width(text, size) <= limit + _SLACK:
        return text
    kept = text
    while kept and width(kept + "…", size) > limit:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def wrap(text: str, size: float, limit: float, lines: int) -> tuple[str, ...]:
    """The text in at most `lines` lines no wider than `limit`, broken after a space or a mark where there is one."""
    broken: list[str] = []
    rest = text
    while rest and len(broken) < lines - 1 and width(rest, size) > limit:
        fits = next(count for count in range(len(rest), 0, -1) if count == 1 or width(rest[:count], size) <= limit)
        at = next((count for count in range(fits, fits // 3, -1) if rest[count - 1] in _BREAKS_AFTER), fits)
        broken.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    return (*broken, cut(rest, size, limit))


def _thousandths(character: str) -> int:
    if character in _THOUSANDTHS:
        return _THOUSANDTHS[character]
    if unicodedata.combining(character) or unicodedata.category(character) == "Cf":
        return 0
    return 1000 if unicodedata.east_asian_width(character) in {"W", "F"} or character > "\uffff" else 600


def _printable(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) not in {"Cc", "Cs", "Cn"}
