"""The player in each of its states, on a page by itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from stssim.lessons import Lesson
from stssim.lessons.what_if import branching
from stssim.show.player import player
from tools.screens.sheet import FOLDER, SETTINGS, Photograph, name_of
from tools.standalone import page as standalone
from tools.standalone import state_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SCENARIOS = ("confused-deputy", "role-chain-to-admin", "rogue-issuer", "oidc-without-sub")
LAST = -1


def states(scenario: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The states of a scenario's player by name, with the traits that make each."""
    lesson = Lesson(scenario)
    question = lesson.question
    run = lesson.run()
    attack = state_of(player(run.attack_trace, branching=branching(run, "attack"), question=question))
    answered = attack | {"answer": "A"}
    yield "question", attack
    yield "start", answered
    for step in _telling_steps(attack):
        yield f"step {step}", answered | {"step": step}
        yield f"step {step}, map", answered | {"step": step, "view": "map"}
    yield "end, answered", answered | {"step": len(attack["runs"][0]["steps"])}
    middle = len(attack["runs"][0]["steps"]) // 2
    for tab in ("request", "response", "policy", "credentials", "log", "change"):
        yield f"tab {tab}", answered | {"step": middle, "tab": tab, "follows": False}
    yield "projector", answered | {"step": middle, "projector": True}
    yield "projector, map", answered | {"step": middle, "projector": True, "view": "map"}
    compared = state_of(lesson.compare(lesson.scenario.solution))
    diverges = (compared["runs"][0]["divergence"] or 0) + 1
    yield "compared", compared | {"step": diverges}
    yield "compared, other", compared | {"step": diverges, "run": 1}
    yield "compared, other, end", compared | {"step": len(compared["runs"][1]["steps"]), "run": 1}


def _telling_steps(state: dict[str, Any]) -> list[int]:
    """The first message, the first decision, the first credentials in somebody's hands, the last step but one."""
    steps = state["runs"][0]["steps"]
    found = [1]
    found += [at + 1 for at, step in enumerate(steps) if step["policy"]][:1]
    found += [at + 1 for at, step in enumerate(steps) if step["held"]][:1]
    return sorted({*found, len(steps) - 1})


def photographs(browser: Browser, only: str) -> Iterator[Photograph]:
    """Takes those of one scenario, or of all that are shown here."""
    for scenario in [only] if only else SCENARIOS:
        for state, traits in states(scenario):
            for setting in SETTINGS:
                file = name_of(f"player {scenario}", state, setting)
                context = browser.new_context(**setting.context, reduced_motion="reduce")
                page = context.new_page()
                page.set_content(standalone(traits))
                page.locator(".sp-picture svg").first.wait_for(state="attached")
                page.wait_for_timeout(120)
                page.screenshot(path=FOLDER / file, full_page=True)
                context.close()
                yield Photograph(file, f"player of {scenario}", state, setting)
