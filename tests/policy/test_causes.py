"""An explanation names the true cause: the mistakes people make, and the clauses whose repair changes the verdict."""

import copy
from typing import Any

import pytest
from hypothesis import assume, given

from stssim.policy import Policy, evaluate
from stssim.policy.explain import Explanation
from stssim.policy.exposure import exposures
from stssim.policy.results import ConditionResult, StatementResult
from tests.policy import oracle
from tests.policy.strategies import cases

ME, OTHER = "111122223333", "444455556666"
ALICE = f"arn:aws:iam::{ME}:user/alice"
BUILD = f"arn:aws:sts::{ME}:assumed-role/build/job-7"
AUDIT = f"arn:aws:iam::{OTHER}:role/Audit"
DATA = "arn:aws:s3:::larch-data/q3.csv"
KEY = f"arn:aws:kms:eu-west-1:{OTHER}:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    base = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [base | each for each in statements]}


def trust(*statements: dict[str, Any]) -> dict[str, Any]:
    base = {"Effect": "Allow", "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": [base | each for each in statements]}


def said(**case: Any) -> str:
    return Explanation(evaluate(**{"principal": ALICE} | case)).sentence


TWO = ({"Principal": {"AWS": f"arn:aws:iam::{OTHER}:user/olga"}}, {"Principal": {"AWS": ALICE}})


@pytest.mark.parametrize(
    "case",
    [
        {"action": "s3:GetObject", "resource": DATA, "resource_account": OTHER, "resource_policy": document(*TWO)},
        {"action": "kms:Decrypt", "resource": KEY, "resource_policy": document(*TWO)},
        {"action": "sts:AssumeRole", "resource": AUDIT, "resource_policy": trust(*TWO)},
    ],
)
def test_a_caller_whom_the_second_statement_names_lacks_a_policy_of_their_own(case: dict[str, Any]) -> None:
    for identity in ([], [document({"Action": "ec2:*"})]):
        sentence = said(identity_policies=identity, **case)
        assert "allows it, but account 111122223333, which the caller belongs to, must allow it as well" in sentence
        assert "olga" not in sentence
        assert "no identity-based policy" in sentence


def test_a_statement_that_names_the_caller_is_closer_than_one_for_somebody_else() -> None:
    one = {"Principal": {"AWS": OTHER}, "Resource": "arn:aws:s3:::larch-data/*"}
    two = {"Principal": {"AWS": ME}, "Resource": "arn:aws:s3:::larch-logs/*"}
    sentence = said(action="s3:GetObject", resource=DATA, resource_account=OTHER, resource_policy=document(one, two))
    assert "only on arn:aws:s3:::larch-logs/*" in sentence


def test_both_sides_of_an_attribute_are_told() -> None:
    condition = {"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}}
    context = {"aws:ResourceTag/team": "blue", "aws:PrincipalTag/team": "red"}
    case = {"action": "ec2:StopInstances", "resource": f"arn:aws:ec2:eu-west-1:{ME}:instance/i-1"}
    sentence = said(identity_policies=[document({"Condition": condition})], context=context, **case)
    assert "${aws:PrincipalTag/team} is red" in sentence
    assert "the request carried aws:ResourceTag/team = blue" in sentence
    missing = said(
        identity_policies=[document({"Condition": condition})], context={"aws:ResourceTag/team": "blue"}, **case
    )
    assert "${aws:PrincipalTag/team} has no value in this request" in missing


def test_a_variable_in_a_resource_is_told_with_its_value() -> None:
    own = document({"Resource": "arn:aws:s3:::larch-data/${aws:username}/*"})
    sentence = said(action="s3:GetObject", resource=DATA, identity_policies=[own], context={"aws:username": "alice"})
    assert "${aws:username} is alice" in sentence


ISSUER = "token.actions.githubusercontent.com"
PROVIDER = f"arn:aws:iam::{OTHER}:oidc-provider/{ISSUER}"


def web_identity(operator: str, wanted: str, found: str) -> str:
    condition = {operator: {f"{ISSUER}:sub": wanted}}
    statement = {
        "Principal": {"Federated": PROVIDER},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": condition,
    }
    return said(
        principal=PROVIDER,
        action="sts:AssumeRoleWithWebIdentity",
        resource=AUDIT,
        resource_policy=trust(statement),
        context={f"{ISSUER}:sub": found},
    )


def test_a_star_that_is_no_wildcard_is_told() -> None:
    found = "repo:larch/shop:ref:refs/heads/main"
    hint = "StringEquals takes the * as a character, and StringLike would take it as a wildcard"
    assert hint in web_identity("StringEquals", "repo:larch/shop:*", found)
    assert hint not in web_identity("StringEquals", "repo:larch/site:*", found)
    assert "wildcard" not in web_identity("StringLike", "repo:larch/site:*", found)


@pytest.mark.parametrize("operator", ["StringEquals", "StringLike"])
def test_claims_that_differ_in_case_alone_are_told(operator: str) -> None:
    found = "repo:Larch/shop:ref:refs/heads/main"
    hint = f"the two differ in upper and lower case alone, which {operator} does not ignore"
    assert hint in web_identity(operator, found.lower(), found)
    assert hint not in web_identity(operator, "repo:larch/site:ref:refs/heads/main", found)


@pytest.mark.parametrize(("has", "lacks"), [("iam:PassRole", "sts:AssumeRole"), ("sts:AssumeRole", "iam:PassRole")])
def test_passing_a_role_is_not_assuming_it(has: str, lacks: str) -> None:
    role = f"arn:aws:iam::{ME}:role/build"
    own = document({"Action": has, "Resource": role})
    account = trust({"Principal": {"AWS": ME}})
    policy = {"resource_policy": account} if lacks.startswith("sts:") else {}
    assert f"allows {has}, which lets" in said(action=lacks, resource=role, identity_policies=[own], **policy)
    other = document({"Action": has, "Resource": f"arn:aws:iam::{ME}:role/other"})
    assert f"allows {has}" not in said(action=lacks, resource=role, identity_policies=[other], **policy)


@pytest.mark.parametrize(
    ("spared", "lacking"),
    [
        ([f"arn:aws:iam::{ME}:role/build", BUILD + "-b", ME], f"the session {BUILD}"),
        ([f"arn:aws:iam::{ME}:role/build"], f"the session {BUILD} and account {ME}"),
        ([BUILD, ME], f"the role arn:aws:iam::{ME}:role/build"),
        ([f"arn:aws:iam::{ME}:role/build", BUILD], f"account {ME}"),
    ],
)
def test_a_not_principal_must_list_the_session_too(spared: list[str], lacking: str) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html"""
    deny = document({"Effect": "Deny", "NotPrincipal": {"AWS": spared}}, {"Principal": {"AWS": ME}})
    decision = evaluate(
        principal=BUILD,
        issuer=f"arn:aws:iam::{ME}:role/build",
        action="s3:GetObject",
        resource=DATA,
        resource_account=ME,
        resource_policy=deny,
        identity_policies=[document({})],
    )
    assert f"must list {lacking} as well" in Explanation(decision).sentence


@pytest.mark.parametrize(
    ("entry", "hint"),
    [
        (
            f"arn:aws:iam::{ME}:role/Build",
            "the caller's role is arn:aws:iam::111122223333:role/ci/build, with its path",
        ),
        (f"arn:aws:iam::{ME}:role/CI/build", "differs from it in upper and lower case alone"),
        (f"arn:aws:iam::{ME}:role/deploy", ""),
    ],
)
def test_a_role_that_is_named_wrongly_is_told(entry: str, hint: str) -> None:
    sentence = said(
        principal=BUILD,
        issuer=f"arn:aws:iam::{ME}:role/ci/build",
        action="sts:AssumeRole",
        resource=AUDIT,
        resource_policy=trust({"Principal": {"AWS": entry}}),
        identity_policies=[document({})],
    )
    assert sentence.endswith(f"; {hint}." if hint else "of account 111122223333.") or hint in sentence


NOBODY_CAN = [
    ({"StringEquals": {"aws:PrincipalArn": f"arn:aws:iam::{ME}:user/olga"}}, {"aws:PrincipalArn": ALICE}),
    ({"StringEquals": {"aws:PrincipalOrgID": "o-k2j3h4g5f6"}}, {}),
    ({"Null": {"aws:PrincipalArn": "true"}}, {"aws:PrincipalArn": ALICE}),
    ({"StringEquals": {"aws:username": "olga"}}, {"aws:username": "alice"}),
    ({"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}, {"aws:CurrentTime": "2026-01-01T00:00:00Z"}),
    ({"StringEquals": {"aws:SourceAccount": ME}}, {}),
    ({"StringEquals": {f"{ISSUER}:sub": "repo:larch/shop:x"}}, {f"{ISSUER}:sub": "repo:larch/site:x"}),
]


@pytest.mark.parametrize(("condition", "context"), NOBODY_CAN)
def test_no_request_is_suggested_that_the_caller_cannot_make(condition: Any, context: Any) -> None:
    case: dict[str, Any] = {"principal": ALICE, "action": "s3:GetObject", "resource": DATA, "context": context}
    decision = evaluate(identity_policies=[document({"Condition": condition})], **case)
    assert not decision.allowed
    assert [each for each in Explanation(decision).changes if each.kind == "request"] == []


def test_no_edit_is_suggested_that_lets_an_outsider_in() -> None:
    statement = {"Principal": {"AWS": ME}, "Condition": {"StringEquals": {"sts:ExternalId": "larch-7781"}}}
    decision = evaluate(
        principal=ALICE,
        action="sts:AssumeRole",
        resource=AUDIT,
        resource_policy=trust(statement),
        identity_policies=[document({})],
    )
    assert [each.kind for each in Explanation(decision).changes] == ["request"]


def test_no_edit_is_suggested_of_a_policy_of_aws_s_own() -> None:
    readonly = Policy(
        "ReadOnlyAccess", "identity", document({"Action": "ec2:*"}), "arn:aws:iam::aws:policy/ReadOnlyAccess"
    )
    decision = evaluate(principal=ALICE, action="s3:GetObject", resource=DATA, identity_policies=[readonly])
    assert [each for each in Explanation(decision).changes if each.policy and each.policy.arn] == []


@given(cases())
def test_what_is_suggested_works_and_opens_nothing(case: dict[str, Any]) -> None:
    decision = evaluate(**case)
    for change in Explanation(decision).changes:
        assert change.decision.allowed
        if change.policy is not None and change.policy.kind in ("resource", "trust", "kms-key"):
            owner = decision.request.owner
            old = decision.policies.resource
            before = {each.name for each in exposures(old, owner)} if old else set()
            assert {each.name for each in exposures(change.policy, owner)} <= before


@given(cases())
def test_the_clause_that_is_named_is_the_one_that_fails(case: dict[str, Any]) -> None:
    """By the oracle: each statement that is blamed does not match, and does once what is blamed in it is repaired."""
    explanation = Explanation(evaluate(**case))
    assume(explanation.closest)
    for result, statement in explanation.closest:
        written = statements_of(result.policy)[statement.statement.index]
        assert not matches(written, result.policy, case), "blamed, though it matches"
        repaired = repair(written, statement)
        assert matches(repaired, result.policy, case)
        for clause in statement.failures:
            others = [each for each in statement.failures if each is not clause]
            half = repair(written, statement, without=clause)
            assert not matches(half, result.policy, case), f"{clause.pointer} was to blame as well as {others}"


def statements_of(policy: Policy) -> list[dict[str, Any]]:
    found = copy.deepcopy(dict(policy.document.source.data))["Statement"]
    return found if isinstance(found, list) else [found]


def matches(statement: dict[str, Any], policy: Policy, case: dict[str, Any]) -> bool:
    keys = {name.lower(): [oracle.as_text(v) for v in oracle.as_list(value)] for name, value in case["context"].items()}
    target = "arn:aws:s3:::*" if case["resource"] == "*" and case["action"].startswith("s3:") else case["resource"]
    ask = (case["action"], target, keys)
    if not oracle.matches(statement, policy.document.version == "2012-10-17", ask):
        return False
    who = {
        "name": case["principal"],
        "type": oracle.type_of(case["principal"], case["action"]),
        "id": (case["principal_id"] or "").split(":")[0],
        "issuer": keys.get("aws:principalarn", []),
        "canonical": None,
        "account": oracle.account_of(case["principal"]),
    }
    if who["type"] in ("anonymous", "service", "provider"):
        who["account"] = None
    if "Principal" in statement:
        return bool(oracle.called(statement["Principal"], who))
    return "NotPrincipal" not in statement or not oracle.left_out(statement["NotPrincipal"], who)


def repair(statement: dict[str, Any], result: StatementResult, without: Any = None) -> dict[str, Any]:
    """The statement with the clauses that failed taken out or opened, but for one."""
    repaired = copy.deepcopy(statement)
    for clause in result.failures:
        if clause is without:
            continue
        if isinstance(clause, ConditionResult):
            del repaired["Condition"][clause.operator][clause.key]
        else:
            del repaired[clause.element]
            repaired[clause.element.removeprefix("Not")] = "*"
    return repaired
