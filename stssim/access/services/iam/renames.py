"""UpdateUser: a user that gets another name or path stays the same one, with all that is theirs.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_users_rename.html
"""

from __future__ import annotations

from typing import Any

from stssim.access.core.moto_backends import backend
from stssim.access.services.adapter import Permitted
from stssim.call import HttpReply, Refusal
from stssim.trace import Refused


def update_user(asked: Permitted) -> HttpReply:
    """moto leaves the user's keys under the old name and the tags under the old ARN, so they are moved here.

    Raises `Refused` (`EntityAlreadyExists`, 409) for the name of another user.
    """
    name, new_name = asked.call.parameters["UserName"], asked.call.parameters.get("NewUserName")
    iam: Any = backend("iam", asked.caller.account)
    user = iam.users.get(name) if iam is not None else None
    if user is None:
        return asked.forward()
    taken = iam.users.get(new_name)
    if taken is not None and taken is not user:
        raise Refused(Refusal("EntityAlreadyExists", f"User with name {new_name} already exists.", 409))
    old_arn = user.arn
    reply = asked.forward()
    if reply.status < 300 and user.arn != old_arn:
        _move(iam, user, old_arn)
        asked.replace_principal(old_arn, user.arn)
    return reply


def _move(iam: Any, user: Any, old_arn: str) -> None:
    for held in (*user.access_keys, *user.ssh_public_keys, *user.signing_certificates.values()):
        held.user_name = user.name
    for device in iam.virtual_mfa_devices.values():
        if device.user is user:
            device.user_attribute |= {"Path": user.path, "UserName": user.name, "Arn": user.arn}
    iam.tagger.copy_tags(old_arn, user.arn)
    iam.tagger.delete_all_tags_for_resource(old_arn)
