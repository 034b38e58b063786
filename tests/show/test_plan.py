from __future__ import annotations

from itertools import combinations

import pytest

from stssim.scenarios import load
from stssim.scenarios.play import play
from stssim.show.picture import View
from stssim.show.plan import PADDING, Plan, plan
from stssim.show.text_metrics import width
from stssim.show.tokens import LARGE, SMALL
from tests.show.scenarios import audit, hostile, long


def planned(*, outcomes: bool = True, step: int | None = None, external_id: str | None = "cust-42") -> Plan:
    return plan(View.of(audit(external_id), outcomes=outcomes, step=step))


def test_nothing_moves_between_steps_or_when_the_outcome_is_known() -> None:
    for external_id in ("cust-42", None):
        still = planned(outcomes=False, external_id=external_id)
        assert planned(outcomes=True, external_id=external_id) == still
        for step in range(len(audit(external_id))):
            assert planned(step=step, external_id=external_id) == still


def test_no_two_actors_stand_in_each_others_way() -> None:
    for trace in (audit(), hostile(), long(200)):
        heads = plan(View.of(trace, outcomes=True, step=None)).heads
        for left, right in combinations(heads, 2):
            assert left.x + left.width / 2 < right.x - right.width / 2


def test_a_name_fits_into_its_head() -> None:
    for trace in (audit(), hostile()):
        for head in plan(View.of(trace, outcomes=True, step=None)).heads:
            assert all(width(line, LARGE) <= head.width - 2 * PADDING + 0.1 for line in head.lines)
            assert all(width(line, SMALL) <= head.width - 2 * PADDING + 0.1 for line in head.small)


def test_every_line_of_a_head_is_inside_it() -> None:
    for trace in (audit(), hostile()):
        laid = plan(View.of(trace, outcomes=True, step=None))
        for head in laid.heads:
            assert -laid.high / 2 < head.baselines[0] - LARGE
            assert head.baselines[-1] < laid.high / 2


@pytest.mark.parametrize("scenario", ["customer-chosen-id", "guessable-id", "confused-deputy", "oidc-without-sub"])
def test_five_actors_fit_beside_the_evidence_on_a_projector_with_its_files_open(scenario: str) -> None:
    box = plan(View.of(play(load(scenario)).attack_trace, outcomes=True, step=None)).box
    assert box.right - box.left <= 500 / 0.75


def test_nothing_stands_beyond_the_last_head_and_its_boxes() -> None:
    laid = plan(View.of(play(load("confused-deputy")).attack_trace, outcomes=True, step=None))
    last = laid.heads[-1]
    ends = [place.start + place.room / 2 + PADDING for place in laid.places if place.start == place.end == last.x]
    assert last.x + last.width / 2 < max(ends) < laid.box.right <= max(ends) + PADDING


def test_everything_is_inside_the_box() -> None:
    laid = planned()
    assert all(laid.box.left <= place.start <= laid.box.right for place in laid.places)
    assert all(laid.box.top <= place.y <= laid.box.bottom for place in laid.places)


def test_two_tellings_share_their_plan_as_far_as_they_went_alike() -> None:
    one, other = audit(), audit(external_id=None)
    here = plan(View.of(one, outcomes=True, step=None, beside=[other]))
    there = plan(View.of(other, outcomes=True, step=None, beside=[one]))
    assert (here.heads, here.box, here.bottom) == (there.heads, there.box, there.bottom)
    assert [(place.y, place.start, place.end) for place in here.places[:6]] == [
        (place.y, place.start, place.end) for place in there.places[:6]
    ]
