"""Clauses that no call meets."""

from typing import Any

import pytest

from stssim.policy import Finding, check
from stssim.policy.policies import PolicyKind

OIDC = "arn:aws:iam::111122223333:oidc-provider/id.example.com"


def _found(kind: PolicyKind = "identity", **statement: Any) -> list[Finding]:
    whole = {"Effect": "Allow"} | ({} if kind == "trust" else {"Resource": "*"}) | statement
    return list(check({"Version": "2012-10-17", "Statement": [whole]}, kind, account="111122223333"))


@pytest.mark.parametrize(
    ("action", "meant"),
    [
        ("s3:GetObjects", "is s3:GetObject meant?"),
        ("s4:GetObject", "documents no action s4:GetObject"),
        ("sts:AssumeRoles", "is sts:AssumeRole meant?"),
        ("dynamodb:GetItems*", "is dynamodb:GetItem meant?"),
        ("nowhere:*", "documents no action nowhere:*"),
    ],
)
def test_an_action_that_does_not_exist_is_found(action: str, meant: str) -> None:
    (finding,) = _found(Action=[action, "s3:ListBucket"])
    assert finding.name == "no-such-action"
    assert finding.pointer == "/Statement/0/Action/0"
    assert meant in finding.sentence
    assert finding.shown is not None


def test_the_action_that_was_meant_is_asked_for_and_not_allowed() -> None:
    (finding,) = _found(Action="s3:GetObjects")
    assert finding.shown is not None
    assert (finding.shown.request.action, finding.shown.allowed) == ("s3:GetObject", False)


@pytest.mark.parametrize("action", ["*", "*:*", "s3:*", "S3:getobject", "s3:Get*", "*:GetObject", "iam:?etRole"])
def test_an_action_that_exists_is_not(action: str) -> None:
    assert _found(Action=action) == []


def test_an_operator_for_one_value_on_a_set_is_found() -> None:
    """As recorded of aws:TagKeys: tests/policy/test_recorded.py."""
    (finding,) = _found(Action="iam:TagUser", Condition={"StringEquals": {"aws:TagKeys": "team"}})
    assert finding.name == "one-value-of-a-set"
    assert "ForAnyValue:StringEquals or ForAllValues:StringEquals does" in finding.sentence
    assert finding.shown is not None
    assert not finding.shown.allowed


@pytest.mark.parametrize("operator", ["ForAnyValue:StringEquals", "ForAllValues:StringEquals", "Null"])
def test_an_operator_for_a_set_is_not(operator: str) -> None:
    names = [each.name for each in _found(Action="iam:TagUser", Condition={operator: {"aws:TagKeys": "true"}})]
    assert "one-value-of-a-set" not in names


@pytest.mark.parametrize(
    ("action", "key", "says"),
    [
        ("s3:*", "aws:PrincipleArn", "AWS documents no condition key aws:PrincipleArn (aws:PrincipalArn may be meant)"),
        ("s3:*", "s3:Prefixes", "AWS documents no condition key s3:Prefixes (s3:prefix may be meant)"),
        ("s3:GetObject", "s3:prefix", "AWS documents no key s3:prefix for s3:GetObject"),
        ("sts:AssumeRoleWithSAML", "sts:ExternalId", "AWS documents no key sts:ExternalId for sts:AssumeRoleWithSAML"),
    ],
)
def test_a_key_that_the_calls_never_have_is_found(action: str, key: str, says: str) -> None:
    (finding,) = _found(Action=action, Condition={"StringEquals": {key: "x"}})
    assert finding.name == "key-never-there"
    assert finding.sentence == f"{says}, so the statement never allows anything."
    assert finding.shown is not None
    assert not finding.shown.allowed


def test_a_key_that_is_never_there_limits_nothing_under_a_negated_operator() -> None:
    (finding,) = _found(Action="s3:GetObject", Condition={"StringNotEquals": {"s3:prefix": "x"}})
    assert finding.sentence.endswith("so the condition never limits anything.")
    assert finding.shown is not None
    assert finding.shown.allowed


def test_a_deny_that_hangs_on_such_a_key_never_denies() -> None:
    (finding,) = _found(Effect="Deny", Action="s3:GetObject", Condition={"StringEquals": {"s3:prefix": "x"}})
    assert finding.sentence.endswith("so the statement never denies anything.")
    assert finding.shown is not None
    assert finding.shown.allowed


@pytest.mark.parametrize(
    ("action", "key"),
    [
        ("s3:ListBucket", "s3:prefix"),
        (["s3:GetObject", "s3:ListBucket"], "s3:prefix"),
        ("s3:*", "s3:prefix"),
        ("*", "s3:prefix"),
        ("s3:GetObject", "s3:ExistingObjectTag/team"),
        ("ec2:StartInstances", "ec2:ResourceTag/team"),
        ("secretsmanager:GetSecretValue", "secretsmanager:ResourceTag/team"),
        ("iam:PassRole", "iam:PassedToService"),
        ("kms:Decrypt", "kms:EncryptionContext:app"),
        ("s3:GetObject", "AWS:sourceip"),
        ("s3:GetObject", "aws:PrincipalTag/any/thing"),
        ("s3:GetObject", "id.example.com:sub"),
    ],
)
def test_a_key_that_the_calls_may_have_is_not(action: Any, key: str) -> None:
    assert _found(Action=action, Condition={"StringEquals": {key: "x"}}) == []


def test_a_claim_of_another_issuer_than_the_trusted_one_is_never_there() -> None:
    statement = {"Principal": {"Federated": OIDC}, "Action": "sts:AssumeRoleWithWebIdentity"}
    (finding,) = _found("trust", **statement, Condition={"StringEquals": {"other.example.com:sub": "x"}})
    assert finding.sentence.startswith("Tokens of id.example.com have no claim other.example.com:sub")
    assert _found("trust", **statement, Condition={"StringEquals": {"id.example.com:sub": "x"}}) == []


def test_web_identity_has_no_external_id() -> None:
    """https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html"""
    conditions = {"id.example.com:sub": "x", "sts:ExternalId": "cust-42"}
    (finding,) = _found(
        "trust",
        Principal={"Federated": OIDC},
        Action="sts:AssumeRoleWithWebIdentity",
        Condition={"StringEquals": conditions},
    )
    assert finding.pointer == "/Statement/0/Condition/StringEquals/sts:ExternalId"
