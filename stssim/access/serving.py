"""The last stage: the call is answered, and what came back is told."""

from __future__ import annotations

from typing import Literal

from stssim.call import Call, Caller, HttpReply, RequiredPermission
from stssim.cloud import Cloud
from stssim.trace import Step


def serve(
    call: Call, caller: Caller, required_permissions: tuple[RequiredPermission, ...], cloud: Cloud
) -> tuple[HttpReply, tuple[Step, ...]]:
    """The upstream's reply in the account that owns the resource, and its step: arrow 7 where temporary credentials
    did it.

    Raises `Refused` where nobody can answer.
    """
    need = required_permissions[0] if required_permissions else None
    owner = (need.account or cloud.directory.owner(need.resource) if need else None) or caller.account
    reply = cloud.upstream.answer(call, caller, owner)
    arrow: Literal[7] | None = 7 if call.temporary and reply.status < 400 else None
    if reply.status < 400:
        label, says = "answered", f"{call.target.name} answers {caller.actor.name}: {call.operation} is done."
        if call.request.method == "GET" and reply.body:
            says = f"{call.target.name} answers {caller.actor.name} with {len(reply.body):,} bytes."
    else:
        label, says = (
            "not done",
            f"The call was allowed, but {call.target.name} answers with HTTP status {reply.status}.",
        )
    resource = need.resource if need else None
    return reply, (
        Step(
            "access",
            call.target,
            caller.actor,
            label,
            says,
            arrow=arrow,
            at=call.at,
            call=call,
            caller=caller,
            resource=resource,
            resource_account=owner,
            reply=reply,
        ),
    )
