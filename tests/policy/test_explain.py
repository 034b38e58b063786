"""Why: which policy settled it, which clauses decided, and what was absent."""

from typing import Any

import pytest

from stssim.policy import Decision, Policy, evaluate
from stssim.policy.explain import Explanation

TRUST = """{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Allow",
    "Principal": {"AWS": "111122223333"},
    "Action": "sts:AssumeRole",
    "Condition": {"StringEquals": {"sts:ExternalId": "cust-42"}}
  }]
}"""
ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
ONLY_S3 = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}


def _assume(**changes: Any) -> Decision:
    ask: dict[str, Any] = {
        "principal": "arn:aws:iam::111122223333:user/vendor",
        "action": "sts:AssumeRole",
        "resource": "arn:aws:iam::444455556666:role/Audit",
        "identity_policies": [ALL],
        "resource_policy": Policy("the trust policy of role Audit", "trust", TRUST),
    }
    return evaluate(**ask | changes)


def _marked(explanation: Explanation) -> list[str]:
    """The text of the deciding clauses."""
    found = []
    for clause in explanation.deciding:
        place = clause.policy.document.place(clause.pointer)
        assert place is not None
        found.append(clause.policy.document.text[place.start : place.end])
    return found


def test_a_missing_external_id_is_found_absent_at_the_very_line_that_decided() -> None:
    explanation = Explanation(_assume())
    assert [each.policy.name for each in explanation.settled_by] == ["the trust policy of role Audit"]
    assert _marked(explanation) == ['"sts:ExternalId": "cust-42"']
    ((_, statement),) = explanation.closest
    (failed,) = statement.failures
    assert (failed.key, failed.wanted, failed.found) == ("sts:ExternalId", ("cust-42",), None)  # type: ignore[union-attr]


def test_a_wrong_external_id_is_found_as_it_was_sent() -> None:
    explanation = Explanation(_assume(context={"sts:ExternalId": "cust-13"}))
    ((_, statement),) = explanation.closest
    assert statement.failures[0].found == ("cust-13",)


def test_an_allow_is_settled_by_every_statement_that_was_needed() -> None:
    explanation = Explanation(_assume(context={"sts:ExternalId": "cust-42"}))
    assert [each.policy.kind for each in explanation.settled_by] == ["trust", "identity"]
    assert [clause.pointer for clause in explanation.deciding] == ["/Statement/0", "/Statement/0"]
    assert explanation.closest == ()


def test_an_explicit_deny_is_settled_by_the_statement_that_denies() -> None:
    deny = {"Statement": [{"Effect": "Deny", "Action": "sts:*", "Resource": "*"}]}
    explanation = Explanation(_assume(identity_policies=[ALL, deny], context={"sts:ExternalId": "cust-42"}))
    assert [clause.policy.name for clause in explanation.deciding] == ["identity policy 2"]
    assert explanation.deciding[0].pointer == "/Statement/0"


@pytest.mark.parametrize(
    ("limit", "kind", "rule"),
    [
        ({"permissions_boundaries": [ONLY_S3]}, "boundary", "boundary"),
        ({"session_policies": [ONLY_S3]}, "session", "session"),
        ({"service_control_policies": [[ALL], [ONLY_S3]]}, "service-control", "service-control"),
        ({"resource_control_policies": [[ONLY_S3], [ALL]]}, "resource-control", "resource-control"),
        ({"identity_policies": [ONLY_S3]}, "identity", "identity"),
    ],
)
def test_what_limits_is_what_settles(limit: dict[str, Any], kind: str, rule: str) -> None:
    decision = _assume(context={"sts:ExternalId": "cust-42"}, **limit)
    assert decision.rule == rule
    assert {each.policy.kind for each in Explanation(decision).settled_by} >= {kind}


def test_only_the_level_that_does_not_allow_settles() -> None:
    levels = [[ALL], [ONLY_S3], [ALL]]
    decision = _assume(context={"sts:ExternalId": "cust-42"}, service_control_policies=levels)
    assert [each.level for each in Explanation(decision).settled_by] == [2]


def test_every_statement_says_which_element_failed_first() -> None:
    document = {
        "Statement": [
            {"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
            {"Effect": "Allow", "Action": "sts:*", "Resource": "arn:aws:iam::444455556666:role/Other"},
            {"Effect": "Allow", "Action": "sts:*", "Resource": "*", "Condition": {"Bool": {"aws:A": "true"}}},
            {"Effect": "Allow", "NotAction": "sts:*", "Resource": "*"},
        ]
    }
    explanation = Explanation(_assume(identity_policies=[document]))
    identity = next(each for each in explanation.policies if each.policy.kind == "identity")
    failed = [each.failed.pointer for each in identity.statements if each.failed is not None]
    assert failed == [
        "/Statement/0/Action",
        "/Statement/1/Resource",
        "/Statement/2/Condition/Bool/aws:A",
        "/Statement/3/NotAction",
    ]


def test_a_statement_without_a_failure_matched() -> None:
    statement = Explanation(_assume()).policies[1].statements[0]
    assert statement.matched
    assert statement.failed is None


def test_policies_that_had_no_say_say_why() -> None:
    decision = _assume(principal="ec2.amazonaws.com", service_control_policies=[[ALL]])
    ignored = {each.policy.kind: each.ignored for each in Explanation(decision).policies}
    assert ignored == {
        "service-control": "service control policies do not bind a service",
        "trust": "",
        "identity": "a service has no identity-based policies",
    }


def test_no_policy_has_a_say_on_get_caller_identity() -> None:
    deny = {"Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}
    decision = _assume(action="sts:GetCallerIdentity", resource="*", resource_policy=None, identity_policies=[deny])
    (result,) = Explanation(decision).policies
    assert result.ignored == "sts:GetCallerIdentity needs no permission"
    assert Explanation(decision).deciding == ()


def test_a_variable_without_a_value_is_told() -> None:
    condition = {"StringEquals": {"aws:username": "${aws:PrincipalTag/name}"}}
    document = {"Version": "2012-10-17", "Statement": [ALL["Statement"][0] | {"Condition": condition}]}  # type: ignore[operator]
    ((_, statement),) = Explanation(
        _assume(identity_policies=[document], context={"sts:ExternalId": "cust-42", "aws:username": "vendor"})
    ).closest
    assert statement.conditions[0].missing == ("${aws:PrincipalTag/name}",)


def test_an_explanation_shows_its_sentence() -> None:
    assert repr(Explanation(_assume())).startswith("<Explanation: Denied: the trust policy of role Audit")
