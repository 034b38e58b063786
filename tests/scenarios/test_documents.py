"""A policy that AWS would refuse is told on load, with its place in the file and in the policy."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from stssim.scenarios import Scenario, load
from stssim.scenarios.documents import check_documents
from stssim.scenarios.shape import ScenarioError

STORY = load("account-root-trusted")
NO_JSON = '{"Version": "2012-10-17", "Statement": '
SMALL_ALLOW = (
    '{"Version": "2012-10-17", "Statement":\n  {"Effect": "allow", "Action": "sts:AssumeRole", "Resource": "*"}}'
)
NO_PRINCIPAL = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sts:AssumeRole"}}'


def changed(part: str, name: str, **fields: Any) -> Scenario:
    """The scenario with one of its entries changed."""
    entries = getattr(STORY, part)
    changes: dict[str, Any] = {part: {**entries, name: replace(entries[name], **fields)}}
    return replace(STORY, **changes)


@pytest.mark.parametrize(
    ("scenario", "says"),
    [
        (changed("people", "hana", policy=NO_JSON), "people.hana: policy: Not JSON"),
        (
            changed("people", "hana", policy=SMALL_ALLOW),
            "people.hana: policy: Effect is 'allow'; it must be Allow or Deny",
        ),
        (changed("roles", "Wages", policy=NO_PRINCIPAL), "roles.Wages: policy: "),
        (changed("roles", "Wages", trust=NO_PRINCIPAL), "roles.Wages: trust: "),
        (changed("buckets", "ferry-wages", policy=NO_JSON), "buckets.ferry-wages: policy: Not JSON"),
        (changed("fixes", "by-tag", trust={"Wages": NO_JSON}), "fixes.by-tag: trust.Wages: Not JSON"),
        (
            changed("wrong_answers", "account-number", policy={"ines": NO_JSON}),
            "wrong_answers.account-number: policy.ines",
        ),
        (
            changed("fixes", "by-tag", bucket_policy={"ferry-wages": NO_JSON}),
            "fixes.by-tag: bucket_policy.ferry-",
        ),
    ],
)
def test_it_names_the_table_the_key_and_what_is_wrong(scenario: Scenario, says: str) -> None:
    with pytest.raises(ScenarioError) as wrong:
        check_documents(scenario)
    assert str(wrong.value).startswith(says)


def test_it_says_in_which_line_of_the_policy() -> None:
    with pytest.raises(ScenarioError, match=r"line 2, column"):
        check_documents(changed("people", "hana", policy=SMALL_ALLOW))


def test_a_mark_stands_for_what_it_will_be() -> None:
    check_documents(STORY)


def test_a_trust_policy_by_older_rules_is_left_to_them() -> None:
    check_documents(changed("roles", "Wages", trust=NO_PRINCIPAL, older_rules=True))
