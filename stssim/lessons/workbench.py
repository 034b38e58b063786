"""A learner's own fix of a story: what may be edited, and the verdict on an edit, found by replaying the story."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from stssim.call import NOTHING, Beat, Trace
from stssim.deputy import Settings
from stssim.play import Playing, play
from stssim.policy import Policy, PolicyError
from stssim.scenarios import Edit, Scenario
from stssim.stage import Stage


@dataclass(frozen=True, slots=True)
class World:
    """What of a story's world can be edited: trust policies by role, bucket policies by bucket, settings by
    application.
    """

    trust: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    bucket_policy: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: NOTHING)


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


def world(story: Scenario, edit: Edit | None = None) -> World:
    """The story's world with this edit made to it, every name filled in."""
    stage = Stage(story, [edit] if edit else [])
    edited = edit or Edit("as it is")
    trust = {name: stage.text(edited.trust.get(name, role.trust)) for name, role in story.roles.items()}
    buckets = {
        name: stage.text(edited.bucket_policy.get(name, bucket.policy or "")) for name, bucket in story.buckets.items()
    }
    settings = {
        name: asdict(Settings(**{**application.settings, **edited.settings.get(name, {})}))
        for name, application in story.applications.items()
    }
    return World(
        {name: text.strip() for name, text in trust.items()},
        {name: text.strip() for name, text in buckets.items() if text.strip()},
        settings,
    )


def as_edit(edited: World) -> Edit:
    """The edit that makes a story's world like this."""
    return Edit("your own", trust=edited.trust, bucket_policy=edited.bucket_policy, settings=edited.settings)


def objection(name: str, text: str, *, trust: bool = True) -> str | None:
    """What keeps a text from being a policy, with its line and column, or None."""
    try:
        Policy(name, "trust" if trust else "resource", text)
    except PolicyError as error:
        return str(error)
    return None


def judge(story: Scenario, edit: Edit) -> Verdict:
    """The verdict on an edit, by a replay. Raises as `replay` does."""
    return _verdict(story, edit, replay(story, edit))


def replay(story: Scenario, edit: Edit) -> Playing:
    """The story told with the edit, in a fresh Lab.

    Raises `NotPlayable`, with the reason in one sentence, for a document that is no policy or that AWS would refuse.
    """
    for role, text in edit.trust.items():
        wrong = objection(role, text)
        if wrong:
            raise NotPlayable(f"The trust policy of role {role}: {wrong}")
    for bucket, text in edit.bucket_policy.items():
        wrong = objection(bucket, text, trust=False)
        if wrong:
            raise NotPlayable(f"The bucket policy of {bucket}: {wrong}")
    try:
        return play(story, [edit])
    except ClientError as error:
        raise NotPlayable(f"AWS refuses it: {error.response['Error']['Message']}") from None
    except (LookupError, ValueError) as error:
        raise NotPlayable(str(error)) from None


def _verdict(story: Scenario, edit: Edit, playing: Playing) -> Verdict:
    failed = playing.failed
    says_honest = f"One fails now: {failed.move.name} ({failed.came_to})." if failed else "They all still work."
    says_attack = f"It works: {_sentence(story.goal.says)}" if playing.reached else f"It fails. {story.goal.fails}"
    trace = playing.failed_trace or playing.attack_trace
    return Verdict(playing.honest, not playing.reached, says_honest, says_attack, _why(edit, playing, trace), trace)


def _why(edit: Edit, playing: Playing, trace: Trace) -> str:
    if playing.honest and not playing.reached:
        denied = trace.denied
        return _reason(denied) if denied else ""
    if edit.because:
        return edit.because
    denied = trace.denied
    if not playing.honest and denied is not None:
        return _reason(denied)
    if not playing.honest:
        return "An honest move must go on working; look at where it stopped."
    return "Nothing in the attacker's way told their request from an honest one."


def _reason(denied: Beat) -> str:
    return denied.sentence if denied.decision is None else denied.decision.explanation.sentence


def _sentence(text: str) -> str:
    return text[:1].lower() + text[1:]
