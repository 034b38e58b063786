"""Every player of the course fits one screen of 1280 x 600: nothing scrolls within what scrolls, nothing is cut off."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from stssim.lessons import Lesson
from stssim.scenarios import names
from tools.standalone import page as standalone
from tools.standalone import state_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

AMISS = (Path(__file__).parent / "one_screen.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def opened(browser: Browser) -> Iterator[Callable[..., Page]]:
    context = browser.new_context(viewport={"width": 1280, "height": 600})
    page = context.new_page()

    def at(state: dict[str, Any], width: int = 1280, height: int = 600) -> Page:
        page.set_viewport_size({"width": width, "height": height})
        page.set_content(standalone(state))
        page.locator(".sp-picture svg").first.wait_for()
        return page

    yield at
    context.close()


SCENARIOS = names() if "STSSIM_WHOLE" in os.environ else names()[::5]
"""All of them are looked at by `make attacks`."""


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_player_fits_one_screen_at_every_step(scenario: str, opened: Callable[..., Page]) -> None:
    lesson = Lesson(scenario)
    attack = state_of(lesson.attack(question=lesson.question))
    page = opened(attack)
    assert page.evaluate(AMISS)["found"] == [], "while the question is open"
    for state in (attack | {"skipped": True}, state_of(lesson.tasks())):
        measured = opened(state).evaluate(AMISS)
        assert measured["found"] == []
        assert measured["seen"]["map"] >= 8
        assert measured["seen"]["sequence"] >= 8
