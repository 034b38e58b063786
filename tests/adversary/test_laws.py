"""Laws that the adversary keeps, and brute force, which finds no way that the adversary does not find."""

from __future__ import annotations

import itertools
from copy import deepcopy
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.adversary.small import ATTACKER, OWNER, found
from tests.policy.oracle import oracle

ROLE = f"arn:aws:iam::{OWNER}:role/Vault"
EVERYTHING = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
WORDS = ("aa", "ab", "ba")
PATTERNS = ("aa", "ab", "a*", "*a", "?a", "*", "b?")
SMALL = settings(max_examples=25, deadline=None, derandomize=True)


def condition(key: str, values: tuple[str, ...]) -> st.SearchStrategy[tuple[str, str, list[str]]]:
    """An operator on this key, and what it wants."""
    texts = st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True)
    like = st.tuples(
        st.sampled_from(
            [
                *("StringLike", "StringNotLike", "StringLikeIfExists", "StringNotLikeIfExists"),
                *("ForAllValues:StringLike", "ForAnyValue:StringLike", "StringEqualsIgnoreCase"),
                *("StringEquals", "StringNotEquals", "StringEqualsIfExists"),
            ]
        ),
        st.just(key),
        texts,
    )
    null = st.tuples(st.just("Null"), st.just(key), st.sampled_from([["true"], ["false"]]))
    return st.one_of(like, like, like, null)


KEYS = st.one_of(
    condition("sts:ExternalId", PATTERNS),
    condition("sts:RoleSessionName", PATTERNS),
    condition("aws:username", PATTERNS),
    condition("aws:PrincipalTag/team", PATTERNS),
    condition("aws:PrincipalArn", tuple(f"arn:aws:iam::*:user/{each}" for each in PATTERNS)),
    condition("aws:PrincipalAccount", (OWNER, ATTACKER, "6*", "1*")),
)


def statement(effect: str, conditions: list[tuple[str, str, list[str]]]) -> dict[str, Any]:
    made: dict[str, Any] = {"Effect": effect, "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    for operator, key, values in conditions:
        made.setdefault("Condition", {}).setdefault(operator, {})[key] = values
    return made


ALLOW = st.builds(statement, st.just("Allow"), st.lists(KEYS, max_size=3))
DENY = st.builds(statement, st.just("Deny"), st.lists(KEYS, min_size=1, max_size=1))
POLICY = st.tuples(st.lists(ALLOW, min_size=1, max_size=2), st.lists(DENY, max_size=2)).map(
    lambda each: [*each[0], *each[1]]
)


def enumerated(statements: list[dict[str, Any]]) -> bool:
    """Whether any user in the attacker's account gets in, with any of a few names, ids and tags."""
    trust = {"Version": "2012-10-17", "Statement": statements}
    for user, name, external_id, team in itertools.product(
        (*WORDS, "x"), (*WORDS, "hello"), (*WORDS, None), (*WORDS, None)
    ):
        arn = f"arn:aws:iam::{ATTACKER}:user/{user}"
        context: dict[str, Any] = {
            "sts:RoleSessionName": name,
            "aws:username": user,
            "aws:PrincipalArn": arn,
            "aws:PrincipalAccount": ATTACKER,
        }
        context |= {"sts:ExternalId": external_id} if external_id else {}
        context |= {"aws:PrincipalTag/team": team} if team else {}
        allowed = oracle(
            principal=arn,
            action="sts:AssumeRole",
            resource=ROLE,
            resource_account=OWNER,
            context=context,
            identity_policies=[EVERYTHING],
            resource_policy=trust,
            resource_policy_kind="trust",
            principal_id="AIDAXXXXXXXXXXXXXXXXX",
        )
        if allowed == "Allow":
            return True
    return False


@SMALL
@given(POLICY)
def test_whatever_enumeration_finds_the_adversary_finds_as_well(statements: list[dict[str, Any]]) -> None:
    assume(enumerated(statements))
    assert found(statements).walk is not None


@SMALL
@given(POLICY)
def test_blocked_stays_blocked_when_what_the_attacker_chose_is_renamed(statements: list[dict[str, Any]]) -> None:
    came_to = found(statements)
    assume(came_to.walk is None and came_to.complete)
    again = found(statements, number="669999999999", user="eve")
    assert again.walk is None


@SMALL
@given(POLICY, DENY)
def test_a_deny_never_opens(statements: list[dict[str, Any]], deny: dict[str, Any]) -> None:
    assume(found([*statements, deny]).walk is not None)
    assert found(statements).walk is not None


@SMALL
@given(POLICY, st.integers(0, 5))
def test_without_one_of_the_conditions_of_an_allow_what_was_open_stays_open(
    statements: list[dict[str, Any]], number: int
) -> None:
    operators = [
        (at, operator)
        for at, each in enumerate(statements)
        if each["Effect"] == "Allow"
        for operator in each.get("Condition", {})
    ]
    assume(operators)
    at, operator = operators[number % len(operators)]
    fewer = deepcopy(statements)
    fewer[at]["Condition"].pop(operator)
    assume(found(statements).walk is not None)
    assert found(fewer).walk is not None


def test_when_the_bound_is_reached_first_the_search_says_that_it_is_not_complete() -> None:
    never = statement("Allow", [("StringEquals", "aws:PrincipalAccount", [OWNER])])
    assert found([never]).complete
    assert not found([never], bound=3).complete
