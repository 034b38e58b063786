"""What IAM answers a root user about itself, with an AssumeRoot session as with its own credentials: moto takes it for
a user of some name.

Recorded in September 2026: radkawar/stackd, testdata/aws/iam/root_sessions.json. A member account's root has neither
access keys nor MFA devices nor certificates, and no password until one is allowed it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from stssim.access.services.adapter import Answer, Permitted
from stssim.access.services.iam.replies import done, result
from stssim.call import HttpReply, Refusal
from stssim.trace import Refused

_END_OF_SUMMARY = re.compile(rb"(?=</SummaryMap>)")


def answer(asked: Permitted, otherwise: Answer) -> Answer:
    """Who answers: we, where a root user means itself; else `otherwise`."""
    if asked.caller.kind != "root" or "UserName" in asked.call.parameters:
        return otherwise
    return _ABOUT_ITSELF.get(asked.call.operation, otherwise)


def show_summary(asked: Permitted) -> HttpReply:
    """GetAccountSummary, with AccountPasswordPresent, which moto leaves out."""
    present = asked.caller.account in asked.kept.root_passwords
    entry = b"<entry><key>AccountPasswordPresent</key><value>%d</value></entry>" % present
    reply = asked.forward()
    return replace(reply, body=_END_OF_SUMMARY.sub(entry, reply.body))


def _user(asked: Permitted) -> HttpReply:
    account = asked.caller.account
    arn = f"arn:aws:iam::{account}:root"
    return result(
        asked.call, f"<User><UserId>{account}</UserId><Arn>{arn}</Arn><CreateDate>{_BORN}</CreateDate></User>"
    )


def _no_access_keys(asked: Permitted) -> HttpReply:
    return result(asked.call, "<AccessKeyMetadata/><IsTruncated>false</IsTruncated>")


def _no_certificates(asked: Permitted) -> HttpReply:
    return result(asked.call, "<Certificates/><IsTruncated>false</IsTruncated>")


def _no_devices(asked: Permitted) -> HttpReply:
    return result(asked.call, "<MFADevices/><IsTruncated>false</IsTruncated>")


def _create_profile(asked: Permitted) -> HttpReply:
    """The root user is let set a password; none is given in the call."""
    account, at = asked.caller.account, asked.call.at
    if account in asked.kept.root_passwords:
        raise Refused(Refusal("EntityAlreadyExists", f"Login Profile for account {account} already exists.", 409))
    asked.kept.root_passwords[account] = f"{at:%Y-%m-%dT%H:%M:%SZ}"
    return _profile(asked)


def _profile(asked: Permitted) -> HttpReply:
    created = asked.kept.root_passwords.get(asked.caller.account)
    if created is None:
        raise _no_profile()
    return result(asked.call, f"<LoginProfile><CreateDate>{created}</CreateDate></LoginProfile>")


def _delete_profile(asked: Permitted) -> HttpReply:
    if asked.kept.root_passwords.pop(asked.caller.account, None) is None:
        raise _no_profile()
    return done(asked.call)


def _no_profile() -> Refused:
    return Refused(Refusal("NoSuchEntity", "Login Profile for User null cannot be found.", 404))


_BORN = "2026-01-01T00:00:00Z"
"""When a Lab's accounts came to be, of which nothing else tells."""
_ABOUT_ITSELF: Mapping[str, Answer] = {
    "CreateLoginProfile": _create_profile,
    "DeleteLoginProfile": _delete_profile,
    "GetLoginProfile": _profile,
    "GetUser": _user,
    "ListAccessKeys": _no_access_keys,
    "ListMFADevices": _no_devices,
    "ListSigningCertificates": _no_certificates,
}
