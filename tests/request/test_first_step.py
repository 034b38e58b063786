"""The first step of a call: two or three words for the picture, the whole of it in the sentence."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from stssim import Lab


def asked(service: str, operation: str, region: str = "us-east-1", **parameters: Any) -> tuple[str, str]:
    """The label and the sentence of a call that an account's root user makes."""
    lab = Lab(seed=7)
    account = lab.account("harbour")
    account.bucket("log", {"q3.csv": "q3"})
    with lab.recording("asked") as trace:
        getattr(account.client(service, region=region), operation)(**parameters)
    return trace[0].label, trace[0].sentence


@pytest.mark.parametrize(
    ("key", "label"),
    [
        ("q3.csv", "PutObject q3.csv"),
        ("AWSLogs/1/q3.csv", "PutObject AWSLogs/1/q3.csv"),
        ("AWSLogs/111111111111/CloudTrail/monday.json", "PutObject monday.json"),
        ("a" * 40, "PutObject " + "a" * 17 + "…"),
    ],
)
def test_a_long_path_is_shortened_to_its_last_part_and_a_long_name_to_its_beginning(key: str, label: str) -> None:
    assert asked("s3", "put_object", Bucket="log", Key=key, Body=b"") == (
        label,
        f"root calls S3's PutObject for {key} of bucket log.",
    )


def test_the_longest_name_of_an_operation_of_sts_is_shown_whole() -> None:
    lab = Lab(seed=7)
    with lab.recording("asked") as trace, pytest.raises(ClientError):
        lab.account("harbour").client("sts").decode_authorization_message(EncodedMessage="none")
    assert trace[0].label == "DecodeAuthorizationMessage"


def test_where_it_is_asked_is_said_unless_it_is_the_default() -> None:
    says = "root asks STS who these credentials make them"
    assert asked("sts", "get_caller_identity") == ("who am I?", f"{says}.")
    assert asked("sts", "get_caller_identity", "eu-west-1")[1] == f"{says}, in eu-west-1."
    assert asked("sts", "get_caller_identity", "aws-global")[1] == f"{says}, at the global endpoint."


def assumed(by: Any, **parameters: Any) -> str:
    """The sentence of a call of AssumeRole by an account's root user or by a service, for a role that is not there."""
    lab: Lab = by._lab
    with lab.recording("asked") as trace, pytest.raises(ClientError):
        by.client("sts").assume_role(
            RoleArn="arn:aws:iam::222222222222:role/Work", RoleSessionName="session", **parameters
        )
    return trace[0].sentence


def test_a_service_never_sends_an_external_id_so_nothing_is_said_of_it() -> None:
    lab = Lab(seed=7)
    wish = "asks STS for temporary credentials of role Work in account 222222222222"
    assert assumed(lab.account("harbour")) == f"root {wish}, with no External ID."
    assert assumed(lab.service("glue.amazonaws.com")) == f"glue.amazonaws.com {wish}."


def test_session_tags_are_said_and_of_many_the_first_three() -> None:
    root = Lab(seed=7).account("harbour")
    tags = [{"Key": key, "Value": key.upper()} for key in "abcde"]
    assert assumed(root, Tags=tags[:1]).endswith(", with session tag a = A.")
    assert assumed(root, Tags=tags[:2]).endswith(", with session tags a = A and b = B.")
    assert assumed(root, Tags=tags).endswith(", with session tags a = A and b = B and c = C and 2 more.")


def test_what_iam_makes_is_said_by_its_name_or_address() -> None:
    made = asked("iam", "create_open_id_connect_provider", Url="https://login.example.com", ClientIDList=["x"])
    assert made[1] == "root calls IAM's CreateOpenIDConnectProvider for https://login.example.com."
    device = asked("iam", "create_virtual_mfa_device", VirtualMFADeviceName="phone")
    assert device == ("CreateVirtualMFADevice phone", "root calls IAM's CreateVirtualMFADevice for phone.")


def test_what_the_operation_does_not_know_is_found_at_the_first_step() -> None:
    lab = Lab(seed=7)
    iam = lab.account("harbour").client("iam")

    def add(request: Any, **_: Any) -> None:
        request.data["Novelty"] = "1"

    iam.meta.events.register("before-sign.iam", add)
    with lab.recording("asked") as trace:
        iam.list_users()
    assert trace[0].found == {"Not known to the operation": "parameter Novelty; left out"}
