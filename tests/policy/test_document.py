"""Reading text: what is refused, where, and where each clause stands."""

import json
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stssim.policy.document import MAX_BYTES, MAX_DEPTH, Number, PolicyError, pointer, read, text_of

TEXT = """{
  "Version": "2012-10-17",
  "Statement": [
    {"Effect": "Allow", "Action": ["sts:AssumeRole", "sts:TagSession"],
     "Condition": {"StringEquals": {"aws:PrincipalTag/team": "red"}}}
  ]
}"""


def _refused(document: object) -> PolicyError:
    with pytest.raises(PolicyError) as raised:
        read(document)
    return raised.value


@pytest.mark.parametrize(
    ("at", "marked", "line", "column"),
    [
        ("", TEXT, 1, 1),
        ("/Version", '"Version": "2012-10-17"', 2, 3),
        ("/Statement/0/Action/1", '"sts:TagSession"', 4, 54),
        ("/Statement/0/Action", '"Action": ["sts:AssumeRole", "sts:TagSession"]', 4, 25),
        ("/Statement/0/Condition/StringEquals/aws:PrincipalTag~1team", '"aws:PrincipalTag/team": "red"', 5, 37),
    ],
)
def test_every_clause_is_found_again_by_its_json_pointer(at: str, marked: str, line: int, column: int) -> None:
    place = read(TEXT).place(at)
    assert place is not None
    assert TEXT[place.start : place.end] == marked
    assert (place.line, place.column) == (line, column)


def test_a_clause_that_is_not_there_has_no_place() -> None:
    assert read(TEXT).place("/Statement/1") is None


def test_a_dict_is_placed_in_its_own_indented_text() -> None:
    source = read({"Statement": {"Sid": "été", "Effect": "Allow"}})
    place = source.place("/Statement/Effect")
    assert place is not None
    assert (place.line, place.column) == (4, 5)
    assert source.text[place.start : place.end] == '"Effect": "Allow"'


def test_a_pointer_escapes_slashes_and_tildes() -> None:
    assert pointer("a/b~c", 0) == "/a~1b~0c/0"


def test_names_with_escapes_in_them_are_found_by_what_they_mean() -> None:
    assert read('{"\\u0053id": {"a\\"}": 1}}').place('/Sid/a"}') is not None


@pytest.mark.parametrize(
    ("text", "line", "column", "says"),
    [
        ("", 1, 1, "empty"),
        (" \n ", 1, 1, "empty"),
        ("nonsense", 1, 1, "Not JSON"),
        ('{"a": 1,\n}', 2, 1, "Not JSON"),
        ('{"a": NaN}', 1, 1, "NaN is not JSON"),
        ('{"a": "\t"}', 1, 8, "Not JSON"),
        ('\n "text"', 2, 2, "not a string"),
        ("[]", 1, 1, "not an array"),
        ("7", 1, 1, "not a number"),
        ("null", 1, 1, "not null"),
        ("true", 1, 1, "not true or false"),
        ('{"a": {"b": 1,\n "b": 2}}', 2, 2, "'b' is there twice"),
        ('{"a": "\\ud800"}', 1, 8, "surrogate"),
        ('{"a": 1} {"b": 2}', 1, 10, "Not JSON"),
    ],
)
def test_text_that_is_no_policy_is_refused_at_its_place(text: str, line: int, column: int, says: str) -> None:
    error = _refused(text)
    assert says in error.reason
    assert (error.line, error.column) == (line, column)
    assert f"line {line}, column {column}" in str(error)


def test_a_member_that_is_there_twice_is_named_by_its_pointer() -> None:
    assert _refused('{"a": [0, {"b": 1, "b": 1}]}').pointer == "/a/1/b"


def test_bytes_are_utf_8_with_or_without_a_byte_order_mark() -> None:
    assert read(b'\xef\xbb\xbf{"Sid": "\xc3\xa9"}').data == {"Sid": "é"}


def test_bytes_that_are_not_utf_8_are_refused_at_the_byte() -> None:
    error = _refused(b'{\n  "Sid": "\xff"}')
    assert "byte 12" in error.reason
    assert (error.line, error.column) == (2, 11)


@pytest.mark.parametrize("bracket", ["[", '{"a":'])
def test_a_document_nested_too_deeply_is_refused_at_the_bracket(bracket: str) -> None:
    error = _refused(bracket * 30_000)
    assert f"deeper than {MAX_DEPTH}" in error.reason
    assert error.column == len(bracket) * MAX_DEPTH + 1


def test_brackets_in_text_do_not_nest() -> None:
    assert read(json.dumps({"Sid": '"[{' * 50})).data["Sid"] == '"[{' * 50


def test_a_document_beyond_the_limit_is_refused_unread() -> None:
    for document in ("[" * (MAX_BYTES + 1), b"\xff" * (MAX_BYTES + 1), {"Id": "a" * MAX_BYTES}):
        assert "at most 200,000" in _refused(document).reason


def test_numbers_are_kept_as_they_are_written() -> None:
    digits = "1" * (sys.get_int_max_str_digits() + 1)
    data = read(f'{{"a": 10.0, "b": {digits}, "c": 1E2}}').data
    assert data == {"a": "10.0", "b": digits, "c": "1E2"}
    assert isinstance(data["a"], Number)


def test_a_dict_that_contains_itself_is_refused() -> None:
    document: dict[str, Any] = {}
    document["Statement"] = document
    with pytest.raises(PolicyError):
        text_of(document)


@pytest.mark.parametrize("document", [7, None, ["Statement"], object()])
def test_only_text_bytes_and_dicts_are_documents(document: object) -> None:
    with pytest.raises(PolicyError, match="JSON text or a dict, not"):
        text_of(document)


def test_a_dict_of_what_json_cannot_hold_is_refused() -> None:
    with pytest.raises(PolicyError, match="Cannot be written as JSON"):
        text_of({"Statement": {1, 2}})


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(st.text(max_size=6), _json, max_size=4))
def test_every_value_of_any_object_has_its_place(document: dict[str, Any]) -> None:
    text = json.dumps(document, indent=1)
    source = read(text)

    def places(value: Any, at: str) -> None:
        place = source.place(at)
        assert place is not None
        written = text[place.start : place.end]
        found = json.loads("{" + written + "}") if at and not at.rpartition("/")[2].isdigit() else None
        assert found is None or list(found.values()) == [value]
        if isinstance(value, dict):
            for name, each in value.items():
                if not name.isdigit():
                    places(each, at + pointer(name))
        elif isinstance(value, list):
            for number, each in enumerate(value):
                places(each, at + pointer(number))

    places(document, "")


@given(st.binary(max_size=200) | st.text(max_size=200))
def test_anything_is_read_or_refused_with_its_place(document: str | bytes) -> None:
    refused = _refusal(document)
    assert refused is None or (refused.line is not None and refused.column is not None)


def _refusal(document: str | bytes) -> PolicyError | None:
    try:
        read(document)
    except PolicyError as error:
        return error
    return None
