"""Wildcards and ARNs. That they agree with a slow matcher is held in test_laws."""

from collections.abc import Callable
from typing import Any

import pytest

from stssim.policy.match import Matcher, Token, Wild, any_of, arn_condition, arn_parts, arn_resource, glob, tokens


def test_a_text_is_split_into_literals_and_wildcards() -> None:
    assert tokens("s3:Get*?") == ["s3:Get", Wild.ANY, Wild.ONE]
    assert tokens("") == []


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("", "", True),
        ("", "a", False),
        ("*", "", True),
        ("*", "a:b/c\n", True),
        ("?", "", False),
        ("?", "\n", True),
        ("a*", "a", True),
        ("a*", "ba", False),
        ("*a", "aba", True),
        ("a*a", "a", False),
        ("a*a", "aa", True),
        ("*a*b*", "xaxbx", True),
        ("*a*b*", "xbxax", False),
        ("a?c", "abc", True),
        ("a?c", "ac", False),
        ("*?", "", False),
        ("a.c", "abc", False),
        ("[a]*", "[a]b", True),
        ("*.csv", "q3.csv.gz", False),
        ("??*??", "abc", False),
        ("??*??", "abcd", True),
    ],
)
def test_a_star_takes_any_run_and_a_question_mark_one_character(pattern: str, text: str, matches: bool) -> None:
    assert glob(tokens(pattern))(text) is matches


def test_a_literal_star_is_no_wildcard() -> None:
    assert glob(["a", "*"])("a*")
    assert not glob(["a", "*"])("ab")


@pytest.mark.parametrize("pattern", ["*a" * 200 + "b", "*?a" * 200 + "b", "arn:aws:s3:::" + "*a" * 200 + "b"])
def test_wildcards_that_would_backtrack_for_ages_do_not(pattern: str) -> None:
    text = "a" * 20_000
    assert not glob(tokens(pattern))(text)
    assert not arn_resource(tokens(pattern))("arn:aws:s3:::" + text)
    assert not arn_condition(tokens(pattern))("arn:aws:s3:::" + text)


def test_wildcards_inside_of_the_parts_of_an_arn_do_not_either() -> None:
    pattern = "arn:" + "*a" * 50 + "b:s3:*:*:x"
    assert not arn_resource(tokens(pattern))("arn:" + "a" * 5_000 + ":s3:::x")


def test_the_sixth_part_of_an_arn_keeps_its_colons() -> None:
    assert arn_parts(tokens("arn:aws:sns:*::a:b")) == [["arn"], ["aws"], ["sns"], [Wild.ANY], [], ["a:b"]]


@pytest.mark.parametrize(
    ("pattern", "arn", "as_resource", "as_condition"),
    [
        ("arn:aws:s3:::reports", "arn:aws:s3:::reports", True, True),
        ("arn:aws:s3:::*", "arn:aws:s3:::reports/a:b", True, True),
        ("arn:aws:sns:*:*:alerts", "arn:aws:sns:eu-west-1:111122223333:alerts", True, True),
        ("arn:aws:lambda:*:function:a", "arn:aws:lambda:eu-west-1:111122223333:function:a", True, False),
        ("arn:aws:lambda:e*1:function:a", "arn:aws:lambda:eu-west-1:111122223331:function:a", False, False),
        ("arn:aws:sns:e?-1::a", "arn:aws:sns:e:-1::a", False, False),
        ("*", "arn:aws:s3:::reports", True, True),
        ("*", "no ARN", True, True),
        ("arn:aws:s3", "arn:aws:s3:::reports", False, False),
        ("arn:aws:s3:::a", "arn:aws:s3:::A", False, False),
    ],
)
def test_resources_and_arn_conditions_take_wildcards_differently(
    pattern: str, arn: str, as_resource: bool, as_condition: bool
) -> None:
    assert arn_resource(tokens(pattern))(arn) is as_resource
    assert arn_condition(tokens(pattern))(arn) is as_condition


def test_any_of_several_matchers_will_do() -> None:
    either = any_of([glob(tokens("a*")), glob(tokens("b"))])
    assert either("ab")
    assert either("b")
    assert not either("c")
    assert not any_of([])("a")


class Counted(str):
    """A text that counts how often it is looked at."""

    __slots__ = ("looks",)

    def startswith(self, *given: Any) -> bool:
        self.looks = getattr(self, "looks", 0) + 1
        return super().startswith(*given)

    def find(self, *given: Any) -> int:
        self.looks = getattr(self, "looks", 0) + 1
        return super().find(*given)


@pytest.mark.parametrize(
    ("matcher", "pattern", "unit"),
    [
        (glob, "*a*a*a*a*b", "a"),
        (glob, "*a?a?b*", "a"),
        (glob, "*?a??a*?b", "aa"),
        (arn_resource, "arn:a*s:*:*:*:a*b", ":a"),
        (arn_resource, "arn:a*s:*:*:*?:a?b", ":a"),
        (arn_resource, "arn:*a*:*:*:*:*a*b*c", ":a"),
        (arn_condition, "arn:aws:s3:::*a*a*a*b", "a"),
    ],
)
def test_a_text_four_times_as_long_is_looked_at_no_more_than_four_times_as_often(
    matcher: Callable[[list[Token]], Matcher], pattern: str, unit: str
) -> None:
    matches = matcher(tokens(pattern))
    few, many = (Counted(f"arn:aws:s3:::{unit * times}c") for times in (500, 2_000))
    assert not matches(few)
    assert not matches(many)
    assert getattr(many, "looks", 0) <= 4 * getattr(few, "looks", 0) + 20


@pytest.mark.parametrize("tail", ["a", "a:b", "?:b", "a*", "a*b", "*", "*b", "", "a?*b", "a:*:b"])
def test_a_last_part_is_looked_for_wherever_a_part_before_it_may_end(tail: str) -> None:
    written = tokens(f"arn:a?s:s*:*:*:{tail}")
    for text in ("", "a", "b", "a:b", "x:a:b", "x:b:a", "b:a:x:b", "a:a:b:b", "ab", "aab:b", ":b", "a:", "x:y"):
        pieces = f"arn:aws:sx:r:n:{text}".split(":")
        slow = any(glob(tokens(tail))(":".join(pieces[place:])) for place in range(5, len(pieces)))
        assert arn_resource(written)(":".join(pieces)) is slow, (tail, text)
