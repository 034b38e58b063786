"""What a task is, and how a Trace is asked whether it is done: by what happened, never by what was typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from stssim.call import Call, Caller, Refusal, Session
from stssim.policy import Decision
from stssim.trace import Step, Trace


@dataclass(frozen=True, slots=True)
class Task:
    """Something to bring about in a Lab. `name` begins with the number of its notebook, e.g. `01-expired`.

    `asks` says what is wanted, `hints` help in three grades. `solution` is code: run below the notebook's cells that
    stand above the task, it leaves in `mine` a Trace that `judge` is content with. `judge` gives None when it is done,
    else one sentence that says what lacks, and does not say how to do it. In texts, `code` stands in backticks.
    """

    name: str
    asks: str
    hints: tuple[str, str, str]
    solution: str
    judge: Callable[[Trace], str | None]


@dataclass(frozen=True, slots=True)
class RecordedCall:
    """One AWS call of a Trace and how it ended: who made it, what was decided, which session it was issued, and what
    it was refused with, if it was.
    """

    call: Call
    steps: tuple[Step, ...]

    @property
    def name(self) -> str:
        return self.call.name

    @property
    def parameters(self) -> Mapping[str, Any]:
        return self.call.parameters

    @property
    def allowed(self) -> bool:
        """Whether it was answered with what it asked for."""
        return any(step.reply is not None and step.reply.status < 400 for step in self.steps)

    @property
    def refusal(self) -> Refusal | None:
        return next((step.refusal for step in self.steps if step.refusal is not None), None)

    @property
    def code(self) -> str:
        """The code of AWS's error, e.g. `AccessDenied`; empty for a call that was not refused."""
        return self.refusal.code if self.refusal else ""

    @property
    def caller(self) -> Caller | None:
        """Who proved to be calling; None where nobody did."""
        return next((step.caller for step in self.steps if step.caller is not None), None)

    @property
    def decision(self) -> Decision | None:
        """The last decision on it, which can explain itself."""
        return next((step.decision for step in reversed(self.steps) if step.decision is not None), None)

    @property
    def issued(self) -> Session | None:
        """The session whose credentials it was answered with."""
        return next((step.session for step in self.steps if self.allowed and step.arrow == 4), None)

    @property
    def access_key_id(self) -> str:
        """The key that it says it was signed with; empty for a call that was not signed."""
        return self.call.signature.access_key_id if self.call.signature else ""


def recorded_calls(trace: Trace, *names: str) -> list[RecordedCall]:
    """The AWS calls of a Trace in order, all of them or those of these names, e.g. `sts:AssumeRole`."""
    found: dict[int, list[Step]] = {}
    for step in trace:
        if step.call is not None and (not names or step.call.name in names):
            found.setdefault(id(step.call), []).append(step)
    return [RecordedCall(call, tuple(steps)) for steps in found.values() if (call := steps[0].call) is not None]
