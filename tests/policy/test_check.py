"""A document judged: in order, each finding with its place, and never anything but findings."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stssim.policy import Policy, PolicyError, check
from stssim.policy.policies import KINDS, PolicyKind
from tests.policy.strategies import documents

TRUST = """{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Allow",
    "Principal": {"AWS": "444455556666"},
    "Action": "sts:AssumeRole",
    "Condition": {"StringEqualsIfExists": {"sts:ExternalId": "cust-42"}}
  }]
}"""


def test_a_finding_is_placed_in_the_text_and_shown_by_a_request_that_gets_through() -> None:
    (finding,) = check(TRUST, "trust")
    assert finding.name == "external-id-optional"
    assert (finding.line, finding.column) == (7, 44)
    assert finding.pointer == "/Statement/0/Condition/StringEqualsIfExists/sts:ExternalId"
    assert not finding.refused
    assert finding.shown is not None
    assert finding.shown.allowed
    assert "sts:ExternalId" not in finding.shown.request.context
    assert str(finding).startswith("line 7, column 44: StringEqualsIfExists lets a request without any External ID")


def test_a_sound_document_has_no_finding() -> None:
    assert check(TRUST.replace("StringEqualsIfExists", "StringEquals"), "trust") == ()


def test_a_principal_of_the_owners_own_account_is_no_vendor() -> None:
    assert check(TRUST, "trust", account="444455556666") == ()


def test_a_document_that_is_no_policy_has_one_finding_with_aws_s_error() -> None:
    (finding,) = check('{\n "Statement": [}', "trust")
    assert finding.refused
    assert (finding.line, finding.shown) == (2, None)
    assert finding.error is not None
    assert (finding.error.code, finding.error.message) == (
        "MalformedPolicyDocument",
        "This policy contains invalid Json",
    )


def test_findings_come_in_the_order_of_the_text() -> None:
    statements = [
        {"Effect": "Allow", "Action": "s3:GetObjects", "Resource": "reports"},
        {"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {"StringEquals": {"aws:Nothing": "x"}}},
    ]
    found = check({"Version": "2012-10-17", "Statement": statements}, "identity")
    assert [finding.name for finding in found] == ["no-such-action", "no-arn", "key-never-there"]
    assert [finding.line for finding in found] == sorted(finding.line for finding in found)


def test_a_kind_that_there_is_none_of_is_refused() -> None:
    with pytest.raises(ValueError, match="Not a kind of policy"):
        check(TRUST, "bucket")  # type: ignore[arg-type]


@given(documents() | documents("resource") | documents("trust"), st.sampled_from(sorted(KINDS)))
def test_every_finding_is_a_refusal_or_was_tried(document: dict[str, Any], kind: PolicyKind) -> None:
    for finding in check(document, kind):
        tried = finding.shown is not None or finding.name in ("no-such-action", "key-never-there")
        assert finding.refused != tried or finding.name in ("no-subject", "loose-subject", "key-never-there")
        assert json.loads(json.dumps(finding.to_dict()))["name"] == finding.name


@given(st.binary(max_size=60) | st.text(max_size=60))
def test_what_is_no_policy_is_always_a_refusal(document: str | bytes) -> None:
    with pytest.raises(PolicyError):
        Policy("p", "identity", document)
    (finding,) = check(document, "identity")
    assert finding.refused
