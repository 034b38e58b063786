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

from stssim.access.core.lab_state import LabState
from stssim.access.core.moto_backends import backend
from stssim.access.services.adapter import Permitted
from stssim.access.services.iam import tagging
from stssim.access.services.iam.replies import done
from stssim.call import Call, Caller, HttpReply, Refusal
from stssim.cloud import MfaDevice
from stssim.totp import is_code, period_at
from stssim.trace import Refused

ENABLING_WINDOW = 10
"""How many periods early or late the codes may be; a late pair still enables the device, says the API reference."""
_QR_CODE = re.compile(rb"(<QRCodePNG>)[^<]*(</QRCodePNG>)")
_SECRETS = re.compile(rb"<(Base32StringSeed|QRCodePNG)>[^<]*</\1>|<(Base32StringSeed|QRCodePNG) ?/>")
_MOST_DEVICES = 8


def mfa_device(user_arn: str, serial: str, kept: LabState) -> MfaDevice | None:
    """The device of this serial number, if it is enabled for this user."""
    account, user = _user(user_arn)
    iam = backend("iam", account)
    holder = iam.users.get(user) if iam is not None else None
    device = iam.virtual_mfa_devices.get(serial) if holder is not None and serial in holder.mfa_devices else None
    return MfaDevice(serial, device.base32_string_seed, kept.mfa_periods.get(serial)) if device is not None else None


def create(asked: Permitted) -> HttpReply:
    """CreateVirtualMFADevice. The picture holds what an authenticator scans: device, account and seed."""
    reply = tagging.create(asked)
    device = _virtual(f"{_path(asked.call)}{asked.call.parameters['VirtualMFADeviceName']}", asked.caller.account)
    if reply.status >= 300 or device is None:
        return reply
    asked.kept.mfa_periods.pop(device.serial_number, None)
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
    order and one right after the other.
    """
    serial, user = asked.call.parameters["SerialNumber"], asked.call.parameters["UserName"]
    device, iam = _existing(serial, asked.caller), backend("iam", asked.caller.account)
    holder = iam.users.get(user)
    if holder is None:
        raise _refused("NoSuchEntity", f"The user with name {user} cannot be found.", 404)
    if device.user is not None:
        raise _refused("EntityAlreadyExists", "MFA Device is already in use.", 409)
    if len(holder.mfa_devices) >= _MOST_DEVICES:
        raise _refused("LimitExceeded", f"Cannot exceed quota for MFADevicesPerUser: {_MOST_DEVICES}", 409)
    period = _period_of_two(asked.call, device.base32_string_seed)
    reply = asked.forward()
    if reply.status < 300:
        asked.kept.mfa_periods[serial] = period
    return reply


def resynchronize(asked: Permitted) -> HttpReply:
    """ResyncMFADevice. By the Lab's clock no device ever drifts; the codes are checked as they are on enabling."""
    serial, user = asked.call.parameters["SerialNumber"], asked.call.parameters["UserName"]
    found = asked.directory.user(asked.caller.account, user)
    device = asked.directory.mfa_device(found.arn, serial) if found is not None else None
    if device is None:
        raise _refused("NoSuchEntity", f"MFA Device invalid for user {user}.", 404)
    asked.kept.mfa_periods[serial] = _period_of_two(asked.call, device.seed)
    return done(asked.call)


def delete(asked: Permitted) -> HttpReply:
    """DeleteVirtualMFADevice. Raises `Refused` (`DeleteConflict`, 409) while it is enabled for a user."""
    serial = asked.call.parameters["SerialNumber"]
    if _existing(serial, asked.caller).user is not None:
        raise _refused("DeleteConflict", "MFA VirtualDevice in use. Must deactivate first.", 409)
    asked.kept.mfa_periods.pop(serial, None)
    return asked.forward()


def provisioning_uri(serial: str, account: str, seed: str) -> str:
    """What the QR code says, in the form of IAM's API reference (VirtualMFADevice)."""
    return f"otpauth://totp/{quote(serial.rpartition('/')[2])}@{account}?secret={seed}"


def qr_code(text: str) -> bytes:
    """A QR code as a PNG picture."""
    import segno

    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="png", scale=4)
    return out.getvalue()


def _period_of_two(call: Call, seed: str) -> int:
    first, second = str(call.parameters["AuthenticationCode1"]), str(call.parameters["AuthenticationCode2"])
    now = period_at(call.at.timestamp()) if call.at is not None else 0
    for period in range(now + ENABLING_WINDOW, now - ENABLING_WINDOW - 1, -1):
        if is_code(second, seed, period) and is_code(first, seed, period - 1):
            return period
    raise _refused("InvalidAuthenticationCode", "Authentication code for device is not valid.", 403)


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
    fields = arn.split(":", 5)
    return (fields[4], fields[5].rpartition("/")[2]) if len(fields) == 6 else ("", "")


def _refused(code: str, says: str, status: int) -> Refused:
    return Refused(Refusal(code, says, status))
