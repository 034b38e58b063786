"""A user that gets another name or path is still the same one.

IAM User Guide, "Rename an IAM user": policies and groups stay, the unique id too, and policies that name the user as a
principal follow.
"""

from __future__ import annotations

import pytest

from tests.access.given import a_lab, allow, document, refused, to

RENAMED = [
    ({"NewUserName": "eva"}, "user/eva"),
    ({"NewPath": "/staff/"}, "user/staff/eve"),
    ({"NewUserName": "eva", "NewPath": "/staff/"}, "user/staff/eva"),
]


@pytest.mark.parametrize(("change", "called"), RENAMED)
def test_a_renamed_users_key_goes_on_and_says_the_new_arn(change: dict[str, str], called: str) -> None:
    _, vendor, _ = a_lab()
    eve, iam = vendor.user("eve", document(allow("s3:ListAllMyBuckets"))), vendor.client("iam")
    iam.update_user(UserName="eve", **change)
    told = eve.client("sts").get_caller_identity()
    assert (told["Arn"], told["UserId"]) == (f"arn:aws:iam::{vendor.number}:{called}", eve.unique_id)
    eve.client("s3").list_buckets()


def test_what_is_a_users_is_listed_under_the_new_name() -> None:
    _, vendor, _ = a_lab()
    eve, iam = vendor.user("eve", tags={"team": "red"}), vendor.client("iam")
    device = eve.mfa_device()
    iam.create_group(GroupName="readers")
    iam.add_user_to_group(GroupName="readers", UserName="eve")
    iam.update_user(UserName="eve", NewUserName="eva")
    (key,) = iam.list_access_keys(UserName="eva")["AccessKeyMetadata"]
    assert (key["UserName"], key["AccessKeyId"]) == ("eva", eve.access_key_id)
    assert iam.get_access_key_last_used(AccessKeyId=eve.access_key_id)["UserName"] == "eva"
    assert iam.list_user_tags(UserName="eva")["Tags"] == [{"Key": "team", "Value": "red"}]
    assert [user["UserName"] for user in iam.get_group(GroupName="readers")["Users"]] == ["eva"]
    assert [each["SerialNumber"] for each in iam.list_mfa_devices(UserName="eva")["MFADevices"]] == [device.serial]
    (listed,) = iam.list_virtual_mfa_devices()["VirtualMFADevices"]
    assert (listed["User"]["UserName"], listed["User"]["Arn"]) == ("eva", f"arn:aws:iam::{vendor.number}:user/eva")
    iam.delete_access_key(UserName="eva", AccessKeyId=eve.access_key_id)
    with refused("InvalidClientTokenId"):
        eve.client("sts").get_caller_identity()


def test_a_role_goes_on_trusting_the_user_that_it_names_and_shows_the_new_name() -> None:
    _, vendor, customer = a_lab()
    eve = vendor.user("eve", document(allow("sts:AssumeRole")))
    role = customer.role("Audit", document(allow("sts:AssumeRole", None, Principal=to(eve.arn))))
    vendor.client("iam").update_user(UserName="eve", NewUserName="eva")
    eve.client("sts").assume_role(RoleArn=role.arn, RoleSessionName="audit")
    shown = customer.client("iam").get_role(RoleName="Audit")["Role"]["AssumeRolePolicyDocument"]
    assert shown["Statement"][0]["Principal"] == to(f"arn:aws:iam::{vendor.number}:user/eva")
    impostor = vendor.user("eve", document(allow("sts:AssumeRole")))
    with refused("AccessDenied"):
        impostor.client("sts").assume_role(RoleArn=role.arn, RoleSessionName="audit")
    assert impostor.client("sts").get_caller_identity()["UserId"] == impostor.unique_id != eve.unique_id
    assert eve.client("sts").get_caller_identity()["UserId"] == eve.unique_id


def test_the_name_of_another_user_is_taken() -> None:
    _, vendor, _ = a_lab()
    eve, bob, iam = vendor.user("eve"), vendor.user("bob"), vendor.client("iam")
    with refused("EntityAlreadyExists", "User with name bob already exists."):
        iam.update_user(UserName="eve", NewUserName="bob")
    assert [user.client("sts").get_caller_identity()["Arn"] for user in (eve, bob)] == [eve.arn, bob.arn]
    iam.update_user(UserName="eve", NewUserName="eve")
    with refused("NoSuchEntity"):
        iam.update_user(UserName="nobody", NewUserName="somebody")


def test_the_lab_says_under_which_name_it_looks_for_a_user_that_was_renamed() -> None:
    _, vendor, _ = a_lab()
    eve = vendor.user("eve")
    vendor.client("iam").update_user(UserName="eve", NewUserName="eva")
    with refused("NoSuchEntity", "The user with name eve cannot be found."):
        eve.mfa_device()


def test_ones_own_sessions_and_ones_mfa_device_go_on() -> None:
    lab, vendor, _ = a_lab()
    with_mfa = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    about_eva = allow("iam:GetUser", f"arn:aws:iam::{vendor.number}:user/eva", Condition=with_mfa)
    eve = vendor.user("eve", document(about_eva, allow("sts:GetFederationToken")))
    device, sts = eve.mfa_device(), eve.client("sts")
    before = lab.session(sts.get_session_token(SerialNumber=device.serial, TokenCode=device.code()))
    guest = lab.session(sts.get_federation_token(Name="guest"))
    vendor.client("iam").update_user(UserName="eve", NewUserName="eva")
    lab.clock.advance(minutes=1)
    after = lab.session(sts.get_session_token(SerialNumber=device.serial, TokenCode=device.code()))
    for session in (before, after):
        told = session.client("sts").get_caller_identity()
        assert (told["Arn"], told["UserId"]) == (f"arn:aws:iam::{vendor.number}:user/eva", eve.unique_id)
        assert session.client("iam").get_user()["User"]["UserName"] == "eva"
    guest.client("sts").get_caller_identity()


def test_a_session_ends_with_its_user_and_not_with_the_users_name() -> None:
    lab, vendor, _ = a_lab()
    eve, iam = vendor.user("eve"), vendor.client("iam")
    session = lab.session(eve.client("sts").get_session_token())
    iam.update_user(UserName="eve", NewUserName="eva")
    vendor.user("eve")
    session.client("sts").get_caller_identity()
    iam.delete_access_key(UserName="eva", AccessKeyId=eve.access_key_id)
    iam.delete_user(UserName="eva")
    with refused("InvalidClientTokenId"):
        session.client("sts").get_caller_identity()


def test_in_a_picture_a_session_is_drawn_under_the_new_name() -> None:
    lab, vendor, _ = a_lab()
    eve = vendor.user("eve")
    session = lab.session(eve.client("sts").get_session_token())
    vendor.client("iam").update_user(UserName="eve", NewUserName="eva")
    with lab.recording("who") as trace:
        eve.client("sts").get_caller_identity()
        session.client("sts").get_caller_identity()
    assert {step.source.name for step in trace if step.source.kind == "user"} == {"eva"}
