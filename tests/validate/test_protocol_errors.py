"""The faults of a caller's credentials, as each service words them."""

from __future__ import annotations

import pytest

from stssim.validate.protocol_errors import Fault, refusal
from tests.fakes import refusals

FACTS = refusals("wire_errors")


@pytest.mark.parametrize(
    ("service", "fault", "case"),
    [
        ("sts", "unsigned", "unsigned"),
        ("sts", "unknown key", "unknown key"),
        ("sts", "bad token", "unknown key"),
        ("sts", "foreign token", "unknown key"),
        ("iam", "expired", "expired"),
        ("s3", "unknown key", "S3 unknown key"),
        ("s3", "foreign token", "S3 unknown key"),
        ("s3", "bad token", "S3 bad token"),
        ("s3", "expired", "S3 expired"),
    ],
)
def test_a_fault_reads_as_the_real_service_was_seen_to_word_it(service: str, fault: Fault, case: str) -> None:
    said, fact = refusal(service, fault), FACTS[case]
    assert (said.code, said.status, said.message) == (fact["code"], fact["status"], fact["message"])


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("unsigned", "MissingAuthenticationTokenException"),
        ("unknown key", "UnrecognizedClientException"),
        ("expired", "ExpiredTokenException"),
    ],
)
def test_json_services_name_their_errors_as_exceptions(fault: Fault, code: str) -> None:
    """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html"""
    assert (refusal("dynamodb", fault).code, refusal("dynamodb", fault).status) == (code, 400)


def test_sqs_has_kept_the_errors_of_the_query_protocol_that_it_has_left() -> None:
    """Seen in argoproj/notifications-engine#382, from a client that speaks JSON to SQS."""
    said = refusal("sqs", "unknown key")
    assert (said.code, said.status) == ("InvalidClientTokenId", 403)


@pytest.mark.parametrize(
    ("service", "status"), [("dynamodb", 400), ("lambda", 403), ("eks", 403), ("secretsmanager", 400)]
)
def test_json_services_whose_protocol_is_rest_answer_403(service: str, status: int) -> None:
    """Lambda: iann0036/iamlive#58, brefphp/bref#1250. DynamoDB: its developer guide, Programming.Errors."""
    assert refusal(service, "unknown key").status == status


@pytest.mark.parametrize("fault", ["unknown key", "bad token", "foreign token"])
def test_ec2_tells_no_more_than_that_it_was_not_able_to_validate(fault: Fault) -> None:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html"""
    said = refusal("ec2", fault)
    assert (said.code, said.status) == ("AuthFailure", 401)
    assert said.message == "AWS was not able to validate the provided access credentials"
