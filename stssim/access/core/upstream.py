"""Who answers what the gate let through: moto, but for the operations whose state the gate keeps, wholly or in part."""

from __future__ import annotations

import re
from dataclasses import dataclass

from stssim.access.core import answer as moto
from stssim.access.core import policy_documents, renamed_principals
from stssim.access.core.adapters import ADAPTERS
from stssim.access.core.lab_state import LabState
from stssim.access.core.moto_state import MotoState
from stssim.access.services.adapter import Adapter, Permitted
from stssim.call import Call, Caller, HttpReply
from stssim.cloud import Directory
from stssim.draws import Draws


@dataclass(frozen=True, slots=True)
class MotoUpstream:
    """The Upstream of one Lab. `answer` may be called only while that Lab's `MotoState` is entered."""

    kept: LabState
    directory: Directory
    world: MotoState
    draws: Draws

    def answer(self, call: Call, caller: Caller, resource_account: str) -> HttpReply:
        """Raises `Refused` where neither the gate nor moto has an answer."""
        name = _drawn_by(call, resource_account)
        return self.redo(call, caller, resource_account, f"{name} {self.draws.number(name)}")

    def redo(self, call: Call, caller: Caller, resource_account: str, draw: str) -> HttpReply:
        """The answer to this call with the ids and keys of a draw that was made before."""
        self.world.draw(draw)
        adapter = ADAPTERS.get(call.service, Adapter())
        as_sent, call = call, adapter.spelled(call, caller)

        def forward(other: Call | None = None) -> HttpReply:
            return moto.answer(other or call, caller, resource_account)

        def replace_principal(old: str, new: str) -> None:
            renamed_principals.replace_principal(old, new, self.kept)

        written = adapter.written.get(call.operation)
        if written is not None:
            policy_documents.judge(call, caller, written)
        asked = Permitted(call, as_sent, caller, self.kept, self.directory, forward, replace_principal)
        reply = adapter.every(asked, adapter.answers.get(call.operation, _forwarded))
        if written is not None and reply.status < 300:
            renamed_principals.name_roots(call.service)
        return reply


def _forwarded(asked: Permitted) -> HttpReply:
    return asked.forward()


_NAMING = re.compile(r"(Name|Id|ID|Arn|ARN|Url|URL|name|arn)$|^(Bucket|Key|id|url)$")
"""The parameters by which AWS's operations name what they are about."""


def _drawn_by(call: Call, account: str) -> str:
    """What the call's ids are drawn by: the account, service and operation, and the names of what it makes.

    What else it says changes no id, so a role has the same one whatever its trust policy allows.
    """
    asked = call.parameters
    names = (asked[key] for key in sorted(asked) if isinstance(asked[key], str) and _NAMING.search(key))
    return " ".join((account, call.region, call.name, *names))
