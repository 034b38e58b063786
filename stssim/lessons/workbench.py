"""The verdict on a fix of a story, found by telling the story again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from stssim.call import NOTHING, Beat, Trace
from stssim.lab import Alter
from stssim.play import Playing, play
from stssim.scenarios import Edit, Scenario


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a replay showed. `honest` and `attack` say how each went; `why`, in one sentence, what to think of next.

    `trace` is the one to look at: of the honest moves where one failed, else of the attack.
    """

    honest: bool
    blocked: bool
    says_honest: str
    says_attack: str
    why: str
    trace: Trace

    @property
    def solved(self) -> bool:
        """Every honest move works, and the attacker does not get what they came for."""
        return self.honest and self.blocked


class NotPlayable(ValueError):
    """An edit with which the story cannot be told: a document that is no policy, or one that AWS would not take."""


def judge(story: Scenario, edit: Edit) -> Verdict:
    """The verdict on an edit, by a replay. Raises as `replay` does."""
    return _verdict(story, edit, replay(story, [edit]))


def replay(story: Scenario, edits: Iterable[Edit], altered: Mapping[str, Alter] = NOTHING) -> Playing:
    """The story told with these edits, in a fresh Lab; `altered` is as in `play`.

    Raises `NotPlayable`, as `playable` does.
    """
    with playable():
        return play(story, edits, altered=altered)


@contextmanager
def playable() -> Iterator[None]:
    """Inside, a story is told. Raises `NotPlayable`, with the reason in one sentence, where AWS would not take a
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


def _verdict(story: Scenario, edit: Edit, playing: Playing) -> Verdict:
    failed = playing.failed
    says_honest = f"One fails now: {failed.move.name} ({failed.came_to})." if failed else "They all still work."
    says_attack = f"It works. {story.goal.says}" if playing.reached else f"It fails. {story.goal.fails}"
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
        return "An honest move must go on working; look at where it stopped."
    return "Nothing in the attacker's way told their request from an honest one."


def reason(denied: Beat) -> str:
    """Why a call was denied, in one sentence."""
    return denied.sentence if denied.decision is None else denied.decision.explanation.sentence
