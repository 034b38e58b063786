"""What happened to a call: `Step` by `Step`, in a `Trace`. `Answer` is what the gate gives back, `Refused` what a stage
raises to turn a call away.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, overload

from stssim.call import NOTHING, Actor, Call, Caller, HttpReply, Refusal, Session
from stssim.policy import Decision

Stage = Literal["request", "validate", "issue", "access", "message"]
Outcome = Literal["done", "allowed", "denied"]


@dataclass(frozen=True, slots=True, repr=False)
class Step:
    """One thing that happened, between two actors (or at one: `source` is `target`).

    `arrow` is the number this step has in the classic picture of the service: 1 request temporary credentials, 2
    validate the request, 3 generate them, 4 receive them, 5 access a resource with them, 6 authorize the access, 7
    access granted; None where that picture has no such step. `position` is the step's place in its Trace and unique
    there. `label` is two or three words for the picture, `sentence` the whole of it. The rest is evidence, frozen as
    it was when the step happened: the call; who made it; the resource (an ARN) it was about and whose it is; the
    decision, which can explain itself; the session that was issued; `found`, further facts by name (never a secret);
    and the reply or the refusal that ended the call.
    """

    stage: Stage
    source: Actor
    target: Actor
    label: str
    sentence: str
    outcome: Outcome = "done"
    arrow: Literal[1, 2, 3, 4, 5, 6, 7] | None = None
    position: int = 0
    at: datetime | None = None
    call: Call | None = None
    caller: Caller | None = None
    resource: str | None = None
    resource_account: str | None = None
    decision: Decision | None = None
    session: Session | None = None
    found: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    reply: HttpReply | None = None
    refusal: Refusal | None = None

    def __repr__(self) -> str:
        mark = {"done": " ", "allowed": "+", "denied": "x"}[self.outcome]
        who = self.source.name if self.source == self.target else f"{self.source.name} -> {self.target.name}"
        return f"{self.position:3} {mark} {who}: {self.sentence}"


class Refused(Exception):
    """Raised by a stage that turns a call away. Carries the refusal and the steps that led to it."""

    def __init__(self, refusal: Refusal, *steps: Step) -> None:
        super().__init__(f"{refusal.code}: {refusal.message}")
        self.refusal = refusal
        self.steps = steps


@dataclass(frozen=True, slots=True)
class Answer:
    """What the gate gives back: the reply for the wire and the steps for the Trace."""

    reply: HttpReply
    steps: tuple[Step, ...] = ()


class Trace(Sequence[Step]):
    """The steps of a stretch of calls, in order. Read-only: while it is being recorded it grows, afterwards it never
    changes.

    `accounts` gives account numbers their names, `parts` gives actors (by name) their part in the scenario: `attacker`,
    `deputy`, `victim`.
    """

    __slots__ = ("_steps", "accounts", "name", "parts")

    def __init__(
        self,
        name: str,
        steps: Iterable[Step] = (),
        *,
        accounts: Mapping[str, str] = NOTHING,
        parts: Mapping[str, str] = NOTHING,
    ) -> None:
        self.name = name
        self.accounts = accounts
        self.parts = parts
        self._steps: Sequence[Step] = steps if isinstance(steps, list | deque) else list(steps)

    @property
    def steps(self) -> tuple[Step, ...]:
        return tuple(self._steps)

    @property
    def denied(self) -> Step | None:
        """The first step at which something was refused, or None."""
        return next((step for step in self._steps if step.outcome == "denied"), None)

    @overload
    def __getitem__(self, index: int) -> Step: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Step]: ...
    def __getitem__(self, index: int | slice) -> Step | Sequence[Step]:
        return self.steps[index] if isinstance(index, slice) else self._steps[index]

    def __len__(self) -> int:
        return len(self._steps)

    def __iter__(self) -> Iterator[Step]:
        return iter(tuple(self._steps))

    def __repr__(self) -> str:
        return "\n".join((f"Trace {self.name!r}, {len(self)} steps", *map(repr, self._steps)))
