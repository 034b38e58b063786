"""One sentence for every way in which a request is allowed or denied."""

from typing import Any

import pytest

from stssim.policy import Policy, Request, evaluate
from stssim.policy.conditions import condition
from stssim.policy.explain import Explanation
from stssim.policy.results import ConditionResult
from stssim.policy.sentence import asked, carried, principal, wanted

ALICE, AUDIT = "arn:aws:iam::111122223333:user/alice", "arn:aws:iam::444455556666:role/Audit"
CAROL = "arn:aws:sts::111122223333:federated-user/carol"
REPORTS = "arn:aws:s3:::reports/q3.csv"


def _allow(action: str = "*", resource: str = "*", **more: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": resource} | more]}


def _trust(principal: Any, **more: Any) -> Policy:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"} | more
    return Policy("the trust policy of role Audit", "trust", {"Statement": [statement]})


def _result(operator: str, values: tuple[str, ...], found: tuple[str, ...] | None = None) -> ConditionResult:
    return ConditionResult(condition(operator, "k", values, "", variables=True), found, matched=False)


DENY = {"Statement": [{"Sid": "NoS3", "Effect": "Deny", "Action": "s3:*", "Resource": "*"}]}
WITH_ID = _trust({"AWS": "111122223333"}, Condition={"StringEquals": {"sts:ExternalId": "cust-42"}})


@pytest.mark.parametrize(
    ("case", "sentence"),
    [
        (
            {"principal": ALICE, "action": "sts:AssumeRole", "resource": AUDIT, "resource_policy": WITH_ID},
            "Denied: the trust policy of role Audit allows account 111122223333 only with sts:ExternalId = cust-42; "
            "the request carried no External ID.",
        ),
        (
            {
                "principal": ALICE,
                "action": "sts:AssumeRole",
                "resource": AUDIT,
                "resource_policy": WITH_ID,
                "context": {"sts:ExternalId": "cust-42"},
                "identity_policies": [Policy("alice's policy", "identity", _allow("sts:*"))],
            },
            "Allowed: the trust policy of role Audit allows account 111122223333 sts:AssumeRole with sts:ExternalId = "
            "cust-42, and alice's policy allows sts:AssumeRole.",
        ),
        (
            {
                "principal": ALICE,
                "action": "sts:AssumeRole",
                "resource": AUDIT,
                "resource_policy": _trust({"AWS": ["777788889999", "999900001111"]}),
            },
            "Denied: the trust policy of role Audit allows sts:AssumeRole only to account 777788889999 or account "
            "999900001111, not to user alice of account 111122223333.",
        ),
        (
            {"principal": ALICE, "action": "s3:GetObject", "resource": REPORTS},
            "Denied: user alice of account 111122223333 has no identity-based policy that could allow s3:GetObject.",
        ),
        (
            {
                "principal": ALICE,
                "action": "s3:GetObject",
                "resource": REPORTS,
                "identity_policies": [_allow("s3:*", "arn:aws:s3:::other/*")],
            },
            "Denied: the identity policy allows s3:GetObject only on arn:aws:s3:::other/*; the request was for "
            "arn:aws:s3:::reports/q3.csv.",
        ),
        (
            {
                "principal": ALICE,
                "action": "s3:GetObject",
                "resource": REPORTS,
                "identity_policies": [_allow(), DENY],
            },
            "Denied: identity policy 2 explicitly denies s3:GetObject (statement NoS3).",
        ),
        (
            {
                "principal": ALICE,
                "action": "s3:GetObject",
                "resource": REPORTS,
                "identity_policies": [_allow()],
                "permissions_boundaries": [_allow("ec2:*")],
            },
            "Denied: the permissions boundary does not allow s3:GetObject, so nothing that allows it counts.",
        ),
        (
            {
                "principal": ALICE,
                "action": "s3:GetObject",
                "resource": REPORTS,
                "identity_policies": [_allow()],
                "service_control_policies": [[_allow()], [_allow("ec2:*")]],
            },
            "Denied: no service control policy at level 2 of the organization allows s3:GetObject.",
        ),
        (
            {"principal": CAROL, "action": "s3:GetObject", "resource": REPORTS, "identity_policies": [_allow()]},
            "Denied: no session policy was passed for federated user carol of account 111122223333, and without one a "
            "federated user may do nothing.",
        ),
        (
            {"principal": None, "action": "s3:GetObject", "resource": REPORTS, "resource_account": "111122223333"},
            "Denied: arn:aws:s3:::reports/q3.csv has no resource-based policy, and only one could let an anonymous "
            "caller in.",
        ),
        (
            {"principal": "arn:aws:iam::111122223333:root", "action": "s3:GetObject", "resource": REPORTS},
            "Allowed: the root user of account 111122223333 may do everything in its own account that its organization "
            "does not forbid.",
        ),
        (
            {
                "principal": "arn:aws:iam::444455556666:root",
                "action": "sts:AssumeRole",
                "resource": AUDIT,
                "resource_policy": _trust({"AWS": "444455556666"}),
            },
            "Denied: a root user cannot assume a role, whatever the policies say.",
        ),
        (
            {"principal": ALICE, "action": "sts:GetCallerIdentity", "resource": "*", "identity_policies": [DENY]},
            "Allowed: sts:GetCallerIdentity needs no permission, and no policy can take it away.",
        ),
        (
            {
                "principal": ALICE,
                "action": "s3:GetObject",
                "resource": REPORTS,
                "context": {"aws:MultiFactorAuthPresent": False},
                "identity_policies": [
                    _allow(),
                    Policy(
                        "the policy NeedMfa",
                        "identity",
                        _allow(Effect="Deny", Condition={"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}),
                    ),
                ],
            },
            "Denied: the policy NeedMfa explicitly denies s3:GetObject with aws:MultiFactorAuthPresent = false (or no "
            "aws:MultiFactorAuthPresent); the request carried aws:MultiFactorAuthPresent = false.",
        ),
    ],
)
def test_a_decision_in_one_sentence(case: dict[str, Any], sentence: str) -> None:
    assert Explanation(evaluate(**case)).sentence == sentence


@pytest.mark.parametrize(
    ("operator", "values", "sentence"),
    [
        ("StringEquals", ("a", "b"), "k = a or b"),
        ("StringEquals", ("",), 'k = ""'),
        ("StringNotLikeIfExists", ("a*",), "k not like a* (or no k)"),
        ("ForAllValues:StringEquals", ("a",), "every k = a"),
        ("ForAnyValue:ArnLike", ("a",), "some k like a"),
        ("Null", ("true",), "no k"),
        ("Null", ("false",), "any k"),
        ("NumericLessThanEquals", ("10",), "k at most 10"),
        ("DateGreaterThan", ("2026-01-01",), "k after 2026-01-01"),
        ("IpAddress", ("10.0.0.0/8",), "k in 10.0.0.0/8"),
        ("StringEquals", ("a", "b", "c", "d", "e", "f"), "k = a, b, c or 3 more"),
        ("StringEquals", (), "k = nothing"),
    ],
)
def test_what_a_condition_wants_in_words(operator: str, values: tuple[str, ...], sentence: str) -> None:
    assert wanted(_result(operator, values)) == sentence


def test_what_a_request_carried_in_words() -> None:
    assert carried(_result("StringEquals", ())) == "no k"
    assert carried(_result("StringEquals", (), ("a", ""))) == 'k = a and ""'


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("*", "everyone"),
        ("111122223333", "account 111122223333"),
        ("arn:aws:iam::111122223333:root", "account 111122223333"),
        ("arn:aws:iam::111122223333:role/ops/Deploy", "role ops/Deploy of account 111122223333"),
        ("arn:aws:sts::111122223333:assumed-role/Audit/a", "role session Audit/a of account 111122223333"),
        ("Service ec2.amazonaws.com", "the service ec2.amazonaws.com"),
        ("AIDAEXAMPLEALICE00001", "AIDAEXAMPLEALICE00001"),
    ],
)
def test_a_principal_in_words(entry: str, words: str) -> None:
    assert principal(entry) == words


def test_a_request_in_words() -> None:
    words = "s3:GetObject on arn:aws:s3:::reports/q3.csv by user alice of account 111122223333"
    assert asked(Request(ALICE, "s3:GetObject", REPORTS)) == words
