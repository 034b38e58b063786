"""A table becomes a part of a scenario only if every key is known and every value has the right type."""

from __future__ import annotations

from typing import Any

import pytest

from stssim.scenarios import Activity, Application, Bucket, Edit, Issuer, Person, Question
from stssim.scenarios.shape import ScenarioError, build, suggest, table


@pytest.mark.parametrize(
    ("kind", "told", "says"),
    [
        (Person, {"account": 111122223333}, "here: account must be a text, not 111122223333."),
        (Person, {}, "here lacks the key 'account'."),
        (Person, {"acount": "a"}, "here has an unknown key 'acount'. Did you mean 'account'?"),
        (Person, {"account": "a", "mfa": 1}, "here: mfa must be true or false, not 1."),
        (
            Person,
            {"account": "a", "part": "hero"},
            "here: part must be 'attacker' or 'deputy' or 'victim', not 'hero'.",
        ),
        (
            Person,
            {"account": "a", "tags": "team"},
            "here: tags must be a table in which each value is a text, not 'team'.",
        ),
        (Person, {"account": "a", "tags": {"team": 1}}, "here: tags must be a table in which each value is a text"),
        (Bucket, {"account": "a", "objects": ["x"]}, "here: objects must be a table in which each value is a text"),
        (Application, {"account": "a", "policy": "{}", "settings": 3}, "here: settings must be a table, not 3."),
        (Issuer, {"url": "https://ci.example.com", "registered": "a"}, "here: registered must be an array of texts"),
        (Issuer, {"url": "https://ci.example.com", "registered": [1]}, "here: registered must be an array of texts"),
        (Question, {"text": "?", "choices": [], "right": True}, "here: right must be a text, not True."),
        (Activity, {"name": "n", "by": "b", "wait": True}, "here: wait must be a whole number, not True."),
        (Activity, {"name": "n", "by": "b", "wait": 1.5}, "here: wait must be a whole number, not 1.5."),
        (
            Activity,
            {"name": "n", "by": "b", "message": "sing in"},
            "here: message must be 'onboard' or 'audit' or 'leave'",
        ),
        (
            Edit,
            {"name": "n", "fails": "never"},
            "here: fails must be 'attack' or 'tasks' or 'both' or 'variants' or 'another-way', not 'never'.",
        ),
    ],
)
def test_a_wrong_table_is_told_with_its_place_and_what_would_be_right(
    kind: type[Any], told: dict[str, Any], says: str
) -> None:
    with pytest.raises(ScenarioError) as wrong:
        build(kind, "here", told)
    assert str(wrong.value).startswith(says)


def test_what_is_left_out_is_as_its_docstring_says() -> None:
    person = build(Person, "here", {"account": "a"})
    assert (person.policy, person.part, person.tags, person.mfa) == (None, None, {}, False)


def test_arrays_become_tuples_so_that_a_scenario_is_frozen() -> None:
    assert build(Question, "here", {"text": "?", "choices": ["x", "y"], "right": "A"}).choices == ("x", "y")


def test_a_table_must_be_one() -> None:
    assert table("here", {"a": 1}) == {"a": 1}
    with pytest.raises(ScenarioError, match=r"here must be a table, not \[1\]\."):
        table("here", [1])


def test_the_nearest_name_is_suggested_or_all_are_named() -> None:
    assert suggest("carl", ("carol", "mallory")) == "Did you mean 'carol'?"
    assert suggest("zzz", ("carol", "mallory")) == "There are: carol, mallory."
    assert suggest("zzz", ()) == "There are: none."
