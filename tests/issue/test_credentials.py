from __future__ import annotations

import json
from typing import Any

import pytest

from stssim.issue import issue
from stssim.policy import check
from stssim.trace import Refused
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


def test_tags_that_make_the_token_too_large_are_refused_though_they_say_all_the_same() -> None:
    tags = [{"Key": f"key{n}", "Value": "a" * 250} for n in range(40)]
    with pytest.raises(Refused) as caught:
        issue(assuming(Tags=tags), a_user(), a_cloud(AUDIT))
    assert told(caught.value)["code"] == FACTS["tags too large"]["code"]
    head, tail = FACTS["tags too large"]["message"].split("{n}")
    message = caught.value.refusal.message
    assert message.startswith(head)
    assert message.endswith(tail)
    assert int(message.removeprefix(head).removesuffix(tail)) > 100


def test_a_session_policy_that_makes_the_token_too_large_is_refused() -> None:
    resources = ["arn:aws:s3:::reports/2026/*" for _ in range(200)]
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": resources}]}
    with pytest.raises(Refused) as caught:
        issue(assuming(Policy=json.dumps(policy)), a_user(), a_cloud(AUDIT))
    head, tail = FACTS["policy too large"]["message"].split("{n}")
    assert told(caught.value)["code"] == "PackedPolicyTooLarge"
    assert caught.value.refusal.message.startswith(head)
    assert caught.value.refusal.message.endswith(tail)


@pytest.mark.parametrize(("length", "fits"), [(2048, True), (2049, False)])
def test_the_plaintext_of_a_session_policy_has_2048_characters_at_most(length: int, fits: bool) -> None:
    """API reference of AssumeRole, Policy. So says `check`, too."""
    written = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::%s"}}'
    policy = written % ("x" * (length - len(written) + 2))
    assert len(policy) == length
    found = [finding.error.code for finding in check(policy, "session") if finding.error]
    if fits:
        result, _ = issue(assuming(Policy=policy), a_user(), a_cloud(AUDIT))
        assert result["PackedPolicySize"] == result["SessionTokenUtilization"] <= 100
        assert found == []
        return
    with pytest.raises(Refused) as caught:
        issue(assuming(Policy=policy), a_user(), a_cloud(AUDIT))
    assert [told(caught.value)["code"]] == found == ["PackedPolicyTooLarge"]


def test_good_until_names_the_day_when_it_is_another() -> None:
    _, (made, _) = issue(a_call("GetSessionToken", DurationSeconds=129600), a_user(), a_cloud())
    assert made.sentence.endswith("good until 2026-01-03 00:00:00 UTC.")
