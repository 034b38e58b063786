"""The story that CONTRIBUTING.md gives to newcomers is a story."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from stssim.play import play
from stssim.scenarios import Scenario
from stssim.scenarios.library import read

DOCUMENT = Path(__file__).resolve().parents[1] / "CONTRIBUTING.md"


@pytest.fixture
def story(tmp_path: Path) -> Scenario:
    (told,) = re.findall(r"^```toml\n(.*?)^```$", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    file = tmp_path / "open-door.toml"
    file.write_text(told, encoding="utf-8")
    return read(file)


def test_it_goes_as_it_says_without_its_defence_and_with_it(story: Scenario) -> None:
    assert (play(story).failed, play(story).reached) == (None, True)
    assert play(story, [story.defences[story.solution]]).defended


def test_its_wrong_answers_fail_where_they_say(story: Scenario) -> None:
    for wrong in story.wrong_answers.values():
        playing = play(story, [wrong])
        assert (playing.honest, playing.reached) == ((True, True) if wrong.fails == "attack" else (False, False))
        if playing.failed is not None:
            assert playing.failed.move.name == wrong.at


def test_it_has_all_that_a_story_must_have(story: Scenario) -> None:
    assert story.question is not None
    assert len(story.hints) == 3
    assert len(story.wrong_answers) >= 2
