from __future__ import annotations

import json
import re
from typing import Any

import pytest

from stssim.call import Session
from stssim.cloud import Cloud
from stssim.issue import issue
from stssim.policy import Policy
from stssim.trace import Refused
from tests.fakes import AWAY, HOME, FakeDirectory, a_call, a_cloud, a_role, a_user, refusals, told, verified

AUDIT = a_role()
FACTS = refusals("sts_errors")
READ = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
MANAGED = f"arn:aws:iam::{AWAY}:policy/Readers"


def a_cloud_with(*arns: str) -> Cloud:
    return a_cloud(AUDIT, directory=FakeDirectory(policies={arn: Policy(arn, "identity", READ) for arn in arns}))


def assume(cloud: Cloud, **parameters: Any) -> Session:
    call = a_call("AssumeRole", RoleArn=AUDIT.arn, RoleSessionName="s1", **parameters)
    caller = verified(call, a_user(), cloud)
    result, _ = issue(call, caller, cloud)
    return cloud.seal.open(result["Credentials"]["SessionToken"])


def refusal(cloud: Cloud, **parameters: Any) -> dict[str, Any]:
    with pytest.raises(Refused) as caught:
        assume(cloud, **parameters)
    return told(caught.value)


def test_no_policy_passed_is_no_limit() -> None:
    session = assume(a_cloud_with())
    assert (session.policies, session.policy_arns) == (None, ())


def test_the_inline_policy_is_kept_word_for_word() -> None:
    text = json.dumps(READ, indent=3)
    assert assume(a_cloud_with(), Policy=text).policies == (text,)


def test_managed_policies_are_kept_by_their_arns() -> None:
    cloud = a_cloud_with(MANAGED, "arn:aws:iam::aws:policy/ReadOnlyAccess")
    arns = [{"arn": MANAGED}, {"arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}]
    session = assume(cloud, PolicyArns=arns)
    assert session.policy_arns == (MANAGED, "arn:aws:iam::aws:policy/ReadOnlyAccess")
    assert session.policies == ()


def test_text_that_begins_no_json_value_is_refused_in_the_words_of_the_json_reader() -> None:
    answer, wanted = refusal(a_cloud_with(), Policy="invalid policy"), FACTS["policy no JSON"]
    assert (answer["code"], answer["status"]) == (wanted["code"], wanted["status"])
    # The number behind the reader's name is the address it happened to have.
    assert re.sub("@[0-9a-f]+;", "@;", answer["message"]) == re.sub("@[0-9a-f]+;", "@;", wanted["message"])


def test_the_reader_counts_lines_and_columns() -> None:
    assert "line: 3, column: 4]" in refusal(a_cloud_with(), Policy=" \n\n  <policy/>")["message"]


@pytest.mark.parametrize("text", ["{", '{"Version": }', "[1,", "nope"])
def test_broken_json_is_refused_in_the_older_words(text: str) -> None:
    wanted = FACTS["policy broken JSON"]
    assert refusal(a_cloud_with(), Policy=text) == {key: wanted[key] for key in ("code", "status", "message")}


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"Version": "2012-10-17", "Statement": [{"Effect": "Perhaps", "Action": "*", "Resource": "*"}]},
        {"Version": "2012-10-17", "Statement": [{**READ["Statement"][0], "Principal": "*"}]},  # type: ignore[dict-item]
    ],
)
def test_json_that_is_no_session_policy_is_malformed_too(document: dict[str, Any]) -> None:
    answer = refusal(a_cloud_with(), Policy=json.dumps(document))
    assert (answer["code"], answer["status"]) == ("MalformedPolicyDocument", 400)
    assert answer["message"]


def test_ten_managed_policies_may_be_passed_and_no_more() -> None:
    arns = [f"arn:aws:iam::{AWAY}:policy/P{n}" for n in range(11)]
    cloud = a_cloud_with(*arns)
    assert len(assume(cloud, PolicyArns=[{"arn": arn} for arn in arns[:10]]).policy_arns) == 10
    answer = refusal(cloud, PolicyArns=[{"arn": arn} for arn in arns])
    assert answer["code"] == "ValidationError"
    assert answer["message"].endswith("Member must have length less than or equal to 10")


@pytest.mark.parametrize(
    "arn", [MANAGED, f"arn:aws:iam::{HOME}:policy/Readers", "arn:aws:iam::aws:policy/Nothing", "x"]
)
def test_a_managed_policy_must_exist_in_the_roles_account(arn: str) -> None:
    answer = refusal(a_cloud_with(f"arn:aws:iam::{HOME}:policy/Readers"), PolicyArns=[{"arn": arn}])
    assert answer["code"] == "NoSuchEntity"
    assert arn in answer["message"]


def test_whether_a_managed_policy_exists_is_told_only_to_who_may_assume_the_role() -> None:
    call = a_call("AssumeRole", RoleArn=AUDIT.arn, RoleSessionName="s1", PolicyArns=[{"arn": MANAGED}])
    verified(call, a_user(), a_cloud_with())
