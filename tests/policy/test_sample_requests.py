"""Values that satisfy conditions."""

from typing import Any

import pytest
from hypothesis import given

from stssim.policy.conditions import condition
from stssim.policy.match import glob, tokens
from stssim.policy.request import normalized
from stssim.policy.sample_requests import sample, satisfying
from tests.policy.strategies import conditions


def _conditions(written: dict[str, Any]) -> list[Any]:
    return [
        condition(operator, key, [wanted] if isinstance(wanted, str) else wanted, "", variables=True)
        for operator, tests in written.items()
        for key, wanted in tests.items()
    ]


@pytest.mark.parametrize("pattern", ["*", "a*b?", "??", "plain", ""])
def test_a_sample_is_taken_by_its_pattern(pattern: str) -> None:
    assert glob(tokens(pattern))(sample(pattern))


@pytest.mark.parametrize(
    ("written", "context"),
    [
        ({"StringEquals": {"k": "a"}}, {"k": "a"}),
        ({"StringEqualsIfExists": {"k": "a"}}, {}),
        ({"Null": {"k": "false"}}, {"k": "x"}),
        ({"NumericGreaterThan": {"k": "10"}}, {"k": "11"}),
        ({"NumericGreaterThan": {"k": "10"}, "NumericLessThan": {"k": "12"}}, {"k": "11"}),
        ({"StringEquals": {"k": "a"}, "Bool": {"m": "true"}}, {"k": "a", "m": "true"}),
        ({"StringEquals": {"k": "${aws:PrincipalTag/t}"}}, {"aws:principaltag/t": "x", "k": "x"}),
        ({"StringEquals": {"k": "a"}, "StringNotEquals": {"K": "a"}}, None),
    ],
)
def test_a_context_is_found_with_no_more_keys_than_are_needed(written: Any, context: Any) -> None:
    assert satisfying(_conditions(written), {}) == context


def test_keys_that_are_settled_stay_as_they_are() -> None:
    wanted = _conditions({"StringEquals": {"k": "a"}})
    assert satisfying(wanted, {"K": "a"}) == {"K": "a"}
    assert satisfying(wanted, {"K": "b"}) is None
    assert satisfying(wanted, {"k": None}) is None


@given(conditions())
def test_whatever_is_found_satisfies(written: dict[str, Any]) -> None:
    wanted = _conditions(written)
    found = satisfying(wanted, {})
    assert found is None or all(each.holds(normalized(found)) for each in wanted)
