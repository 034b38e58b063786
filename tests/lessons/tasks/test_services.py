"""Lesson 07's judge is content with a bucket for the whole of an organization, and with nothing less or more."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from botocore.exceptions import ClientError

from stssim import Lab
from stssim.lessons.tasks import TASKS
from stssim.trace import Trace

TASK = TASKS["07-organization"]
LOGS, SHOP, STRANGER = "111111111111", "222222222222", "333333333333"
ALL_THREE = LOGS, SHOP, STRANGER


def delivering(condition: dict[str, Any], *accounts: str, within: str = "*") -> Trace:
    """What becomes of a file of each account's trail, under this condition; `{org}` in it is the organization's id."""
    lab = Lab(seed=7)
    logs, shop, stranger = lab.account("logs"), lab.account("shop"), lab.account("stranger")
    head = logs.client("organizations")
    org = head.create_organization(FeatureSet="ALL")["Organization"]["Id"]
    invited = head.invite_account_to_organization(Target={"Type": "ACCOUNT", "Id": shop.number})
    shop.client("organizations").accept_handshake(HandshakeId=invited["Handshake"]["Id"])
    assert (logs.number, shop.number, stranger.number) == ALL_THREE
    statement = {
        "Effect": "Allow",
        "Action": "s3:PutObject",
        "Principal": {"Service": "cloudtrail.amazonaws.com"},
        "Resource": f"arn:aws:s3:::all-logs/{within}",
        "Condition": condition,
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": statement}).replace("{org}", org)
    logs.bucket("all-logs", policy=document)
    mine: Trace
    with lab.recording("mine") as mine:
        for account in accounts:
            arn = f"arn:aws:cloudtrail:us-east-1:{account}:trail/main"
            trail = lab.service("cloudtrail.amazonaws.com", source_arn=arn, source_account=account)
            with suppress(ClientError):
                trail.client("s3").put_object(Bucket="all-logs", Key=f"AWSLogs/{account}/monday.json", Body="{}")
    return mine


@pytest.mark.parametrize(
    ("condition", "within"),
    [
        ({"StringEquals": {"aws:SourceOrgID": "{org}"}}, "*"),
        ({"ForAnyValue:StringLike": {"aws:SourceOrgPaths": "{org}/*"}}, "*"),
        ({"StringEquals": {"aws:SourceOrgID": "{org}"}}, "AWSLogs/${aws:SourceAccount}/*"),
    ],
)
def test_whoever_is_in_the_organization_and_nobody_else_is_what_is_asked(
    condition: dict[str, Any], within: str
) -> None:
    assert TASK.judge(delivering(condition, *ALL_THREE, within=within)) is None


@pytest.mark.parametrize(
    ("condition", "accounts", "lacks"),
    [
        ({}, ALL_THREE, "takes a file of a trail from outside"),
        ({"StringEquals": {"aws:SourceAccount": [LOGS, SHOP]}}, ALL_THREE, "joins the organization tomorrow"),
        ({"StringEquals": {"aws:SourceAccount": LOGS}}, ALL_THREE, "no two accounts"),
        ({"StringEquals": {"aws:SourceOrgID": "{org}"}}, (LOGS, SHOP), "no trail from outside"),
        ({"StringEquals": {"aws:SourceOrgID": "{org}"}}, (LOGS, STRANGER), "no two accounts"),
        ({"StringEquals": {"aws:PrincipalOrgID": "{org}"}}, ALL_THREE, "no two accounts"),
    ],
)
def test_less_is_named(condition: dict[str, Any], accounts: tuple[str, ...], lacks: str) -> None:
    assert lacks in str(TASK.judge(delivering(condition, *accounts)))
