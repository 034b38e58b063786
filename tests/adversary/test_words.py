"""Texts that an attacker can have and a policy's pattern takes; and what it costs to look for them."""

from __future__ import annotations

import time

import pytest

from stssim.adversary.words import Wanted, find, pattern, shape, takes
from stssim.policy.keys import Reach, set_by
from stssim.policy.match import arn_condition, glob, tokens
from tests.adversary.small import OWNER, found

REPOSITORY = "repo:{name}/{name}:{any}"


def wanted(text: str, *, none_of: bool = False, arn: bool = False) -> Wanted:
    return Wanted((pattern(tokens(text), arn=arn),), none_of=none_of)


@pytest.mark.parametrize(
    "text",
    ["repo:wren*", "*wren/site*", "repo:*/site:ref:refs/heads/main", "*:ref:refs/heads/main", "repo:wren?site*", "*"],
)
def test_a_name_is_found_that_a_loose_pattern_takes_and_that_is_not_the_owners(text: str) -> None:
    word = find(shape(REPOSITORY), [wanted(text), wanted("repo:wren/*", none_of=True)])
    assert word is not None
    assert glob(tokens(text))(word)
    assert not word.startswith("repo:wren/")
    assert takes(shape(REPOSITORY), word)


@pytest.mark.parametrize("text", ["repo:wren/*", "repo:wren/?*", "repo:wren/*:ref:refs/heads/main", "repo:wren"])
def test_there_is_none_where_the_pattern_ends_the_owners_name(text: str) -> None:
    assert find(shape(REPOSITORY), [wanted(text), wanted("repo:wren/*", none_of=True)]) is None


def test_a_wildcard_in_an_arn_stays_within_its_part() -> None:
    text = "arn:aws:iam::*:user/paula"
    can_be = "arn:aws:iam::666666666666:user/{path}"
    word = find(shape(can_be), [wanted(text, arn=True)])
    assert word == "arn:aws:iam::666666666666:user/paula"
    assert arn_condition(tokens(text))(word)
    assert find(shape(can_be), [wanted("arn:aws:iam:*:paula", arn=True)]) is None


@pytest.mark.parametrize(
    "key",
    [
        *(
            "sts:ExternalId",
            "sts:RoleSessionName",
            "sts:SourceIdentity",
            "aws:RequestTag/team",
            "aws:PrincipalTag/team",
        ),
        *("aws:PrincipalArn", "aws:username", "aws:userid", "aws:MultiFactorAuthPresent", "aws:PrincipalOrgID"),
        *("aws:SourceArn", "aws:SourceAccount"),
    ],
)
def test_what_the_adversary_chooses_is_what_the_table_of_keys_lets_an_outsider_bring_about(key: str) -> None:
    rule = set_by(key)
    assert rule is not None
    assert rule.reach is not Reach.NOTHING


def allow(tags: int) -> dict[str, object]:
    conditions = {f"aws:PrincipalTag/tag{number}": f"value{number}" for number in range(tags)}
    return {
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": conditions},
    }


def deny(number: int) -> dict[str, object]:
    return {
        "Effect": "Deny",
        "Principal": {"AWS": "*"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringLike": {"sts:ExternalId": f"no{number}*"}},
    }


def test_twice_the_clauses_are_at_most_little_more_than_twice_the_candidates() -> None:
    evaluated = [found([allow(tags), *(deny(each) for each in range(tags))]).evaluated for tags in (2, 4, 8)]
    assert evaluated[1] <= 2.5 * evaluated[0]
    assert evaluated[2] <= 2.5 * evaluated[1]


def test_a_condition_that_nobody_can_bring_about_costs_no_more_for_its_length() -> None:
    begun = time.process_time()
    never = {**allow(12), "Condition": {"StringEquals": {"aws:PrincipalAccount": [OWNER] * 60}}}
    assert found([never]).walk is None
    assert time.process_time() - begun < 20
