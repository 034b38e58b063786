"""Lesson 09's judge is content with a role that minds whom an assertion was made out to, and with nothing less."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from botocore.exceptions import ClientError

from stssim import Lab
from stssim.lessons.tasks import TASKS
from stssim.trace import Trace

TASK = TASKS["09-for-aws"]
WIKI = "https://wiki.example.com/saml"
SIGN_IN = "https://signin.aws.amazon.com/saml"
FOR_AWS = {"StringEquals": {"SAML:aud": SIGN_IN}}
FOR_THE_WIKI = {"StringEquals": {"SAML:aud": WIKI}}


def showing(condition: dict[str, Any], *recipients: str, spoiled: bool = False) -> Trace:
    """What happens to good assertions (or unsigned ones) for these recipients at a role with this condition."""
    lab = Lab(seed=9)
    shop, login = lab.account("shop"), lab.saml_provider()
    provider = login.register(shop, "Login")
    statement = {"Effect": "Allow", "Action": "sts:AssumeRoleWithSAML", "Principal": {"Federated": provider}}
    if condition:
        statement["Condition"] = condition
    staff = shop.role("Staff", {"Version": "2012-10-17", "Statement": statement})
    mine: Trace
    with lab.recording("mine") as mine:
        for recipient in recipients:
            signed: Any = "nothing" if spoiled else "assertion"
            shown = login.assertion("bob", [(staff.arn, provider)], recipient=recipient, signed=signed)
            with suppress(ClientError):
                lab.client("sts").assume_role_with_saml(RoleArn=staff.arn, PrincipalArn=provider, SAMLAssertion=shown)
    return mine


def test_a_role_that_takes_what_was_meant_for_aws_alone_is_what_is_asked() -> None:
    assert TASK.judge(showing(FOR_AWS, SIGN_IN, WIKI)) is None


@pytest.mark.parametrize(
    ("condition", "recipients", "lacks"),
    [
        ({}, (SIGN_IN, WIKI), "still takes"),
        (FOR_THE_WIKI, (SIGN_IN, WIKI), "still takes"),
        (FOR_AWS, (SIGN_IN,), "nobody showed"),
        (FOR_AWS, (WIKI,), "nobody got in"),
        ({"StringEquals": {"SAML:aud": "https://elsewhere.example.com"}}, (SIGN_IN, WIKI), "nobody got in"),
    ],
)
def test_less_is_named(condition: dict[str, Any], recipients: tuple[str, ...], lacks: str) -> None:
    assert lacks in str(TASK.judge(showing(condition, *recipients)))


def test_an_assertion_that_proves_nothing_does_not_count_as_refused_by_the_role() -> None:
    assert "nobody showed" in str(TASK.judge(showing(FOR_AWS, SIGN_IN, WIKI, spoiled=True)))
