from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from stssim.scenarios import load
from stssim.scenarios.play import play
from stssim.show.picture import View, number, room_of, tag
from stssim.show.rows import undecided
from stssim.trace import Trace
from tests.show.scenarios import audit, sts, vendor, worker


def view(step: int | None = None, *, outcomes: bool = True, external_id: str | None = None) -> View:
    return View.of(audit(external_id), outcomes=outcomes, step=step)


def test_a_step_is_settled_then_now_then_to_come() -> None:
    here = view(step=2)
    assert [here.state(row) for row in here.rows] == ["settled", "settled", "now", "future", "future", "future"]


def test_an_undecided_picture_knows_no_state_and_no_outcome() -> None:
    here = view(outcomes=False)
    assert {here.state(row) for row in here.rows} == {""}
    assert {here.outcome(row) for row in here.rows} == {None}
    assert {here.word(row) for row in here.rows} == {""}


def test_a_step_to_come_keeps_its_outcome_to_itself() -> None:
    here = view(step=2)
    assert [here.outcome(row) for row in here.rows[3:]] == [None, None, None]


def test_a_description_tells_what_may_be_known_and_no_more() -> None:
    assert "(denied)" in view().description()
    assert "denied" not in view(outcomes=False).description()
    assert "AccessDenied" not in view(outcomes=False).description()


def test_an_actor_is_called_by_its_part_and_its_owner() -> None:
    here = view()
    assert here.owner(vendor) == ("deputy", "vendor")
    assert here.owner(worker) == ("user", "vendor")
    assert here.owner(sts) == ("AWS service",)


def test_whoever_signs_in_is_drawn_under_the_subject_with_the_part_that_they_play() -> None:
    view = View.of(play(load("oidc-without-sub")).attack_trace, outcomes=True, step=None)
    (build,) = (actor for actor in view.actors if actor.kind == "web-identity")
    assert build.name == "project:mallory/lab:branch:main"
    assert view.owner(build) == ("attacker", "web identity")
    assert "attacker" in view.actor_classes(build).split()


@pytest.mark.parametrize("step", [-1, 5, 999])
def test_a_step_that_is_no_step_is_named(step: int) -> None:
    with pytest.raises(IndexError, match=f"There is no step {step}: 'audit' has the steps 0 to 4"):
        view(step=step)


def test_a_trace_without_steps_has_no_step() -> None:
    with pytest.raises(IndexError, match="'empty' has no steps"):
        View.of(Trace("empty"), outcomes=False, step=0)


def test_actors_of_the_telling_beside_have_their_place() -> None:
    refused, allowed = audit(external_id=None), audit()
    alone = View.of(refused, outcomes=True, step=None)
    beside = View.of(refused, outcomes=True, step=None, beside=[allowed])
    assert [actor.name for actor in alone.actors] == ["Acme Audits", "worker", "STS"]
    assert [actor.name for actor in beside.actors] == ["Acme Audits", "worker", "STS", "S3"]


def test_a_reply_has_room_for_whatever_it_turns_out_to_be() -> None:
    rows = undecided(audit())
    asked, answered = rows[1], rows[5]
    assert answered.label == "reply"
    assert room_of(answered, 300) > room_of(asked, 300)


def test_a_coordinate_has_two_decimals_at_most() -> None:
    assert [number(value) for value in (1.0, 0.5, 1 / 3, -2.005)] == ["1", "0.5", "0.33", "-2"]


def test_text_and_attributes_are_escaped_where_they_are_written() -> None:
    written = ET.tostring(tag("text", "<&>", class_='"<'), encoding="unicode")
    assert written == '<text class="&quot;&lt;">&lt;&amp;&gt;</text>'
