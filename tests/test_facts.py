"""Every refusal that is known of the real service is named in a test."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
NAMES = [
    (path.stem, name) for path in sorted(TESTS.glob("facts/*.json")) for name in json.loads(path.read_text("utf-8"))
]


@pytest.fixture(scope="module")
def written() -> str:
    return "".join(path.read_text("utf-8") for path in TESTS.rglob("test_*.py"))


@pytest.mark.parametrize(("table", "name"), NAMES)
def test_a_known_refusal_has_a_test_that_names_it(table: str, name: str, written: str) -> None:
    assert f'"{name}"' in written, f"no test names {name!r} of tests/facts/{table}.json"
