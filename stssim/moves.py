"""Makes a story's moves on its stage: messages, AWS calls, credentials that change hands, time that passes."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, UnknownServiceError

from stssim.call import Actor, Beat
from stssim.handles import Handle, TemporaryCredentials
from stssim.scenarios import Move
from stssim.stage import NotKept, Stage


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a move came to (see `Move.expect`), and whether it should."""

    move: Move
    came_to: str
    as_expected: bool


def make(stage: Stage, move: Move) -> Outcome:
    """Makes one move, and says what it came to. Raises `LookupError` for what the story does not have."""
    done = _done_differently(stage, move)
    try:
        came_to = _made(stage, done)
    except NotKept:
        came_to = "not made"
    return Outcome(move, came_to, move.expect is None or came_to == move.expect)


class _NewKey(Handle):
    """An access key that a move made, in the hands of whoever made it."""

    def __init__(self, stage: Stage, key: Mapping[str, Any]) -> None:
        super().__init__(stage.lab, key["UserName"])
        self.access_key_id = key["AccessKeyId"]
        self._keys = (key["AccessKeyId"], key["SecretAccessKey"], None)


def _done_differently(stage: Stage, move: Move) -> Move:
    for edit in stage.edits:
        other = edit.does.get(move.name)
        if other is not None and "call" in other:
            move = replace(move, call=other["call"], with_=other.get("with", {}))
        elif other is not None:
            move = replace(move, with_={**move.with_, **other["with"]})
    return move


def _made(stage: Stage, move: Move) -> str:
    if move.wait is not None:
        return _wait(stage, move)
    if move.takes is not None:
        return _take(stage, move, move.takes)
    if move.message == "sign in":
        return _sign_in(stage, move)
    if move.message is not None:
        return _message(stage, move)
    return _call(stage, move, _service(stage, move) if move.to else stage.who(move.by))


def _wait(stage: Stage, move: Move) -> str:
    stage.lab.clock.advance(minutes=move.wait or 0)
    label, who = _span(move.wait or 0), _actor(stage, move.by)
    passes = "passes" if label.startswith("1 ") else "pass"
    stage.lab.tell(Beat("message", who, who, f"{label} later", f"{label} {passes}.", "done"))
    return "waited"


def _take(stage: Stage, move: Move, takes: str) -> str:
    thief, owner = stage.who(move.by), _actor(stage, takes)
    taken = stage.handles[move.keep or ""] = copy(stage.who(takes))
    taken.actor = thief.actor
    stage.lab.hand_over(taken, thief)
    what = "temporary credentials" if isinstance(taken, TemporaryCredentials) else "access key"
    says = f"{thief.name} gets hold of {owner.name}'s {what}."
    stage.lab.tell(Beat("message", owner, thief.actor, what, says, "done"))
    return "taken"


def _sign_in(stage: Stage, move: Move) -> str:
    claims = {"sub": None, **stage.filled(move.claims)}
    stage.tokens[move.keep or ""] = stage.issuers[move.to or ""].mint(**claims)
    return "signed in"


def _message(stage: Stage, move: Move) -> str:
    vendor, speaker, tenant = stage.vendors[move.to or ""], stage.people[move.by], move.tenant or ""
    if move.message == "leave":
        return "left" if vendor.leave(tenant, by=speaker) else "no such tenant"
    if move.message == "onboard":
        typed = move.external_id and stage.text(move.external_id)
        return (
            "accepted" if vendor.onboard(tenant, stage.role_arn(move.role or ""), typed, by=speaker) else "turned down"
        )
    row = vendor.tenants.get(tenant)
    if row is None or row.role_arn is None:
        return "no report"
    before = dict(row.dashboard)
    return "report" if vendor.audit(tenant, by=speaker).dashboard != before else "no report"


def _service(stage: Stage, move: Move) -> Handle:
    """The service, as it calls for whoever asked it to."""
    asker, principal = stage.people[move.by], stage.scenario.services[move.to or ""].principal
    resource = stage.text(move.for_) if move.for_ else None
    service = stage.lab.service(principal, source_arn=resource, source_account=asker.account.number)
    what = f"for {resource}" if resource else f"for account {asker.account.number}"
    says = f"{asker.name} has {principal} work {what}."
    stage.lab.tell(Beat("message", asker.actor, service.actor, "configures", says, "done"))
    return service


def _call(stage: Stage, move: Move, caller: Handle) -> str:
    service, _, operation = (move.call or "").partition(":")
    try:
        client = caller.client(service)
    except UnknownServiceError:
        raise LookupError(f"{move.name}: There is no service {service!r}; it is s3, sts, iam and the like.") from None
    methods = {operation: method for method, operation in client.meta.method_to_api_mapping.items()}
    if operation not in methods:
        near = get_close_matches(operation, methods, 1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise LookupError(f"{move.name}: {service} has no operation {operation!r}.{hint}")
    parameters = stage.filled(move.with_)
    try:
        reply = getattr(client, methods[operation])(**parameters)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    except BotoCoreError as error:
        return type(error).__name__
    if move.keep:
        _keep(stage, move.keep, reply, caller)
    return "allowed"


def _keep(stage: Stage, name: str, reply: Mapping[str, Any], caller: Handle) -> None:
    """Keeps a reply. A key that an attacker has made for somebody is in the attacker's hands."""
    stage.kept[name] = reply
    if "Credentials" in reply:
        stage.handles[name] = stage.lab.session(reply)
    elif "AccessKey" in reply:
        made = stage.handles[name] = _NewKey(stage, reply["AccessKey"])
        if stage.scenario.parts.get(caller.actor.name) == "attacker":
            made.actor = caller.actor
            stage.lab.hand_over(made, caller)


def _actor(stage: Stage, name: str) -> Actor:
    return stage.who(name).actor


def _span(minutes: int) -> str:
    """A length of time in words, e.g. `50 minutes`, `1 day`."""
    for unit, long in (("day", 1440), ("hour", 60)):
        if minutes and minutes % long == 0:
            number = minutes // long
            return f"{number} {unit}" + ("s" if number > 1 else "")
    return f"{minutes} minute" + ("s" if minutes != 1 else "")
