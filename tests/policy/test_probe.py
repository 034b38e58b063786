"""Requests that put a statement to the test."""

from typing import Any

import pytest

from stssim.policy import Policy
from stssim.policy.policies import PolicyKind
from stssim.policy.probe import Question, caller_of


def _question(kind: PolicyKind, owner: str | None = None, **statement: Any) -> Question:
    whole = {"Effect": "Allow"} | statement
    policy = Policy("p", kind, {"Version": "2012-10-17", "Statement": [whole]})
    return Question(policy, policy.document.statements[0], owner)


def test_a_stranger_belongs_to_no_account_that_the_policy_names() -> None:
    question = _question("trust", Principal={"AWS": ["999900001111", "111122223333"]}, Action="sts:AssumeRole")
    assert question.stranger not in ("999900001111", "111122223333", question.owner)


def test_the_owner_is_told_or_is_that_of_the_identity_provider() -> None:
    provider = "arn:aws:iam::444455556666:saml-provider/Corp"
    statement: dict[str, Any] = {"Principal": {"Federated": provider}, "Action": "sts:AssumeRoleWithSAML"}
    assert _question("trust", **statement).owner == "444455556666"
    assert _question("trust", "777788889999", **statement).owner == "777788889999"


@pytest.mark.parametrize(
    ("statement", "action", "resource"),
    [
        ({"Action": "s3:Get*", "Resource": "arn:aws:s3:::reports/*"}, "s3:GetObject", "arn:aws:s3:::reports/x"),
        ({"Action": "dynamodb:GetIt*", "Resource": "*"}, "dynamodb:GetItem", "*"),
        ({"Action": "*", "Resource": "arn:aws:s3:::${aws:username}/?"}, "sts:AssumeRole", "arn:aws:s3:::x/x"),
        ({"NotAction": "sts:*", "Resource": "*"}, "s3:GetObject", "*"),
    ],
)
def test_a_request_is_made_up_that_the_statement_takes(statement: Any, action: str, resource: str) -> None:
    question = _question("identity", **statement)
    decision = question.ask(question.anyone(), {"aws:username": "x"})
    assert decision is not None
    assert (decision.request.action, decision.request.resource, decision.allowed) == (action, resource, True)


def test_no_request_is_made_up_for_what_cannot_be_asked() -> None:
    question = _question("identity", Action="nowhere:Nothing", Resource="*")
    assert question.ask(question.anyone(), {}) is None
    assert _question("identity", Action="s3:*", Resource="*").ask("nobody", {}) is None


@pytest.mark.parametrize("kind", ["identity", "session", "boundary", "service-control", "resource-control"])
def test_a_deny_is_asked_with_all_else_allowed(kind: PolicyKind) -> None:
    question = _question(kind, Effect="Deny", Action="s3:GetObject", Resource="*")
    caller = "arn:aws:sts::" + question.owner + ":assumed-role/Ops/alice"
    denied, other = question.ask(caller, {}), question.ask(caller, {}, action="s3:PutObject")
    assert denied is not None
    assert other is not None
    assert (denied.effect, other.effect) == ("ExplicitDeny", "Allow")


@pytest.mark.parametrize(
    ("entry", "account", "principal"),
    [
        ("444455556666", "444455556666", "arn:aws:iam::444455556666:user/vendor"),
        ("arn:aws:iam::444455556666:root", "444455556666", "arn:aws:iam::444455556666:user/vendor"),
        ("arn:aws:iam::444455556666:user/x", "444455556666", "arn:aws:iam::444455556666:user/x"),
        (
            "arn:aws:iam::444455556666:role/p/Scan",
            "444455556666",
            "arn:aws:sts::444455556666:assumed-role/Scan/vendor",
        ),
    ],
)
def test_an_entry_stands_for_somebody_who_calls(entry: str, account: str, principal: str) -> None:
    found = caller_of(entry)
    assert found is not None
    assert found[:2] == (account, principal)


@pytest.mark.parametrize("entry", ["*", "AIDAEXAMPLEALICE00001", "arn:aws:iam::*:root"])
def test_an_entry_that_tells_no_account_stands_for_nobody(entry: str) -> None:
    assert caller_of(entry) is None
