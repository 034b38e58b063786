from __future__ import annotations

from stssim.show.rows import CLASSIC, REPLY, decided, undecided
from tests.show.scenarios import audit


def test_every_step_is_a_row_in_its_place() -> None:
    trace = audit()
    rows = decided(trace)
    assert [row.index for row in rows] == list(range(len(trace)))
    assert [row.number for row in rows] == list(range(1, len(trace) + 1))
    assert not any(row.ghost for row in rows)


def test_a_refused_call_leaves_the_arrows_of_the_classic_picture_as_ghosts() -> None:
    rows = decided(audit(external_id=None))
    ghosts = [row for row in rows if row.ghost]
    assert [row.arrow for row in ghosts] == [3]
    assert [row.label for row in ghosts] == [CLASSIC[3].label]
    assert all(row.number is None for row in ghosts)


def test_the_refusal_itself_stands_where_the_credentials_would_have_come_back() -> None:
    refusal = decided(audit(external_id=None))[-1]
    assert (refusal.label, refusal.arrow, refusal.ghost) == ("AccessDenied", 4, False)


def test_undecided_rows_are_one_for_one_those_that_are_decided() -> None:
    for trace in (audit(), audit(external_id=None)):
        before, after = undecided(trace), decided(trace)
        assert len(before) == len(after)
        assert [(row.source, row.target) for row in before] == [(row.source, row.target) for row in after]


def test_undecided_rows_say_nothing_of_the_outcome() -> None:
    allowed, denied = undecided(audit()), undecided(audit(external_id=None))
    assert {row.outcome for row in (*allowed, *denied)} == {"done"}
    assert not any(row.ghost for row in denied)
    assert [row.label for row in denied] == [row.label for row in allowed[: len(denied)]]


def test_every_answer_is_a_reply_while_nobody_knows_how_it_ends() -> None:
    assert undecided(audit(external_id=None))[-1].label == REPLY
    assert [row.label for row in undecided(audit()) if row.label == REPLY] == [REPLY, REPLY]
