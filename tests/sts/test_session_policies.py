"""Session policies: they narrow what the role may do, and never widen it."""

from __future__ import annotations

import pytest

from tests.access.given import allow, deny, document, refused, text, to
from tests.sts.scene import UNCHECKED, Scene, a_scene
from tests.through import Door

READ = document(allow(["s3:GetObject", "s3:ListBucket"]))


def a_reader(door: Door) -> Scene:
    """The role may read and list the customer's bucket, and that is all."""
    scene = a_scene(door, policy=READ)
    scene.customer.bucket("reports", {"q3.csv": "1;2"})
    return scene


def managed(scene: Scene, name: str, *statements: dict[str, object]) -> dict[str, str]:
    made = scene.customer.client("iam").create_policy(PolicyName=name, PolicyDocument=text(*statements))
    return {"arn": made["Policy"]["Arn"]}


def test_an_inline_session_policy_leaves_what_both_allow(door: Door) -> None:
    scene = a_reader(door)
    s3 = door(scene.assume(Policy=text(allow(["s3:GetObject", "s3:PutObject"]))), "s3")
    s3.get_object(Bucket="reports", Key="q3.csv")
    with refused("AccessDenied", "because no session policy allows the s3:ListBucket action"):
        s3.list_objects_v2(Bucket="reports")
    with refused("AccessDenied", "because no identity-based policy allows the s3:PutObject action"):
        s3.put_object(Bucket="reports", Key="mine", Body=b"")


def test_a_managed_session_policy_does_the_same_and_several_add_up(door: Door) -> None:
    scene = a_reader(door)
    get, listing = managed(scene, "Get", allow("s3:GetObject")), managed(scene, "List", allow("s3:ListBucket"))
    one = door(scene.assume(PolicyArns=[get]), "s3")
    one.get_object(Bucket="reports", Key="q3.csv")
    with refused("AccessDenied", "no session policy"):
        one.list_objects_v2(Bucket="reports")
    both = door(scene.assume(PolicyArns=[get, listing]), "s3")
    both.list_objects_v2(Bucket="reports")
    mixed = door(scene.assume(PolicyArns=[get], Policy=text(allow("s3:ListBucket"))), "s3")
    mixed.list_objects_v2(Bucket="reports")


def test_a_deny_in_a_session_policy_is_named_with_its_arn(door: Door) -> None:
    scene = a_reader(door)
    forbids = managed(scene, "NoReading", allow("s3:*"), deny("s3:GetObject"))
    with refused("AccessDenied", f"with an explicit deny in a session policy: {forbids['arn']}"):
        door(scene.assume(PolicyArns=[forbids]), "s3").get_object(Bucket="reports", Key="q3.csv")


def test_aws_managed_policies_may_be_passed_and_another_accounts_may_not(door: Door) -> None:
    scene = a_reader(door)
    scene.assume(PolicyArns=[{"arn": "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"}])
    theirs = {"arn": "arn:aws:iam::111111111111:policy/Theirs"}
    with refused("NoSuchEntity"):
        scene.assume(PolicyArns=[theirs])


def test_a_session_policy_does_not_go_along_the_chain(door: Door) -> None:
    scene = a_scene(door)
    scene.customer.bucket("reports", {"q3.csv": "1;2"})
    further = scene.customer.role("Next", document(allow("sts:AssumeRole", None, Principal=to(scene.role.arn))), READ)
    narrow = scene.assume(Policy=text(allow("sts:AssumeRole")))
    door(scene.assume(further, narrow), "s3").get_object(Bucket="reports", Key="q3.csv")


def test_a_session_policy_that_forbids_it_keeps_a_session_from_going_on(door: Door) -> None:
    scene = a_scene(door)
    further = scene.customer.role("Next", document(allow("sts:AssumeRole", None, Principal=to(scene.customer.arn))))
    with refused("AccessDenied"):
        scene.assume(further, scene.assume(Policy=text(allow("s3:*"))))


def test_a_bucket_policy_that_names_the_session_grants_past_its_session_policy_one_that_names_the_role_does_not(
    door: Door,
) -> None:
    scene = a_scene(door, policy=document(allow("sts:*")))
    scene.customer.bucket("reports", {"q3.csv": "1;2"})
    narrow = door(scene.assume(Policy=text(allow("sts:*"))), "s3")

    def granted_to(arn: str) -> None:
        grant = allow("s3:GetObject", "arn:aws:s3:::reports/*", Principal=to(arn))
        scene.customer.client("s3").put_bucket_policy(Bucket="reports", Policy=text(grant))

    granted_to(scene.role.arn)
    with refused("AccessDenied", "no session policy"):
        narrow.get_object(Bucket="reports", Key="q3.csv")
    granted_to("arn:aws:sts::222222222222:assumed-role/Audit/audit")
    narrow.get_object(Bucket="reports", Key="q3.csv")


def test_packed_policy_size_is_told_where_something_was_packed(door: Door) -> None:
    scene = a_scene(door)
    assert "PackedPolicySize" not in scene.assumed()
    assert 0 < scene.assumed(Policy=text(allow("s3:*")))["PackedPolicySize"] <= 100
    assert 0 < scene.assumed(Tags=[{"Key": "team", "Value": "red"}])["PackedPolicySize"] <= 100
    assert scene.sts().get_federation_token(Name="bob")["PackedPolicySize"] == 0


def test_equal_lengths_take_equal_room_however_much_they_repeat_themselves(door: Door) -> None:
    """aws-actions/configure-aws-credentials#1898: nine tags of 250 a's took five times the room that there was in July
    2026, before the one limit of 4,096 bytes for the whole token.
    """
    scene = a_scene(door)

    def packed(*values: str) -> int:
        tags = [{"Key": f"T{number}", "Value": value} for number, value in enumerate(values)]
        size: int = scene.assumed(Tags=tags)["PackedPolicySize"]
        return size

    repeated, varied = "a" * 250, "".join(chr(97 + number * 7 % 26) for number in range(250))
    assert packed(*[repeated] * 9) == packed(*[varied] * 9) > 90
    with refused("PackedPolicyTooLarge", "Packed size of session tags consumes "):
        packed(*[repeated] * 12)


def of_length(length: int) -> str:
    written = text(allow("s3:*", "arn:aws:s3:::")).replace(" ", "")
    return written.replace(":::", ":::" + "x" * (length - len(written)))


def test_a_session_policy_may_have_2048_characters(door: Door) -> None:
    """AssumeRole's model has no maximum, but its documentation; what STS answers there is not known. That of the others
    has one: getmoto/moto#2075.
    """
    scene = a_scene(door)
    sts = scene.sts(config=UNCHECKED)
    scene.assumed(Policy=of_length(2048))
    with refused("PackedPolicyTooLarge", "Packed policy consumes 101% of allotted space, please use smaller policy."):
        scene.assumed(Policy=of_length(2049))
    sts.get_federation_token(Name="bob", Policy=of_length(2048))
    with refused(
        "ValidationError", "at 'policy' failed to satisfy constraint: Member must have length less than or equal"
    ):
        sts.get_federation_token(Name="bob", Policy=of_length(2049))


@pytest.mark.parametrize(
    "policy",
    [
        '{"Version": "2012-10-17"}',
        text({"Effect": "Perhaps", "Action": "*", "Resource": "*"}),
        text({"Effect": "Allow", "Action": "*", "Resource": "*", "Principal": "*"}),
        text({"Effect": "Allow", "Action": "*", "Resource": "arn:aws:s3"}),
        text({"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"StringAlike": {"aws:username": "x"}}}),
    ],
)
def test_json_that_is_no_session_policy_is_malformed(policy: str, door: Door) -> None:
    with refused("MalformedPolicyDocument"):
        a_scene(door).assume(Policy=policy)


def test_a_session_policy_is_malformed_whether_or_not_the_role_may_be_assumed(door: Door) -> None:
    scene = a_scene(door)
    mallory = scene.vendor.user("mallory")
    with refused("MalformedPolicyDocument"):
        scene.assume(who=mallory, Policy="invalid")
    with refused("AccessDenied"):
        scene.assume(who=mallory, PolicyArns=[{"arn": "arn:aws:iam::222222222222:policy/Nowhere"}])
