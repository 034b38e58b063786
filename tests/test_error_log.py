"""The log says what was raised, why and where, and repeats no secret."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from stssim.call import HttpRequest
from stssim.error_log import described

SECRET = "wJalr/XUtnFEMI+K7MDENG"


def raised(message: str, cause: Exception | None = None) -> Exception:
    try:
        raise ValueError(message) from cause
    except ValueError as error:
        return error


@pytest.mark.parametrize(
    "request_",
    [
        HttpRequest("POST", "iam.amazonaws.com", "/", (), f'{{"SecretString": "{SECRET}"}}'.encode()),
        HttpRequest("POST", "iam.amazonaws.com", "/", (), f"Password={quote(SECRET, safe='')}".encode()),
        HttpRequest("GET", "iam.amazonaws.com", f"/?X-Amz-Security-Token={quote(SECRET, safe='')}", ()),
        HttpRequest("GET", "iam.amazonaws.com", "/", (("x-amz-security-token", SECRET),)),
    ],
)
def test_no_word_of_the_request_is_repeated(request_: HttpRequest) -> None:
    told = described(raised(f"no {SECRET!r} here", raised(f"{SECRET}: missing")), request_)
    assert SECRET not in told
    assert "ValueError: no 'wJal... (22 characters)' here" in told


def test_the_causes_come_first_each_with_the_place_where_it_was_raised() -> None:
    told = described(raised("second", raised("first")), HttpRequest("GET", "iam.amazonaws.com", "/", ()))
    assert told.index("ValueError: first") < told.index("which led to") < told.index("ValueError: second")
    assert told.count("in raised") == 2


def test_what_is_said_has_no_control_characters_and_an_end() -> None:
    told = described(raised("\x1b[31mred\r\n" + "x " * 1000), HttpRequest("GET", "iam.amazonaws.com", "/", ()))
    message = told.partition("ValueError: ")[2]
    assert message.isprintable()
    assert len(message) == 500


def test_exceptions_that_name_each_other_end() -> None:
    one, other = raised("one"), raised("other")
    one.__cause__, other.__cause__ = other, one
    assert described(one, HttpRequest("GET", "iam.amazonaws.com", "/", ())).count("ValueError: ") == 2
