"""Makes a scenario's moves on its stage: messages, AWS calls, credentials that change hands, time that passes."""

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
    """What a move came to (see `Move.expect`), and whether it should."""

    activity: Activity
    came_to: str
    as_expected: bool


def make(world: World, activity: Activity) -> Outcome:
    """Makes one move, and says what it came to. Raises `LookupError` for what the scenario does not have."""
    done = _done_differently(world, activity)
    try:
        came_to = _made(world, done)
    except NotKept:
        came_to = "not made"
    return Outcome(activity, came_to, activity.expect is None or came_to == activity.expect)


class _NewKey(Handle):
    """An access key that a move made, in the hands of whoever made it."""

    def __init__(self, world: World, key: Mapping[str, Any]) -> None:
        super().__init__(world.lab, key["UserName"])
        self.access_key_id = key["AccessKeyId"]
        self._keys = (key["AccessKeyId"], key["SecretAccessKey"], None)


def _done_differently(world: World, activity: Activity) -> Activity:
    for edit in world.edits:
        other = edit.does.get(activity.name)
        if other is not None and "call" in other:
            activity = replace(activity, call=other["call"], with_=other.get("with", {}))
        elif other is not None:
            activity = replace(activity, with_={**activity.with_, **other["with"]})
    return activity


def _made(world: World, activity: Activity) -> str:
    if activity.wait is not None:
        return _wait(world, activity)
    if activity.takes is not None:
        return _take(world, activity, activity.takes)
    if activity.message == "sign in":
        return _sign_in(world, activity)
    if activity.message is not None:
        return _message(world, activity)
    return _call(world, activity, _service(world, activity) if activity.to else world.who(activity.by))


def _wait(world: World, activity: Activity) -> str:
    world.lab.clock.advance(minutes=activity.wait or 0)
    label, who = _span(activity.wait or 0), _actor(world, activity.by)
    passes = "passes" if label.startswith("1 ") else "pass"
    world.lab.tell(Step("message", who, who, f"{label} later", f"{label} {passes}.", "done"))
    return "waited"


def _take(world: World, activity: Activity, takes: str) -> str:
    thief, owner = world.who(activity.by), _actor(world, takes)
    taken = world.handles[activity.keep or ""] = copy(world.who(takes))
    taken.actor = thief.actor
    world.lab.hand_over(taken, thief)
    what = "temporary credentials" if isinstance(taken, TemporaryCredentials) else "access key"
    says = f"{thief.name} gets hold of {owner.name}'s {what}."
    world.lab.tell(Step("message", owner, thief.actor, what, says, "done"))
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
    before = dict(row.dashboard)
    return "report" if vendor.audit(tenant, by=speaker).dashboard != before else "no report"


def _service(world: World, activity: Activity) -> Handle:
    """The service, as it calls for whoever asked it to."""
    asker, principal = world.people[activity.by], world.scenario.services[activity.to or ""].principal
    resource = world.text(activity.for_) if activity.for_ else None
    service = world.lab.service(principal, source_arn=resource, source_account=asker.account.number)
    what = f"for {resource}" if resource else f"for account {asker.account.number}"
    says = f"{asker.name} has {principal} work {what}."
    world.lab.tell(Step("message", asker.actor, service.actor, "configures", says, "done"))
    return service


def _call(world: World, activity: Activity, caller: Handle) -> str:
    service, _, operation = (activity.call or "").partition(":")
    try:
        client = caller.client(service)
    except UnknownServiceError:
        raise LookupError(
            f"{activity.name}: There is no service {service!r}; it is s3, sts, iam and the like."
        ) from None
    methods = {operation: method for method, operation in client.meta.method_to_api_mapping.items()}
    if operation not in methods:
        near = get_close_matches(operation, methods, 1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise LookupError(f"{activity.name}: {service} has no operation {operation!r}.{hint}")
    parameters = world.filled(activity.with_)
    try:
        reply = getattr(client, methods[operation])(**parameters)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    except BotoCoreError as error:
        return type(error).__name__
    if activity.keep:
        _keep(world, activity.keep, reply, caller)
    return "allowed"


def _keep(world: World, name: str, reply: Mapping[str, Any], caller: Handle) -> None:
    """Keeps a reply. A key that an attacker has made for somebody is in the attacker's hands."""
    world.kept[name] = reply
    if "Credentials" in reply:
        world.handles[name] = world.lab.session(reply)
    elif "AccessKey" in reply:
        made = world.handles[name] = _NewKey(world, reply["AccessKey"])
        if world.scenario.parts.get(caller.actor.name) == "attacker":
            made.actor = caller.actor
            world.lab.hand_over(made, caller)


def _actor(world: World, name: str) -> Actor:
    return world.who(name).actor


def _span(minutes: int) -> str:
    """A length of time in words, e.g. `50 minutes`, `1 day`."""
    for unit, long in (("day", 1440), ("hour", 60)):
        if minutes and minutes % long == 0:
            number = minutes // long
            return f"{number} {unit}" + ("s" if number > 1 else "")
    return f"{minutes} minute" + ("s" if minutes != 1 else "")
