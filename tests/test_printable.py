"""Nothing that anybody typed steers the terminal of who reads it."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from rich.console import Console
from rich.text import Text
from typer.testing import CliRunner

from stssim.cli import app
from stssim.printable import printable
from stssim.show.terminal import Ragged

RED = "a\x1b[31mred\x07\x9b2J\x7f"
SHOWN = r"a\x1b[31mred\x07\x9b2J\x7f"


def test_control_characters_are_made_visible_and_lines_stay() -> None:
    assert printable(f"{RED}\nü→") == f"{SHOWN}\nü→"


def test_what_rich_prints_steers_nothing() -> None:
    paper = io.StringIO()
    Console(file=paper, width=80, color_system=None).print(Ragged(Text("a\x1b[31mred\x9b")))
    assert paper.getvalue() == "a\\x1b[31mred\\x9b\n"


@pytest.mark.parametrize("command", [["play", RED], ["serve", "--host", RED], ["serve", "--allow-origin", RED]])
def test_an_error_of_the_command_line_steers_nothing(command: list[str]) -> None:
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 2
    assert "\x1b" not in done.output
    assert r"\x1b[31mred" in done.output


def test_an_explanation_steers_nothing(tmp_path: Path) -> None:
    case = {"principal": f"arn:aws:iam::111111111111:user/{RED}", "action": "s3:GetObject", "resource": "*"}
    (tmp_path / "case.json").write_text(json.dumps(case))
    done = CliRunner().invoke(app, ["explain", str(tmp_path / "case.json")])
    assert "\x1b" not in done.output
