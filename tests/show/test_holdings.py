from __future__ import annotations

from stssim.scenarios import load
from stssim.scenarios.play import play
from stssim.show.holdings import holdings
from tests.show.scenarios import audit, worker


def held(scenario: str) -> list[list[tuple[str, str]]]:
    trace = play(load(scenario)).attack_trace
    return [[(holding.holder.name, holding.name) for holding in each] for each in holdings(trace)]


def test_credentials_are_in_nobodys_hands_until_they_are_received() -> None:
    trace = audit()
    received = next(index for index, step in enumerate(trace) if step.arrow == 4)
    found = holdings(trace)
    assert {bool(each) for each in found[:received]} == {False}
    assert [(holding.holder, holding.name) for holding in found[received]] == [(worker, "Audit")]
    assert found[-1] == found[received]


def test_a_refused_call_puts_nothing_into_any_hand() -> None:
    assert [each for each in holdings(audit(external_id=None)) if each] == []


def test_each_link_of_a_chain_is_added_to_what_the_attacker_holds() -> None:
    assert held("role-chain-to-admin")[-1] == [("mallory", "Build"), ("mallory", "Release"), ("mallory", "Admin")]


def test_stolen_credentials_are_in_the_thiefs_hands_from_the_first_call_with_them() -> None:
    trace = play(load("role-juggling")).attack_trace
    first = next(index for index, step in enumerate(trace) if step.source.name == "mallory" and step.call is not None)
    assert held("role-juggling")[first - 1 : first + 1] == [[], [("mallory", "Packing")]]


def test_a_service_holds_what_it_was_given_and_its_own_identity_is_left_out() -> None:
    assert held("passrole")[-1] == [("lambda.amazonaws.com", "Ledger")]
