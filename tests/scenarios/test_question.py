from __future__ import annotations

import pytest

from stssim.scenarios import Question


def test_choices_have_letters() -> None:
    asked = Question("Who stops her?", ("Nobody", "STS"), "A", "STS knows only the deputy.")
    assert asked.to_dict()["choices"] == [["A", "Nobody"], ["B", "STS"]]


@pytest.mark.parametrize("choices", [(), ("one",), tuple("abcdefg")])
def test_a_question_has_two_to_six_choices(choices: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=f"two to 6 choices, and this one has {len(choices)}"):
        Question("?", choices, "A")


@pytest.mark.parametrize("right", ["C", "a", "", "AB"])
def test_the_right_choice_is_one_of_them(right: str) -> None:
    with pytest.raises(ValueError, match="one of A, B"):
        Question("?", ("yes", "no"), right)
