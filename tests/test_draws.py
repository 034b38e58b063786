"""How often a name was drawn by: a number is given once, to whichever name."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from stssim.draws import COUNTER_BITS, Draws


@given(st.lists(st.text(max_size=3)))
def test_no_number_is_given_twice(names: list[str]) -> None:
    draws = Draws()
    numbers = [draws.number(name) for name in names]
    assert len(set(numbers)) == len(names)


@given(st.lists(st.text(max_size=3)))
def test_the_same_names_in_the_same_order_get_the_same_numbers(names: list[str]) -> None:
    one, other = Draws(), Draws()
    assert [one.number(name) for name in names] == [other.number(name) for name in names]


def test_a_names_numbers_are_those_it_would_get_alone() -> None:
    alone, among = Draws(), Draws()
    among.number("bob")
    assert among.number("alice") == alone.number("alice")


def test_a_million_names_take_no_more_memory_than_a_few_thousand() -> None:
    draws = Draws()
    for number in range(100_000):
        draws.number(f"user {number}")
    assert len(draws._counters) <= 1 << COUNTER_BITS
