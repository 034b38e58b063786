"""What moto is handed: built for it, so that it answers and never judges."""

from __future__ import annotations

import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

from stssim import Lab
from tests.access.given import a_lab, allow, document, to


def test_get_user_without_a_name_answers_who_is_calling() -> None:
    _, vendor, _ = a_lab()
    alice, bob = vendor.user("alice", document(allow("iam:*"))), vendor.user("bob", document(allow("iam:*")))
    assert alice.client("iam").get_user()["User"]["UserName"] == "alice"
    assert bob.client("iam").list_access_keys()["AccessKeyMetadata"][0]["UserName"] == "bob"


def test_a_resource_of_another_account_is_answered_from_that_account() -> None:
    _, vendor, customer = a_lab()
    alice = vendor.user("alice", document(allow("sqs:*")))
    queue = customer.client("sqs").create_queue(QueueName="jobs")["QueueUrl"]
    customer.client("sqs").add_permission(
        QueueUrl=queue, Label="vendor", AWSAccountIds=[vendor.number], Actions=["SendMessage"]
    )
    alice.client("sqs").send_message(QueueUrl=queue, MessageBody="hello")
    assert customer.client("sqs").receive_message(QueueUrl=queue)["Messages"][0]["Body"] == "hello"


def test_no_client_chooses_the_account_that_moto_answers_from() -> None:
    _, vendor, customer = a_lab()
    customer.client("iam").create_user(UserName="carol")
    iam = vendor.client("iam")

    def claim(request: Any, **_: Any) -> None:
        request.headers["x-moto-account-id"] = customer.number

    iam.meta.events.register("before-sign.iam", claim)
    assert iam.list_users()["Users"] == []


def test_an_upload_in_chunks_arrives_without_its_framing() -> None:
    _, vendor, _ = a_lab()
    vendor.bucket("reports")
    s3 = vendor.client("s3")
    s3.put_object(Bucket="reports", Key="q3.csv", Body=b"1;2;3", ContentEncoding="gzip")
    got = s3.get_object(Bucket="reports", Key="q3.csv")
    assert (got["Body"].read(), got["ContentEncoding"], got["ContentLength"]) == (b"1;2;3", "gzip", 5)


@pytest.mark.parametrize("wait", [{}, {"WaitTimeSeconds": 20}])
def test_a_long_poll_comes_back_at_once(wait: dict[str, int]) -> None:
    _, vendor, _ = a_lab()
    sqs = vendor.client("sqs")
    queue = sqs.create_queue(QueueName="jobs", Attributes={"ReceiveMessageWaitTimeSeconds": "20"})["QueueUrl"]
    began = time.monotonic()
    assert "Messages" not in sqs.receive_message(QueueUrl=queue, **wait)
    assert time.monotonic() - began < 5


def test_a_poll_longer_than_twenty_seconds_is_refused() -> None:
    _, vendor, _ = a_lab()
    sqs = vendor.client("sqs")
    queue = sqs.create_queue(QueueName="jobs")["QueueUrl"]
    with pytest.raises(ClientError, match="InvalidParameterValue"):
        sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=21)


def test_what_moto_has_no_answer_for_is_said_so() -> None:
    vendor = Lab(seed=7).account("vendor")
    with pytest.raises(ClientError, match="NotImplemented") as refused:
        vendor.client("sqs").start_message_move_task(SourceArn=f"arn:aws:sqs:us-east-1:{vendor.number}:none")
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501


def test_motos_own_judgement_of_a_bucket_policy_is_not_asked() -> None:
    """moto's S3 refuses whoever a Deny for somebody else is about."""
    _, vendor, customer = a_lab()
    alice = vendor.user("alice", document(allow("s3:*")))
    other = vendor.user("other")
    policy = document(
        {**allow("s3:GetObject", "arn:aws:s3:::reports/*"), "Principal": to(alice.arn)},
        {"Effect": "Deny", "Principal": to(other.arn), "Action": "s3:*", "Resource": "arn:aws:s3:::reports/*"},
    )
    customer.bucket("reports", {"q3.csv": "1"}, policy)
    assert alice.client("s3").get_object(Bucket="reports", Key="q3.csv")["Body"].read() == b"1"
