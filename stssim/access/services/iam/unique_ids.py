"""The unique ids of what IAM holds, with the prefixes that say what each is. moto's own say nothing.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from stssim.access.services.adapter import Permitted
from stssim.access.services.iam.entities import Entities, Kind, held
from stssim.call import HttpReply


def create(asked: Permitted) -> HttpReply:
    """CreateGroup, CreateInstanceProfile, CreatePolicy: the reply has the id that is kept from now on."""
    reply = asked.forward()
    if reply.status >= 300:
        return reply
    prefix, kind, parameter = _MADE[asked.call.operation]
    entities = held(kind, asked.caller.account)
    return identified(entities.named(asked.call.parameters[parameter]), entities, prefix, asked.caller.account, reply)


def identified(made: Any, entities: Entities, prefix: str, account: str, reply: HttpReply) -> HttpReply:
    """The reply with an id of 21 characters in place of moto's, which `made` has from now on, too."""
    from moto.iam.utils import generate_access_key_id_from_account_id

    invented, unique_id = made.id, generate_access_key_id_from_account_id(account, prefix, 21)
    entities.identify(made, unique_id)
    return replace(reply, body=reply.body.replace(invented.encode(), unique_id.encode()))


_MADE: Mapping[str, tuple[str, Kind, str]] = {
    "CreateGroup": ("AGPA", "groups", "GroupName"),
    "CreateInstanceProfile": ("AIPA", "instance_profiles", "InstanceProfileName"),
    "CreatePolicy": ("ANPA", "managed_policies", "PolicyName"),
}
"""The prefix, where moto keeps them, and the parameter that names one."""
