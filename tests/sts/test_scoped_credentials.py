"""GetScopedCredentials: the same session, with less.

Documented by AWS, in November 2026: the operation's page in the API reference, the guide's page on its permissions, and
the service model. What is inferred is named as such.
"""

from __future__ import annotations

from typing import Any

import pytest

from stssim.lab.handles import TemporaryCredentials
from tests.access.given import allow, deny, document, refused, text, to
from tests.sts.scene import Scene, a_scene, trusting
from tests.through import Door

READ_Q3 = text(allow("s3:GetObject", "arn:aws:s3:::reports/q3.csv"))
READ_ALL = text(allow(["s3:GetObject", "sts:GetScopedCredentials"]))


def scoped(scene: Scene, who: Any, **more: Any) -> TemporaryCredentials:
    return scene.lab.session(scene.sts(who).get_scoped_credentials(**more))


def reports(scene: Scene, policy: Any = None) -> None:
    scene.customer.bucket("reports", {"q3.csv": "1;2", "secret.csv": "0"}, policy)


def get(scene: Scene, who: Any, key: str) -> bytes:
    body: bytes = scene.door(who, "s3").get_object(Bucket="reports", Key=key)["Body"].read()
    return body


# Who the session is


def test_the_identity_stays_and_the_credentials_are_new(door: Door) -> None:
    scene = a_scene(door)
    session = scene.assume(SourceIdentity="alice")
    answer = scene.sts(session).get_scoped_credentials(Policy=READ_Q3)
    before, after = (scene.sts(who).get_caller_identity() for who in (session, scene.lab.session(answer)))
    assert before["Arn"] == after["Arn"] == answer["SessionInfo"]["Arn"]
    assert before["UserId"] == after["UserId"] == answer["SessionInfo"]["ScopedSessionId"]
    assert answer["SourceIdentity"] == "alice"
    assert answer["Credentials"]["AccessKeyId"] != session.access_key_id
    assert answer["ScopedPoliciesCount"] == 1


def test_the_answer_has_the_members_of_the_model_and_no_packed_policy_size(door: Door) -> None:
    scene = a_scene(door)
    answer = scene.sts(scene.assume()).get_scoped_credentials(Policy=READ_Q3)
    members = {"Credentials", "SessionInfo", "SessionTokenUtilization", "SessionTokenSize", "ScopedPoliciesCount"}
    assert answer.keys() - {"ResponseMetadata"} == members
    assert answer["SessionTokenSize"] == len(answer["Credentials"]["SessionToken"])


def test_tags_of_the_session_go_along(door: Door) -> None:
    only_red = document(allow("s3:GetObject", Condition={"StringEquals": {"aws:PrincipalTag/team": "red"}}))
    scene = a_scene(door, policy=document(*only_red["Statement"], allow("sts:GetScopedCredentials")))
    reports(scene)
    red, blue = (scene.assume(Tags=[{"Key": "team", "Value": team}]) for team in ("red", "blue"))
    assert get(scene, scoped(scene, red, DurationSeconds=60), "q3.csv") == b"1;2"
    with refused("AccessDenied", "s3:GetObject"):
        get(scene, scoped(scene, blue, DurationSeconds=60), "q3.csv")


def test_mfa_and_the_time_of_issue_go_along_which_is_inferred(door: Door) -> None:
    scene = a_scene(door)
    scene.vendor.bucket("ours", {"q3.csv": "1;2"})
    device = scene.lab.mfa_device(scene.alice)
    own = scene.lab.session(scene.sts().get_session_token(SerialNumber=device.serial, TokenCode=device.code()))
    condition = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    narrowed = scoped(scene, own, Policy=text(allow("s3:*", Condition=condition)))
    assert scene.door(narrowed, "s3").get_object(Bucket="ours", Key="q3.csv")["Body"].read() == b"1;2"
    late = {"DateGreaterThan": {"aws:TokenIssueTime": scene.lab.clock.now().isoformat()}}
    scene.lab.clock.advance(minutes=5)
    narrowed = scoped(scene, own, Policy=text(allow("*"), deny("s3:*", Condition=late)))
    assert scene.door(narrowed, "s3").get_object(Bucket="ours", Key="q3.csv")["Body"].read() == b"1;2"


# What it may do


def test_only_what_both_the_session_and_the_policy_allow_is_allowed(door: Door) -> None:
    scene = a_scene(door, policy=document(allow(["s3:GetObject", "sts:GetScopedCredentials"])))
    reports(scene)
    narrowed = scoped(scene, scene.assume(), Policy=text(allow("s3:*", "arn:aws:s3:::reports/q3.csv")))
    assert get(scene, narrowed, "q3.csv") == b"1;2"
    with refused("AccessDenied"):
        get(scene, narrowed, "secret.csv")
    with refused("AccessDenied"):
        scene.door(narrowed, "s3").delete_object(Bucket="reports", Key="q3.csv")


def test_a_deny_in_the_policy_denies(door: Door) -> None:
    scene = a_scene(door)
    reports(scene)
    policy = text(allow("*"), deny("s3:GetObject", "arn:aws:s3:::reports/secret.csv"))
    narrowed = scoped(scene, scene.assume(), Policy=policy)
    assert get(scene, narrowed, "q3.csv") == b"1;2"
    with refused("AccessDenied", "explicit deny"):
        get(scene, narrowed, "secret.csv")


def test_each_call_adds_a_layer_and_all_of_them_must_allow(door: Door) -> None:
    scene = a_scene(door)
    reports(scene)
    once = scoped(scene, scene.assume(), Policy=READ_ALL)
    answer = scene.sts(once).get_scoped_credentials(Policy=text(allow(["s3:*", "sts:*"], "*")))
    assert answer["ScopedPoliciesCount"] == 2
    twice = scene.lab.session(answer)
    with refused("AccessDenied"):
        scene.door(twice, "s3").delete_object(Bucket="reports", Key="q3.csv")
    thrice = scoped(scene, twice, Policy=READ_Q3)
    assert get(scene, thrice, "q3.csv") == b"1;2"
    with refused("AccessDenied"):
        get(scene, thrice, "secret.csv")


def test_a_fourth_policy_is_denied_and_a_shorter_life_is_not(door: Door) -> None:
    scene = a_scene(door)
    session = scene.assume()
    for _ in range(3):
        session = scoped(scene, session, Policy=READ_ALL)
    with refused("AccessDenied"):
        scoped(scene, session, Policy=READ_ALL)
    answer = scene.sts(session).get_scoped_credentials(DurationSeconds=60)
    assert answer["ScopedPoliciesCount"] == 3


def test_a_layer_that_does_not_allow_the_operation_ends_the_recursion_which_is_inferred(door: Door) -> None:
    scene = a_scene(door)
    narrowed = scoped(scene, scene.assume(), Policy=READ_Q3)
    with refused("AccessDenied", "sts:GetScopedCredentials"):
        scoped(scene, narrowed, DurationSeconds=60)


def test_a_role_that_may_not_call_it_cannot_which_is_inferred(door: Door) -> None:
    scene = a_scene(door, policy=document(allow("s3:*")))
    with refused("AccessDenied", "sts:GetScopedCredentials"):
        scoped(scene, scene.assume(), Policy=READ_Q3)


def test_a_bucket_policy_that_names_the_session_does_not_get_around_the_layer_which_is_inferred(door: Door) -> None:
    scene = a_scene(door)
    session = scene.assume()
    arn = scene.sts(session).get_caller_identity()["Arn"]
    reports(scene, document(allow("s3:GetObject", "arn:aws:s3:::reports/*", Principal=to(arn))))
    narrowed = scoped(scene, session, Policy=READ_Q3)
    assert get(scene, narrowed, "q3.csv") == b"1;2"
    with refused("AccessDenied"):
        get(scene, narrowed, "secret.csv")


def test_permissions_are_those_of_the_role_at_each_request(door: Door) -> None:
    scene = a_scene(door)
    reports(scene)
    narrowed = scoped(scene, scene.assume(), Policy=READ_Q3)
    assert get(scene, narrowed, "q3.csv") == b"1;2"
    scene.door(scene.customer, "iam").put_role_policy(
        RoleName="Audit", PolicyName="stop", PolicyDocument=text(deny("s3:*"))
    )
    with refused("AccessDenied"):
        get(scene, narrowed, "q3.csv")


def test_a_layer_that_allows_assuming_roles_lets_the_session_out_of_the_layer_which_is_inferred(door: Door) -> None:
    scene = a_scene(door)
    reports(scene)
    other = scene.customer.role(
        "Other", trusting(scene.customer.arn), document(allow("s3:*")), max_session_duration=7200
    )
    narrowed = scoped(scene, scene.assume(), Policy=text(allow("sts:AssumeRole"), allow("s3:ListBucket")))
    with refused("AccessDenied"):
        get(scene, narrowed, "secret.csv")
    assert get(scene, scene.assume(other, narrowed), "secret.csv") == b"0"
    with refused("ValidationError", "role chaining"):
        scene.assume(other, narrowed, DurationSeconds=3601)


# How long it lasts


def test_without_a_duration_it_expires_with_the_calling_credentials(door: Door) -> None:
    scene = a_scene(door)
    session = scene.assume(DurationSeconds=900)
    scene.lab.clock.advance(minutes=5)
    assert scoped(scene, session, Policy=READ_ALL).expiration == session.expiration


@pytest.mark.parametrize("seconds", [1, 899, 900])
def test_it_may_expire_sooner_from_one_second_on(door: Door, seconds: int) -> None:
    scene = a_scene(door)
    narrowed = scoped(scene, scene.assume(DurationSeconds=900), DurationSeconds=seconds)
    assert (narrowed.expiration - scene.lab.clock.now()).total_seconds() == seconds
    scene.sts(narrowed).get_caller_identity()
    scene.lab.clock.advance(seconds=seconds + 1)
    with refused("ExpiredToken"):
        scene.sts(narrowed).get_caller_identity()


def test_a_life_beyond_the_callers_is_refused_and_not_cut(door: Door) -> None:
    scene = a_scene(door)
    session = scene.assume(DurationSeconds=900)
    scene.lab.clock.advance(seconds=100)
    with refused("InsufficientSessionLifetime"):
        scoped(scene, session, DurationSeconds=801)
    assert scoped(scene, session, DurationSeconds=800).expiration == session.expiration


# Who may call it, and how


def test_long_term_keys_may_not_call_it(door: Door) -> None:
    scene = a_scene(door)
    for who in (scene.alice, scene.vendor):
        with refused("AccessDenied"):
            scoped(scene, who, Policy=READ_Q3)


def test_a_users_own_session_and_a_federated_user_may(door: Door) -> None:
    scene = a_scene(door)
    scene.vendor.bucket("ours", {"q3.csv": "1;2"})
    own = scene.lab.session(scene.sts().get_session_token())
    federated = scene.lab.session(scene.sts().get_federation_token(Name="bob", Policy=text(allow("*"))))
    for session in (own, federated):
        narrowed = scoped(scene, session, Policy=text(allow("s3:GetObject")))
        assert scene.door(narrowed, "s3").get_object(Bucket="ours", Key="q3.csv")["Body"].read() == b"1;2"
        with refused("AccessDenied"):
            scene.door(narrowed, "s3").list_buckets()


def test_the_global_endpoint_does_not_have_it(door: Door) -> None:
    scene = a_scene(door)
    with refused("InvalidAction"):
        scene.sts(scene.assume(), region="aws-global").get_scoped_credentials(Policy=READ_Q3)


def test_a_policy_or_a_duration_is_needed(door: Door) -> None:
    scene = a_scene(door)
    session = scene.assume()
    for nothing in ({}, {"ScopedSessionDescription": "for nothing"}, {"MinimumSessionTokenSize": 4000}):
        with refused("ValidationError"):
            scoped(scene, session, **nothing)


@pytest.mark.parametrize(
    "policy",
    [
        "{",
        '{"Version": "2012-10-17"}',
        text({**allow("s3:*"), "Principal": "*"}),
        text(allow("s3:*", None)),
    ],
    ids=["no JSON", "no statement", "a principal", "no resource"],
)
def test_what_is_no_policy_of_this_kind_is_malformed(door: Door, policy: str) -> None:
    scene = a_scene(door)
    with refused("MalformedPolicyDocument"):
        scoped(scene, scene.assume(), Policy=policy)


def test_a_token_beyond_its_maximum_is_refused(door: Door) -> None:
    scene = a_scene(door)
    session = scene.assume()
    long = text(allow("*"), *(allow("s3:*", f"arn:aws:s3:::bucket-{number}") for number in range(22)))
    session = scoped(scene, session, Policy=long)
    with refused("PackedPolicyTooLarge"):
        scoped(scene, session, Policy=long)


def test_a_token_can_be_padded_to_a_least_size(door: Door) -> None:
    scene = a_scene(door)
    answer = scene.sts(scene.assume()).get_scoped_credentials(DurationSeconds=60, MinimumSessionTokenSize=3000)
    assert 3000 <= answer["SessionTokenSize"] == len(answer["Credentials"]["SessionToken"]) < 3010


# What is seen of it


def test_the_trace_names_the_layer_that_decided(door: Door) -> None:
    scene = a_scene(door)
    reports(scene)
    narrowed = scoped(scene, scene.assume(), Policy=READ_Q3)
    with scene.lab.recording("a read") as trace, refused("AccessDenied"):
        get(scene, narrowed, "secret.csv")
    denied = next(step for step in trace if step.decision is not None)
    assert denied.decision is not None
    assert denied.decision.rule == "scope-down"
    assert denied.decision.policies.scope_down[0].name == "the scope-down policy"
