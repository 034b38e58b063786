"""What a search for ways in found: attempts that failed, a walk that did not, and the verdict on a fix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from stssim.policy.results import Clause
from stssim.trace import Trace


@dataclass(frozen=True, slots=True)
class Attempt:
    """Calls that were really made and that got the attacker nowhere.

    `tried` says in one sentence what they did, `because` why it failed. `stopped_by` are the clauses that decided; none
    where no policy says anything of such a call. `trace` has the calls.
    """

    tried: str
    because: str
    stopped_by: tuple[Clause, ...]
    trace: Trace


@dataclass(frozen=True, slots=True)
class Walk:
    """A way in, really walked: `trace` has the calls, from the first to the one that reached the goal.

    `chose` says in one sentence what the attacker chose: names, values, claims. `decided_at` is the position of the
    step of the trace that decided, the one to stop at when it is shown.
    """

    chose: str
    trace: Trace
    decided_at: int


@dataclass(frozen=True, slots=True)
class Found:
    """What a search came to: a `walk`, or none.

    `attempts` were really made, in a Lab. `evaluated` counts candidates that were only put to the policies. `complete`
    says that nothing was left out: without a walk it is False where the bound was reached first.
    """

    walk: Walk | None
    attempts: tuple[Attempt, ...]
    evaluated: int
    complete: bool


Word = Literal["Blocked", "Still open", "Too tight", "Undecided"]


@dataclass(frozen=True, slots=True)
class Blocked:
    """None of `attempts`, which were really made, got in, and the policies leave no candidate."""

    attempts: tuple[Attempt, ...]
    evaluated: int
    word: Word = "Blocked"


@dataclass(frozen=True, slots=True)
class StillOpen:
    """Somebody gets in, by this walk."""

    walk: Walk
    word: Word = "Still open"


@dataclass(frozen=True, slots=True)
class TooTight:
    """Legitimate use fails: `task` is the first that does, with `result`; `trace` shows where.

    `variant` says that it is one that is as legitimate as the tasks, and not one of them. `stopped_by` and `because`
    are as in `Attempt`.
    """

    task: str
    result: str
    variant: bool
    stopped_by: tuple[Clause, ...]
    because: str
    trace: Trace
    word: Word = "Too tight"


@dataclass(frozen=True, slots=True)
class Undecided:
    """The bound was reached before everything was tried. So far, none of `attempts` got in."""

    attempts: tuple[Attempt, ...]
    evaluated: int
    word: Word = "Undecided"


Verdict = Blocked | StillOpen | TooTight | Undecided
