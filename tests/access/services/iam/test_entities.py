"""What IAM holds is found by name and by unique id, whatever was made, renamed and deleted, and without looking through
the rest.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from types import FrameType, SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stssim import Lab
from stssim.access.services.iam.entities import Entities
from tests.access.given import a_lab, allow, document, refused, text

TRUST = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Principal": {"AWS": "111111111111"}, "Action": "sts:AssumeRole"},
}


def entity(key: str, name: str) -> Any:
    return SimpleNamespace(id=f"id of {key}", name=name, arn=f"arn:aws:iam::111122223333:role/{name}")


STEPS = st.tuples(st.sampled_from(["put", "delete"]), st.sampled_from("abc"), st.sampled_from(["R", "r", "S"]))


@given(st.lists(STEPS))
def test_every_name_and_id_is_found_as_by_looking_through_all(steps: list[tuple[str, str, str]]) -> None:
    held = Entities({})
    for what, key, name in steps:
        taken = any(each.name == name for other, each in held.items() if other != key)
        if what == "put" and not taken:
            held[key] = entity(key, name)
        elif what == "delete":
            held.pop(key, None)
        for wanted in ("R", "r", "S"):
            assert held.named(wanted) is next((each for each in held.values() if each.name == wanted), None)
        for wanted in ("id of a", "id of b", "id of c"):
            assert held.of_id(wanted) is next((each for each in held.values() if each.id == wanted), None)


def test_an_id_given_later_is_found_and_the_old_one_is_not() -> None:
    held = Entities({"a": entity("a", "R")})
    held.identify(held["a"], "AROA")
    assert held.of_id("AROA") is held["a"]
    assert held.of_id("id of a") is None


def test_a_renamed_user_is_found_by_the_new_name_alone() -> None:
    _, vendor, customer = a_lab()
    iam = vendor.client("iam")
    alice = vendor.user("alice", document(allow("*")))
    iam.update_user(UserName="alice", NewUserName="Alicia")
    assert alice.client("sts").get_caller_identity()["Arn"].endswith(":user/Alicia")
    with refused("EntityAlreadyExists"):
        iam.create_user(UserName="ALICIA")
    assert iam.create_user(UserName="alice")["User"]["UserId"] != alice.unique_id
    customer.role("Audit", {**TRUST, "Statement": {**TRUST["Statement"], "Principal": {"AWS": alice.unique_id}}})  # type: ignore[dict-item]
    assert alice.client("sts").assume_role(
        RoleArn=f"arn:aws:iam::{customer.number}:role/Audit", RoleSessionName="audit"
    )["Credentials"]


def test_a_policy_may_be_called_what_one_of_awss_is_called() -> None:
    _, vendor, _ = a_lab()
    iam = vendor.client("iam")
    role = vendor.role("Audit", TRUST)
    iam.attach_role_policy(RoleName=role.name, PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")
    made = iam.create_policy(PolicyName="ReadOnlyAccess", PolicyDocument=text(allow("s3:GetObject")))["Policy"]
    assert made["PolicyId"].startswith("ANPA")
    assert iam.get_policy(PolicyArn=made["Arn"])["Policy"]["PolicyId"] == made["PolicyId"]


def opcodes(call: Callable[[], Any]) -> int:
    """How many instructions of Python's a call takes: the same on a busy machine."""
    count = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal count
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        count += event == "opcode"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        call()
    finally:
        sys.settrace(before)
    return count


def calls(number: int) -> dict[str, Callable[[], Any]]:
    home = Lab(seed=7).account("home")
    iam, allows = home.client("iam"), text(allow("s3:GetObject"))
    for each in range(number):
        iam.create_role(RoleName=f"role-{each}", AssumeRolePolicyDocument=json.dumps(TRUST))
        iam.create_user(UserName=f"user-{each}")
        iam.create_policy(PolicyName=f"policy-{each}", PolicyDocument=allows)
    alice = home.user("alice", document(allow("*", Condition={"StringLike": {"aws:PrincipalTag/team": "*"}})))
    iam.tag_user(UserName="alice", Tags=[{"Key": "team", "Value": "data"}])
    role = home.role("Audit", TRUST, tags={"team": "data"})
    sts, own, trust = alice.client("sts"), alice.client("iam"), json.dumps(TRUST)
    return {
        "AssumeRole": lambda: sts.assume_role(RoleArn=role.arn, RoleSessionName="audit"),
        "CreateRole": lambda: iam.create_role(RoleName="new", AssumeRolePolicyDocument=trust),
        "CreateUser": lambda: iam.create_user(UserName="new"),
        "CreatePolicy": lambda: iam.create_policy(PolicyName="new", PolicyDocument=allows),
        "GetRole": lambda: own.get_role(RoleName="Audit"),
        "TagRole": lambda: iam.tag_role(RoleName="Audit", Tags=[{"Key": "team", "Value": "data"}]),
        "PutRolePolicy": lambda: iam.put_role_policy(RoleName="Audit", PolicyName="p", PolicyDocument=allows),
        "AttachRolePolicy": lambda: iam.attach_role_policy(
            RoleName="Audit", PolicyArn="arn:aws:iam::111111111111:policy/policy-0"
        ),
        "DeleteRole": lambda: iam.delete_role(RoleName="role-0"),
    }


@pytest.fixture(scope="module")
def few_and_many() -> tuple[dict[str, Callable[[], Any]], dict[str, Callable[[], Any]]]:
    return calls(2), calls(80)


@pytest.mark.parametrize("name", calls(1))
def test_a_call_takes_no_more_work_among_eighty_than_among_two(
    name: str, few_and_many: tuple[dict[str, Callable[[], Any]], dict[str, Callable[[], Any]]]
) -> None:
    few, many = few_and_many
    calls(1)[name]()
    assert opcodes(many[name]) <= opcodes(few[name]) * 1.03
