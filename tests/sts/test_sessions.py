"""Sessions: who they are, how long they last, and what does and does not end them."""

from __future__ import annotations

import re
from typing import Any

import pytest

from stssim.lab.handles import TemporaryCredentials
from tests.access.given import allow, deny, document, refused, text, to
from tests.sts.scene import UNCHECKED, Scene, a_scene, trusting
from tests.through import Door

EXPIRED = "The security token included in the request is expired"
INVALID = "The security token included in the request is invalid"


def identity(scene: Scene, who: Any) -> tuple[str, str, str]:
    told = scene.sts(who).get_caller_identity()
    return told["Arn"], told["UserId"], told["Account"]


def own_session(scene: Scene, **more: Any) -> TemporaryCredentials:
    """What GetSessionToken gives alice."""
    return scene.lab.session(scene.sts().get_session_token(**more))


def federated(scene: Scene, policy: str | None = None, **more: Any) -> TemporaryCredentials:
    """bob, a federated user of alice's."""
    passed = {} if policy is None else {"Policy": policy}
    return scene.lab.session(scene.sts().get_federation_token(Name="bob", **passed, **more))


def bucket(scene: Scene, account: Any, policy: Any = None) -> None:
    account.bucket("reports", {"q3.csv": "1;2", "secret.csv": "0"}, policy)


# Who they are


def test_a_user_is_known_by_its_path_and_its_unique_id(door: Door) -> None:
    scene = a_scene(door)
    carol = scene.vendor.user("carol", path="/division/")
    arn, user_id, account = identity(scene, carol)
    assert (arn, account) == ("arn:aws:iam::111111111111:user/division/carol", "111111111111")
    assert re.fullmatch("AIDA[A-Z2-7]{17}", user_id)
    assert user_id == carol.unique_id


def test_the_root_user_is_known_by_the_accounts_number(door: Door) -> None:
    scene = a_scene(door)
    assert identity(scene, scene.vendor) == ("arn:aws:iam::111111111111:root", "111111111111", "111111111111")


def test_a_role_session_is_known_by_the_roles_id_and_its_own_name_and_has_no_path(door: Door) -> None:
    scene = a_scene(door)
    deep = scene.customer.role("Deep", trusting(scene.vendor.arn), path="/teams/audit/")
    reply = scene.assumed(deep)
    assert reply["AssumedRoleUser"] == {
        "Arn": "arn:aws:sts::222222222222:assumed-role/Deep/audit",
        "AssumedRoleId": f"{deep.unique_id}:audit",
    }
    assert re.fullmatch("AROA[A-Z2-7]{17}", deep.unique_id)
    told = identity(scene, scene.lab.session(reply))
    assert told == (reply["AssumedRoleUser"]["Arn"], reply["AssumedRoleUser"]["AssumedRoleId"], "222222222222")


def test_a_federated_user_is_known_by_its_account_and_name(door: Door) -> None:
    scene = a_scene(door)
    arn = "arn:aws:sts::111111111111:federated-user/bob"
    assert identity(scene, federated(scene)) == (arn, "111111111111:bob", "111111111111")


def test_credentials_from_get_session_token_are_the_users_own(door: Door) -> None:
    scene = a_scene(door)
    assert identity(scene, own_session(scene)) == identity(scene, scene.alice)


def test_keys_say_what_they_are_and_whose(door: Door) -> None:
    scene = a_scene(door)
    temporary, lasting = scene.assume().access_key_id, scene.alice.access_key_id
    assert (lasting[:4], len(lasting), temporary[:4], len(temporary)) == ("AKIA", 20, "ASIA", 20)
    sts = scene.sts()
    assert sts.get_access_key_info(AccessKeyId=temporary)["Account"] == "222222222222"
    assert sts.get_access_key_info(AccessKeyId=lasting)["Account"] == "111111111111"


def test_get_caller_identity_cannot_be_denied(door: Door) -> None:
    scene = a_scene(door)
    mallory = scene.vendor.user("mallory", document(deny("*")))
    assert identity(scene, mallory)[0] == mallory.arn


# How long they last


@pytest.mark.parametrize("seconds", [900, 7200])
def test_a_session_ends_to_the_second(seconds: int, door: Door) -> None:
    scene = a_scene(door)
    reply = scene.assumed(DurationSeconds=seconds)
    assert (reply["Credentials"]["Expiration"] - scene.lab.clock.now()).total_seconds() == seconds
    sts = scene.sts(scene.lab.session(reply))
    scene.lab.clock.advance(seconds=seconds - 1)
    sts.get_caller_identity()
    scene.lab.clock.advance(seconds=1)
    with refused("ExpiredToken", EXPIRED):
        sts.get_caller_identity()


def test_unless_said_otherwise_a_role_lasts_an_hour_and_a_users_own_session_twelve(door: Door) -> None:
    scene = a_scene(door)
    now = scene.lab.clock.now()
    lasts = {
        "role": scene.assume().expiration - now,
        "user": own_session(scene).expiration - now,
        "federated user": federated(scene).expiration - now,
    }
    hours = {kind: span.total_seconds() / 3600 for kind, span in lasts.items()}
    assert hours == {"role": 1, "user": 12, "federated user": 12}


def test_the_root_users_own_session_lasts_an_hour_whatever_is_asked_for(door: Door) -> None:
    scene = a_scene(door)
    told = scene.sts(scene.vendor).get_session_token(DurationSeconds=129600)
    assert (told["Credentials"]["Expiration"] - scene.lab.clock.now()).total_seconds() == 3600


def test_a_chained_session_lasts_an_hour_at_most_and_outlives_the_one_it_came_from(door: Door) -> None:
    scene = a_scene(door)
    further = scene.customer.role("Next", trusting(scene.customer.arn), max_session_duration=43200)
    first = scene.assume(DurationSeconds=900)
    with refused("ValidationError", "1 hour session limit for roles assumed by role chaining"):
        scene.assume(further, first, DurationSeconds=3601)
    second = scene.assume(further, first, DurationSeconds=3600)
    scene.lab.clock.advance(seconds=3599)
    assert identity(scene, second)[0] == "arn:aws:sts::222222222222:assumed-role/Next/audit"
    with refused("ExpiredToken"):
        identity(scene, first)


@pytest.mark.parametrize(
    ("seconds", "says"),
    [(899, "greater than or equal to 900"), (43201, "less than or equal to 43200"), (7201, "MaxSessionDuration")],
)
def test_the_range_is_judged_before_the_roles_maximum(seconds: int, says: str, door: Door) -> None:
    scene = a_scene(door)
    with refused("ValidationError", says):
        scene.sts(config=UNCHECKED).assume_role(
            RoleArn=scene.role.arn, RoleSessionName="audit", DurationSeconds=seconds
        )


# What ends them, and what does not


def test_a_change_of_the_roles_permissions_reaches_its_live_sessions(door: Door) -> None:
    scene = a_scene(door)
    session = scene.assume()
    s3 = door(session, "s3")
    s3.list_buckets()
    scene.customer.client("iam").put_role_policy(
        RoleName="Audit", PolicyName="Audit-policy", PolicyDocument=text(allow("sts:*"))
    )
    with refused("AccessDenied", "because no identity-based policy allows the s3:ListAllMyBuckets action"):
        s3.list_buckets()


def test_a_change_of_the_trust_policy_does_not(door: Door) -> None:
    scene = a_scene(door)
    session = scene.assume()
    scene.role.trust(trusting(scene.customer.arn))
    door(session, "s3").list_buckets()
    with refused("AccessDenied", "sts:AssumeRole on resource"):
        scene.assume()


def test_deleting_the_role_ends_its_sessions_and_a_new_role_of_that_name_does_not_revive_them(door: Door) -> None:
    scene = a_scene(door)
    session, iam = scene.assume(), scene.customer.client("iam")
    iam.delete_role_policy(RoleName="Audit", PolicyName="Audit-policy")
    iam.delete_role(RoleName="Audit")
    with refused("InvalidClientTokenId", INVALID):
        identity(scene, session)
    scene.customer.role("Audit", trusting(scene.vendor.arn), document(allow("*")))
    with refused("InvalidClientTokenId", INVALID):
        identity(scene, session)
    with refused("InvalidAccessKeyId"):
        door(session, "s3").list_buckets()


def test_deleting_the_user_ends_what_it_was_issued_for_itself_and_not_the_roles_it_assumed(door: Door) -> None:
    scene = a_scene(door)
    own, bob, role, iam = own_session(scene), federated(scene), scene.assume(), scene.vendor.client("iam")
    iam.delete_access_key(UserName="alice", AccessKeyId=scene.alice.access_key_id)
    iam.delete_user_policy(UserName="alice", PolicyName="alice-policy")
    iam.delete_user(UserName="alice")
    for ended in (own, bob):
        with refused("InvalidClientTokenId", INVALID):
            identity(scene, ended)
    identity(scene, role)


def test_an_inactive_key_ends_nothing_that_was_issued_with_it(door: Door) -> None:
    scene = a_scene(door)
    own = own_session(scene)
    scene.vendor.client("iam").update_access_key(
        UserName="alice", AccessKeyId=scene.alice.access_key_id, Status="Inactive"
    )
    assert identity(scene, own)[0] == scene.alice.arn
    with refused("InvalidClientTokenId", INVALID):
        identity(scene, scene.alice)


def test_sessions_are_revoked_by_when_they_were_issued(door: Door) -> None:
    scene = a_scene(door)
    before = scene.assume()
    scene.lab.clock.advance(minutes=5)
    moment = scene.lab.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    revoked = deny("*", Condition={"DateLessThan": {"aws:TokenIssueTime": moment}})
    scene.customer.client("iam").put_role_policy(
        RoleName="Audit", PolicyName="AWSRevokeOlderSessions", PolicyDocument=text(revoked)
    )
    with refused("AccessDenied", "with an explicit deny in an identity-based policy"):
        door(before, "s3").list_buckets()
    door(scene.assume(), "s3").list_buckets()
    identity(scene, before)


# What they may not call


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("get_session_token", {}),
        ("get_federation_token", {"Name": "carol"}),
        ("get_access_key_info", {"AccessKeyId": "AKIAIOSFODNN7EXAMPLE"}),
        ("decode_authorization_message", {"EncodedMessage": "message"}),
    ],
)
def test_credentials_from_get_session_token_call_two_operations_of_sts(
    operation: str, parameters: dict[str, str], door: Door
) -> None:
    scene = a_scene(door)
    own = own_session(scene)
    with refused("AccessDenied"):
        getattr(scene.sts(own), operation)(**parameters)
    identity(scene, own)
    scene.assume(who=own)


def test_a_federated_user_calls_get_caller_identity_alone(door: Door) -> None:
    scene = a_scene(door)
    bob = federated(scene, text(allow("*")))
    identity(scene, bob)
    for forbidden in (
        lambda: scene.assume(who=bob),
        scene.sts(bob).get_session_token,
        lambda: scene.sts(bob).get_federation_token(Name="carol"),
    ):
        with refused("AccessDenied"):
            forbidden()


def test_iam_does_not_know_federated_users_nor_users_own_sessions_without_mfa(door: Door) -> None:
    scene = a_scene(door)
    device = scene.alice.mfa_device()
    proved = own_session(scene, SerialNumber=device.serial, TokenCode=device.code())
    for stranger in (own_session(scene), federated(scene, text(allow("*")))):
        with refused("InvalidClientTokenId", INVALID):
            door(stranger, "iam").list_roles()
    assert door(proved, "iam").get_user()["User"]["Arn"] == scene.alice.arn
    assert door(scene.assume(), "iam").list_roles()


def test_get_session_token_needs_no_permission_and_no_policy_takes_it_away(door: Door) -> None:
    scene = a_scene(door)
    mallory = scene.vendor.user("mallory", document(deny("*")))
    assert scene.sts(mallory).get_session_token()
    with refused("AccessDenied", "sts:GetFederationToken on resource: arn:aws:sts::111111111111:federated-user/bob"):
        scene.sts(mallory).get_federation_token(Name="bob")


# MFA


def test_mfa_is_remembered_in_ones_own_session_and_not_in_a_roles(door: Door) -> None:
    scene = a_scene(door)
    device = scene.alice.mfa_device()
    with_mfa = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    guarded = scene.customer.role("Guarded", trusting(scene.vendor.arn, Condition=with_mfa), document(allow("*")))
    with refused("AccessDenied"):
        scene.assume(guarded)
    with refused("AccessDenied"):
        scene.assume(guarded, own_session(scene))
    own = own_session(scene, SerialNumber=device.serial, TokenCode=device.code())
    session = scene.assume(guarded, own)
    further = scene.customer.role("Next", trusting(guarded.arn, Condition=with_mfa))
    with refused("AccessDenied"):
        scene.assume(further, session)


# What a federated user may


def test_a_federated_user_may_do_what_both_the_user_and_the_passed_policy_may(door: Door) -> None:
    scene = a_scene(door)
    bucket(scene, scene.vendor)
    helper = scene.vendor.user("helper", document(allow(["s3:GetObject", "sts:GetFederationToken"])))
    sts = scene.sts(helper)
    passed = scene.lab.session(sts.get_federation_token(Name="bob", Policy=text(allow(["s3:GetObject", "s3:List*"]))))
    door(passed, "s3").get_object(Bucket="reports", Key="q3.csv")
    with refused("AccessDenied"):
        door(passed, "s3").list_objects_v2(Bucket="reports")
    bare = scene.lab.session(sts.get_federation_token(Name="bob"))
    with refused("AccessDenied"):
        door(bare, "s3").get_object(Bucket="reports", Key="q3.csv")


def test_a_federated_user_without_a_policy_has_what_a_resource_gives_it_by_name(door: Door) -> None:
    scene = a_scene(door)
    grant = allow(
        "s3:GetObject", "arn:aws:s3:::reports/*", Principal=to("arn:aws:sts::111111111111:federated-user/bob")
    )
    bucket(scene, scene.vendor, document(grant))
    door(federated(scene), "s3").get_object(Bucket="reports", Key="q3.csv")
    carol = scene.lab.session(scene.sts().get_federation_token(Name="carol"))
    with refused("AccessDenied"):
        door(carol, "s3").get_object(Bucket="reports", Key="q3.csv")
