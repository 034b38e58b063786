"""Virtual MFA devices as IAM keeps them; how they prove who calls is in `tests/federation`."""

from __future__ import annotations

import zlib
from typing import Any

import pytest
from botocore.exceptions import ClientError

from stssim import Lab
from stssim.access.services.iam.mfa_devices import EARLIEST, LATEST, provisioning_uri, qr_code
from stssim.lab.identity.mfa import MfaDevice


def a_lab() -> tuple[Lab, Any]:
    lab = Lab(seed=7)
    account = lab.account("shop")
    account.user("alice")
    return lab, account.client("iam")


def made(lab: Lab, iam: Any, name: str = "phone") -> MfaDevice:
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName=name)["VirtualMFADevice"]
    return MfaDevice(device["SerialNumber"], device["Base32StringSeed"].decode(), lab.clock.now)


def enable(iam: Any, device: MfaDevice, periods: int = 0, user: str = "alice") -> None:
    first, second = device.codes(periods)
    iam.enable_mfa_device(
        UserName=user, SerialNumber=device.serial, AuthenticationCode1=first, AuthenticationCode2=second
    )


def test_the_qr_code_says_what_the_api_reference_says() -> None:
    uri = provisioning_uri("arn:aws:iam::111122223333:mfa/bob's phone", "111122223333", "ABC")
    assert uri == "otpauth://totp/bob%27s%20phone@111122223333?secret=ABC"


def test_the_picture_is_a_png_with_all_its_parts() -> None:
    picture = qr_code("otpauth://totp/bob@111122223333?secret=ABC")
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    place = picture.index(b"IDAT")
    size = int.from_bytes(picture[place - 4 : place], "big")
    assert zlib.decompress(picture[place + 4 : place + 4 + size])
    assert picture.endswith(b"IEND\xaeB`\x82")


def test_a_seed_is_shown_once_and_never_again() -> None:
    lab, iam = a_lab()
    device = made(lab, iam)
    enable(iam, device)
    (listed,) = iam.list_virtual_mfa_devices()["VirtualMFADevices"]
    assert listed["SerialNumber"] == device.serial
    assert listed["User"]["UserName"] == "alice"
    assert not {"Base32StringSeed", "QRCodePNG"} & listed.keys()


@pytest.mark.parametrize(
    ("periods", "taken"),
    [(0, True), (EARLIEST, True), (LATEST, True), (EARLIEST - 1, False), (LATEST + 1, False)],
)
def test_codes_of_the_last_eight_hours_enable_a_device_too(periods: int, taken: bool) -> None:
    lab, iam = a_lab()
    device = made(lab, iam)
    if taken:
        enable(iam, device, periods)
        assert iam.list_mfa_devices(UserName="alice")["MFADevices"]
    else:
        with pytest.raises(ClientError, match="InvalidAuthenticationCode"):
            enable(iam, device, periods)


def test_a_user_has_up_to_eight_devices() -> None:
    """IAM User Guide, "IAM and AWS STS quotas"."""
    lab, iam = a_lab()
    for number in range(8):
        enable(iam, made(lab, iam, f"phone{number}"))
    with pytest.raises(ClientError, match="LimitExceeded"):
        enable(iam, made(lab, iam, "one-more"))


def test_a_user_with_a_device_cannot_be_deleted() -> None:
    lab, iam = a_lab()
    device = made(lab, iam)
    enable(iam, device)
    for key in iam.list_access_keys(UserName="alice")["AccessKeyMetadata"]:
        iam.delete_access_key(UserName="alice", AccessKeyId=key["AccessKeyId"])
    with pytest.raises(ClientError, match="must delete MFA device first"):
        iam.delete_user(UserName="alice")
    iam.deactivate_mfa_device(UserName="alice", SerialNumber=device.serial)
    iam.delete_virtual_mfa_device(SerialNumber=device.serial)
    iam.delete_user(UserName="alice")


def test_a_device_that_is_not_the_users_cannot_be_resynchronized() -> None:
    lab, iam = a_lab()
    device = made(lab, iam)
    first, second = device.codes()
    codes = {"AuthenticationCode1": first, "AuthenticationCode2": second}
    with pytest.raises(ClientError, match="NoSuchEntity"):
        iam.resync_mfa_device(UserName="alice", SerialNumber=device.serial, **codes)
    with pytest.raises(ClientError, match="NoSuchEntity"):
        iam.resync_mfa_device(UserName="nobody", SerialNumber=device.serial, **codes)
    enable(iam, device)
    with pytest.raises(ClientError, match="InvalidAuthenticationCode"):
        iam.resync_mfa_device(
            UserName="alice", SerialNumber=device.serial, AuthenticationCode1=second, AuthenticationCode2=first
        )


def test_equal_seeds_make_equal_devices_and_pictures() -> None:
    devices = [a_lab()[1].create_virtual_mfa_device(VirtualMFADeviceName="phone")["VirtualMFADevice"] for _ in "12"]
    assert devices[0]["Base32StringSeed"] == devices[1]["Base32StringSeed"]
    assert devices[0]["QRCodePNG"] == devices[1]["QRCodePNG"]
