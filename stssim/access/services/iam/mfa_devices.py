"""Virtual MFA devices: with a QR code that says its seed, and enabled only by two codes in a row that they showed.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableMFADevice.html
"""

from __future__ import annotations

import io
import re
from base64 import b64encode
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from stssim.access.core.lab_state import LabState, MfaUse
from stssim.access.core.moto_backends import backend
from stssim.access.services.adapter import Permitted
from stssim.access.services.iam import tagging
from stssim.access.services.iam.replies import done
from stssim.arn import Arn
from stssim.call import Call, Caller, HttpReply, Refusal
from stssim.cloud import MfaDevice
from stssim.totp import is_code, period_at
from stssim.trace import Refused

LATEST, EARLIEST = 1000, -998
"""How many periods the second of two codes may be ahead and behind, by the clock that the device had so far. Recorded
on 2026-09-11 (radkawar/stackd, mfa_pair_window).
"""
_NEEDS_MFA = (
    "To complete this action, please ensure that you are authenticated with an MFA device that is enabled for this"
    " user."
)
_NOT_THE_USERS = "MFA Device invalid for user."
_QR_CODE = re.compile(rb"(<QRCodePNG>)[^<]*(</QRCodePNG>)")
_SECRETS = re.compile(rb"<(Base32StringSeed|QRCodePNG)>[^<]*</\1>|<(Base32StringSeed|QRCodePNG) ?/>")
_MOST_DEVICES = 8


def mfa_device(user_arn: str, serial: str, kept: LabState) -> MfaDevice | None:
    """The device of this serial number, if it is enabled for this user."""
    account, user = _user(user_arn)
    iam = backend("iam", account)
    holder = iam.users.get(user) if iam is not None else None
    device = iam.virtual_mfa_devices.get(serial) if holder is not None and serial in holder.mfa_devices else None
    if device is None:
        return None
    use = kept.mfa_use(serial)
    return MfaDevice(serial, device.base32_string_seed, use.ahead, frozenset(use.spent), use.tries)


def create(asked: Permitted) -> HttpReply:
    """CreateVirtualMFADevice. The picture holds what an authenticator scans: device, account and seed.

    The codes that were tried with an earlier device of this ARN count on: recorded on 2026-09-11 (radkawar/stackd,
    mfa_rejection).
    """
    path = f"{_path(asked.call)}{asked.call.parameters['VirtualMFADeviceName']}"
    if _virtual(path, asked.caller.account) is not None:
        raise _refused("EntityAlreadyExists", "MFA device already exists.", 409)
    reply = tagging.create(asked)
    device = _virtual(path, asked.caller.account)
    if reply.status >= 300 or device is None:
        return reply
    device.qr_code_png = qr_code(
        provisioning_uri(device.serial_number, asked.caller.account, device.base32_string_seed)
    )
    picture = b64encode(device.qr_code_png)
    return replace(reply, body=_QR_CODE.sub(lambda found: found[1] + picture + found[2], reply.body))


def list_virtual(asked: Permitted) -> HttpReply:
    """ListVirtualMFADevices. A seed and its picture are shown once, when the device is made, and never again."""
    reply = asked.forward()
    return replace(reply, body=_SECRETS.sub(b"", reply.body))


def delete_user(asked: Permitted) -> HttpReply:
    """DeleteUser. Raises `Refused` (`DeleteConflict`, 409) while the user has an MFA device."""
    iam = backend("iam", asked.caller.account)
    user = iam.users.get(asked.call.parameters["UserName"]) if iam is not None else None
    if user is not None and user.mfa_devices:
        raise _refused("DeleteConflict", "Cannot delete entity, must delete MFA device first.", 409)
    return asked.forward()


def enable(asked: Permitted) -> HttpReply:
    """EnableMFADevice. Raises `Refused` (`InvalidAuthenticationCode`, 403) unless the device showed both codes, in this
    order and one right after the other, and both after the last that it was enabled by.
    """
    _require_mfa(asked)
    serial, user = asked.call.parameters["SerialNumber"], asked.call.parameters["UserName"]
    device, iam = _existing(serial, asked.caller), backend("iam", asked.caller.account)
    holder = iam.users.get(user)
    if holder is None:
        raise _refused("NoSuchEntity", f"The user with name {user} cannot be found.", 404)
    if device.user is not None:
        own = device.user.name == holder.name
        says = f"MFA Device for user {holder.name} already exists." if own else "MFA Device is already in use."
        raise _refused("EntityAlreadyExists", says, 409)
    if len(holder.mfa_devices) >= _MOST_DEVICES:
        raise _refused("LimitExceeded", f"Cannot exceed quota for MFADevicesPerUser: {_MOST_DEVICES}", 409)
    now, use = _period_now(asked.call), asked.kept.mfa_use(serial)
    period = _period_of_two(asked.call, device.base32_string_seed, now, use.synchronized)
    reply = asked.forward()
    if reply.status < 300:
        use.synchronized, use.ahead = period, period - now
    return reply


def deactivate(asked: Permitted) -> HttpReply:
    """DeactivateMFADevice. Raises `Refused` (`NoSuchEntity`, 404) for a device that is not this user's."""
    _require_mfa(asked)
    user = asked.directory.user(asked.caller.account, str(asked.call.parameters.get("UserName")))
    if user is not None and asked.directory.mfa_device(user.arn, asked.call.parameters["SerialNumber"]) is None:
        raise _refused("NoSuchEntity", _NOT_THE_USERS, 404)
    return asked.forward()


def get(_: Permitted) -> HttpReply:
    """GetMFADevice, which is about FIDO keys; there are only virtual devices here. Recorded on 2026-09-11
    (radkawar/stackd, mfa).
    """
    says = (
        "The MFA device serial number sent in the request is invalid or not supported by this API. Currently, only "
        "hardware FIDO security keys are supported. Please use the compatible device or API."
    )
    raise _refused("ValidationError", says, 400)


def _require_mfa(asked: Permitted) -> None:
    """Users add and remove their own devices without MFA until one is enabled; then they need a session that was got
    with MFA, whatever their policies say. Raises `Refused` (`AccessDenied`, 403), before anything else is looked at.

    Recorded on 2026-09-11 (radkawar/stackd, mfa_self_management): other users' devices, and ResyncMFADevice, are free.
    """
    caller, user = asked.caller, str(asked.call.parameters.get("UserName"))
    if caller.kind != "user" or (caller.session is not None and caller.session.mfa_at is not None):
        return
    account, own = _user(caller.arn)
    iam = backend("iam", account)
    holder = iam.users.get(own) if iam is not None and own.lower() == user.lower() else None
    if holder is not None and holder.mfa_devices:
        raise _refused("AccessDenied", _NEEDS_MFA, 403)


def resynchronize(asked: Permitted) -> HttpReply:
    """ResyncMFADevice. The codes are checked as they are on enabling, by the clock that the device had so far."""
    serial, user = asked.call.parameters["SerialNumber"], asked.call.parameters["UserName"]
    found = asked.directory.user(asked.caller.account, user)
    device = asked.directory.mfa_device(found.arn, serial) if found is not None else None
    if device is None:
        raise _refused("NoSuchEntity", _NOT_THE_USERS, 404)
    now, use = _period_now(asked.call), asked.kept.mfa_use(serial)
    period = _period_of_two(asked.call, device.seed, now + use.ahead, use.synchronized)
    use.synchronized, use.ahead = period, period - now
    return done(asked.call)


def delete(asked: Permitted) -> HttpReply:
    """DeleteVirtualMFADevice. Raises `Refused` (`DeleteConflict`, 409) while it is enabled for a user."""
    serial = asked.call.parameters["SerialNumber"]
    if _existing(serial, asked.caller).user is not None:
        raise _refused("DeleteConflict", "MFA VirtualDevice in use. Must deactivate first.", 409)
    reply = asked.forward()
    if reply.status < 300:
        asked.kept.mfa[serial] = MfaUse(tries=asked.kept.mfa_use(serial).tries)
    return reply


def provisioning_uri(serial: str, account: str, seed: str) -> str:
    """What the QR code says, in the form of IAM's API reference (VirtualMFADevice)."""
    return f"otpauth://totp/{quote(serial.rpartition('/')[2])}@{account}?secret={seed}"


def qr_code(text: str) -> bytes:
    """A QR code as a PNG picture."""
    import segno

    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="png", scale=4)
    return out.getvalue()


def _period_of_two(call: Call, seed: str, now: int, before: int | None) -> int:
    """The period of the second code. `now` is the period of the device's clock, `before` that of the last second code:
    a pair is newer, or it is refused. Periods close by are tried first.
    """
    first, second = str(call.parameters["AuthenticationCode1"]), str(call.parameters["AuthenticationCode2"])
    for period in sorted(range(now + EARLIEST, now + LATEST + 1), key=lambda each: abs(each - now)):
        newer = before is None or period - 1 > before
        if newer and is_code(second, seed, period) and is_code(first, seed, period - 1):
            return period
    raise _refused("InvalidAuthenticationCode", "Authentication code for device is not valid.", 403)


def _period_now(call: Call) -> int:
    return period_at(call.at.timestamp()) if call.at is not None else 0


def _existing(serial: str, caller: Caller) -> Any:
    iam = backend("iam", caller.account)
    found = iam.virtual_mfa_devices.get(serial) if iam is not None else None
    if found is None:
        raise _refused("NoSuchEntity", f"VirtualMFADevice with serial number {serial} doesn't exist.", 404)
    return found


def _virtual(path: str, account: str) -> Any:
    iam = backend("iam", account)
    return iam.virtual_mfa_devices.get(f"arn:aws:iam::{account}:mfa{path}") if iam is not None else None


def _path(call: Call) -> str:
    return str(call.parameters.get("Path") or "/")


def _user(arn: str) -> tuple[str, str]:
    user = Arn.of(arn)
    return (user.account, user.name) if user is not None else ("", "")


def _refused(code: str, says: str, status: int) -> Refused:
    return Refused(Refusal(code, says, status))
