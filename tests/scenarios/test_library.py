"""Scenarios are read from files, and a file that tells none says where it goes wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from stssim.scenarios import Activity, activities_of, load, load_all, names, read, scenario_of
from stssim.scenarios.library import HERE
from stssim.scenarios.shape import ScenarioError

SMALL = (HERE / "confused-deputy.toml").read_text(encoding="utf-8")


def written(folder: Path, text: str) -> Path:
    file = folder / "told.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_scenario_has_the_name_of_its_file(tmp_path: Path) -> None:
    assert read(written(tmp_path, SMALL)).name == "told"
    assert load("confused-deputy").name == "confused-deputy"


def test_stories_are_listed_by_lesson_and_then_by_name() -> None:
    scenarios = load_all()
    assert {scenario.name for scenario in scenarios} == set(names())
    assert [(scenario.lesson, scenario.name) for scenario in scenarios] == sorted(
        (scenario.lesson, scenario.name) for scenario in scenarios
    )


def test_a_scenario_that_there_is_not_is_answered_with_the_nearest_one() -> None:
    with pytest.raises(ScenarioError, match=r"no scenario 'confused-deputi'\. Did you mean confused-deputy"):
        load("confused-deputi")


@pytest.mark.parametrize("name", ["../pyproject", "/etc/passwd", "", "scenario.py", "Confused-Deputy"])
def test_a_name_is_never_taken_for_a_path(name: str) -> None:
    with pytest.raises(ScenarioError, match="There is no scenario"):
        load(name)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("lesson =", "leson =", "told.toml: the scenario has an unknown key 'leson'. Did you mean 'lesson'?"),
        ('lesson = "05"', "", "told.toml: the scenario lacks the key 'lesson'."),
        ('lesson = "05"', "lesson = 5", "told.toml: the scenario: lesson must be a text, not 5."),
        ("[people.carol]", "[people.carol.carol]", "told.toml: people.carol has an unknown key 'carol'."),
        (
            'part = "victim"',
            'part = "hero"',
            "told.toml: people.carol: part must be 'attacker' or 'deputy' or 'victim'",
        ),
        ("[[tasks]]", "[[task]]", "told.toml: the scenario has an unknown key 'task'. Did you mean 'tasks'?"),
        ('expect = "report"', "expect = true", "told.toml: tasks[2]: expect must be a text, not True."),
        ('name = "carol onboards her role"', "", "told.toml: tasks[1] lacks the key 'name'."),
        ("fails = \"Mallory's dash", "falls = \"Mallory's dash", "told.toml: goal has an unknown key 'falls'."),
        ('right = "D"', 'right = "E"', "told.toml: question: The right choice is one of A, B, C, D, and 'E' is not."),
        ('account = "customer"', 'account = "costumer"', "told.toml: people.carol: account: 'costumer' is no account"),
        ("title =", "title", "told.toml: "),
    ],
)
def test_a_mistake_is_told_with_file_table_and_key(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert old in SMALL
    with pytest.raises(ScenarioError) as wrong:
        read(written(tmp_path, SMALL.replace(old, new, 1)))
    assert str(wrong.value).startswith(says)
    assert "\n" not in str(wrong.value)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"= 1", b""])
def test_a_file_that_is_no_toml_or_tells_nothing_is_named(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "told.toml"
    file.write_bytes(content)
    with pytest.raises(ScenarioError, match=r"^told\.toml: "):
        read(file)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"^gone\.toml: "):
        read(tmp_path / "gone.toml")


def test_tasks_are_an_array_of_tables() -> None:
    with pytest.raises(ScenarioError, match=r"tasks must be an array of tables; write \[\[tasks\]\]"):
        activities_of("tasks", {"name": "one"})
    assert activities_of("tasks", [{"name": "an hour", "by": "carol", "wait": 60}]) == (
        Activity("an hour", "carol", wait=60),
    )


def test_with_is_a_key_of_a_move() -> None:
    told = {"name": "who", "by": "carol", "call": "sts:GetCallerIdentity", "with": {"A": [1]}, "for": "arn"}
    (activity,) = activities_of("tasks", [told])
    assert (activity.with_, activity.for_) == ({"A": [1]}, "arn")


def test_a_scenario_without_a_goal_is_none() -> None:
    with pytest.raises(ScenarioError, match="the scenario lacks the key 'title'"):
        scenario_of("empty", {})
