"""A finding as text and as data."""

import json

from stssim.policy import check

STATEMENT = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}


def test_a_finding_as_data_has_its_place_and_the_request_that_shows_it() -> None:
    (finding,) = check({"Version": "2012-10-17", "Statement": [STATEMENT]}, "trust", account="111122223333")
    data = json.loads(json.dumps(finding.to_dict()))
    assert (data["name"], data["pointer"], data["line"]) == ("everyone", "/Statement/0/Principal", 6)
    assert data["shown"]["effect"] == "Allow"
    assert data["shown"]["request"]["action"] == "sts:AssumeRole"
    assert data["shown"]["sentence"].startswith("Allowed: the role trust policy allows everyone sts:AssumeRole")
    assert "error" not in data


def test_a_refusal_as_data_has_aws_s_error() -> None:
    (finding,) = check("", "trust")
    data = finding.to_dict()
    assert data["error"] == {"code": "MalformedPolicyDocument", "message": "This policy contains invalid Json"}
    assert "shown" not in data
    assert str(finding) == "line 1, column 1: The document is empty; a policy is a JSON object. (no-policy)"
