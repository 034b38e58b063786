"""Lesson 10's judge is content with what is asked, and names what lacks of anything less."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from botocore.exceptions import ClientError

from stssim import Lab
from stssim.lab.handles import TemporaryCredentials
from stssim.lessons.tasks import TASKS
from stssim.trace import Trace
from tests.access.given import allow, document

HONG_KONG = "ap-east-1"


@pytest.fixture
def world() -> dict[str, Any]:
    lab = Lab(seed=10)
    shop = lab.account("shop")
    shop.client("account").enable_region(RegionName=HONG_KONG)
    nadia = shop.user("nadia", document(allow("*")))
    trust = document(allow("sts:AssumeRole", None, Principal={"AWS": shop.number}))
    stock = shop.role("Stock", trust, document(allow("ec2:DescribeInstances")))

    def assumed(endpoint: str) -> TemporaryCredentials:
        sts = nadia.client("sts", region=endpoint)
        return lab.session(sts.assume_role(RoleArn=stock.arn, RoleSessionName="count"))

    def look(session: TemporaryCredentials, region: str) -> None:
        with suppress(ClientError):
            session.client("ec2", region=region).describe_instances()

    return {"lab": lab, "shop": shop, "assumed": assumed, "look": look}


def tried(world: dict[str, Any], endpoint: str | None, region: str | None) -> str | None:
    """What lacks when credentials are asked for there, and used there."""
    mine: Trace
    with world["lab"].recording("mine") as mine:
        if endpoint:
            session = world["assumed"](endpoint)
            if region:
                world["look"](session, region)
    return TASKS["10-hong-kong"].judge(mine)


def test_version_2_of_the_global_endpoint_is_what_is_asked(world: dict[str, Any]) -> None:
    exec(TASKS["10-hong-kong"].solution, world)
    assert TASKS["10-hong-kong"].judge(world["mine"]) is None


@pytest.mark.parametrize(
    ("endpoint", "region", "lacks"),
    [
        (None, None, "nobody was given"),
        ("eu-west-1", HONG_KONG, "not from the global endpoint"),
        ("aws-global", None, "nobody asked EC2 in Hong Kong"),
        ("aws-global", "eu-west-1", "nobody asked EC2 in Hong Kong"),
        ("aws-global", HONG_KONG, "still of version 1"),
    ],
)
def test_less_is_named(world: dict[str, Any], endpoint: str | None, region: str | None, lacks: str) -> None:
    assert lacks in str(tried(world, endpoint, region))


def test_a_token_that_was_issued_before_does_not_change(world: dict[str, Any]) -> None:
    mine: Trace
    with world["lab"].recording("mine") as mine:
        old = world["assumed"]("aws-global")
        world["shop"].client("iam").set_security_token_service_preferences(GlobalEndpointTokenVersion="v2Token")
        world["look"](old, HONG_KONG)
    assert "still of version 1" in str(TASKS["10-hong-kong"].judge(mine))
