"""MFA from end to end: a device is enabled by two codes, and a code that it shows now proves who calls."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from botocore.exceptions import ClientError

from stssim import Lab
from stssim.lab.handles import Account, Role, User
from stssim.lab.identity.mfa import MfaDevice
from tests.federation.given import READ, refused
from tests.through import Door


def with_mfa(operator: str = "Bool", value: str = "true", key: str = "aws:MultiFactorAuthPresent") -> dict[str, Any]:
    return {operator: {key: value}}


def trusting(account: Account, condition: dict[str, Any]) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": {"AWS": account.arn}, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": {**statement, "Condition": condition}}


def allowing(*actions: str) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": actions, "Resource": "*"}}


def a_shop(condition: dict[str, Any] | None = None) -> tuple[Lab, Account, User, Role]:
    lab = Lab(seed=7)
    account = lab.account("shop")
    alice = account.user("alice", allowing("sts:AssumeRole"))
    role = account.role("Admin", trusting(account, condition or with_mfa()), READ)
    return lab, account, alice, role


def assume(who: Any, role: Role, **more: Any) -> Any:
    return who.client("sts").assume_role(RoleArn=role.arn, RoleSessionName="admin", **more)


def test_a_role_that_wants_mfa_takes_the_code_that_the_device_shows(door: Door) -> None:
    _, _, alice, role = a_shop()
    device = alice.mfa_device()
    sts = door(alice, "sts")
    with pytest.raises(ClientError, match="AccessDenied"):
        sts.assume_role(RoleArn=role.arn, RoleSessionName="admin")
    sts.assume_role(RoleArn=role.arn, RoleSessionName="admin", SerialNumber=device.serial, TokenCode=device.code())


def test_a_wrong_code_is_refused(door: Door) -> None:
    _, _, alice, role = a_shop()
    device = alice.mfa_device()
    wrong = f"{(int(device.code()) + 1) % 1_000_000:06}"
    sts = door(alice, "sts")
    with refused("MFA code wrong or used before"):
        sts.get_session_token(SerialNumber=device.serial, TokenCode=wrong)
    with refused("MFA code wrong or used before"):
        sts.assume_role(RoleArn=role.arn, RoleSessionName="admin", SerialNumber=device.serial, TokenCode=wrong)


def test_a_code_is_good_once() -> None:
    lab, _, alice, role = a_shop()
    device = alice.mfa_device()
    code = device.code()
    assume(alice, role, SerialNumber=device.serial, TokenCode=code)
    with refused("MFA code wrong or used before"):
        assume(alice, role, SerialNumber=device.serial, TokenCode=code)
    lab.clock.advance(seconds=30)
    with refused("MFA code wrong or used before"):
        assume(alice, role, SerialNumber=device.serial, TokenCode=code)
    assume(alice, role, SerialNumber=device.serial, TokenCode=device.code())


def test_a_code_that_was_given_to_a_refused_call_is_spent_too() -> None:
    _, account, alice, role = a_shop(with_mfa("NumericGreaterThan", "86400", "aws:MultiFactorAuthAge"))
    device = alice.mfa_device()
    code = device.code()
    with pytest.raises(ClientError, match="not authorized to perform"):
        assume(alice, role, SerialNumber=device.serial, TokenCode=code)
    role.trust(trusting(account, with_mfa()))
    with refused("MFA code wrong or used before"):
        assume(alice, role, SerialNumber=device.serial, TokenCode=code)


@pytest.mark.parametrize(("periods", "good"), [(-3, False), (-2, True), (0, True), (2, True), (3, False)])
def test_a_code_is_good_for_a_little_while(periods: int, good: bool) -> None:
    lab, _, alice, role = a_shop()
    device = alice.mfa_device()
    lab.clock.advance(minutes=10)
    if good:
        assume(alice, role, SerialNumber=device.serial, TokenCode=device.code(periods))
    else:
        with refused("MFA code wrong or used before"):
            assume(alice, role, SerialNumber=device.serial, TokenCode=device.code(periods))


def test_anothers_device_is_not_ones_own() -> None:
    _, account, alice, role = a_shop()
    bobs = account.user("bob").mfa_device()
    with refused("MFA device not the user's"):
        assume(alice, role, SerialNumber=bobs.serial, TokenCode=bobs.code())
    with refused("MFA device not the user's"):
        alice.client("sts").get_session_token(SerialNumber=bobs.serial, TokenCode=bobs.code())
    with refused("MFA device not the user's"):
        account.client("sts").get_session_token(SerialNumber=bobs.serial, TokenCode=bobs.code())


def test_a_role_of_a_users_name_has_no_device_of_theirs() -> None:
    lab, account, alice, role = a_shop()
    device = alice.mfa_device()
    namesake = account.role("alice", trusting(account, with_mfa("Null", "true")), allowing("sts:AssumeRole"))
    session = lab.session(assume(alice, namesake))
    with refused("MFA device not the user's"):
        assume(session, role, SerialNumber=device.serial, TokenCode=device.code())


def test_a_device_that_was_deactivated_proves_nothing() -> None:
    _, account, alice, role = a_shop()
    device = alice.mfa_device()
    account.client("iam").deactivate_mfa_device(UserName="alice", SerialNumber=device.serial)
    with refused("MFA device not the user's"):
        assume(alice, role, SerialNumber=device.serial, TokenCode=device.code())


def test_half_of_a_proof_is_refused() -> None:
    _, _, alice, role = a_shop()
    device = alice.mfa_device()
    with refused("MFA half given"):
        assume(alice, role, SerialNumber=device.serial)
    with refused("MFA half given"):
        assume(alice, role, TokenCode=device.code())


@pytest.mark.parametrize("code", ["abcdef", "1234567", "12 456", "１２３４５６"])
def test_a_code_that_is_not_six_digits_breaks_its_constraint(code: str) -> None:
    _, _, alice, role = a_shop()
    device = alice.mfa_device()
    with pytest.raises(ClientError, match=r"ValidationError.*'tokenCode' failed to satisfy"):
        assume(alice, role, SerialNumber=device.serial, TokenCode=code)


@pytest.mark.parametrize(
    ("credentials", "condition", "granted"),
    [
        ("a key", with_mfa(), False),
        ("a key", with_mfa("BoolIfExists"), True),
        ("a key", with_mfa("Bool", "false"), False),
        ("a key", with_mfa("Null", "true"), True),
        ("a session without MFA", with_mfa(), False),
        ("a session without MFA", with_mfa("BoolIfExists"), False),
        ("a session without MFA", with_mfa("Bool", "false"), True),
        ("a session without MFA", with_mfa("Null", "true", "aws:MultiFactorAuthAge"), True),
        ("a session with MFA", with_mfa(), True),
        ("a session with MFA", with_mfa("BoolIfExists"), True),
        ("a session with MFA", with_mfa("Bool", "false"), False),
        ("a session with MFA", with_mfa("NumericLessThan", "3601", "aws:MultiFactorAuthAge"), True),
        ("a session with MFA", with_mfa("NumericLessThan", "3600", "aws:MultiFactorAuthAge"), False),
    ],
)
def test_the_keys_of_mfa_are_absent_false_or_true(credentials: str, condition: dict[str, Any], granted: bool) -> None:
    """IAM User Guide, "Secure API access with MFA"; the session asks an hour after its own MFA."""
    lab, _, alice, role = a_shop(condition)
    who: Any = alice
    if credentials != "a key":
        device = alice.mfa_device()
        mfa = {"SerialNumber": device.serial, "TokenCode": device.code()} if credentials.endswith("h MFA") else {}
        who = lab.session(alice.client("sts").get_session_token(**mfa))
        lab.clock.advance(hours=1)
    if granted:
        assume(who, role)
    else:
        with pytest.raises(ClientError, match="AccessDenied"):
            assume(who, role)


def test_the_credentials_of_a_role_carry_no_mfa() -> None:
    lab, account, alice, role = a_shop()
    device = alice.mfa_device()
    account.client("iam").put_role_policy(
        RoleName="Admin", PolicyName="next", PolicyDocument=json.dumps(allowing("sts:AssumeRole"))
    )
    chained = account.role("Next", trusting(account, with_mfa()))
    without = account.role("Without", trusting(account, with_mfa("Bool", "false")))
    admin = lab.session(assume(alice, role, SerialNumber=device.serial, TokenCode=device.code()))
    with pytest.raises(ClientError, match="AccessDenied"):
        assume(admin, chained)
    assume(admin, without)


def test_iam_answers_a_session_only_with_mfa() -> None:
    lab, _, alice, _ = a_shop()
    device = alice.mfa_device()
    alice.account.client("iam").put_user_policy(
        UserName="alice", PolicyName="more", PolicyDocument=json.dumps(allowing("iam:ListUsers"))
    )
    without = lab.session(alice.client("sts").get_session_token())
    with pytest.raises(ClientError, match="InvalidClientTokenId"):
        without.client("iam").list_users()
    proved = lab.session(alice.client("sts").get_session_token(SerialNumber=device.serial, TokenCode=device.code()))
    proved.client("iam").list_users()


def test_a_device_comes_with_a_seed_and_a_picture_of_it(door: Door) -> None:
    _, account, _, _ = a_shop()
    made = door(account, "iam").create_virtual_mfa_device(VirtualMFADeviceName="phone")["VirtualMFADevice"]
    assert made["SerialNumber"] == f"arn:aws:iam::{account.number}:mfa/phone"
    assert re.fullmatch(rb"[A-Z2-7]{64}", made["Base32StringSeed"])
    assert made["QRCodePNG"].startswith(b"\x89PNG")


def test_enabling_wants_two_codes_in_a_row_of_this_device(door: Door) -> None:
    lab, account, alice, _ = a_shop()
    iam = door(account, "iam")
    made = iam.create_virtual_mfa_device(VirtualMFADeviceName="phone")["VirtualMFADevice"]
    device = MfaDevice(made["SerialNumber"], made["Base32StringSeed"].decode(), lab.clock.now)

    def enable(first: str, second: str, user: str = "alice", serial: str = device.serial) -> None:
        iam.enable_mfa_device(UserName=user, SerialNumber=serial, AuthenticationCode1=first, AuthenticationCode2=second)

    first, second = device.codes()
    for codes in [(second, first), (first, first), ("000000", second), (device.code(-3), second), device.codes(-999)]:
        with pytest.raises(ClientError, match="InvalidAuthenticationCode") as told:
            enable(*codes)
        assert told.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    with pytest.raises(ClientError, match="NoSuchEntity"):
        enable(first, second, user="nobody")
    with pytest.raises(ClientError, match="NoSuchEntity"):
        enable(first, second, serial=device.serial + "-of-old")
    enable(first, second)
    listed = iam.list_mfa_devices(UserName="alice")["MFADevices"]
    assert [one["SerialNumber"] for one in listed] == [device.serial]
    with pytest.raises(ClientError, match="EntityAlreadyExists"):
        enable(first, second)
    with pytest.raises(ClientError, match="DeleteConflict"):
        iam.delete_virtual_mfa_device(SerialNumber=device.serial)
    alice.client("sts").get_session_token(SerialNumber=device.serial, TokenCode=second)
    with pytest.raises(ClientError, match="InvalidAuthenticationCode"):
        iam.resync_mfa_device(
            UserName="alice", SerialNumber=device.serial, AuthenticationCode1=second, AuthenticationCode2=device.code(1)
        )
    iam.resync_mfa_device(
        UserName="alice",
        SerialNumber=device.serial,
        AuthenticationCode1=device.code(1),
        AuthenticationCode2=device.code(2),
    )
    lab.clock.advance(minutes=1)
    alice.client("sts").get_session_token(SerialNumber=device.serial, TokenCode=device.code())


def test_mfa_is_worth_nothing_to_who_may_swap_the_device_and_the_key() -> None:
    """The attack that CloudGoat's `iam_privesc_by_key_rotation` teaches."""
    lab, account, alice, role = a_shop()
    alice.mfa_device()
    manager = account.user(
        "manager",
        allowing("iam:CreateAccessKey", "iam:CreateVirtualMFADevice", "iam:DeactivateMFADevice", "iam:EnableMFADevice"),
    )
    iam = manager.client("iam")
    key = iam.create_access_key(UserName="alice")["AccessKey"]
    iam.deactivate_mfa_device(UserName="alice", SerialNumber=f"arn:aws:iam::{account.number}:mfa/alice")
    made = iam.create_virtual_mfa_device(VirtualMFADeviceName="mine")["VirtualMFADevice"]
    mine = MfaDevice(made["SerialNumber"], made["Base32StringSeed"].decode(), lab.clock.now)
    first, second = mine.codes(-1)
    iam.enable_mfa_device(
        UserName="alice", SerialNumber=mine.serial, AuthenticationCode1=first, AuthenticationCode2=second
    )
    stolen = User(account, alice.arn, alice.unique_id, key["AccessKeyId"], key["SecretAccessKey"])
    assume(stolen, role, SerialNumber=mine.serial, TokenCode=mine.code())


def test_the_trace_tells_of_the_device_and_never_of_the_code() -> None:
    lab, _, alice, role = a_shop()
    device = alice.mfa_device()
    with lab.recording("mfa") as trace:
        assume(alice, role, SerialNumber=device.serial, TokenCode=device.code())
    step = next(step for step in trace if step.label == "MFA verified")
    assert step.arrow == 2
    assert step.found["SerialNumber"] == device.serial
    assert all(device.code() not in f"{step.sentence}{dict(step.found)}" for step in trace)


def test_devices_of_the_set_up_survive_a_reset_and_those_of_a_story_do_not() -> None:
    lab, account, alice, role = a_shop()
    device = alice.mfa_device()
    with lab.recording("scenario"):
        assume(alice, role, SerialNumber=device.serial, TokenCode=device.code())
        bobs = account.user("bob").mfa_device()
    lab.reset()
    assume(alice, role, SerialNumber=device.serial, TokenCode=device.code())
    again = account.user("bob").mfa_device()
    assert again.serial == bobs.serial
    again_serials = account.client("iam").list_mfa_devices(UserName="bob")["MFADevices"]
    assert [one["SerialNumber"] for one in again_serials] == [bobs.serial]


def test_guessing_a_code_ends_after_nine_tries_even_with_a_new_device() -> None:
    """Recorded on 2026-09-11 (radkawar/stackd, mfa_rejection)."""
    lab, account, alice, role = a_shop()
    device, iam = alice.mfa_device(), account.client("iam")
    lab.clock.advance(seconds=180 - lab.clock.now().timestamp() % 180)
    for _ in range(9):
        with refused("MFA code wrong or used before"):
            assume(alice, role, SerialNumber=device.serial, TokenCode="000000")
    with refused("MFA device not the user's"):
        assume(alice, role, SerialNumber=device.serial, TokenCode=device.code())
    iam.deactivate_mfa_device(UserName="alice", SerialNumber=device.serial)
    iam.delete_virtual_mfa_device(SerialNumber=device.serial)
    made = iam.create_virtual_mfa_device(VirtualMFADeviceName="alice")["VirtualMFADevice"]
    again = MfaDevice(made["SerialNumber"], made["Base32StringSeed"].decode(), lab.clock.now)
    first, second = again.codes()
    iam.enable_mfa_device(
        UserName="alice", SerialNumber=again.serial, AuthenticationCode1=first, AuthenticationCode2=second
    )
    with refused("MFA device not the user's"):
        assume(alice, role, SerialNumber=again.serial, TokenCode=again.code())
    lab.clock.advance(minutes=3)
    assume(alice, role, SerialNumber=again.serial, TokenCode=again.code())


def test_who_has_a_device_needs_it_to_add_or_remove_another() -> None:
    """Recorded on 2026-09-11 (radkawar/stackd, mfa_self_management)."""
    lab, account, alice, _ = a_shop()
    account.client("iam").put_user_policy(
        UserName="alice", PolicyName="own", PolicyDocument=json.dumps(allowing("iam:*MFADevice"))
    )
    device, own = alice.mfa_device(), alice.client("iam")
    with pytest.raises(ClientError, match="authenticated with an MFA device that is enabled for this user"):
        own.deactivate_mfa_device(UserName="alice", SerialNumber=device.serial)
    with pytest.raises(ClientError, match="authenticated with an MFA device that is enabled for this user"):
        own.enable_mfa_device(
            UserName="alice",
            SerialNumber=f"{device.serial}-of-old",
            AuthenticationCode1="000000",
            AuthenticationCode2="000000",
        )
    bobs = account.user("bob").mfa_device()
    own.deactivate_mfa_device(UserName="bob", SerialNumber=bobs.serial)
    proved = lab.session(alice.client("sts").get_session_token(SerialNumber=device.serial, TokenCode=device.code()))
    proved.client("iam").deactivate_mfa_device(UserName="alice", SerialNumber=device.serial)
