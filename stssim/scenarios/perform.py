"""Performs a scenario's activities: messages, AWS calls, credentials that are stolen, time that passes."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, UnknownServiceError

from stssim.call import Actor
from stssim.lab.handles import Handle, TemporaryCredentials
from stssim.scenarios import Activity
from stssim.scenarios.world import NotKept, World
from stssim.trace import Step


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of an activity (see `Activity.expect`), and whether it is the expected one."""

    activity: Activity
    result: str
    as_expected: bool


def perform(world: World, activity: Activity) -> Outcome:
    """Performs one activity, and gives its outcome. Raises `LookupError` for what the scenario does not have."""
    edited = _edited(world, activity)
    try:
        with world.lab.calling_from(edited.address):
            result = _perform(world, edited)
    except NotKept:
        result = "not made"
    return Outcome(activity, result, activity.expect is None or result == activity.expect)


class _NewKey(Handle):
    """An access key that an activity made, for whoever made it to use."""

    def __init__(self, world: World, key: Mapping[str, Any]) -> None:
        super().__init__(world.lab, key["UserName"])
        self.access_key_id = key["AccessKeyId"]
        self._keys = (key["AccessKeyId"], key["SecretAccessKey"], None)


def _edited(world: World, activity: Activity) -> Activity:
    for edit in world.edits:
        other = edit.does.get(activity.name)
        if other is not None and "call" in other:
            activity = replace(activity, call=other["call"], with_=other.get("with", {}))
        elif other is not None:
            activity = replace(activity, with_={**activity.with_, **other["with"]})
    return activity


def _perform(world: World, activity: Activity) -> str:
    if activity.wait is not None:
        return _wait(world, activity)
    if activity.steals is not None:
        return _steal(world, activity, activity.steals)
    if activity.message == "sign in":
        return _sign_in(world, activity)
    if activity.message is not None:
        return _message(world, activity)
    return _call(world, activity, _service(world, activity) if activity.to else world.who(activity.by))


def _wait(world: World, activity: Activity) -> str:
    world.lab.clock.advance(minutes=activity.wait or 0)
    label, who = _span(activity.wait or 0), _actor(world, activity.by)
    passes = "passes" if label.startswith("1 ") else "pass"
    world.lab.record(Step("message", who, who, f"{label} later", f"{label} {passes}.", "done"))
    return "waited"


def _steal(world: World, activity: Activity, owner_name: str) -> str:
    thief, owner = world.who(activity.by), _actor(world, owner_name)
    taken = world.handles[activity.keep or ""] = copy(world.who(owner_name))
    taken.actor = thief.actor
    world.lab.stolen(taken, by=thief)
    what = "temporary credentials" if isinstance(taken, TemporaryCredentials) else "access key"
    says = f"{thief.name} gets hold of {owner.name}'s {what}."
    world.lab.record(Step("message", owner, thief.actor, what, says, "done"))
    return "taken"


def _sign_in(world: World, activity: Activity) -> str:
    claims = {"sub": None, **world.filled(activity.claims)}
    world.tokens[activity.keep or ""] = world.issuers[activity.to or ""].mint(**claims)
    return "signed in"


def _message(world: World, activity: Activity) -> str:
    vendor, speaker, tenant = world.vendors[activity.to or ""], world.people[activity.by], activity.tenant or ""
    if activity.message == "leave":
        return "left" if vendor.leave(tenant, by=speaker) else "no such tenant"
    if activity.message == "onboard":
        typed = activity.external_id and world.text(activity.external_id)
        return (
            "accepted"
            if vendor.onboard(tenant, world.role_arn(activity.role or ""), typed, by=speaker)
            else "turned down"
        )
    row = vendor.tenants.get(tenant)
    if row is None or row.role_arn is None:
        return "no report"
    brought = vendor.audit(tenant, by=speaker, session=activity.session)
    return "no report" if brought is row else "report"


def _service(world: World, activity: Activity) -> Handle:
    """The service that makes the call, on behalf of whoever configured it."""
    configurer, principal = world.people[activity.by], world.scenario.services[activity.to or ""].principal
    resource = world.text(activity.for_) if activity.for_ else None
    service = world.lab.service(principal, source_arn=resource, source_account=configurer.account.number)
    what = f"for {resource}" if resource else f"for account {configurer.account.number}"
    says = f"{configurer.name} has {principal} work {what}."
    world.lab.record(Step("message", configurer.actor, service.actor, "configures", says, "done"))
    return service


def _call(world: World, activity: Activity, caller: Handle) -> str:
    try:
        reply = _called(world, activity, caller)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    except UnknownServiceError as error:
        unknown = error.kwargs["service_name"]
        says = f"{activity.name}: There is no service {unknown!r}; it is s3, sts, iam and the like."
        raise LookupError(says) from None
    except BotoCoreError as error:
        return type(error).__name__
    if activity.keep:
        _keep(world, activity.keep, reply, caller)
    return "allowed"


def _called(world: World, activity: Activity, caller: Handle) -> Any:
    service, _, operation = (activity.call or "").partition(":")
    with caller.calling(service) as client:
        methods = {operation: method for method, operation in client.meta.method_to_api_mapping.items()}
        if operation not in methods:
            near = get_close_matches(operation, methods, 1)
            hint = f" Did you mean {near[0]}?" if near else ""
            raise LookupError(f"{activity.name}: {service} has no operation {operation!r}.{hint}")
        return getattr(client, methods[operation])(**world.filled(activity.with_))


def _keep(world: World, name: str, reply: Mapping[str, Any], caller: Handle) -> None:
    """Keeps a reply. A key that an attacker created for somebody is the attacker's to use."""
    world.kept[name] = reply
    if "Credentials" in reply:
        world.handles[name] = world.lab.session(reply)
    elif "AccessKey" in reply:
        made = world.handles[name] = _NewKey(world, reply["AccessKey"])
        if world.scenario.parts.get(caller.actor.name) == "attacker":
            made.actor = caller.actor
            world.lab.stolen(made, by=caller)


def _actor(world: World, name: str) -> Actor:
    return world.who(name).actor


def _span(minutes: int) -> str:
    """A length of time in words, e.g. `50 minutes`, `1 day`."""
    for unit, long in (("day", 1440), ("hour", 60)):
        if minutes and minutes % long == 0:
            number = minutes // long
            return f"{number} {unit}" + ("s" if number > 1 else "")
    return f"{minutes} minute" + ("s" if minutes != 1 else "")
