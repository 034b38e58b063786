"""The pages, as far as they can be seen without a browser."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import quote

import pytest

from stssim.demo.page import Markup, parts
from stssim.lessons.fix import Fix
from stssim.scenarios import load, load_all
from stssim.show.player import Player


def markup(query: str) -> str:
    return "".join(part.text for part in parts(query) if isinstance(part, Markup))


def player(query: str) -> Player:
    (found,) = [part for part in parts(query) if isinstance(part, Player)]
    return found


def test_the_list_has_every_scenario_and_what_is_at_stake() -> None:
    shown = unescape(markup(""))
    for scenario in load_all():
        assert scenario.title in shown
        assert scenario.stake in shown


def test_every_link_of_the_list_and_of_a_scenario_leads_to_a_page() -> None:
    found = {
        unescape(link)
        for page in ("", "scenario=confused-deputy")
        for link in re.findall(r'href="\?(.*?)"', markup(page))
    }
    ours = {link for link in found if "scenario" not in link or "scenario=confused-deputy" in link}
    assert len(ours) >= 14
    for link in ours:
        assert "There is no such page" not in markup(link), link


def test_a_scenario_starts_with_its_question_and_a_step_without() -> None:
    assert player("scenario=confused-deputy").question["choices"]
    assert player("scenario=confused-deputy&step=0").question == {}
    assert player("scenario=confused-deputy&show=tasks").question == {}


def test_a_page_starts_at_the_step_of_its_address() -> None:
    assert player("scenario=confused-deputy&step=4").step == 4
    last = player("scenario=confused-deputy&step=last")
    assert last.step == len(last.trace)


def test_view_and_projector_are_as_the_address_says() -> None:
    shown = player("scenario=confused-deputy&view=map&projector=on")
    assert (shown.view, shown.projector) == ("map", True)


def test_a_fix_is_made_real_and_a_comparison_shows_both() -> None:
    assert player("scenario=confused-deputy&with=external-id").trace.denied is not None
    assert [run["title"] for run in player("scenario=confused-deputy&compare=external-id").runs] == ["without", "with"]


def test_mending_is_the_workbench() -> None:
    assert [type(part) for part in parts("scenario=confused-deputy&show=fix")].count(Fix) == 1


def test_the_order_of_what_if_does_not_give_the_solution_away() -> None:
    scenario = load("confused-deputy")
    names = re.findall(r"compare=([\w-]+)", markup("scenario=confused-deputy"))
    assert names == sorted({**scenario.fixes, **scenario.wrong_answers})


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("scenario=confused-duputy", "There is no scenario='confused-duputy'. Did you mean confused-deputy?"),
        ("scenario=confused-deputy&with=external-ids", "There is no with='external-ids'. Did you mean external-id?"),
        ("scenario=confused-deputy&compare=x", "There is no compare='x'. There is "),
        (
            "scenario=confused-deputy&step=99",
            "There is no step=99; this scenario has 14 steps, and step=last is its end.",
        ),
    ],
)
def test_what_there_is_not_is_told_in_one_sentence(query: str, says: str) -> None:
    shown = unescape(markup(query))
    assert says in shown
    assert "There is no such page" in shown


@pytest.mark.parametrize("name", ["scenario", "step", "with", "compare", "view", "<b>"])
def test_what_stands_in_the_address_reaches_the_page_escaped(name: str) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    shown = markup(
        f"scenario=confused-deputy&{quote(name)}={quote(hostile)}"
        if name != "scenario"
        else f"scenario={quote(hostile)}"
    )
    assert "<img" not in shown
    assert "<b>" not in shown
    assert "There is no such page" in shown
