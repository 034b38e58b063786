from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from stssim.policy import evaluate
from stssim.show.clauses import explained, segments
from tests.show.scenarios import MAY_ASSUME, ROLE, TRUST, WORKER

TRUST_TEXT = json.dumps(TRUST, indent=2)


def explain(trust: object = TRUST_TEXT, **context: str) -> dict[str, object]:
    decision = evaluate(
        principal=WORKER, action="sts:AssumeRole", resource=ROLE, identity_policies=[MAY_ASSUME], resource_policy=trust,
        context={f"sts:{name}": value for name, value in context.items()},
    )  # fmt: skip
    return explained(decision)


def marked(told: dict[str, object], kind: str) -> list[str]:
    documents = told["documents"]
    assert isinstance(documents, list)
    return [text for document in documents for mark, text in document["segments"] if mark == kind]


def test_the_clause_that_decided_is_marked_in_the_policys_own_text() -> None:
    assert marked(explain(), "decided") == ['"sts:ExternalId": "cust-42"']


def test_the_text_is_whole_whatever_is_marked_in_it() -> None:
    told = explain()
    documents = told["documents"]
    assert isinstance(documents, list)
    assert "".join(text for _, text in documents[0]["segments"]) == TRUST_TEXT


def test_the_policy_that_settled_it_comes_first() -> None:
    documents = explain()["documents"]
    assert isinstance(documents, list)
    assert "trust policy" in documents[0]["title"]


def test_a_key_that_is_absent_is_not_an_empty_one() -> None:
    absent, empty = (explain()["documents"], explain(ExternalId="")["documents"])
    assert isinstance(absent, list)
    assert isinstance(empty, list)
    rows = [document[0]["statements"][0]["rows"][-1] for document in (absent, empty)]
    assert [row["found"] for row in rows] == [None, [""]]
    assert [row["wanted"] for row in rows] == [["cust-42"], ["cust-42"]]
    assert [row["met"] for row in rows] == [False, False]


def test_a_policy_on_one_long_line_is_written_out_to_be_read() -> None:
    told = explain(json.dumps(TRUST))
    documents = told["documents"]
    assert isinstance(documents, list)
    assert len("".join(text for _, text in documents[0]["segments"]).splitlines()) > 5


MARKS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), st.just("decided")).filter(lambda it: it[0] < it[1]))


@given(st.text(min_size=30, max_size=30), MARKS)
def test_marks_that_overlap_lose_no_letter_and_double_none(text: str, marks: list[tuple[int, int, str]]) -> None:
    assert "".join(run for _, run in segments(text, marks)) == text
