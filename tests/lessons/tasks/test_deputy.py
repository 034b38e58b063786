"""Lesson 05's judge is content with what is asked, and names what lacks of anything less."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from botocore.exceptions import ClientError

from stssim import Lab
from stssim.lessons.tasks import TASKS
from stssim.trace import Trace

TASK = TASKS["05-onboarding"]
RIGHT, WRONG, MISSING = {"ExternalId": "right"}, {"ExternalId": "wrong"}, {}  # type: ignore[var-annotated]


def tried(*sent: dict[str, str], condition: bool = True) -> Trace:
    lab = Lab(seed=5)
    statement: dict[str, Any] = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "111111111111"}}
    if condition:
        statement["Condition"] = {"StringEquals": {"sts:ExternalId": "right"}}
    may = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}
    beacon = lab.account("vendor").user("beacon", {"Version": "2012-10-17", "Statement": may})
    role = lab.account("customer").role("Audit", {"Version": "2012-10-17", "Statement": statement})
    with lab.recording("mine") as mine:
        for each in sent:
            with suppress(ClientError):
                beacon.client("sts").assume_role(RoleArn=role.arn, RoleSessionName="test", **each)
    return mine


def test_the_right_id_let_in_and_the_missing_and_a_wrong_one_refused_is_what_is_asked() -> None:
    assert TASK.judge(tried(RIGHT, MISSING, WRONG)) is None
    assert TASK.judge(tried(WRONG, WRONG, MISSING, RIGHT)) is None


@pytest.mark.parametrize(
    ("sent", "lacks"),
    [
        ((), "nobody asked"),
        ((WRONG, MISSING), "no call with the right External ID"),
        ((RIGHT, WRONG), "refuses a missing External ID"),
        ((RIGHT, MISSING), "refuses a wrong External ID"),
    ],
)
def test_less_is_named(sent: tuple[dict[str, str], ...], lacks: str) -> None:
    assert lacks in str(TASK.judge(tried(*sent)))


def test_a_role_that_asks_for_nothing_is_not_to_be_accepted() -> None:
    assert "no External ID at all" in str(TASK.judge(tried(RIGHT, MISSING, WRONG, condition=False)))
