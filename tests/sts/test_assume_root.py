"""AssumeRoot: short sessions of members' root users, for five tasks. And GetDelegatedAccessToken, for nobody here."""

from __future__ import annotations

from typing import Any

import pytest

from stssim.handles import TemporaryCredentials
from tests.access.given import allow, deny, document, refused
from tests.sts.scene import Scene, a_scene
from tests.through import Door

TASKS = "arn:aws:iam::aws:policy/root-task/"


def organized(door: Door, *, root_access: bool = True) -> Scene:
    """The vendor's account manages an organization that the customer's is in, with root sessions switched on."""
    scene = a_scene(door)
    organizations, iam = scene.vendor.client("organizations"), scene.vendor.client("iam")
    organizations.create_organization(FeatureSet="ALL")
    invited = organizations.invite_account_to_organization(Target={"Type": "ACCOUNT", "Id": scene.customer.number})
    scene.customer.client("organizations").accept_handshake(HandshakeId=invited["Handshake"]["Id"])
    organizations.enable_aws_service_access(ServicePrincipal="iam.amazonaws.com")
    if root_access:
        iam.enable_organizations_root_sessions()
    return scene


def asked(scene: Scene, who: Any = None, task: str = "S3UnlockBucketPolicy", **more: Any) -> dict[str, Any]:
    parameters = {"TargetPrincipal": scene.customer.number, "TaskPolicyArn": {"arn": TASKS + task}, **more}
    reply: dict[str, Any] = scene.sts(who).assume_root(**parameters)
    return reply


def root(scene: Scene, **more: Any) -> TemporaryCredentials:
    return scene.lab.session(asked(scene, **more))


def test_the_session_is_the_members_root_user_for_a_quarter_of_an_hour(door: Door) -> None:
    scene = organized(door)
    session = root(scene)
    told = scene.sts(session).get_caller_identity()
    assert (told["Arn"], told["UserId"]) == ("arn:aws:iam::222222222222:root", "222222222222")
    assert (session.expiration - scene.lab.clock.now()).total_seconds() == 900
    short = root(scene, DurationSeconds=60, TargetPrincipal="arn:aws:iam::222222222222:root")
    assert (short.expiration - scene.lab.clock.now()).total_seconds() == 60
    with refused("ValidationError", "less than or equal to 900"):
        root(scene, DurationSeconds=901)


def test_it_unlocks_a_bucket_that_locked_everybody_out_and_does_nothing_else(door: Door) -> None:
    scene = organized(door)
    scene.customer.bucket("locked", policy=document(deny("s3:*", "arn:aws:s3:::locked", Principal="*")))
    s3 = door(root(scene), "s3")
    s3.delete_bucket_policy(Bucket="locked")
    with refused("AccessDenied"):
        s3.create_bucket(Bucket="more")
    with refused("AccessDenied"):
        door(root(scene), "iam").create_user(UserName="mallory")


def test_each_task_allows_its_own_calls_alone(door: Door) -> None:
    scene = organized(door)
    auditor = root(scene, task="IAMAuditRootUserCredentials")
    assert door(auditor, "iam").get_account_summary()
    with refused("AccessDenied"):
        door(auditor, "s3").list_buckets()


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"TaskPolicyArn": {"arn": "arn:aws:iam::aws:policy/AdministratorAccess"}}, "ValidationError"),
        ({"TargetPrincipal": "not an account"}, "ValidationError"),
        ({"TargetPrincipal": "333333333333"}, "AccessDenied"),
    ],
)
def test_only_the_five_tasks_and_only_member_accounts(parameters: dict[str, Any], code: str, door: Door) -> None:
    scene = organized(door)
    with refused(code):
        asked(scene, **parameters)


def test_root_access_must_be_switched_on_and_the_caller_be_of_the_managing_account(door: Door) -> None:
    scene = organized(door, root_access=False)
    with refused("AccessDenied", "sts:AssumeRoot on resource: arn:aws:iam::222222222222:root"):
        asked(scene)
    scene.vendor.client("iam").enable_organizations_root_sessions()
    asked(scene)
    carol = scene.customer.user("carol", document(allow("*")))
    with refused("AccessDenied"):
        asked(scene, carol, TargetPrincipal=scene.vendor.number)


def test_the_callers_policy_may_limit_it_to_a_task(door: Door) -> None:
    scene = organized(door)
    only = {"StringEquals": {"sts:TaskPolicyArn": f"{TASKS}IAMAuditRootUserCredentials"}}
    bob = scene.vendor.user("bob", document(allow("sts:AssumeRoot", Condition=only)))
    assert asked(scene, bob, task="IAMAuditRootUserCredentials")
    with refused("AccessDenied"):
        asked(scene, bob)


def test_the_session_says_of_itself_that_it_is_an_assumed_root(door: Door) -> None:
    scene = organized(door)
    unless = deny(
        "s3:*", "arn:aws:s3:::locked", Principal="*", Condition={"BoolIfExists": {"aws:AssumedRoot": "false"}}
    )
    scene.customer.bucket("locked", policy=document(unless))
    with refused("AccessDenied"):
        scene.door(scene.customer, "s3").list_objects_v2(Bucket="locked")
    door(root(scene), "s3").get_bucket_policy(Bucket="locked")


def test_it_calls_nothing_of_sts_but_get_caller_identity(door: Door) -> None:
    scene = organized(door)
    session = root(scene)
    for call in (
        scene.sts(session).get_session_token,
        lambda: scene.assume(who=session),
        lambda: asked(scene, session),
    ):
        with refused("AccessDenied"):
            call()


def test_no_trade_in_token_is_good_here(door: Door) -> None:
    scene = a_scene(door)
    with refused("ExpiredTradeInTokenException"):
        scene.sts().get_delegated_access_token(TradeInToken="a token of a partner's")
