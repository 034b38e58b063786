"""Session tags and the source identity: who may set them, what they decide, and how far they go."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from stssim.lab.handles import Role
from tests.access.given import allow, document, refused, to
from tests.sts.scene import Scene, a_scene, trusting
from tests.through import Door


def tags(**given: str) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in given.items()]


def next_role(scene: Scene, name: str = "Next", **condition: Mapping[str, Any]) -> Role:
    """A role that trusts the customer's account, under this condition."""
    return scene.customer.role(name, trusting(scene.customer.arn, Condition=condition), document(allow("*")))


def test_a_session_tag_decides_as_a_principal_tag(door: Door) -> None:
    mine = allow("s3:GetObject", "arn:aws:s3:::reports/${aws:PrincipalTag/team}/*")
    scene = a_scene(door, policy=document(mine))
    scene.customer.bucket("reports", {"red/q3.csv": "1", "blue/q3.csv": "2"})
    s3 = door(scene.assume(Tags=tags(team="red")), "s3")
    s3.get_object(Bucket="reports", Key="red/q3.csv")
    with refused("AccessDenied"):
        s3.get_object(Bucket="reports", Key="blue/q3.csv")


def test_a_session_tag_overrides_the_roles_own_whatever_the_case_of_its_key(door: Door) -> None:
    scene = a_scene(door)
    owned = scene.customer.role(
        "Tagged",
        trusting(scene.vendor.arn),
        document(allow("*", Condition={"StringEquals": {"aws:PrincipalTag/team": "red"}})),
        tags={"team": "blue"},
    )
    with refused("AccessDenied"):
        door(scene.assume(owned), "s3").list_buckets()
    door(scene.assume(owned, Tags=tags(Team="red")), "s3").list_buckets()


def test_a_trust_policy_may_ask_for_a_tag_and_for_its_value(door: Door) -> None:
    scene = a_scene(door)
    asks = {
        "StringEquals": {"aws:RequestTag/team": ["red", "blue"]},
        "ForAllValues:StringEquals": {"aws:TagKeys": "team"},
    }
    scene.role.trust(trusting(scene.vendor.arn, Condition=asks))
    scene.assume(Tags=tags(team="red"))
    for given in ({}, {"team": "green"}, {"team": "red", "more": "than asked"}):
        with refused("AccessDenied"):
            scene.assume(Tags=tags(**given))


@pytest.mark.parametrize("side", ["trust policy", "caller"])
@pytest.mark.parametrize(
    ("action", "given"),
    [("sts:TagSession", {"Tags": tags(team="red")}), ("sts:SetSourceIdentity", {"SourceIdentity": "alice"})],
)
def test_both_sides_must_allow_what_goes_into_the_session(
    action: str, given: dict[str, Any], side: str, door: Door
) -> None:
    scene = a_scene(door)
    helper = scene.vendor.user("helper", document(allow(["sts:AssumeRole", action])))
    scene.assume(who=helper, **given)
    if side == "caller":
        helper = scene.vendor.user("other", document(allow("sts:AssumeRole")))
    else:
        scene.role.trust(trusting(scene.vendor.arn, actions=["sts:AssumeRole"]))
    with refused("AccessDenied", f"is not authorized to perform: {action} on resource: {scene.role.arn}"):
        scene.assume(who=helper, **given)
    scene.assume(who=helper)


def test_transitive_tags_go_along_the_chain_and_others_stay(door: Door) -> None:
    scene = a_scene(door)
    first = scene.assume(Tags=tags(team="red", task="audit"), TransitiveTagKeys=["team"])
    red = next_role(scene, "Red", StringEquals={"aws:PrincipalTag/team": "red"})
    audit = next_role(scene, "Task", StringEquals={"aws:PrincipalTag/task": "audit"})
    scene.assume(audit, first)
    second = scene.assume(red, first)
    third = scene.assume(red, second)
    scene.assume(red, third)
    with refused("AccessDenied"):
        scene.assume(audit, second)


def test_inherited_tags_need_tag_session_at_every_role_on_the_way(door: Door) -> None:
    scene = a_scene(door)
    first = scene.assume(Tags=tags(team="red"), TransitiveTagKeys=["team"])
    bare = scene.customer.role("Bare", trusting(scene.customer.arn, actions=["sts:AssumeRole"]))
    with refused("AccessDenied", "sts:TagSession"):
        scene.assume(bare, first)
    scene.assume(bare, scene.assume(Tags=tags(team="red")))


def test_a_source_identity_sticks_and_is_told_along_the_chain(door: Door) -> None:
    scene = a_scene(door)
    reply = scene.assumed(SourceIdentity="alice")
    assert reply["SourceIdentity"] == "alice"
    first = scene.lab.session(reply)
    theirs = next_role(scene, StringEquals={"aws:SourceIdentity": "alice", "sts:SourceIdentity": "alice"})
    again = scene.assumed(theirs, first)
    assert again["SourceIdentity"] == "alice"
    assert scene.assumed(theirs, first, SourceIdentity="alice")["SourceIdentity"] == "alice"
    with refused("ValidationError", "The source identity is already set for this assume role session"):
        scene.assume(theirs, first, SourceIdentity="bob")


def test_an_inherited_source_identity_needs_its_permission_at_every_role_on_the_way(door: Door) -> None:
    scene = a_scene(door)
    bare = scene.customer.role("Bare", trusting(scene.customer.arn, actions=["sts:AssumeRole"]))
    with refused("AccessDenied", "sts:SetSourceIdentity"):
        scene.assume(bare, scene.assume(SourceIdentity="alice"))
    scene.assume(bare, scene.assume())


def test_a_source_identity_may_be_longer_than_the_model_says(door: Door) -> None:
    scene = a_scene(door)
    assert scene.assumed(SourceIdentity="a" * 256)["SourceIdentity"] == "a" * 256
    with refused("ValidationError", "Member must have length less than or equal to 256"):
        scene.assume(SourceIdentity="a" * 257)


def test_a_federated_user_has_the_tags_it_was_given(door: Door) -> None:
    scene = a_scene(door)
    red = allow("s3:ListAllMyBuckets", Condition={"StringEquals": {"aws:PrincipalTag/team": "red"}})
    policy = document(red)

    def listing(**given: str) -> Any:

        reply = scene.sts().get_federation_token(Name="bob", Policy=json.dumps(policy), Tags=tags(**given))
        return door(scene.lab.session(reply), "s3").list_buckets()

    assert listing(team="red")
    with refused("AccessDenied"):
        listing(team="blue")


@pytest.mark.parametrize("key", ["aws:team", "AWS:team"])
def test_keys_that_begin_with_aws_are_reserved(key: str, door: Door) -> None:
    with refused("InvalidParameterValue", "reserved for system use"):
        a_scene(door).assume(Tags=[{"Key": key, "Value": "red"}])


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"Tags": tags(**{f"key-{number}": "x" for number in range(51)})}, "less than or equal to 50"),
        ({"Tags": tags(**{"k" * 129: "x"})}, "less than or equal to 128"),
        ({"Tags": tags(team="x" * 257)}, "less than or equal to 256"),
        ({"TransitiveTagKeys": [f"key-{number}" for number in range(51)]}, "less than or equal to 50"),
    ],
)
def test_tags_have_their_limits(given: dict[str, Any], says: str, door: Door) -> None:
    with refused("ValidationError", says):
        a_scene(door).assume(**given)


def test_a_role_that_trusts_a_session_by_name_trusts_no_other(door: Door) -> None:
    scene = a_scene(door)
    named = scene.customer.role(
        "Named",
        document(allow("sts:AssumeRole", None, Principal=to("arn:aws:sts::222222222222:assumed-role/Audit/audit"))),
    )
    scene.assume(named, scene.assume())
    with refused("AccessDenied"):
        scene.assume(named, scene.assume(RoleSessionName="other"))
