"""What a judge of a task can ask of a Trace."""

from __future__ import annotations

from typing import Any

import pytest

from stssim import Lab
from stssim.lessons.task_checks import recorded_calls
from stssim.trace import Trace


def allows(action: str, **whom: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": action, **(whom or {"Resource": "*"})}}


@pytest.fixture(scope="module")
def trace() -> Trace:
    lab = Lab(seed=7)
    account = lab.account("one")
    alice, bob = account.user("alice"), account.user("bob")
    role = account.role("Reader", allows("sts:AssumeRole", Principal={"AWS": alice.arn}), allows("s3:ListAllMyBuckets"))
    with lab.recording("mine") as trace:
        asked = {"RoleArn": role.arn, "RoleSessionName": "list"}
        reply = alice.client("sts").assume_role(**asked, DurationSeconds=1800)
        with pytest.raises(Exception, match="AccessDenied"):
            bob.client("sts").assume_role(**asked)
        lab.session(reply).client("s3").list_buckets()
        with pytest.raises(Exception, match="AccessDenied"):
            lab.client("s3").list_buckets()
    return trace


def test_a_call_is_one_however_many_steps_it_has(trace: Trace) -> None:
    assert [call.name for call in recorded_calls(trace)] == ["sts:AssumeRole"] * 2 + ["s3:ListBuckets"] * 2
    assert len(recorded_calls(trace, "sts:AssumeRole")) == 2
    assert len(recorded_calls(trace, "s3:ListBuckets", "sts:AssumeRole")) == 4


def test_a_call_says_how_it_ended_and_for_whom(trace: Trace) -> None:
    one, other = recorded_calls(trace, "sts:AssumeRole")
    assert (one.allowed, one.code) == (True, "")
    assert (other.allowed, other.code) == (False, "AccessDenied")
    assert [call.caller and call.caller.actor.name for call in (one, other)] == ["alice", "bob"]
    assert [bool(call.decision) for call in (one, other)] == [True, False]


def test_an_issued_session_is_told_from_one_in_use(trace: Trace) -> None:
    one, other, read, anonymous = recorded_calls(trace)
    assert one.issued
    assert one.issued.expires_at - one.issued.issued_at == 1800
    assert other.issued is read.issued is anonymous.issued is None
    assert read.access_key_id == one.issued.access_key_id
    assert (anonymous.access_key_id, anonymous.allowed) == ("", False)
