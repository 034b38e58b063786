from __future__ import annotations

import json
from typing import Any

import pytest

from stssim.call import Refused
from stssim.issue import issue
from tests.fakes import AWAY, FakeDirectory, a_call, a_cloud, a_role, a_user, refusals, told

AUDIT = a_role()
FACTS = refusals("sts_errors")
REGIONAL, GLOBAL = "sts.us-east-1.amazonaws.com", "sts.amazonaws.com"


def assuming(endpoint: str = REGIONAL, **parameters: Any) -> Any:
    return a_call(
        "AssumeRole", region="us-east-1", endpoint=endpoint, RoleArn=AUDIT.arn, RoleSessionName="s1", **parameters
    )


@pytest.mark.parametrize(("endpoint", "preferred", "version"), [(REGIONAL, 1, 2), (GLOBAL, 1, 1), (GLOBAL, 2, 2)])
def test_the_global_endpoint_issues_version_1_unless_the_account_prefers_2(
    endpoint: str, preferred: Any, version: int
) -> None:
    cloud = a_cloud(AUDIT, directory=FakeDirectory(versions={AWAY: preferred}))
    result, _ = issue(assuming(endpoint), a_user(), cloud)
    assert cloud.seal.open(result["Credentials"]["SessionToken"]).token_version == version


def test_the_global_endpoint_is_active_for_every_account() -> None:
    cloud = a_cloud(AUDIT, directory=FakeDirectory(inactive={(AWAY, "us-east-1")}))
    issue(assuming(GLOBAL), a_user(), cloud)
    with pytest.raises(Refused):
        issue(assuming(REGIONAL), a_user(), cloud)


def test_a_token_of_the_asked_for_minimum_size_says_how_long_it_is() -> None:
    result, _ = issue(assuming(MinimumSessionTokenSize=4096), a_user(), a_cloud(AUDIT))
    assert result["SessionTokenSize"] == len(result["Credentials"]["SessionToken"]) == 4096
    assert result["SessionTokenUtilization"] == 100


def _unlike(number: int, length: int) -> str:
    """Text that does not compress."""
    from hashlib import shake_256

    return shake_256(str(number).encode()).hexdigest(length // 2)


def test_tags_that_make_the_token_too_large_are_refused() -> None:
    tags = [{"Key": f"key{n}", "Value": _unlike(n, 250)} for n in range(40)]
    with pytest.raises(Refused) as caught:
        issue(assuming(Tags=tags), a_user(), a_cloud(AUDIT))
    assert told(caught.value)["code"] == FACTS["tags too large"]["code"]
    head, tail = FACTS["tags too large"]["message"].split("{n}")
    message = caught.value.refusal.message
    assert message.startswith(head)
    assert message.endswith(tail)
    assert int(message.removeprefix(head).removesuffix(tail)) > 100


def test_a_session_policy_that_makes_the_token_too_large_is_refused() -> None:
    resources = [f"arn:aws:s3:::{_unlike(n, 60)}" for n in range(200)]
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": resources}]}
    with pytest.raises(Refused) as caught:
        issue(assuming(Policy=json.dumps(policy)), a_user(), a_cloud(AUDIT))
    head, tail = FACTS["policy too large"]["message"].split("{n}")
    assert told(caught.value)["code"] == "PackedPolicyTooLarge"
    assert caught.value.refusal.message.startswith(head)
    assert caught.value.refusal.message.endswith(tail)


def test_good_until_names_the_day_when_it_is_another() -> None:
    _, (made, _) = issue(a_call("GetSessionToken", DurationSeconds=129600), a_user(), a_cloud())
    assert made.sentence.endswith("good until 2026-01-03 00:00:00 UTC.")
