"""Parameters of any kind are read or refused, never stumbled over."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stssim.service_models import service_model
from stssim.trace import Refused
from tests.fakes import a_user
from tests.request.asked import SERVICES, all_parameters, needed


def said(service: str, operation: str, **parameters: Any) -> tuple[str, str]:
    """The code and message with which these parameters are refused."""
    with pytest.raises(Refused) as refused:
        needed(service, operation, **parameters)
    assert refused.value.refusal.status == 400
    return refused.value.refusal.code, refused.value.refusal.message


def test_a_required_parameter_that_is_missing_is_named() -> None:
    assert said("s3", "GetObject", Bucket="b") == ("InvalidRequest", "The request must contain the parameter Key")


# As IAM and CloudWatch Logs were seen to answer: https://github.com/crossplane-contrib/provider-aws/issues/1986,
# https://github.com/fluent-plugins-nursery/fluent-plugin-cloudwatch-logs/issues/140,
# https://github.com/lazywithclass/winston-cloudwatch/issues/55,
# https://github.com/amazon-archives/cloudwatch-logs-centralize-logs/issues/5
def test_a_policy_arn_that_is_too_short_is_a_validation_error() -> None:
    assert said("iam", "DeletePolicy", PolicyArn="Audit") == (
        "ValidationError",
        "1 validation error detected: Value 'Audit' at 'policyArn' failed to satisfy constraint: "
        "Member must have length greater than or equal to 20",
    )


def test_what_lies_deeper_is_named_by_its_path_and_all_that_is_wrong_at_once() -> None:
    event = {"timestamp": 1, "message": ""}
    code, message = said(
        "logs", "PutLogEvents", logGroupName="g", logStreamName="s", logEvents=[event, {"message": "m"}]
    )
    assert code == "InvalidParameterException"
    assert message == (
        "2 validation errors detected: Value '' at 'logEvents.1.member.message' failed to satisfy constraint: "
        "Member must have length greater than or equal to 1; Value null at 'logEvents.2.member.timestamp' failed to "
        "satisfy constraint: Member must not be null"
    )


def test_an_empty_list_is_shown_as_one() -> None:
    _, message = said("logs", "PutLogEvents", logGroupName="g", logStreamName="s", logEvents=[])
    assert message.startswith("1 validation error detected: Value '[]' at 'logEvents' failed to satisfy constraint")


def test_a_secret_value_is_not_repeated() -> None:
    _, message = said("secretsmanager", "PutSecretValue", SecretId="pin", SecretString="")
    assert message.startswith("1 validation error detected: Value at 'secretString' failed")


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "code"),
    [
        ("s3", "DeleteObjects", {"Bucket": "b", "Delete": {"Objects": [{"Key": ["own", "k"]}]}}, "MalformedXML"),
        ("s3", "DeleteObjects", {"Bucket": "b", "Delete": {"Objects": [{}]}}, "MalformedXML"),
        ("s3", "PutObjectTagging", {"Bucket": "b", "Key": "k"}, "MalformedXML"),
        ("iam", "TagUser", {"UserName": "bob", "Tags": [{"Key": "team", "Value": object()}]}, "MalformedInput"),
        ("kms", "ScheduleKeyDeletion", {"KeyId": "k", "PendingWindowInDays": {}}, "SerializationException"),
        ("kms", "ScheduleKeyDeletion", {"KeyId": "k", "PendingWindowInDays": True}, "SerializationException"),
        (
            "dynamodb",
            "PutItem",
            {"TableName": "t", "Item": {"id": {"L": [{"M": {"a": {"S": 5}}}]}}},
            "SerializationException",
        ),
    ],
)
def test_a_value_of_another_type_is_refused_however_deep_it_lies(
    service: str, operation: str, parameters: dict[str, Any], code: str
) -> None:
    assert said(service, operation, **parameters)[0] == code


JUNK = st.one_of(st.none(), st.integers(), st.text(max_size=5), st.booleans(), st.just([]), st.just({}), st.just([{}]))
OPERATIONS = st.sampled_from([service for service in SERVICES if service != "sts"]).flatmap(
    lambda service: st.tuples(st.just(service), st.sampled_from(service_model(service).operation_names))
)


@given(OPERATIONS, st.randoms(use_true_random=False), JUNK)
def test_parameters_of_any_kind_are_read_or_refused(named: tuple[str, str], chance: Random, junk: Any) -> None:
    service, operation = named
    parameters = all_parameters(service, operation)
    _spoil(parameters, chance, junk)
    try:
        needed(service, operation, by=a_user(), **parameters)
    except Refused as refused:
        assert refused.refusal.status in (400, 501)  # noqa: PT017


def _spoil(value: Any, chance: Random, junk: Any) -> None:
    """Puts junk in one place somewhere inside, or takes what is there away."""
    keys: list[Any] = list(value) if isinstance(value, dict) else list(range(len(value)))
    if not keys:
        return
    key = chance.choice(keys)
    if isinstance(value[key], dict | list) and value[key] and chance.random() < 0.7:
        _spoil(value[key], chance, junk)
    elif chance.random() < 0.3:
        del value[key]
    else:
        value[key] = junk
