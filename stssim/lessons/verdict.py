"""The verdict on a fix of a scenario, found by running the scenario again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from stssim.call import NOTHING
from stssim.lab.lab import Alter
from stssim.policy.explain import Explanation
from stssim.scenarios import Edit, Scenario
from stssim.scenarios.play import Run, play
from stssim.trace import Step, Trace


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a replay showed. `says_tasks` and `says_attack` say how each went, and `why`, in one sentence, what
    to think about next.

    `trace` is the one to look at: of the legitimate tasks where one failed, else of the attack.
    """

    tasks_work: bool
    blocked: bool
    says_tasks: str
    says_attack: str
    why: str
    trace: Trace

    @property
    def solved(self) -> bool:
        """Every legitimate task works, and the attacker does not get what they came for."""
        return self.tasks_work and self.blocked


class CannotPlay(ValueError):
    """An edit with which the scenario cannot run: a document that isn't a policy, or one that AWS refuses."""


def judge(scenario: Scenario, edit: Edit) -> Verdict:
    """The verdict on an edit, by a replay. Raises as `replay` does."""
    return _verdict(scenario, edit, replay(scenario, [edit]))


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


def _verdict(scenario: Scenario, edit: Edit, run: Run) -> Verdict:
    failed = run.failed
    says_tasks = f"One fails now: {failed.activity.name} ({failed.result})." if failed else "They all still work."
    says_attack = f"It works. {scenario.goal.says}" if run.reached else f"It fails. {scenario.goal.fails}"
    trace = run.failed_trace or run.attack_trace
    return Verdict(run.tasks_work, not run.reached, says_tasks, says_attack, _why(edit, run, trace), trace)


def _why(edit: Edit, run: Run, trace: Trace) -> str:
    if run.tasks_work and not run.reached:
        denied = trace.denied
        return reason(denied) if denied else ""
    if edit.because:
        return edit.because
    denied = trace.denied
    if not run.tasks_work and denied is not None:
        return reason(denied)
    if not run.tasks_work:
        return "A legitimate task must go on working; look at where it stopped."
    return "Nothing on the attacker's path distinguished their request from a legitimate one."


def reason(denied: Step) -> str:
    """Why a call was denied, in one sentence."""
    return denied.sentence if denied.decision is None else Explanation(denied.decision).sentence
