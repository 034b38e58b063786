from __future__ import annotations

import pytest

from stssim.scenarios import load
from stssim.scenarios.play import play
from stssim.show import sequence
from stssim.trace import Trace
from tests.show.drawing import Drawing
from tests.show.scenarios import SECRET, TOKEN, audit, hostile, long


def drawn(external_id: str | None = "cust-42", **how: object) -> Drawing:
    return Drawing(sequence(audit(external_id), **how))  # type: ignore[arg-type]


def test_it_is_titled_described_and_an_image() -> None:
    picture = drawn(outcomes=True)
    assert picture.root.get("role") == "img"
    assert picture.title == "audit"
    assert picture.description.startswith("1. Acme Audits to Worker: asks for an audit.")


def test_every_step_is_drawn_and_nothing_besides() -> None:
    trace = audit()
    picture = drawn(outcomes=True)
    assert len(picture.of_class("step")) == len(trace)
    for index, step in enumerate(trace):
        (group,) = picture.of_class("step", f"step-{index}")
        assert f"{index + 1} {step.label}" in picture.words(group)
    assert len(picture.of_class("actor")) == 4
    assert not picture.of_class("ghost")


def test_what_one_does_alone_is_a_box_and_what_two_do_an_arrow() -> None:
    picture = drawn(outcomes=True)
    assert [group.get("class", "").split()[0] for group in picture.of_class("step")] == [
        "message", "message", "alone", "alone", "alone", "message", "message", "message",
    ]  # fmt: skip


def test_a_refusal_carries_its_outcome_its_word_and_its_ghosts() -> None:
    picture = drawn(external_id=None, outcomes=True)
    (refused,) = picture.of_class("step-3")
    assert refused.get("data-outcome") == "denied"
    assert "denied" in picture.words(refused)
    (ghost,) = picture.of_class("ghost")
    assert "after-3" in ghost.get("class", "")
    assert picture.words(ghost) == ["credentials generated", "not reached"]


def test_the_word_of_a_box_stands_on_its_right_but_inward_of_the_last_actors() -> None:
    picture = Drawing(sequence(play(load("confused-deputy")).attack_trace, outcomes=True))
    anchors = [
        (group.get("class", "").split()[0], word.text, word.get("text-anchor"))
        for group in picture.of_class("step")
        for word in group
        if word.get("class") == "word" and word.text
    ]
    assert anchors == [("alone", "allowed", "start"), ("alone", "allowed", "end")]


@pytest.mark.parametrize("external_id", [None, "wrong"])
def test_an_undecided_picture_tells_nothing_of_the_outcome(external_id: str | None) -> None:
    picture = drawn(external_id)
    for word in ("denied", "allowed", "AccessDenied", "not reached", "settled", "data-outcome", "ghost"):
        assert word not in picture.body


def test_the_undecided_picture_begins_alike_whatever_comes_of_it() -> None:
    allowed, denied = drawn(), drawn(external_id=None)
    labels = [[picture.words(group)[0] for group in picture.of_class("step")] for picture in (allowed, denied)]
    assert labels[1] == labels[0][:6]


def test_no_line_moves_while_it_is_stepped() -> None:
    for external_id in ("cust-42", None):
        still = drawn(external_id).shapes()
        assert drawn(external_id, outcomes=True).shapes() == still
        for step in range(len(audit(external_id))):
            assert drawn(external_id, step=step).shapes() == still


def test_only_the_step_that_is_happening_is_now_and_so_are_its_actors() -> None:
    picture = drawn(step=1)
    (now,) = picture.of_class("step", "now")
    assert "step-1" in now.get("class", "")
    assert [picture.words(actor)[0] for actor in picture.of_class("actor", "now")] == ["Worker", "STS"]


def test_two_runs_have_a_line_where_they_diverge() -> None:
    one, other = audit(), audit(external_id=None)
    here = Drawing(sequence(one, outcomes=True, beside=[other]))
    there = Drawing(sequence(other, outcomes=True, beside=[one]))
    for picture in (here, there):
        (fork,) = picture.of_class("divergence")
        assert fork.get("class") == "divergence before-3"
        assert picture.words(fork) == ["the runs diverge here"]
    assert here.root.get("viewBox") == there.root.get("viewBox")


def test_the_line_where_they_diverge_is_not_in_an_undecided_picture() -> None:
    assert not Drawing(sequence(audit(), beside=[audit(external_id=None)])).of_class("divergence")


def test_hostile_names_are_text_and_nothing_else() -> None:
    for text in (sequence(hostile()), sequence(hostile(), outcomes=True), sequence(hostile(), step=1)):
        picture = Drawing(text)
        assert not [each for each in picture.root.iter() if "script" in each.tag]
        assert "<script" not in picture.body
        assert "alert(" in picture.title


def test_secrets_are_not_in_the_picture() -> None:
    assert SECRET not in drawn(outcomes=True).text
    assert TOKEN not in drawn(outcomes=True).text


def test_a_trace_without_steps_is_a_picture_that_says_so() -> None:
    assert Drawing(sequence(Trace("empty"))).words() == ["Nothing has happened yet."]


def test_two_hundred_steps_are_drawn() -> None:
    assert len(Drawing(sequence(long(200), outcomes=True)).of_class("step")) == 200


def test_it_is_the_same_picture_wherever_it_is_drawn() -> None:
    assert sequence(audit(), outcomes=True) == sequence(audit(), outcomes=True)
