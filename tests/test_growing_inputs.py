"""No regular expression that a request feeds costs more than a fixed number of steps for each character.

The steps are counted, not timed: four times the input may cost about four times the steps, and quadratic ones would
cost sixteen times as many.
"""

from __future__ import annotations

import ast
import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.regex_steps import Steps, TooMany, pumps

ROOT = Path(__file__).parents[1] / "stssim"
FED = ("access", "issue", "policy", "request", "transports", "validate", "error_log.py")
HOW = ("search", "match", "fullmatch", "finditer", "findall", "sub", "split")
FEW, MANY = 8, 32
GROWTH = 5.5
"""How many times as many steps a text of four times the length may cost."""


def _expressions() -> Iterator[tuple[str, re.Pattern[Any], str]]:
    for room in FED:
        for path in sorted((ROOT / room).rglob("*.py")) if (ROOT / room).is_dir() else [ROOT / room]:
            if path.exists():
                yield from _of(path)


def _of(path: Path) -> Iterator[tuple[str, re.Pattern[Any], str]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    place = ".".join(path.relative_to(ROOT.parent).with_suffix("").parts).removesuffix(".__init__")
    uses: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
        ):
            name, how = node.func.value.id, node.func.attr
            if how in HOW and name == "re" and isinstance(node.args[0], ast.Constant):
                yield f"{place}:{node.lineno}", re.compile(node.args[0].value), how
            elif how in HOW:
                uses.setdefault(name, set()).add(how)
    module = importlib.import_module(place)
    for name, value in vars(module).items():
        if isinstance(value, re.Pattern) and _is_assigned(tree, name):
            for how in sorted(uses.get(name) or {"search"}):
                yield f"{place}.{name}", value, how


def _is_assigned(tree: ast.Module, name: str) -> bool:
    targets = (target for node in tree.body if isinstance(node, ast.Assign) for target in node.targets)
    return any(isinstance(target, ast.Name) and target.id == name for target in targets)


def _text(pattern: re.Pattern[Any]) -> re.Pattern[str]:
    """The same pattern for text where it is one for bytes."""
    if isinstance(pattern.pattern, str):
        return pattern
    return re.compile(pattern.pattern.decode("latin-1"), pattern.flags)


EXPRESSIONS = [pytest.param(_text(pattern), how, id=f"{name}-{how}") for name, pattern, how in _expressions()]


SLACK = 200
"""Steps that cost nothing, however few they are times as many as."""


def dear(pattern: re.Pattern[str], how: str) -> str | None:
    """A text whose cost grows faster than it does, or None: there is none."""
    steps = Steps(pattern)
    for start, unit in pumps(pattern):
        try:
            few = steps.of(f"{start}{unit * FEW}\0", how, 5_000)
            steps.of(f"{start}{unit * MANY}\0", how, int(GROWTH * few) + SLACK)
        except TooMany:
            return f"{start!r} + {unit!r} * n"
    return None


@pytest.fixture(autouse=True)
def deep() -> Iterator[None]:
    """The count goes one call deeper for each character."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(20_000)
    yield
    sys.setrecursionlimit(before)


@pytest.mark.parametrize(("pattern", "how"), EXPRESSIONS)
def test_a_regular_expression_costs_no_more_than_its_input_grows(pattern: re.Pattern[str], how: str) -> None:
    assert dear(pattern, how) is None, pattern.pattern


@pytest.mark.parametrize(
    ("pattern", "how"),
    [
        ("(a+)+b", "fullmatch"),
        ("a*a*b", "fullmatch"),
        (r"<NameID[^>]*>", "search"),
        (r"s3(?:[.-][a-z0-9-]+)*\.com", "fullmatch"),
    ],
)
def test_an_expression_that_backtracks_is_found(pattern: str, how: str) -> None:
    assert dear(re.compile(pattern), how) is not None


@pytest.mark.parametrize("text", ["aaaa.s3.amazonaws.com", "", "x" * 9, "arn:aws:iam::111122223333:role/a/b", "a = :b"])
def test_the_count_takes_the_ways_that_pythons_engine_takes(text: str) -> None:
    for parameter in EXPRESSIONS:
        pattern = parameter.values[0]
        assert isinstance(pattern, re.Pattern)
        matched = pattern.match(text)
        assert Steps(pattern).end(text) == (None if matched is None else matched.end()), pattern.pattern
