"""Condition operators. AWS's documented cases are in `cases/conditions`."""

import pytest

from stssim.policy.conditions import OPERATORS, condition


def _holds(operator: str, wanted: str | list[str], *found: str) -> bool:
    values = [wanted] if isinstance(wanted, str) else wanted
    compiled = condition(operator, "a:Key", values, "", variables=True)
    return compiled.holds({"a:key": found} if found else {})


def test_every_operator_of_aws_is_there() -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html"""
    orders = ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
    strings = ("Equals", "NotEquals", "EqualsIgnoreCase", "NotEqualsIgnoreCase", "Like", "NotLike")
    arns = ("Equals", "NotEquals", "Like", "NotLike")
    documented = {f"Numeric{order}" for order in orders} | {f"Date{order}" for order in orders}
    documented |= {f"String{string}" for string in strings} | {f"Arn{arn}" for arn in arns}
    documented |= {"Bool", "BinaryEquals", "IpAddress", "NotIpAddress", "Null"}
    assert {operator.name for operator in OPERATORS.values()} == documented


@pytest.mark.parametrize("written", ["stringequals", "STRINGEQUALSIFEXISTS", "foranyvalue:StringEquals"])
def test_the_name_of_an_operator_is_not_case_sensitive(written: str) -> None:
    assert _holds(written, "a", "a")


@pytest.mark.parametrize(
    "written", ["", "String", "StringEqualsIfExistsIfExists", "NullIfExists", "ForAllValue:Bool", "IfExists", "Bool "]
)
def test_other_operators_are_refused(written: str) -> None:
    with pytest.raises(LookupError):
        condition(written, "a:Key", ["a"], "", variables=True)


@pytest.mark.parametrize("operator", sorted(each.name for each in OPERATORS.values() if each.negated))
def test_negated_operators_hold_where_the_key_is_absent(operator: str) -> None:
    assert _holds(operator, "1")
    assert not _holds(f"ForAnyValue:{operator}", "1")
    assert _holds(f"ForAllValues:{operator}", "1")


@pytest.mark.parametrize(
    "operator", sorted(each.name for each in OPERATORS.values() if not each.negated and each.name != "Null")
)
def test_positive_operators_fail_where_the_key_is_absent_but_with_if_exists(operator: str) -> None:
    assert not _holds(operator, "1")
    assert _holds(f"{operator}IfExists", "1")


@pytest.mark.parametrize(
    ("operator", "wanted", "found", "holds"),
    [
        ("NumericEquals", "-1", "-1.000", True),
        ("NumericEquals", "ten", "ten", False),
        ("NumericNotEquals", "ten", "ten", True),
        ("NumericLessThan", "0.3", "0.29999999999999999999", True),
        ("NumericEquals", "9007199254740993", "9007199254740992", False),
        ("NumericLessThan", "1" + "0" * 39, "9" * 39, True),
        ("NumericEquals", "9" * 41, "9" * 41, False),
        ("DateEquals", "2026-02-30", "2026-02-30", False),
        ("DateEquals", "2026-01-01T00:00:00.500Z", "1767225600.5", True),
        ("DateLessThan", "2026-01-01T00:00Z", "2025-12-31T23:59:59.999999999Z", True),
        ("DateEquals", "2026", "2026-01-01T00:00:00+00:00", True),
        ("DateEquals", "2026-01-01T00:00:00-01:30", "2026-01-01T01:30:00Z", True),
        ("DateEquals", "0001-01-01T00:00:00+23:00", "x", False),
        ("Bool", "TRUE", "true", True),
        ("Bool", "yes", "yes", True),
        ("Bool", "false", "1", True),
        ("Bool", "false", " true ", True),
        ("Bool", "false", "", True),
        ("Bool", "1", "true", False),
        ("BinaryEquals", "AQID", "AQID", True),
        ("BinaryEquals", "AQIE", "AQID", False),
        ("BinaryEquals", "not base64", "not base64", False),
        ("IpAddress", "203.0.113.7/24", "203.0.113.9", True),
        ("IpAddress", "203.0.113.0/33", "203.0.113.9", False),
        ("IpAddress", "::/0", "203.0.113.9", False),
        ("IpAddress", "2001:db8::/32", "2001:DB8::1", True),
        ("IpAddress", "203.0.113.0/24", "nowhere", False),
        ("NotIpAddress", "203.0.113.0/24", "nowhere", False),
        ("NotIpAddress", "203.0.113.0/24", "198.51.100.1/32", False),
        ("NotIpAddress", "nowhere", "203.0.113.9", True),
        ("NotIpAddress", "nowhere", "nowhere", False),
        ("IpAddress", "192.0.2.0/24", "192.000.2.1", True),
        ("IpAddress", "192.0.2.0/24", "::ffff:192.0.2.1", True),
        ("IpAddress", "::ffff:192.0.2.0/120", "192.0.2.1", False),
        ("IpAddress", "2001:db8::5/64", "2001:db8::5", False),
        ("NotIpAddress", "2001:db8::5/64", "2001:db8::5", True),
        ("NumericEquals", "1.", "1", True),
        ("NumericEquals", "01", "1e0", True),
        ("NumericEquals", "+1", "1", True),
        ("NumericEquals", "NaN", "NaN", False),
        ("DateEquals", "2030-01-01T00:00:00Z", "2030-01-01T00:00:00.0009Z", True),
        ("DateEquals", "2030-01-01T00:00:00.1231Z", "2030-01-01T00:00:00.1239Z", True),
        ("DateEquals", "2030-01-01T00:00:00.123Z", "2030-01-01T00:00:00.124Z", False),
        ("DateEquals", "+1893456000", "2030-01-01T00:00:00Z", True),
        ("Null", "yes", "there", True),
        ("Null", "TRUE", "there", False),
        ("StringLike", "?", "\U00010400", False),
        ("StringLike", "??", "\U00010400", True),
        ("StringLike", "*\U00010400?", "a\U00010400b", True),
        ("ArnNotLike", "arn:aws:iam::*:role/*", "not-an-arn", False),
        ("ArnNotLike", "not-an-arn", "not-an-arn", False),
        ("StringLike", "", "", True),
        ("StringLike", "a?", "a*", True),
        ("ArnLike", "arn:aws:s3:::r*", "arn:aws:s3:::reports", True),
        ("ArnEquals", "reports", "reports", False),
    ],
)
def test_values_are_compared_as_what_they_mean(operator: str, wanted: str, found: str, holds: bool) -> None:
    assert _holds(operator, wanted, found) is holds


USER = "arn:aws:iam::111122223333:user/alice"


@pytest.mark.parametrize("operator", ["ArnLike", "ArnNotLike", "ArnEquals", "ArnNotEquals"])
@pytest.mark.parametrize("wanted", [["not-an-arn"], ["not-an-arn", "arn:aws:iam::*:user/*"], ["${aws:username}"]])
def test_a_wanted_value_that_is_no_arn_counts_against_the_caller(operator: str, wanted: list[str]) -> None:
    """Recorded of AWS in September 2026, with ArnLike and ArnNotLike, literals and variables."""
    for denies in (True, False):
        compiled = condition(operator, "a:Key", wanted, "", variables=True, denies=denies)
        assert compiled.holds({"a:key": (USER,), "aws:username": ("alice",)}) is denies
        assert not compiled.holds({"a:key": ("not-an-arn",), "aws:username": ("alice",)})


@pytest.mark.parametrize(("operator", "holds"), [("ArnLike", True), ("ArnNotLike", False)])
def test_an_arn_that_matches_before_one_that_is_none_decides(operator: str, holds: bool) -> None:
    for denies in (True, False):
        wanted = ["arn:aws:iam::*:user/*", "not-an-arn"]
        assert (
            condition(operator, "a:Key", wanted, "", variables=True, denies=denies).holds({"a:key": (USER,)}) is holds
        )


def test_no_wanted_value_is_met_by_no_value() -> None:
    assert not _holds("StringEquals", [], "a")
    assert _holds("StringNotEquals", [], "a")


def test_a_negated_operator_wants_every_value_to_differ() -> None:
    assert not _holds("StringNotEquals", "a", "a", "b")
    assert _holds("StringNotEquals", "a", "b", "c")


def test_a_condition_tells_the_variables_that_have_no_value() -> None:
    compiled = condition("StringEquals", "s3:prefix", ["${aws:username}", "x"], "", variables=True)
    assert compiled.missing({}) == ["${aws:username}"]
    assert compiled.missing({"aws:username": ("alice",)}) == []
    assert compiled.holds({"s3:prefix": ("x",)})
    assert compiled.holds({"s3:prefix": ("alice",), "aws:username": ("alice",)})


def test_variables_are_text_where_the_version_or_the_operator_has_none() -> None:
    written = condition("StringEquals", "s3:prefix", ["${aws:username}"], "", variables=False)
    assert written.holds({"s3:prefix": ("${aws:username}",)})
    number = condition("NumericEquals", "s3:max-keys", ["${aws:username}"], "", variables=True)
    assert not number.templates
