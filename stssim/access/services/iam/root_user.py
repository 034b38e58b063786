"""The root user's own password, keys and devices, as the root user sees them: calls without a user's name.

A session of AssumeRoot makes these of a member account. Recorded on 2026-09-11 (radkawar/stackd, root_sessions).
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user-privileged-task.html
"""

from __future__ import annotations

import re
from dataclasses import replace

from stssim.access.services.adapter import Permitted
from stssim.access.services.iam.replies import done, result
from stssim.call import HttpReply, Refusal
from stssim.trace import Refused

_PRESENT = re.compile(rb"(<key>AccountPasswordPresent</key>\s*<value>)\d*(</value>)")
_NONE = {
    "ListAccessKeys": "<AccessKeyMetadata/><IsTruncated>false</IsTruncated>",
    "ListMFADevices": "<MFADevices/><IsTruncated>false</IsTruncated>",
    "ListSigningCertificates": "<Certificates/><IsTruncated>false</IsTruncated>",
}
"""What a root user has of each, which is none: nothing here can make one."""


def is_about_root(asked: Permitted) -> bool:
    """Whether the call is the root user's, about itself."""
    return asked.caller.kind == "root" and "UserName" not in asked.call.parameters


def list_none(asked: Permitted) -> HttpReply:
    """ListAccessKeys, ListMFADevices and ListSigningCertificates."""
    return result(asked.call, _NONE[asked.call.operation]) if is_about_root(asked) else asked.forward()


def create_profile(asked: Permitted) -> HttpReply:
    """CreateLoginProfile. The root user's password is set by mail, so none is given."""
    if not is_about_root(asked):
        return asked.forward()
    account = asked.caller.account
    if account in asked.kept.root_passwords:
        says = f"Login Profile for account {account} already exists."
        raise Refused(Refusal("EntityAlreadyExists", says, 409))
    asked.kept.root_passwords.add(account)
    return _profile(asked)


def get_profile(asked: Permitted) -> HttpReply:
    """GetLoginProfile. Raises `Refused` (`NoSuchEntity`, 404) for a root user without a password."""
    if not is_about_root(asked):
        return asked.forward()
    _require_password(asked)
    return _profile(asked)


def delete_profile(asked: Permitted) -> HttpReply:
    """DeleteLoginProfile. Raises `Refused` (`NoSuchEntity`, 404) for a root user without a password."""
    if not is_about_root(asked):
        return asked.forward()
    _require_password(asked)
    asked.kept.root_passwords.discard(asked.caller.account)
    return done(asked.call)


def summarize(asked: Permitted) -> HttpReply:
    """GetAccountSummary, with whether the root user has a password."""
    reply = asked.forward()
    present = b"1" if asked.caller.account in asked.kept.root_passwords else b"0"
    body, count = _PRESENT.subn(rb"\g<1>" + present + rb"\2", reply.body)
    if not count:
        entry = b"<entry><key>AccountPasswordPresent</key><value>" + present + b"</value></entry></SummaryMap>"
        body = reply.body.replace(b"</SummaryMap>", entry, 1)
    return replace(reply, body=body)


def _require_password(asked: Permitted) -> None:
    if asked.caller.account not in asked.kept.root_passwords:
        raise Refused(Refusal("NoSuchEntity", "Login Profile for User null cannot be found.", 404))


def _profile(asked: Permitted) -> HttpReply:
    at = asked.call.at
    date = "" if at is None else f"<CreateDate>{at:%Y-%m-%dT%H:%M:%SZ}</CreateDate>"
    name = f"<UserName>{asked.caller.account}</UserName>"
    return result(
        asked.call, f"<LoginProfile>{name}{date}<PasswordResetRequired>false</PasswordResetRequired></LoginProfile>"
    )
