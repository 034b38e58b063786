"""The decision. AWS's documented cases are in `cases`, the second evaluator and the laws in test_laws."""

import dataclasses
from typing import Any

import pytest

from stssim.policy import Decision, Policy, PolicyError, evaluate
from stssim.policy.explain import Explanation

ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
ASK: dict[str, Any] = {
    "principal": "arn:aws:iam::111122223333:user/alice",
    "action": "s3:GetObject",
    "resource": "arn:aws:s3:::reports/q3.csv",
}


def test_a_decision_is_true_when_it_allows() -> None:
    assert evaluate(**ASK, identity_policies=[ALL])
    assert not evaluate(**ASK)


def test_a_decision_says_what_it_is() -> None:
    assert repr(evaluate(**ASK)) == "<Decision: ImplicitDeny s3:GetObject on arn:aws:s3:::reports/q3.csv>"


def test_a_decision_is_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        evaluate(**ASK).effect = "Allow"  # type: ignore[misc]


def test_documents_may_be_dicts_text_bytes_or_policies_with_names() -> None:
    text = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}'
    for document in (ALL, text, text.encode(), Policy("admin", "identity", ALL)):
        assert evaluate(**ASK, identity_policies=[document]).allowed


def test_a_policy_keeps_its_name_and_takes_the_kind_of_its_place() -> None:
    decision = evaluate(**ASK, identity_policies=[ALL], permissions_boundaries=[Policy("the limit", "identity", ALL)])
    (boundary,) = decision.policies.boundaries
    assert (boundary.name, boundary.kind) == ("the limit", "boundary")


def test_a_bad_document_is_named_in_the_error() -> None:
    with pytest.raises(PolicyError, match="service control policy 2 of level 1: "):
        evaluate(**ASK, service_control_policies=[[ALL, "{"]])
    with pytest.raises(PolicyError, match="the role trust policy: "):
        evaluate(**ASK | {"action": "sts:AssumeRole", "resource": "arn:aws:iam::1:role/A"}, resource_policy="{")


def test_a_decision_stays_true_when_the_dict_it_was_made_from_changes() -> None:
    document: Any = {"Version": "2012-10-17", "Statement": [dict(ALL["Statement"][0])]}  # type: ignore[arg-type]
    decision = evaluate(**ASK, identity_policies=[document])
    document["Statement"][0]["Effect"] = "Deny"
    assert "Allow" in decision.policies.identity[0].document.text
    assert Explanation(decision).sentence.startswith("Allowed")


@pytest.mark.parametrize("kind", ["trust", "kms-key"])
def test_a_resource_whose_own_policy_must_open_it_stays_shut_without_one(kind: Any) -> None:
    decision = evaluate(**ASK, identity_policies=[ALL], resource_policy_kind=kind)
    assert (decision.effect, decision.rule) == ("ImplicitDeny", "resource")


def test_a_caller_of_the_resources_own_account_is_told_by_the_resource_account() -> None:
    assert evaluate(**ASK, resource_account="111122223333", identity_policies=[ALL]).rule == "identity"
    assert evaluate(**ASK, resource_account="444455556666", identity_policies=[ALL]).rule == "resource"


def test_a_decision_is_a_decision() -> None:
    assert isinstance(evaluate(**ASK), Decision)
