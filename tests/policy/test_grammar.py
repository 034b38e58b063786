"""Compiling documents. What is refused is in `cases/refused`."""

import pytest

from stssim.policy import Document, PolicyError, parse
from stssim.policy.grammar import VERSIONS


def test_equal_documents_are_compiled_once() -> None:
    document = {"Version": "2012-10-17", "Statement": []}
    assert parse(document) is parse(dict(document))
    assert parse(parse(document)) is parse(document)


def test_a_statement_may_stand_alone_or_in_an_array() -> None:
    statement = {"Sid": "One", "Effect": "Deny", "Action": "*", "Resource": "*"}
    alone, among = parse({"Statement": statement}), parse({"Statement": [statement]})
    assert alone.statements[0].pointer == "/Statement"
    assert among.statements[0].pointer == "/Statement/0"
    assert [each.statements[0].sid for each in (alone, among)] == ["One", "One"]
    assert alone.statements[0].effect == "Deny"


def test_the_version_is_2008_10_17_unless_it_says_otherwise() -> None:
    assert parse({"Statement": []}).version == VERSIONS[1]
    assert parse({"Version": "2012-10-17", "Statement": []}).version == VERSIONS[0]


def test_only_the_statements_on_an_action_are_looked_at() -> None:
    document = parse(
        {
            "Statement": [
                {"Effect": "Allow", "Action": ["S3:Get*", "sqs:*"], "Resource": "*"},
                {"Effect": "Allow", "NotAction": "s3:GetObject", "Resource": "*"},
                {"Effect": "Deny", "Action": "*", "Resource": "*"},
            ]
        }
    )
    assert [each.index for each in document.for_action("s3:getobject")] == [0, 2]
    assert [each.index for each in document.for_action("iam:getuser")] == [1, 2]


def test_conditions_are_compiled_in_order_with_their_pointers() -> None:
    condition = {"StringEquals": {"aws:PrincipalTag/a": "x", "b": ["y", "z"]}, "Bool": {"c": True, "d": "false"}}
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition}
    found = parse({"Statement": statement}).statements[0].conditions
    assert [each.values for each in found] == [("x",), ("y", "z"), ("true",), ("false",)]
    assert found[0].pointer == "/Statement/Condition/StringEquals/aws:PrincipalTag~1a"


def test_numbers_in_conditions_are_text() -> None:
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"NumericEquals": {"a": [1, 2.50]}}}
    assert parse({"Statement": statement}).statements[0].conditions[0].values == ("1", "2.5")


def test_a_document_says_how_much_is_in_it() -> None:
    assert repr(parse({"Statement": []})) == "<Document: 0 statements>"
    assert isinstance(parse('{"Statement": []}'), Document)


def test_an_error_shows_long_values_shortened() -> None:
    with pytest.raises(PolicyError) as raised:
        parse({"Version": "x" * 10_000, "Statement": []})
    assert len(str(raised.value)) < 200
