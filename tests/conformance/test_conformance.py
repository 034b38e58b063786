"""What AWS was recorded to answer, stssim answers: no fact that agreed may be lost, and no figure may fall."""

from __future__ import annotations

import pytest

from tools.conformance import report, score
from tools.conformance.compare import Reply, differences, look
from tools.conformance.facts import WEIGHTS, Group, groups
from tools.conformance.replay import Result, replay

GROUPS = {group.name: group for group in groups()}


@pytest.fixture(scope="module", params=sorted(GROUPS))
def replayed(request: pytest.FixtureRequest) -> list[Result]:
    return list(replay(GROUPS[request.param]))


def test_a_fact_that_agreed_with_aws_still_agrees(replayed: list[Result]) -> None:
    lost = score.lost(score.committed(), replayed)
    told = "\n".join(f"{each.group.name} {each.fact.id}: {' '.join(each.differences)}" for each in lost)
    assert not lost, f"{len(lost)} facts no longer agree with AWS:\n{told}"


def test_no_fewer_facts_of_a_group_agree_than_committed(replayed: list[Result]) -> None:
    before = score.committed()
    (name,) = {each.group.name for each in replayed}
    assert name in before, "A new group: `python -m tools.conformance` writes its score down."
    assert sum(each.agrees for each in replayed) >= before[name].agreeing


def test_the_page_tells_the_committed_score() -> None:
    facts, agreeing = score.total(score.committed().values())
    assert f"**{agreeing} of {facts} recorded facts agree" in report.PAGE.read_text("utf-8")


def test_the_committed_score_counts_every_fact() -> None:
    assert {name: each.facts for name, each in score.committed().items()} == {
        name: len(group.facts) for name, group in GROUPS.items()
    }


@pytest.mark.parametrize("group", GROUPS.values(), ids=list(GROUPS))
def test_a_group_says_where_and_when_aws_was_recorded(group: Group) -> None:
    assert group.about
    assert group.kind
    assert group.source.files
    assert group.source.recorded[:3] == "202"
    assert {fact.weight for fact in group.facts} <= WEIGHTS.keys()


@pytest.mark.parametrize(
    ("aws", "reply", "told"),
    [
        (
            {"code": "Success"},
            Reply("AccessDenied", 403, "no"),
            "AWS answered Success; stssim answers AccessDenied (no).",
        ),
        ({"status": 404}, Reply("NoSuchEntity", 400), "AWS answered with status 404; stssim answers with 400."),
        ({"message": "id <any>."}, Reply("Throttling", 400, "id ."), "AWS said: id <any>. stssim says: id ."),
        (
            {"reply": {"Users.#": 2}},
            Reply("Success", 200, "", {"Users": [1]}),
            "Users.# of the reply: AWS 2, stssim 1.",
        ),
        ({"event": {"readOnly": True}}, Reply("Success", 200), "readOnly of the event: AWS True, stssim None."),
    ],
)
def test_a_difference_is_told(aws: dict[str, object], reply: Reply, told: str) -> None:
    assert list(differences(aws, reply)) == [told]


@pytest.mark.parametrize(
    ("aws", "reply"),
    [
        ({"code": "Throttling", "message": "id <any>."}, Reply("Throttling", 400, "id 7.")),
        ({"code": "Success", "reply": {"Role.Path": "/"}}, Reply("Success", 200, "", {"Role": {"Path": "/"}})),
    ],
)
def test_what_agrees_is_not_told(aws: dict[str, object], reply: Reply) -> None:
    assert list(differences(aws, reply)) == []


@pytest.mark.parametrize(
    ("path", "found"),
    [("A.0.B", 1), ("A.#", 2), ("A.*.B", [1, 3]), ("A.7.B", None), ("Z.#", 0), ("A.0.*", ["B"])],
)
def test_a_path_finds_its_value(path: str, found: object) -> None:
    assert look({"A": [{"B": 1}, {"B": 3}]}, path) == found


def test_a_path_reads_a_token() -> None:
    token = "eyJraWQiOiAiUlNBXzAifQ.eyJodHRwczovL2EuYi8iOiB7ImMiOiAxfX0.c2lnbmF0dXJl"
    assert look({"Token": token}, "Token.@header.kid") == "RSA_0"
    assert look({"Token": token}, "Token.@claims.https://a~b/.c") == 1
