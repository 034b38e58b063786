from __future__ import annotations

from typing import Any

import pytest

from stssim.call import Caller, Session
from stssim.cloud import Cloud
from stssim.issue import issue
from stssim.trace import Refused
from tests.fakes import a_call, a_cloud, a_role, a_user, refusals, told, using, verified

FIRST, SECOND, THIRD = a_role("First"), a_role("Second"), a_role("Third")
FACTS = refusals("sts_errors")
Pairs = list[tuple[str, str]]


def assume(
    caller: Caller, cloud: Cloud, role: Any = FIRST, tags: Pairs | None = None, keys: list[str] | None = None
) -> Session:
    parameters: dict[str, Any] = {"RoleArn": role.arn, "RoleSessionName": "s1"}
    if tags:
        parameters["Tags"] = [{"Key": key, "Value": value} for key, value in tags]
    if keys:
        parameters["TransitiveTagKeys"] = keys
    call = a_call("AssumeRole", **parameters)
    caller = verified(call, caller, cloud)
    result, _ = issue(call, caller, cloud)
    return cloud.seal.open(result["Credentials"]["SessionToken"])


def refusal(case: str, caller: Caller, cloud: Cloud, **passed: Any) -> None:
    with pytest.raises(Refused) as caught:
        assume(caller, cloud, **passed)
    assert told(caught.value) == {name: FACTS[case][name] for name in ("code", "status", "message")}


def test_tags_and_transitive_keys_are_the_sessions() -> None:
    session = assume(a_user(), a_cloud(FIRST), tags=[("Team", "red"), ("cost", "")], keys=["Team"])
    assert session.tags == (("Team", "red"), ("cost", ""))
    assert session.transitive_tag_keys == ("Team",)


def test_only_transitive_tags_go_along_the_chain_and_they_go_all_the_way() -> None:
    cloud = a_cloud(FIRST, SECOND, THIRD)
    first = assume(a_user(), cloud, tags=[("team", "red"), ("cost", "7")], keys=["team"])
    second = assume(using(first), cloud, SECOND, tags=[("ticket", "T-1")])
    third = assume(using(second), cloud, THIRD)
    assert second.tags == (("team", "red"), ("ticket", "T-1"))
    assert third.tags == (("team", "red"),)
    assert third.transitive_tag_keys == ("team",)


def test_an_inherited_tag_cannot_be_set_again_in_any_case() -> None:
    cloud = a_cloud(FIRST, SECOND)
    first = assume(a_user(), cloud, tags=[("team", "red")], keys=["team"])
    refusal("inherited tag overridden", using(first), cloud, role=SECOND, tags=[("TEAM", "blue")], keys=["TEAM"])
    refusal("inherited tag overridden", using(first), cloud, role=SECOND, tags=[("team", "red")])


def test_a_tag_that_is_not_transitive_may_be_set_anew() -> None:
    cloud = a_cloud(FIRST, SECOND)
    first = assume(a_user(), cloud, tags=[("team", "red")])
    assert assume(using(first), cloud, SECOND, tags=[("team", "blue")]).tags == (("team", "blue"),)


def test_a_transitive_key_must_be_among_the_tags() -> None:
    refusal("transitive key without tag", a_user(), a_cloud(FIRST), tags=[("team", "red")], keys=["cost"])
    refusal("transitive key without tag", a_user(), a_cloud(FIRST), keys=["team"])


def test_a_transitive_key_may_differ_in_case_from_its_tag() -> None:
    assert assume(a_user(), a_cloud(FIRST), tags=[("Team", "red")], keys=["TEAM"]).transitive_tag_keys == ("Team",)


@pytest.mark.parametrize("again", ["team", "TEAM"])
def test_a_tag_cannot_be_passed_twice(again: str) -> None:
    refusal("tag passed twice", a_user(), a_cloud(FIRST), tags=[("team", "red"), (again, "blue")])


@pytest.mark.parametrize("key", ["aws:team", "AWS:team"])
def test_keys_that_begin_with_aws_are_reserved(key: str) -> None:
    with pytest.raises(Refused) as caught:
        assume(a_user(), a_cloud(FIRST), tags=[(key, "red")])
    assert caught.value.refusal.code == "InvalidParameterValue"
    assert "reserved" in caught.value.refusal.message
