"""Policies with their kinds, and what no input can bring about."""

import json
import time
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stssim.policy import Policies, Policy, PolicyError, Request, decide
from stssim.policy.explain import Explanation
from stssim.policy.policies import KINDS, PolicyKind, kind_of, named
from tests.policy.strategies import documents

ALL = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
ROLE, KEY = "arn:aws:iam::111122223333:role/Audit", "arn:aws:kms:eu-west-1:111122223333:key/k-1"


def test_every_kind_has_its_word() -> None:
    assert set(KINDS) == set(get_args(PolicyKind))


def test_a_kind_that_aws_does_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match="Not a kind of policy"):
        Policy("p", "scp", ALL)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("resource", "action", "told", "kind"),
    [
        (ROLE, "sts:AssumeRole", None, "trust"),
        (ROLE, "iam:GetRole", None, "resource"),
        (KEY, "kms:Decrypt", None, "kms-key"),
        ("arn:aws:s3:::reports", "s3:GetObject", None, "resource"),
        ("*", "s3:GetObject", None, "resource"),
        ("arn:aws:s3:::reports", "s3:GetObject", "kms-key", "kms-key"),
    ],
)
def test_a_role_and_a_key_are_known_by_their_arn(resource: str, action: str, told: str | None, kind: str) -> None:
    assert kind_of(resource, action, told) == kind


def test_a_kind_that_no_resource_has_is_refused() -> None:
    with pytest.raises(ValueError, match="Not a kind of resource policy"):
        kind_of(ROLE, "sts:AssumeRole", "identity")


def test_documents_without_a_name_are_numbered() -> None:
    assert [each.name for each in named([ALL], "identity", "identity policy")] == ["the identity policy"]
    several = named([ALL, Policy("admin", "identity", ALL)], "identity", "identity policy")
    assert [each.name for each in several] == ["identity policy 1", "admin"]


def test_one_document_is_no_list_of_documents() -> None:
    with pytest.raises(PolicyError, match="are a list"):
        named(ALL, "identity", "identity policy")


def test_an_error_says_which_of_the_documents_it_is_in() -> None:
    with pytest.raises(PolicyError, match="identity policy 2: The policy has no Statement"):
        named([ALL, {}], "identity", "identity policy")


def test_policies_come_in_the_order_in_which_aws_looks_at_them() -> None:
    def one(kind: PolicyKind) -> Policy:
        statement = {"Effect": "Allow", "Action": "*", "Resource": "*"}
        return Policy(kind, kind, {"Statement": statement | ({"Principal": "*"} if kind == "resource" else {})})

    policies = Policies(
        identity=(one("identity"),),
        resource=one("resource"),
        session=(one("session"),),
        boundaries=(one("boundary"),),
        service_control=((one("service-control"),),),
        resource_control=((one("resource-control"),),),
    )
    order = ["resource-control", "service-control", "resource", "identity", "boundary", "session"]
    assert [each.name for each in policies] == order


_keys = st.sampled_from(
    (
        "Version", "Statement", "Effect", "Action", "NotAction", "Resource", "Principal", "NotPrincipal", "Condition",
        "Sid", "AWS", "Service", "StringEquals", "Null", "IpAddress", "aws:username", "Bool", "DateLessThan",
    )
)  # fmt: skip
_values = st.sampled_from(("Allow", "Deny", "*", "s3:*", "2012-10-17", "${", "${a", "arn:aws:s3:::x", "111122223333"))
_policy_like = st.recursive(
    st.none() | st.booleans() | st.integers() | _values | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_keys | st.text(max_size=4), inner, max_size=4),
    max_leaves=20,
)


def _read(document: object, kind: PolicyKind) -> Policy | None:
    try:
        return Policy("p", kind, document)
    except PolicyError:
        return None


@given(st.dictionaries(_keys, _policy_like, max_size=5) | _policy_like, st.sampled_from(sorted(KINDS)))
def test_no_json_does_anything_but_be_refused(document: Any, kind: PolicyKind) -> None:
    _read(json.dumps(document), kind)


@given(documents("resource"), st.data())
def test_a_policy_with_one_letter_changed_is_a_policy_or_refused(document: dict[str, Any], data: st.DataObject) -> None:
    text = json.dumps(document)
    at = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.sampled_from('"\\{}[]:,*?$\x00é 0'))
    changed = text[:at] + letter + text[at + 1 :]
    found = _read(changed, "resource")
    if found is not None:
        request = Request("arn:aws:iam::111122223333:user/alice", "s3:GetObject", "arn:aws:s3:::reports")
        decision = decide(request, Policies(resource=found))
        assert Explanation(decision).to_dict()["effect"] == decision.effect


@given(documents("resource"), st.data())
def test_a_policy_with_one_clause_replaced_is_a_policy_or_refused(
    document: dict[str, Any], data: st.DataObject
) -> None:
    def clauses(value: Any) -> list[Any]:
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        return [value, *(each for one in inner for each in clauses(one))]

    holders = [each for each in clauses(document) if isinstance(each, dict | list) and each]
    holder = data.draw(st.sampled_from(holders))
    at = data.draw(st.sampled_from(sorted(holder) if isinstance(holder, dict) else range(len(holder))))
    holder[at] = data.draw(_policy_like)
    _read(document, "resource")


_FIRST = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "arn:*a:s3:::'


@pytest.mark.parametrize(
    "document",
    [
        "[" * 190_000,
        '{"a":' * 39_000,
        '"' + "\\" * 190_000,
        "{" + ",".join('"a": 1' for _ in range(20_000)) + "}",
        _FIRST + "?*" * 90_000 + '"}, {}]}',
        _FIRST + "${" * 90_000 + '"}, {}]}',
        _FIRST + "${a" + " " * 190_000 + '}"}, {}]}',
        _FIRST + "${a" + ", '" * 60_000 + '}"}, {}]}',
        '{"Statement": [{"Effect": "Allow", "Resource": "*", "Action": "' + "?a:*" * 45_000 + '"}, {}]}',
    ],
)
def test_documents_made_to_be_slow_are_refused_all_the_same_soon(document: str) -> None:
    begin = time.process_time()
    with pytest.raises(PolicyError):
        Policy("p", "identity", document)
    assert time.process_time() - begin < 5
