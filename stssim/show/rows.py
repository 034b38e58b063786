"""The rows of a picture: the steps of a Trace, and the arrows of the classic picture that a refusal left out.

The classic picture of the service has seven arrows. A call that was refused at one of them never came to the next, and
a picture shows those in grey, as ghosts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from stssim.call import Actor
from stssim.trace import Outcome, Stage, Step, Trace


class Arrow(NamedTuple):
    """An arrow of the classic picture: its words, and the stage of the gate that it belongs to."""

    label: str
    stage: Stage


CLASSIC = {
    1: Arrow("request credentials", "request"),
    2: Arrow("validate request", "validate"),
    3: Arrow("credentials generated", "issue"),
    4: Arrow("credentials received", "issue"),
    5: Arrow("access resource", "request"),
    6: Arrow("authorize access", "validate"),
    7: Arrow("access granted", "access"),
}
_REPLIES = {4, 7}
REPLY = "reply"
"""How every answer is labelled while nobody knows how it ends."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a picture. `index` is that of its step in the Trace; that of a ghost is its refusal's.

    `neutral` is the label while nobody knows how it ends. `number` is the one written in front of the label: a ghost of
    a decided picture has none.
    """

    index: int
    source: Actor
    target: Actor
    label: str
    neutral: str
    stage: Stage
    number: int | None = None
    arrow: int | None = None
    outcome: Outcome = "done"
    resource: str | None = None
    resource_account: str | None = None
    ghost: bool = False

    @property
    def alone(self) -> bool:
        """Whether one actor does this by itself."""
        return self.source == self.target


def decided(trace: Trace) -> tuple[Row, ...]:
    """Every step in order, numbered from 1, each refused call with its ghosts."""
    return tuple(_decided(trace))


def undecided(trace: Trace) -> tuple[Row, ...]:
    """The rows of `decided`, one for one, as they are before anybody knows how the calls end.

    They have no outcomes, a ghost is a row like every other, an answer is simply a reply.
    """
    asked: set[tuple[Actor, Actor]] = set()
    found = []
    for at, row in enumerate(_decided(trace)):
        label = row.neutral
        if not row.alone and (row.target, row.source) in asked:
            asked.remove((row.target, row.source))
            label = REPLY
        else:
            asked.add((row.source, row.target))
        found.append(replace(row, index=at, number=at + 1, label=label, outcome="done", ghost=False))
    return tuple(found)


def _decided(trace: Trace) -> Iterator[Row]:
    for call in _calls(trace):
        refusal = next((row for row in call if row.outcome == "denied"), None)
        ghosts = _ghosts(call, refusal) if refusal else []
        for row in call:
            # A refusal sent back to the client stands where the classic picture has its reply.
            if ghosts and not row.alone and (row.source, row.target) == (ghosts[-1].source, ghosts[-1].target):
                yield from ghosts[:-1]
                yield replace(row, arrow=ghosts[-1].arrow, stage=ghosts[-1].stage)
                ghosts = []
            else:
                yield row
        yield from ghosts


def _calls(trace: Trace) -> Iterator[list[Row]]:
    """The stretches of a trace: a request with all that came of it, or what happened outside of any call."""
    call: list[Row] = []
    for index, step in enumerate(trace):
        if call and _opens(step):
            yield call
            call = []
        call.append(_row(index, step))
    if call:
        yield call


def _row(index: int, step: Step) -> Row:
    return Row(
        index,
        step.source,
        step.target,
        step.label,
        _neutral(step),
        step.stage,
        number=index + 1,
        arrow=step.arrow,
        outcome=step.outcome,
        resource=step.resource,
        resource_account=step.resource_account,
    )


def _neutral(step: Step) -> str:
    """The label of a step, unless it could tell how the step ended."""
    if step.arrow == 3:
        return CLASSIC[3].label
    if step.stage == "validate" and step.decision is None:
        return CLASSIC[6 if step.arrow == 6 else 2].label
    return step.label


def _opens(step: Step) -> bool:
    asks = step.stage == "request" and step.refusal is None and step.reply is None
    return step.stage == "message" or (step.outcome != "denied" and (asks or step.arrow in {1, 5}))


def _ghosts(call: list[Row], refusal: Row) -> list[Row]:
    """The arrows that a refused call never came to, between the two that the call was between."""
    reached = max((row.arrow for row in call if row.arrow), default=0)
    request = next((row for row in call if not row.alone), None)
    if not reached or request is None:
        return []
    client, service = request.source, request.target
    return [
        Row(
            refusal.index,
            service,
            client if arrow in _REPLIES else service,
            CLASSIC[arrow].label,
            CLASSIC[arrow].label,
            CLASSIC[arrow].stage,
            arrow=arrow,
            ghost=True,
        )
        for arrow in range(reached + 1, 5 if reached < 5 else 8)
    ]
