from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from stssim.call import Call, Caller, Session
from stssim.cloud import Cloud
from stssim.issue import issue
from stssim.trace import Refused
from tests.fakes import (
    AWAY,
    HOME,
    NOON,
    FakeDirectory,
    a_call,
    a_cloud,
    a_role,
    a_root,
    a_user,
    refusals,
    told,
    using,
    verified,
)

AUDIT = a_role()
SECOND = a_role("Second", account=HOME)
FACTS = refusals("sts_errors")


def assume(caller: Caller, cloud: Cloud, **parameters: Any) -> tuple[dict[str, Any], Session]:
    """Assumes a role (Audit unless another is named), authorized: the response, and the session sealed in it."""
    call = assuming(**parameters)
    caller = verified(call, caller, cloud)
    result, _ = issue(call, caller, cloud)
    return dict(result), cloud.seal.open(result["Credentials"]["SessionToken"])


def assuming(**parameters: Any) -> Call:
    return a_call("AssumeRole", **{"RoleArn": AUDIT.arn, "RoleSessionName": "nightly", **parameters})


def refusal(caller: Caller, cloud: Cloud, **parameters: Any) -> dict[str, Any]:
    with pytest.raises(Refused) as caught:
        assume(caller, cloud, **parameters)
    assert caught.value.steps[-1].outcome == "denied"
    return told(caught.value)


def fact(name: str, **values: Any) -> dict[str, Any]:
    row = FACTS[name]
    return {"code": row["code"], "status": row["status"], "message": row["message"].format(**values)}


def test_the_response_says_who_was_assumed_and_until_when() -> None:
    result, _ = assume(a_user(), a_cloud(AUDIT))
    assert result["AssumedRoleUser"] == {
        "AssumedRoleId": f"{AUDIT.unique_id}:nightly",
        "Arn": f"arn:aws:sts::{AWAY}:assumed-role/Audit/nightly",
    }
    assert result["Credentials"]["Expiration"] == NOON + timedelta(hours=1)
    assert set(result["Credentials"]) == {"AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"}
    assert result["SessionTokenSize"] == len(result["Credentials"]["SessionToken"])


def test_the_arn_of_a_role_session_has_no_path() -> None:
    role = a_role(path="/vendors/audits/")
    result, session = assume(a_user(), a_cloud(role), RoleArn=role.arn)
    assert result["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{AWAY}:assumed-role/Audit/nightly"
    assert session.principal == role.arn


def test_the_token_holds_the_session_of_the_key_that_it_came_with() -> None:
    cloud = a_cloud(AUDIT)
    result, session = assume(a_user(), cloud)
    assert session == Session(
        kind="role",
        account=AWAY,
        principal=AUDIT.arn,
        principal_id=AUDIT.unique_id,
        name="nightly",
        access_key_id=result["Credentials"]["AccessKeyId"],
        issued_at=int(NOON.timestamp()),
        expires_at=int(NOON.timestamp()) + 3600,
        origin=f"user:{HOME}:alice",
    )
    assert result["Credentials"]["SecretAccessKey"] == cloud.seal.secret(session.access_key_id)


def test_two_steps_tell_that_the_credentials_are_generated_and_received() -> None:
    cloud = a_cloud(AUDIT)
    result, (made, received) = issue(assuming(), a_user(), cloud)
    key, secret, token = (result["Credentials"][name] for name in ("AccessKeyId", "SecretAccessKey", "SessionToken"))
    assert (made.arrow, made.source.name, made.target.name) == (3, "STS", "STS")
    assert made.sentence == f"STS makes temporary credentials for role Audit: key {key}, good until 13:00:00 UTC."
    assert made.session == cloud.seal.open(token)
    assert (received.arrow, received.source.name, received.target.name) == (4, "STS", "alice")
    assert secret not in repr((made, received))
    assert token not in repr((made, received))


def test_root_cannot_assume_a_role() -> None:
    assert refusal(a_root(), a_cloud(AUDIT)) == fact("root")


def test_a_session_of_root_cannot_either() -> None:
    cloud = a_cloud(AUDIT)
    result, _ = issue(a_call("GetSessionToken"), a_root(), cloud)
    session = cloud.seal.open(result["Credentials"]["SessionToken"])
    assert refusal(using(session), cloud) == fact("root")


@pytest.mark.parametrize(("wanted", "maximum"), [(3601, 3600), (43200, 7200)])
def test_a_duration_beyond_the_roles_maximum_is_refused(wanted: int, maximum: int) -> None:
    cloud = a_cloud(a_role(maximum=maximum))
    assert refusal(a_user(), cloud, DurationSeconds=wanted) == fact("longer than the role allows")


@pytest.mark.parametrize("wanted", [900, 3600, 43200])
def test_a_duration_up_to_the_roles_maximum_is_kept_to_the_second(wanted: int) -> None:
    _, session = assume(a_user(), a_cloud(a_role(maximum=43200)), DurationSeconds=wanted)
    assert session.expires_at - session.issued_at == wanted


def test_a_chained_role_lasts_an_hour_at_most() -> None:
    cloud = a_cloud(a_role(maximum=43200), SECOND)
    _, first = assume(a_user(), cloud, RoleArn=SECOND.arn)
    assert refusal(using(first), cloud, DurationSeconds=3601) == fact("longer than a chained role may")
    assume(using(first), cloud, DurationSeconds=3600)


def test_credentials_from_get_session_token_count_as_a_chain() -> None:
    cloud = a_cloud(a_role(maximum=43200))
    result, _ = issue(a_call("GetSessionToken"), a_user(), cloud)
    session = cloud.seal.open(result["Credentials"]["SessionToken"])
    assert refusal(using(session), cloud, DurationSeconds=43200) == fact("longer than a chained role may")


def test_the_roles_maximum_is_judged_before_the_hour_of_chaining() -> None:
    cloud = a_cloud(a_role(maximum=7200), SECOND)
    _, first = assume(a_user(), cloud, RoleArn=SECOND.arn)
    assert refusal(using(first), cloud, DurationSeconds=43200) == fact("longer than the role allows")


def test_a_session_belongs_to_whoever_asked_for_the_first_of_its_chain() -> None:
    cloud = a_cloud(AUDIT, SECOND)
    _, first = assume(a_user("mallory"), cloud, RoleArn=SECOND.arn)
    _, second = assume(using(first), cloud)
    assert second.origin == first.origin == f"user:{HOME}:mallory"


def test_without_policy_or_tags_there_is_no_packed_policy_size() -> None:
    result, _ = assume(a_user(), a_cloud(AUDIT))
    assert "PackedPolicySize" not in result


@pytest.mark.parametrize(
    "parameters",
    [
        {"Tags": [{"Key": "team", "Value": "red"}]},
        {"Policy": '{"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}'},
    ],
)
def test_with_policy_or_tags_it_is_what_the_token_uses_of_4096_bytes(parameters: dict[str, Any]) -> None:
    result, _ = assume(a_user(), a_cloud(AUDIT), **parameters)
    size = len(result["Credentials"]["SessionToken"])
    assert result["PackedPolicySize"] == result["SessionTokenUtilization"]
    assert 0 <= result["PackedPolicySize"] - size * 100 / 4096 < 1


def test_an_mfa_code_for_this_call_leaves_no_trace_in_the_roles_credentials() -> None:
    cloud = a_cloud(AUDIT)
    result, _ = issue(assuming(), replace(a_user(), mfa_at=int(NOON.timestamp())), cloud)
    assert cloud.seal.open(result["Credentials"]["SessionToken"]).mfa_at is None


def test_a_source_identity_sticks_along_the_chain() -> None:
    cloud = a_cloud(AUDIT, SECOND)
    result, first = assume(a_user(), cloud, RoleArn=SECOND.arn, SourceIdentity="alice@example.com")
    assert result["SourceIdentity"] == first.source_identity == "alice@example.com"
    result, second = assume(using(first), cloud)
    assert result["SourceIdentity"] == second.source_identity == "alice@example.com"
    assume(using(first), cloud, SourceIdentity="alice@example.com")
    assert refusal(using(first), cloud, SourceIdentity="mallory") == fact("source identity changed")


def test_a_source_identity_may_be_set_late_in_the_chain() -> None:
    cloud = a_cloud(AUDIT, SECOND)
    _, first = assume(a_user(), cloud, RoleArn=SECOND.arn)
    _, second = assume(using(first), cloud, SourceIdentity="alice")
    assert second.source_identity == "alice"


def test_no_source_identity_no_answer_about_it() -> None:
    result, _ = assume(a_user(), a_cloud(AUDIT))
    assert "SourceIdentity" not in result


def test_sts_must_be_active_in_the_region_for_the_roles_account() -> None:
    directory = FakeDirectory(inactive={(AWAY, "eu-central-1")})
    assert refusal(a_user(), a_cloud(AUDIT, directory=directory)) == fact("Region not activated", account=AWAY)
    directory.inactive = {(HOME, "eu-central-1")}
    assume(a_user(), a_cloud(AUDIT, directory=directory))


def test_a_role_that_is_gone_by_now_is_refused_as_if_it_had_never_been() -> None:
    assert refusal(a_user(), a_cloud()) == {
        "code": "AccessDenied",
        "status": 403,
        "message": f"User: {a_user().arn} is not authorized to perform: sts:AssumeRole on resource: {AUDIT.arn}",
    }


def test_a_role_is_found_by_its_whole_arn() -> None:
    assert refusal(a_user(), a_cloud(a_role(path="/vendors/")))["code"] == "AccessDenied"
