"""Control policies on their way to moto, judged before it keeps them."""

from __future__ import annotations

from collections.abc import Mapping

from stssim.access.core import refusing
from stssim.access.core.moto_backends import backend
from stssim.access.services.adapter import Permitted
from stssim.access.services.organizations.management import management_account
from stssim.call import HttpReply
from stssim.policy.acceptance import refusal
from stssim.policy.policies import PolicyKind

_KINDS: Mapping[str, PolicyKind] = {
    "RESOURCE_CONTROL_POLICY": "resource-control",
    "SERVICE_CONTROL_POLICY": "service-control",
}


def create(asked: Permitted) -> HttpReply:
    """CreatePolicy. Raises `Refused` (400) for a control policy that Organizations does not take."""
    _judge(asked, asked.call.parameters.get("Type"))
    return asked.forward()


def update(asked: Permitted) -> HttpReply:
    """UpdatePolicy. Raises `Refused` (400) for a control policy that Organizations does not take."""
    organizations = backend("organizations", management_account(asked.caller.account))
    held = organizations.policies if organizations is not None else ()
    _judge(asked, next((policy.type for policy in held if policy.id == asked.call.parameters.get("PolicyId")), None))
    return asked.forward()


def _judge(asked: Permitted, sort: str | None) -> None:
    kind = _KINDS.get(str(sort))
    if kind is not None:
        finding = refusal(asked.call.parameters.get("Content"), kind)
        if finding is not None:
            raise refusing.unfit(asked.call, asked.caller, finding)
