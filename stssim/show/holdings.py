"""Who holds which temporary credentials, step by step: whoever received them from STS, and whoever calls with them."""

from __future__ import annotations

from dataclasses import dataclass

from stssim.call import Actor, Session
from stssim.trace import Trace


@dataclass(frozen=True, slots=True)
class Holding:
    """Temporary credentials in an actor's hands. `name` is that of the role or user they are of."""

    holder: Actor
    name: str
    session: Session


def holdings(trace: Trace) -> list[tuple[Holding, ...]]:
    """After each step, what every actor holds: of several, the newest last."""
    used = _used(trace)
    held: dict[tuple[Actor, str], Holding] = {}
    found = []
    for index, step in enumerate(trace):
        received = step.session if step.arrow == 4 and step.source != step.target else None
        for holder, session in ((step.target, received), (step.source, used.get(index))):
            if session is not None:
                held.setdefault((holder, session.access_key_id), Holding(holder, _name(session), session))
        found.append(tuple(held.values()))
    return found


def _used(trace: Trace) -> dict[int, Session]:
    """By the index of the first step of a call, the session that the call is made with."""
    first: dict[int, int] = {}
    used: dict[int, Session] = {}
    for index, step in enumerate(trace):
        if step.call is None:
            continue
        begun = first.setdefault(id(step.call), index)
        # A service has its own credentials from AWS, which are nobody else's affair.
        if step.caller is not None and step.caller.session is not None and step.caller.kind != "service":
            used.setdefault(begun, step.caller.session)
    return used


def _name(session: Session) -> str:
    """The last part of the ARN that the session is of: the role's name, or the user's."""
    return session.principal.rpartition(":")[2].rpartition("/")[2] or session.name
