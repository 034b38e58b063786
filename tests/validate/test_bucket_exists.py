"""S3 on a bucket that nobody has: `NoSuchBucket`, before any permission is asked for, and after the signature.

Tried at the real service by an author of AWS's SDK: aws/aws-sdk-java#1256.
"""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from stssim import Lab
from tests.access.given import allow, deny, document


def a_lab() -> tuple[Lab, Any]:
    """A Lab with a customer whose bucket is `reports`."""
    lab = Lab(seed=7)
    customer = lab.account("customer")
    customer.bucket("reports", {"q3.csv": "1"})
    return lab, customer


def told(client: Any, operation: str = "get_object", **parameters: Any) -> tuple[str, int]:
    with pytest.raises(ClientError) as refused:
        getattr(client, operation)(**{"Bucket": "nowhere", **parameters})
    error = refused.value.response
    return error["Error"]["Code"], error["ResponseMetadata"]["HTTPStatusCode"]


NOT_THERE = ("NoSuchBucket", 404)


def test_a_bucket_that_is_not_there_is_missing_to_everybody() -> None:
    lab, customer = a_lab()
    nobody, denied = customer.user("nobody"), customer.user("denied", document(allow("*"), deny("s3:*")))
    for who in (lab, nobody, denied, customer):
        assert told(who.client("s3"), Key="q3.csv") == NOT_THERE
        assert told(who.client("s3"), "list_objects_v2") == NOT_THERE
        assert told(who.client("s3"), "put_object", Key="q3.csv", Body=b"") == NOT_THERE
        assert told(who.client("s3"), "head_bucket") == ("404", 404)


def test_one_that_is_there_is_denied() -> None:
    lab, customer = a_lab()
    for who in (lab, customer.user("nobody")):
        assert told(who.client("s3"), Bucket="reports", Key="q3.csv") == ("AccessDenied", 403)
        assert told(who.client("s3"), "head_bucket", Bucket="reports") == ("403", 403)


def test_the_key_and_the_signature_are_judged_first() -> None:
    _, customer = a_lab()
    bob, iam = customer.user("bob"), customer.client("iam")
    key_id, secret, _ = bob._keys
    bob._keys = (key_id, "wrong", None)
    assert told(bob.client("s3"), Key="k") == ("SignatureDoesNotMatch", 403)
    bob._keys = (key_id, secret, None)
    iam.update_access_key(UserName="bob", AccessKeyId=key_id, Status="Inactive")
    assert told(bob.client("s3"), Key="k") == ("InvalidAccessKeyId", 403)


def test_a_bucket_is_not_there_before_it_is_made_and_after_it_is_deleted() -> None:
    _, customer = a_lab()
    s3, bob = customer.client("s3"), customer.user("bob").client("s3")
    s3.create_bucket(Bucket="nowhere")
    assert told(bob, "list_objects_v2") == ("AccessDenied", 403)
    s3.delete_bucket(Bucket="nowhere")
    assert told(bob, "list_objects_v2") == NOT_THERE


def test_the_trace_says_that_s3_refused() -> None:
    lab, customer = a_lab()
    s3 = customer.user("nobody").client("s3")
    with lab.recording("missing") as trace:
        assert told(s3, "list_objects_v2") == NOT_THERE
    assert trace.denied is not None
    assert trace.denied.sentence == "S3 refuses: The specified bucket does not exist"
