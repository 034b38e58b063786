"""A vendor, a customer, and a role that the vendor's people may assume: where the behaviour of STS is watched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from botocore.config import Config

from stssim import Lab
from stssim.lab.handles import Account, Handle, Role, TemporaryCredentials, User
from tests.access.given import allow, document, to
from tests.through import Door

UNCHECKED = Config(parameter_validation=False)
"""A client that sends whatever it is given, as other languages' do."""
INTO_ROLES = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]


@dataclass(frozen=True)
class Scene:
    """alice of the vendor may do everything there; `role` of the customer trusts the vendor's account in all of STS."""

    lab: Lab
    door: Door
    vendor: Account
    customer: Account
    alice: User
    role: Role

    def sts(self, who: Handle | None = None, **more: Any) -> Any:
        """An STS client of alice's, or of somebody else's."""
        return self.door(who or self.alice, "sts", **more)

    def assume(self, role: Role | None = None, who: Handle | None = None, **more: Any) -> TemporaryCredentials:
        """A session of the role: alice's `audit`, unless said otherwise."""
        return self.lab.session(self.assumed(role, who, **more))

    def assumed(self, role: Role | None = None, who: Handle | None = None, **more: Any) -> dict[str, Any]:
        """What STS answers when that session is asked for."""
        asked = {"RoleArn": (role or self.role).arn, "RoleSessionName": "audit", **more}
        reply: dict[str, Any] = self.sts(who).assume_role(**asked)
        return reply


def trusting(*arns: str, actions: list[str] | None = None, **elements: Any) -> dict[str, Any]:
    """A trust policy for these principals."""
    return document(allow(actions or INTO_ROLES, None, Principal=to(*arns), **elements))


def a_scene(door: Door, *, policy: dict[str, Any] | None = None, longest: int = 7200) -> Scene:
    """The scene. `policy` is what the role may do, `longest` how many seconds its sessions may last."""
    lab = Lab(seed=7)
    vendor, customer = lab.account("vendor"), lab.account("customer")
    alice = vendor.user("alice", document(allow("*")))
    role = customer.role("Audit", trusting(vendor.arn), policy or document(allow("*")), max_session_duration=longest)
    return Scene(lab, door, vendor, customer, alice, role)
