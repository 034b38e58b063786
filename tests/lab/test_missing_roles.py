"""A role that does not exist: the Trace says so and names the nearest, and STS tells nobody."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from stssim.policy.explain import Explanation
from tests.access.given import a_lab, allow, document, text, to


@pytest.mark.parametrize("asked", ["role/Audti", "role/audit", "role/Audit", "role/team/audit"])
def test_a_typo_a_path_or_another_case_is_told_in_the_trace_and_never_in_the_reply(asked: str) -> None:
    lab, vendor, customer = a_lab()
    alice = vendor.user("alice", document(allow("sts:AssumeRole")))
    customer.client("iam").create_role(
        RoleName="Audit",
        Path="/team/",
        AssumeRolePolicyDocument=text(allow("sts:AssumeRole", None, Principal=to(alice.arn))),
    )
    right = f"arn:aws:iam::{customer.number}:role/team/Audit"
    wrong = f"arn:aws:iam::{customer.number}:{asked}"
    sts = alice.client("sts")
    sts.assume_role(RoleArn=right, RoleSessionName="audit")
    with pytest.raises(ClientError) as refused, lab.recording("wrong") as trace:
        sts.assume_role(RoleArn=wrong, RoleSessionName="audit")
    assert refused.value.response["Error"]["Message"].endswith(
        f"is not authorized to perform: sts:AssumeRole on resource: {wrong}"
    )
    (step,) = [step for step in trace if step.decision is not None and not step.decision.allowed]
    name = asked.removeprefix("role/")
    told = f"account {customer.number} has no role {name}; the nearest is {right}"
    assert step.sentence.endswith(f"{told}.")
    assert step.decision is not None
    explanation = Explanation(step.decision)
    assert explanation.sentence == f"Denied: {told}."
    assert explanation.changes == ()


def test_where_no_role_is_near_none_is_named() -> None:
    lab, vendor, customer = a_lab()
    alice = vendor.user("alice", document(allow("sts:AssumeRole")))
    with pytest.raises(ClientError), lab.recording("wrong") as trace:
        alice.client("sts").assume_role(RoleArn=f"arn:aws:iam::{customer.number}:role/x", RoleSessionName="audit")
    step = next(step for step in trace if step.decision is not None and not step.decision.allowed)
    assert step.sentence.endswith(f": account {customer.number} has no role x.")
