"""The smallest change that turns a deny, found by evaluating it."""

import json
from typing import Any

import pytest

from stssim.policy import evaluate
from stssim.policy.explain import Explanation
from stssim.policy.suggest import Change

ALICE, AUDIT = "arn:aws:iam::111122223333:user/alice", "arn:aws:iam::111122223333:role/Audit"
REPORTS = "arn:aws:s3:::reports/q3.csv"


def _policy(*statements: dict[str, Any]) -> dict[str, Any]:
    whole = ({"Effect": "Allow", "Action": "s3:*", "Resource": "*"} | each for each in statements)
    return {"Version": "2012-10-17", "Statement": list(whole)}


def _changes(**changes: Any) -> dict[str, Change]:
    ask: dict[str, Any] = {"principal": ALICE, "action": "s3:GetObject", "resource": REPORTS}
    found = Explanation(evaluate(**ask | changes)).changes
    assert all(change.decision.allowed for change in found)
    return {change.kind: change for change in found}


def test_nothing_needs_to_change_for_an_allow() -> None:
    assert _changes(identity_policies=[_policy({})]) == {}
    decision = evaluate(principal=ALICE, action="s3:GetObject", resource=REPORTS, identity_policies=[_policy({})])
    assert Explanation(decision).change is None


def test_a_key_that_the_request_lacks_is_put_in() -> None:
    found = _changes(identity_policies=[_policy({"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}})])
    assert found["request"].keys == {"aws:MultiFactorAuthPresent": "true"}
    assert found["request"].sentence == "A request with aws:MultiFactorAuthPresent = true would be allowed."


def test_two_keys_are_put_in_where_one_is_not_enough() -> None:
    condition = {"StringEquals": {"aws:PrincipalTag/team": "red"}, "IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
    found = _changes(identity_policies=[_policy({"Condition": condition})])
    assert found["request"].keys == {"aws:PrincipalTag/team": "red", "aws:SourceIp": "203.0.113.1"}


def test_a_key_that_a_deny_hangs_on_is_changed() -> None:
    condition = {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
    policy = _policy({}, {"Sid": "Inside", "Effect": "Deny", "Condition": condition})
    found = _changes(identity_policies=[policy], context={"aws:SourceIp": "198.51.100.7"})
    assert found["request"].keys == {"aws:SourceIp": "203.0.113.1"}
    assert found["policy"].sentence == (
        "It would be allowed if the identity policy also excepted aws:SourceIp = 198.51.100.7."
    )


@pytest.mark.parametrize(
    ("condition", "value"),
    [
        ({"NumericLessThan": {"k": "10"}}, "9"),
        ({"NumericGreaterThan": {"k": "10"}}, "11"),
        ({"DateLessThan": {"k": "2026-01-01T00:00:00Z"}}, "1970-01-01T00:00:00Z"),
        ({"StringLike": {"k": "a*b?"}}, "axbx"),
        ({"ArnLike": {"k": "arn:aws:s3:::r*"}}, "arn:aws:s3:::rx"),
        ({"IpAddress": {"k": "2001:db8::/32"}}, "2001:db8::1"),
        ({"Null": {"k": "false"}}, "x"),
    ],
)
def test_a_value_that_the_condition_takes_is_found(condition: dict[str, Any], value: str) -> None:
    assert _changes(identity_policies=[_policy({"Condition": condition})])["request"].keys == {"k": value}


def test_a_key_is_left_out_where_it_must_be_absent() -> None:
    policy = _policy({"Condition": {"Null": {"aws:TokenIssueTime": "true"}}})
    found = _changes(identity_policies=[policy], context={"AWS:TokenIssueTime": "2026-01-01T00:00:00Z"})
    assert found["request"].keys == {"aws:TokenIssueTime": None}
    assert found["request"].sentence == "A request without aws:TokenIssueTime would be allowed."


def test_a_resource_is_added_to_the_statement_that_comes_closest() -> None:
    found = _changes(identity_policies=[_policy({"Resource": "arn:aws:s3:::other/*"})])
    assert "request" not in found
    change = found["policy"]
    assert change.pointer == "/Statement/0/Resource"
    assert change.policy is not None
    assert json.loads(change.policy.document.text)["Statement"][0]["Resource"] == ["arn:aws:s3:::other/*", REPORTS]


def test_a_caller_is_added_to_a_trust_policy() -> None:
    trust = {"Statement": {"Effect": "Allow", "Principal": {"AWS": "444455556666"}, "Action": "sts:AssumeRole"}}
    found = _changes(action="sts:AssumeRole", resource=AUDIT, resource_policy=trust)
    assert found["policy"].sentence == (
        "It would be allowed if the role trust policy also named user alice of account 111122223333."
    )


def test_a_deny_is_taken_out_where_nothing_less_will_do() -> None:
    policy = _policy({}, {"Sid": "Stop", "Effect": "Deny"})
    found = _changes(identity_policies=[policy])
    assert found["policy"].sentence == "It would be allowed if the identity policy did not have statement Stop."


def test_a_policy_is_written_where_there_is_none() -> None:
    found = _changes()
    assert found["policy"].sentence == (
        f"It would be allowed if a new identity-based policy allowed s3:GetObject on {REPORTS}."
    )
    (new,) = found["policy"].decision.policies.identity
    assert new is found["policy"].policy


def test_no_single_change_is_named_where_two_policies_would_have_to_change() -> None:
    assert _changes(resource_account="444455556666") == {}


def test_a_level_of_the_organization_is_widened_in_the_policy_that_it_has() -> None:
    found = _changes(identity_policies=[_policy({})], service_control_policies=[[_policy({"Action": "ec2:*"})]])
    ((widened,),) = found["policy"].decision.policies.service_control
    assert widened.document.statements[0].action.values == ("ec2:*", "s3:GetObject")


def test_a_change_is_data_too() -> None:
    data = _changes()["policy"].to_dict()
    assert data["kind"] == "policy"
    assert data["pointer"] == "/Statement/0"
    assert json.loads(json.dumps(data)) == data


def test_conditions_without_end_are_given_up_on() -> None:
    condition = {"StringEquals": {f"k{number}": [f"v{value}" for value in range(50)] for number in range(20)}}
    assert "request" not in _changes(identity_policies=[_policy({"Condition": condition})])
