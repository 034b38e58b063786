"""The unique ids of what IAM holds, with the prefixes that say what each is. moto's own say nothing.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from stssim.access.core.lab_state import LabState
from stssim.call import Call, Caller, HttpReply
from stssim.cloud import Directory


def create(call: Call, caller: Caller, _: LabState, __: Directory, forward: Callable[[], HttpReply]) -> HttpReply:
    """CreateGroup, CreateInstanceProfile, CreatePolicy: the reply has the id that is kept from now on."""
    from moto.iam.models import iam_backends

    reply = forward()
    if reply.status >= 300:
        return reply
    prefix, held = _MADE[call.operation]
    things = getattr(iam_backends[caller.account]["aws"], held).values()
    made: Any = next(each for each in things if f">{each.id}<".encode() in reply.body)
    return renamed(made, prefix, caller.account, reply)


def renamed(made: Any, prefix: str, account: str, reply: HttpReply) -> HttpReply:
    """The reply with an id of 21 characters in place of moto's, which `made` has from now on, too."""
    from moto.iam.utils import generate_access_key_id_from_account_id

    invented, made.id = made.id, generate_access_key_id_from_account_id(account, prefix, 21)
    return replace(reply, body=reply.body.replace(invented.encode(), made.id.encode()))


_MADE = {
    "CreateGroup": ("AGPA", "groups"),
    "CreateInstanceProfile": ("AIPA", "instance_profiles"),
    "CreatePolicy": ("ANPA", "managed_policies"),
}
"""The prefix, and where moto keeps them."""
