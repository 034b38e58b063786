"""What an address asks for, and what is said of one that asks for what there is not."""

from __future__ import annotations

import pytest

from stssim.demo.address import Address, NoSuchPage, read


def test_a_bare_address_asks_for_all_stories() -> None:
    assert read("") == Address()


def test_an_address_names_scenario_and_step() -> None:
    assert read("scenario=confused-deputy&step=4") == Address(scenario="confused-deputy", step=4)


def test_an_address_names_a_fix_or_a_comparison() -> None:
    assert read("scenario=confused-deputy&with=external-id").with_ == "external-id"
    assert read("scenario=confused-deputy&compare=external-id&step=last").step == "last"


def test_everything_else_has_a_word_of_its_own() -> None:
    asked = read("scenario=a&show=tasks&view=map&projector=on&colours=dark")
    assert asked == Address(scenario="a", show="tasks", view="map", projector="on", colours="dark")


def test_an_address_of_an_earlier_version_leads_to_the_same_page() -> None:
    assert read("scenario=confused-deputy&show=honest") == Address(scenario="confused-deputy", show="tasks")
    assert read("scenario=confused-deputy&show=honest&with=external-id&step=4") == Address(
        scenario="confused-deputy", show="tasks", with_="external-id", step=4
    )


def test_colours_may_be_named_for_the_list_of_scenarios_too() -> None:
    assert read("colours=dark") == Address(colours="dark")


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("scenario=a&stp=4", "The address has 'stp'; it may have scenario, show, with, compare, step, view"),
        ("scenario=a&with_=b", "The address has 'with_'; it may have"),
        ("scenario=a&step=4&step=5", "The address has step twice; once is enough."),
        ("scenario=a&step=-1", "There is no step='-1'; a step is a number, 0 before anything has happened, or last."),
        ("scenario=a&step=", "There is no step=''; a step is a number"),
        ("scenario=a&step=1.5", "There is no step='1.5'"),
        ("scenario=a&step=%D9%A4", "There is no step='٤'"),
        ("scenario=a&step=99999999999", "There is no step='99999999999'"),
        ("scenario=a&view=mpa", "There is no view='mpa'. Did you mean map?"),
        ("scenario=a&show=loot", "There is no show='loot'. There is attack, tasks, fix."),
        ("scenario=a&projector=yes", "There is no projector='yes'. There is on, off."),
        ("step=4", "The address names no scenario; scenario=confused-deputy would."),
        ("scenario=a&with=b&compare=c", "The address has with and compare; one of them is enough"),
        ("scenario=a&show=tasks&compare=c", "The address has compare and show=tasks; only the attack"),
        ("scenario=a&show=fix&step=2", "The address has show=fix, which takes neither with nor step"),
        ("scenario=" + "a" * 2000, "The address is longer than 2000 characters"),
    ],
)
def test_nonsense_is_told_in_one_sentence_what_would_be_right(query: str, says: str) -> None:
    with pytest.raises(NoSuchPage) as amiss:
        read(query)
    assert str(amiss.value).startswith(says)
    assert "\n" not in str(amiss.value)


def test_a_long_word_is_told_back_short() -> None:
    with pytest.raises(NoSuchPage) as amiss:
        read("scenario=a&view=" + "x" * 500)
    assert len(str(amiss.value)) < 120
