"""Every task can be done: its solution, run in its notebook, is what its judge wants, and nothing else is."""

from __future__ import annotations

import ast
import re
from typing import Any

import pytest

from stssim.lessons.tasks import TASKS
from stssim.trace import Trace
from tools import course

USED = {
    name: (source, at)
    for source in course.sources()
    for at, cell in enumerate(course.unrun(source).cells)
    if cell.cell_type == "code"
    for name in re.findall(r"""task\(["']([\w-]+)["']\)""", cell.source)
}


@pytest.mark.parametrize("name", TASKS)
def test_a_task_says_what_it_wants_and_gives_three_hints(name: str) -> None:
    task = TASKS[name]
    assert task.name == name
    assert re.match(r"\d\d-", name)
    assert task.asks.endswith(".")
    assert len(task.hints) == 3
    assert all(hint.endswith((".", "?")) for hint in task.hints)
    assert "mine" in {node.id for node in ast.walk(ast.parse(task.solution)) if isinstance(node, ast.Name)}


@pytest.mark.parametrize("name", TASKS)
def test_nothing_done_is_not_it(name: str) -> None:
    lacks = TASKS[name].judge(Trace("mine"))
    assert lacks
    assert lacks.endswith(".")
    assert "\n" not in lacks


@pytest.mark.parametrize("name", USED)
def test_the_solution_does_it_below_the_cells_above_the_task(name: str) -> None:
    source, at = USED[name]
    notebook: dict[str, Any] = {}
    for cell in course.unrun(source).cells[:at]:
        if cell.cell_type == "code" and "solution" not in cell.metadata.get("tags", ()):
            exec(cell.source, notebook)
    exec(TASKS[name].solution, notebook)
    assert TASKS[name].judge(notebook["mine"]) is None
