"""What the notebooks ask: each question in its own notebook, and its answer nowhere in the learner's copy."""

from __future__ import annotations

import re
from collections.abc import Iterator

import nbformat
import pytest

from stssim.lessons.questions import QUESTIONS, question
from tools import course


def texts(copies: course.Copies, lesson: str) -> Iterator[str]:
    """The notebook of this number as it is stored: its cells, and what they put out."""
    for path in copies.folder.glob(f"{lesson}-*.ipynb"):
        for cell in nbformat.read(path, as_version=4).cells:  # type: ignore[no-untyped-call]
            yield cell.source
            for output in cell.get("outputs", ()):
                yield from map(str, (output.get("text", ""), *output.get("data", {}).values()))


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_is_asked_in_its_notebook(name: str) -> None:
    assert any(f'question("{name}")' in text for text in texts(course.LEARNERS, name[:2]))


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_learners_copy_holds_neither_choices_nor_verdict(name: str) -> None:
    asked = question(name)
    stored = re.sub(r"\s+", " ", " ".join(texts(course.LEARNERS, name[:2])))
    assert asked.because
    assert asked.because not in stored
    assert not [choice for choice in asked.choices if len(choice) > 30 and choice in stored]


def test_a_name_that_is_no_questions_is_met_with_one_that_is() -> None:
    with pytest.raises(LookupError, match="Did you mean 01-checked"):
        question("01-cheked")
    for nonsense in ("zebra", "", 5, None):
        with pytest.raises(LookupError, match="There are: 01-checked"):
            question(nonsense)  # type: ignore[arg-type]
