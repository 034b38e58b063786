"""What an outsider could carry so that a statement matches: sound, complete in small worlds, true to the table."""

import re
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stssim.policy import Policy
from stssim.policy.candidates import contexts, instance
from stssim.policy.grammar import Statement
from stssim.policy.match import glob, tokens
from stssim.policy.outsiders import Outsider, anonymous, of_an_account, of_an_issuer, service
from stssim.policy.request import normalized
from stssim.policy.templates import own, shapes

OWNER, STRANGER = "111122223333", "999900001111"
GITHUB = "token.actions.githubusercontent.com"
NAMES = {"account": STRANGER}


def statements(*written: dict[str, Any]) -> tuple[list[Statement], list[Statement]]:
    base = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::shop/*"}
    document = {"Version": "2012-10-17", "Statement": [base | each for each in written]}
    found = Policy("p", "resource", document).document.statements
    return [each for each in found if each.allows], [each for each in found if not each.allows]


def of(sort: str) -> Outsider:
    return next(each for each in of_an_account(STRANGER, OWNER, "o-owner00000") if each.sort == sort)


def first(outsider: Outsider, *written: dict[str, Any]) -> dict[str, Any] | None:
    return next(contexts(*statements(*written), outsider), None)


def when(**condition: Any) -> dict[str, Any]:
    return {"Condition": condition}


def github(**condition: Any) -> dict[str, Any] | None:
    provider = f"arn:aws:iam::{OWNER}:oidc-provider/{GITHUB}"
    return first(of_an_issuer(provider, GITHUB, OWNER), when(**condition))


@pytest.mark.parametrize(
    ("pattern", "template", "text"),
    [
        ("kite*", "{own}", "kite-mallory"),
        ("kite", "{own}", None),
        ("k?te", "{own}", "kxte"),
        ("*", "{account}", STRANGER),
        ("1111*", "{account}", None),
        ("99990000????", "{account}", STRANGER),
        ("repo:kite/*", "repo:{own}/{name}:{any}", None),
        ("repo:kite*", "repo:{own}/{name}:{any}", "repo:kite-mallory/app:x"),
        ("*kite/site*", "repo:{own}/{name}:{any}", "repo:mallorykite/site:x"),
        ("repo:*/site:*", "repo:{own}/{name}:{any}", "repo:mallory/site:x"),
        ("", "{any}", None),
        ("anything", "{any}", "anything"),
    ],
)
def test_the_least_text_that_a_pattern_takes_and_that_somebody_can_have(
    pattern: str, template: str, text: str | None
) -> None:
    (shape,) = shapes(template, NAMES)
    assert instance(tuple(tokens(pattern)), shape) == text


def test_in_an_arn_a_star_does_not_run_past_a_colon() -> None:
    (shape,) = shapes("arn:aws:iam::{account}:user/{any}", NAMES)
    pattern = tuple(tokens("arn:aws:iam::*:role/deployer"))
    assert instance(pattern, shape) == f"arn:aws:iam::{STRANGER}:user/:role/deployer"
    assert instance(pattern, shape, arn=True) is None


SMALL = ["".join(each) for length in range(1, 6) for each in product("ab", repeat=length)]


@given(st.text("ab*?", max_size=5), st.text("ab", max_size=2), st.text("ab", max_size=2))
def test_an_instance_is_found_whenever_there_is_one(pattern: str, before: str, after: str) -> None:
    """Against all texts of up to five characters: a pattern of five that any text matches has one that short, or longer
    by what the shape asks for.
    """
    (shape,) = shapes(f"{before}{{any}}{after}", {})
    matches = glob(tokens(pattern))
    found = instance(tuple(tokens(pattern)), shape)
    there_is = any(
        matches(text) and len(text) > len(before + after) and text.startswith(before) and text.endswith(after)
        for text in SMALL
    )
    assert found is not None or not there_is
    if found is not None:
        assert matches(found)
        assert re.fullmatch(f"{before}.+{after}", found)


TEXTS = st.sampled_from(["a", "ab", "a*", "*b", "?", "*", "b?a"])
OPERATORS = st.sampled_from(
    [
        "StringEquals", "StringLike", "StringNotEquals", "StringNotLike", "StringEqualsIfExists",
        "ForAllValues:StringLike", "ForAnyValue:StringLike", "StringEqualsIgnoreCase", "StringNotLikeIfExists",
    ]
)  # fmt: skip
KEYS = st.sampled_from(["aws:PrincipalTag/a", "aws:PrincipalTag/b", "aws:RequestTag/c"])
BLOCKS = st.dictionaries(OPERATORS, st.dictionaries(KEYS, TEXTS, min_size=1, max_size=2), min_size=1, max_size=2)
VALUES: tuple[str | None, ...] = (None, "a", "b", "ab", "bb", "bxa", "bba", "aab", "z")


@given(BLOCKS, st.lists(BLOCKS, max_size=2))
def test_a_context_is_found_whenever_trying_every_one_finds_one(
    allow: dict[str, Any], denies: list[dict[str, Any]]
) -> None:
    must, never = statements(when(**allow), *({"Effect": "Deny"} | when(**each) for each in denies))
    found = next(contexts(must, never, of("user")), None)
    names = ("aws:principaltag/a", "aws:principaltag/b", "aws:requesttag/c")
    there_is = any(
        _fits(must, never, {name: value for name, value in zip(names, values, strict=True) if value is not None})
        for values in product(VALUES, repeat=3)
    )
    assert found is not None or not there_is
    assert found is None or _fits(must, never, found)


def _fits(must: list[Statement], never: list[Statement], context: dict[str, Any]) -> bool:
    keys = normalized(context)
    return all(each.holds(keys) for statement in must for each in statement.conditions) and not any(
        all(each.holds(keys) for each in statement.conditions) for statement in never
    )


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-abc1234567"}},
        {"ForAllValues:StringEquals": {"aws:PrincipalOrgID": "o-abc1234567"}},
        {"StringLike": {"aws:PrincipalOrgID": "o-*"}},
        {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-*/r-*/ou-*"}},
        {"StringNotEquals": {"aws:PrincipalAccount": "444455556666"}},
        {"StringEquals": {"aws:PrincipalTag/team": "${aws:PrincipalTag/project}"}},
        {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
        {"IpAddress": {"aws:VpcSourceIp": "10.0.0.0/8"}},
        {"NumericLessThan": {"s3:max-keys": "11"}},
    ],
)
def test_what_an_outsider_can_bring_about(condition: dict[str, Any]) -> None:
    assert first(of("user"), when(**condition)) is not None


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEquals": {"aws:PrincipalOrgID": "o-abc1234567"}},
        {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-abc1234567/*"}},
        {"StringLike": {"aws:PrincipalArn": f"arn:aws:iam::{OWNER}:*"}},
        {"StringEquals": {"AWS:SourceOwner": OWNER}},
        {"StringEquals": {"aws:ResourceAccount": "${aws:PrincipalAccount}"}},
        {"StringEquals": {"aws:ResourceOrgID": "${aws:PrincipalOrgID}"}},
        {"StringEquals": {"s3:DataAccessPointAccount": OWNER}},
        {"Bool": {"elasticfilesystem:AccessedViaMountTarget": "true"}},
        {"StringEquals": {"aws:ResourceTag/public": "true"}},
        {"StringEquals": {"aws:SourceVpce": "vpce-1a2b3c4d"}},
        {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
        {"StringEquals": {"aws:SourceAccount": OWNER}},
        {"DateLessThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}},
        {"StringEquals": {"kms:CallerAccount": OWNER}},
        {"Bool": {"aws:PrincipalIsAWSService": "true"}},
    ],
)
def test_what_an_outsider_cannot_bring_about(condition: dict[str, Any]) -> None:
    assert [first(of(sort), when(**condition)) for sort in ("user", "role", "root", "federated-user")] == [None] * 4


def test_a_caller_has_the_keys_of_their_sort_only() -> None:
    session = when(StringLike={"aws:userid": "*:reader"})
    assert first(of("user"), session) is None
    assert first(of("role"), session) == {"aws:userid": "AROAMALLORYMALLORYMA:reader"}
    assert first(anonymous(OWNER, "o-x"), when(Null={"aws:PrincipalArn": "true"})) == {}
    assert first(anonymous(OWNER, "o-x"), when(StringLike={"aws:PrincipalArn": "*"})) is None


def test_a_service_calls_for_a_resource_of_an_outsiders() -> None:
    logs = service("delivery.logs.amazonaws.com", STRANGER, OWNER, "o-x")
    assert first(logs, when(StringEquals={"aws:SourceAccount": OWNER})) is None
    assert first(logs, when(ArnLike={"aws:SourceArn": "arn:aws:logs:*:*:*"})) is not None
    assert first(logs, when(StringEquals={"aws:PrincipalOrgID": "o-abc1234567"})) is None


def test_an_issuer_signs_what_a_stranger_there_can_bring_about() -> None:
    assert github(StringLike={f"{GITHUB}:sub": "repo:kite/site:*"}) is None
    assert github(StringLike={f"{GITHUB}:sub": "repo:kite*"}) == {
        f"{GITHUB}:sub": "repo:kite-mallory/app:ref:refs/heads/x"
    }
    assert github(StringEquals={f"{GITHUB}:aud": "sts.amazonaws.com", f"{GITHUB}:environment": "prod"}) is not None
    assert github(StringEquals={f"{GITHUB}:repository_owner_id": "123456"}) is None
    assert github(StringEquals={"gitlab.com:sub": "project_path:mallory/x:y"}) is None
    private = "oidc.eks.eu-west-1.amazonaws.com/id/0A1B"
    assert first(of_an_issuer(private, private, OWNER), when(StringLike={f"{private}:sub": "*"})) is None


def test_a_deny_is_escaped_by_a_value_beside_it() -> None:
    deny = {"Effect": "Deny"} | when(StringEquals={"aws:PrincipalTag/team": "red"})
    allow = when(StringLike={"aws:PrincipalTag/team": "*"})
    found = first(of("user"), allow, deny)
    assert found is not None
    assert found["aws:PrincipalTag/team"] != "red"
    exempt = {"Effect": "Deny"} | when(StringNotEquals={"aws:PrincipalTag/team": "blue"})
    assert first(of("user"), allow, exempt) == {"aws:PrincipalTag/team": "blue"}


def test_a_value_of_one_s_own_is_made_of_any_template() -> None:
    assert own("arn:aws:iam::{account}:user/{any}", NAMES) == f"arn:aws:iam::{STRANGER}:user/mallory"
    assert own("{vpc}", NAMES) is None
    assert shapes("{vpc}", NAMES) == ()
