"""AssumeRoot: short sessions of members' root users, for five tasks. And GetDelegatedAccessToken, for nobody here."""

from __future__ import annotations

from typing import Any

import pytest

from stssim.lab.handles import TemporaryCredentials
from tests.access.given import allow, deny, document, refused
from tests.sts.scene import Scene, a_scene
from tests.through import Door

TASKS = "arn:aws:iam::aws:policy/root-task/"
CREDENTIALS, SESSIONS = "root_credentials_management", "root_sessions"
UNLOCKING = ("S3UnlockBucketPolicy", "SQSUnlockQueuePolicy")
OF_CREDENTIALS = ("IAMAuditRootUserCredentials", "IAMCreateRootUserPassword", "IAMDeleteRootUserCredentials")


def organized(door: Door, *features: str) -> Scene:
    """The vendor's account manages an organization that the customer's is in, with these features of centralized root
    access; both, unless said otherwise.
    """
    scene = a_scene(door)
    organizations, iam = scene.vendor.client("organizations"), scene.vendor.client("iam")
    organizations.create_organization(FeatureSet="ALL")
    invited = organizations.invite_account_to_organization(Target={"Type": "ACCOUNT", "Id": scene.customer.number})
    scene.customer.client("organizations").accept_handshake(HandshakeId=invited["Handshake"]["Id"])
    organizations.enable_aws_service_access(ServicePrincipal="iam.amazonaws.com")
    for feature in features or (CREDENTIALS, SESSIONS):
        getattr(iam, f"enable_organizations_{feature}")()
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


# The messages of the following were recorded in September 2026: radkawar/stackd, testdata/aws/iam/root_access.json and
# root_sessions.json.


@pytest.mark.parametrize("target", ["not an account", "arn:aws:iam::222222222222:role/Audit", "22222222222222222222"])
def test_the_target_is_an_account_or_the_arn_of_its_root(target: str, door: Door) -> None:
    scene = organized(door)
    with refused("ValidationError", "Request must contain a valid target principal"):
        asked(scene, TargetPrincipal=target)
    assert asked(scene, TargetPrincipal="arn:aws:iam::222222222222:root")


def test_the_task_is_one_of_five(door: Door) -> None:
    scene = organized(door)
    for arn in ("arn:aws:iam::aws:policy/ReadOnlyAccess", f"{TASKS}ReadOnlyAccess"):
        with refused("ValidationError", "Request must contain valid AWS managed task policy ARN"):
            asked(scene, TaskPolicyArn={"arn": arn})
    with refused("ValidationError", "1 validation error detected: Value null at 'taskPolicyArn' failed to satisfy"):
        asked(scene, TaskPolicyArn={})


def test_only_members_have_a_root_to_be_assumed(door: Door) -> None:
    scene = organized(door)
    for target in (scene.vendor.arn, scene.vendor.number, "333333333333"):
        says = f"User: {scene.alice.arn} is not authorized to perform: sts:AssumeRoot on resource: arn:aws:iam::"
        with refused("AccessDenied", f"{says}{target.removeprefix('arn:aws:iam::').partition(':')[0]}:root"):
            asked(scene, TargetPrincipal=target)


@pytest.mark.parametrize(
    ("feature", "granted", "withheld", "says"),
    [
        (CREDENTIALS, OF_CREDENTIALS, UNLOCKING, "Root sessions feature is not enabled for your AWS Organization."),
        (
            SESSIONS,
            UNLOCKING,
            OF_CREDENTIALS,
            "Root credentials management feature is not enabled for your AWS Organization.",
        ),
    ],
)
def test_each_task_belongs_to_one_of_the_two_features(
    feature: str, granted: tuple[str, ...], withheld: tuple[str, ...], says: str, door: Door
) -> None:
    scene = organized(door, feature)
    for task in granted:
        assert asked(scene, task=task)
    for task in withheld:
        with refused("AccessDenied", says):
            asked(scene, task=task)


def test_without_trusted_access_for_iam_there_are_no_new_root_sessions_and_the_old_ones_live_on(door: Door) -> None:
    scene = organized(door)
    auditor = root(scene, task="IAMAuditRootUserCredentials")
    scene.vendor.client("organizations").disable_aws_service_access(ServicePrincipal="iam.amazonaws.com")
    with refused("AccessDenied", "Service not enabled for AWS Organizations."):
        asked(scene)
    assert door(auditor, "iam").get_account_summary()


def test_only_the_management_account_and_delegated_administrators_assume_root(door: Door) -> None:
    scene = organized(door)
    carol = scene.customer.user("carol", document(allow("*")))
    says = f"User: {carol.arn} is not authorized to perform: sts:AssumeRoot on resource: {scene.customer.arn}"
    with refused("AccessDenied", says):
        asked(scene, carol)
    audit = scene.lab.account("audit")
    organizations = scene.vendor.client("organizations")
    invited = organizations.invite_account_to_organization(Target={"Type": "ACCOUNT", "Id": audit.number})
    audit.client("organizations").accept_handshake(HandshakeId=invited["Handshake"]["Id"])
    delegate = {"AccountId": audit.number, "ServicePrincipal": "iam.amazonaws.com"}
    organizations.register_delegated_administrator(**delegate)
    dora = audit.user("dora", document(allow("sts:AssumeRoot")))
    assert asked(scene, dora)
    organizations.deregister_delegated_administrator(**delegate)
    with refused("AccessDenied", f"User: {dora.arn} is not authorized to perform: sts:AssumeRoot on resource: "):
        asked(scene, dora)


def test_no_root_user_assumes_another(door: Door) -> None:
    """API reference of AssumeRoot: "You cannot use root user credentials to make this call." """
    scene = organized(door)
    says = f"User: {scene.vendor.arn} is not authorized to perform: sts:AssumeRoot on resource: {scene.customer.arn}"
    with refused("AccessDenied", says):
        asked(scene, scene.vendor)


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
