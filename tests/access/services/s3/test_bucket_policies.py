"""PutBucketPolicy: what S3 does not take, in the words in which people have met it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.access.given import a_lab, allow, refused, text, to

BUCKET = "arn:aws:s3:::reports"
OBJECTS = f"{BUCKET}/*"
OTHER = to("111122223333")


def written(policy: str) -> Any:
    """What S3 answers, of a bucket `reports`."""
    _, _, customer = a_lab()
    customer.bucket("reports")
    s3 = customer.client("s3")
    s3.put_bucket_policy(Bucket="reports", Policy=policy)
    return s3.get_bucket_policy(Bucket="reports")["Policy"]


def other(action: Any, resource: Any, **elements: Any) -> dict[str, Any]:
    return allow(action, resource, Principal=OTHER, **elements)


NO_RESOURCE, NO_ACTION = "Policy has invalid resource", "Policy has invalid action"
NO_MATCH = "Action does not apply to any resource(s) in statement"


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        (other("s3:GetObject", "arn:aws:s3:::others/*"), NO_RESOURCE),
        (other("s3:GetObject", [OBJECTS, "arn:aws:s3:::others/*"]), NO_RESOURCE),
        (other("s3:GetObject", "*"), NO_RESOURCE),
        (other("s3:GetObject", "arn:aws:sqs:us-east-1:222222222222:reports"), NO_RESOURCE),
        (other("ec2:RunInstances", OBJECTS), NO_ACTION),
        (other(["s3:GetObject", "s3:PutObjectLockConfiguration"], OBJECTS), NO_ACTION),
        (other("s3:GetObject", BUCKET), NO_MATCH),
        (other("s3:ListBucket", OBJECTS), NO_MATCH),
        (other(["s3:GetObject", "s3:ListBucket"], OBJECTS), NO_MATCH),
        (other("s3:GetObject", None), "Missing required field Resource"),
        (allow("s3:GetObject", OBJECTS), "Missing required field Principal"),
    ],
)
def test_a_statement_that_is_not_about_this_bucket_is_refused(statement: dict[str, Any], says: str) -> None:
    with refused("MalformedPolicy", says):
        written(text(statement))


@pytest.mark.parametrize(
    "statement",
    [
        other(["s3:GetObject", "s3:ListBucket"], [BUCKET, OBJECTS]),
        other("s3:*", OBJECTS),
        other("s3:*", BUCKET),
        other("*", [BUCKET, OBJECTS]),
        other("s3:Get*", f"{BUCKET}/2027/*"),
        other("s3:GetObject", f"{BUCKET}*"),
        other("s3:GetObject", f"{BUCKET}/${{aws:username}}/*"),
        {"Effect": "Deny", "Principal": "*", "NotAction": "s3:GetObject", "Resource": BUCKET},
        {"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "NotResource": OBJECTS},
    ],
)
def test_a_statement_about_this_bucket_is_taken(statement: dict[str, Any]) -> None:
    assert json.loads(written(text(statement)))["Statement"]


@pytest.mark.parametrize(
    ("policy", "says"),
    [
        ("invalid json", "Policies must be valid JSON and the first byte must be '{'"),
        ("{}", "Missing required field Statement"),
        ('{"Statement": []}', "Could not parse the policy: Statement is empty!"),
        (" " * 20_481, "Normalized policy document exceeds the maximum allowed size of 20480 bytes"),
    ],
)
def test_what_is_no_policy_is_no_bucket_policy(policy: str, says: str) -> None:
    with refused("MalformedPolicy", says):
        written(policy)


def test_the_trace_says_what_would_be_right() -> None:
    lab, _, customer = a_lab()
    customer.bucket("reports")
    policy = text(other("s3:ListBucket", OBJECTS))
    with lab.recording("refused") as trace, refused("MalformedPolicy"):
        customer.client("s3").put_bucket_policy(Bucket="reports", Policy=policy)
    assert trace.denied is not None
    assert trace.denied.sentence == (
        "S3 refuses the policy: 's3:ListBucket' is done to a bucket; its Resource is arn:aws:s3:::reports "
        "(line 1, column 61, at /Statement/0/Action)."
    )
