"""The verdict on a fix of a scenario, in words: legitimate use is tried first, and then somebody tries to get in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from stssim.adversary import Attempt, Blocked, Goal, StillOpen, TooTight, Undecided, Verdict
from stssim.call import NOTHING
from stssim.lab.lab import Alter
from stssim.policy.explain import Explanation
from stssim.scenarios import Edit, Scenario
from stssim.scenarios import judge as scenario_judge
from stssim.scenarios.play import Run, play
from stssim.trace import Step, Trace


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict as it is shown. `says` follows the verdict's word, `why` says what to think about next.

    `trace` is the one to look at, from `step`: the way in, the legitimate task that failed, or an attempt that failed.
    """

    verdict: Verdict
    says: str
    why: str
    trace: Trace | None
    step: int

    @property
    def word(self) -> str:
        """*Blocked*, *Still open*, *Too tight* or *Undecided*."""
        return self.verdict.word

    @property
    def solved(self) -> bool:
        """Legitimate use works, and nobody gets in."""
        return isinstance(self.verdict, Blocked)


class CannotPlay(ValueError):
    """An edit with which the scenario cannot run: a document that isn't a policy, or one that AWS refuses."""


def judge(scenario: Scenario, edit: Edit, goal: Goal | None = None) -> Judged:
    """The verdict on an edit. Raises `CannotPlay`, as `playable` does."""
    with playable():
        verdict = scenario_judge.judge(scenario, [edit], goal)
    return _told(scenario, edit, verdict)


def replay(scenario: Scenario, edits: Iterable[Edit], altered: Mapping[str, Alter] = NOTHING) -> Run:
    """The scenario, run with these edits in a fresh Lab; `altered` is as in `play`.

    Raises `CannotPlay`, as `playable` does.
    """
    with playable():
        return play(scenario, edits, altered=altered)


@contextmanager
def playable() -> Iterator[None]:
    """Inside, a scenario runs. Raises `CannotPlay`, with the reason in one sentence, where AWS would not take a
    policy, or boto3 not send a call.
    """
    try:
        yield
    except ClientError as error:
        raise CannotPlay(f"AWS refuses it: {error.response['Error']['Message']}") from None
    except BotoCoreError as error:
        raise CannotPlay(f"boto3 does not send that: {' '.join(str(error).split())}") from None
    except (LookupError, ValueError) as error:
        raise CannotPlay(str(error)) from None


def _told(scenario: Scenario, edit: Edit, verdict: Verdict) -> Judged:
    match verdict:
        case TooTight():
            kind = "Legitimate use" if verdict.variant else "A legitimate task"
            says = f"{kind} fails now: {verdict.task} ({verdict.result})."
            return Judged(verdict, says, edit.because or verdict.because, verdict.trace, _denied_at(verdict.trace))
        case StillOpen():
            walk = verdict.walk
            says = f"{scenario.goal.says} {walk.chose}"
            return Judged(verdict, says, edit.because, walk.trace, walk.decided_at)
        case Blocked():
            says = f"None of {len(verdict.attempts)} attempts got in, and legitimate use works."
            return _of_attempts(verdict, says, verdict.attempts)
        case Undecided():
            says = (
                f"None of {len(verdict.attempts)} attempts got in so far, but there was more to try than time for it."
            )
            return _of_attempts(verdict, says, verdict.attempts)


def _of_attempts(verdict: Verdict, says: str, attempts: tuple[Attempt, ...]) -> Judged:
    """With the attempt that a clause stopped, which tells most."""
    if not attempts:
        return Judged(verdict, says, "", None, 0)
    shown = next((each for each in attempts if each.stopped_by), attempts[0])
    return Judged(verdict, says, f"{shown.tried} {shown.because}", shown.trace, _denied_at(shown.trace))


def _denied_at(trace: Trace) -> int:
    return next((step.position for step in reversed(list(trace)) if step.outcome == "denied"), len(trace))


def reason(denied: Step) -> str:
    """Why a call was denied, in one sentence."""
    return denied.sentence if denied.decision is None else Explanation(denied.decision).sentence
