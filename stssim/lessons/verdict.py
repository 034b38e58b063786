"""The verdict on a fix of a scenario, found by telling the scenario again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from stssim.call import NOTHING
from stssim.lab.lab import Alter
from stssim.policy.explain import Explanation
from stssim.scenarios import Edit, Scenario
from stssim.scenarios.play import Playing, play
from stssim.trace import Step, Trace


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a replay showed. `honest` and `attack` say how each went; `why`, in one sentence, what to think of next.

    `trace` is the one to look at: of the legitimate tasks where one failed, else of the attack.
    """

    honest: bool
    blocked: bool
    says_honest: str
    says_attack: str
    why: str
    trace: Trace

    @property
    def solved(self) -> bool:
        """Every legitimate task works, and the attacker does not get what they came for."""
        return self.honest and self.blocked


class NotPlayable(ValueError):
    """An edit with which the scenario cannot be told: a document that is no policy, or one that AWS would not take."""


def judge(scenario: Scenario, edit: Edit) -> Verdict:
    """The verdict on an edit, by a replay. Raises as `replay` does."""
    return _verdict(scenario, edit, replay(scenario, [edit]))


def replay(scenario: Scenario, edits: Iterable[Edit], altered: Mapping[str, Alter] = NOTHING) -> Playing:
    """The scenario told with these edits, in a fresh Lab; `altered` is as in `play`.

    Raises `NotPlayable`, as `playable` does.
    """
    with playable():
        return play(scenario, edits, altered=altered)


@contextmanager
def playable() -> Iterator[None]:
    """Inside, a scenario is told. Raises `NotPlayable`, with the reason in one sentence, where AWS would not take a
    policy, or boto3 not send a call.
    """
    try:
        yield
    except ClientError as error:
        raise NotPlayable(f"AWS refuses it: {error.response['Error']['Message']}") from None
    except BotoCoreError as error:
        raise NotPlayable(f"boto3 does not send that: {' '.join(str(error).split())}") from None
    except (LookupError, ValueError) as error:
        raise NotPlayable(str(error)) from None


def _verdict(scenario: Scenario, edit: Edit, playing: Playing) -> Verdict:
    failed = playing.failed
    says_honest = f"One fails now: {failed.activity.name} ({failed.came_to})." if failed else "They all still work."
    says_attack = f"It works. {scenario.goal.says}" if playing.reached else f"It fails. {scenario.goal.fails}"
    trace = playing.failed_trace or playing.attack_trace
    return Verdict(playing.honest, not playing.reached, says_honest, says_attack, _why(edit, playing, trace), trace)


def _why(edit: Edit, playing: Playing, trace: Trace) -> str:
    if playing.honest and not playing.reached:
        denied = trace.denied
        return reason(denied) if denied else ""
    if edit.because:
        return edit.because
    denied = trace.denied
    if not playing.honest and denied is not None:
        return reason(denied)
    if not playing.honest:
        return "An legitimate task must go on working; look at where it stopped."
    return "Nothing in the attacker's way told their request from an honest one."


def reason(denied: Step) -> str:
    """Why a call was denied, in one sentence."""
    return denied.sentence if denied.decision is None else Explanation(denied.decision).sentence
