"""Lesson 01's judges are content with what is asked, and name what lacks of anything less."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from botocore.exceptions import ClientError

from stssim import Lab
from stssim.lessons.tasks import TASKS
from stssim.trace import Trace


def allows(action: str, **whom: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": action, **(whom or {"Resource": "*"})}}


@pytest.fixture
def world() -> dict[str, Any]:
    lab = Lab(seed=7)
    alice = lab.account("vendor").user("alice", allows("sts:AssumeRole"))
    customer = lab.account("customer")
    customer.bucket("reports", {"q3.csv": "q3,1200\n"})
    trust = allows("sts:AssumeRole", Principal={"AWS": "111111111111"})
    return {"lab": lab, "alice": alice, "audit": customer.role("Audit", trust, allows("s3:GetObject"))}


def tried(world: dict[str, Any], seconds: int, *minutes: int) -> Trace:
    """Credentials for so many seconds, used again and again after so many minutes."""
    lab = world["lab"]
    mine: Trace
    with lab.recording("mine") as mine:
        reply = (
            world["alice"]
            .client("sts")
            .assume_role(RoleArn=world["audit"].arn, RoleSessionName="short", DurationSeconds=seconds)
        )
        s3 = lab.session(reply).client("s3")
        for wait in minutes:
            lab.clock.advance(minutes=wait)
            with suppress(ClientError):
                s3.get_object(Bucket="reports", Key="q3.csv")
    return mine


def test_short_credentials_used_before_and_after_their_end_are_what_is_asked(world: dict[str, Any]) -> None:
    exec(TASKS["01-expired"].solution, world)
    assert TASKS["01-expired"].judge(world["mine"]) is None


@pytest.mark.parametrize(
    ("seconds", "minutes", "lacks"),
    [
        (3600, (0, 61), "not the shortest"),
        (900, (16,), "nothing was allowed"),
        (900, (0, 14), "nothing was refused"),
    ],
)
def test_less_is_named(world: dict[str, Any], seconds: int, minutes: tuple[int, ...], lacks: str) -> None:
    assert lacks in str(TASKS["01-expired"].judge(tried(world, seconds, *minutes)))
