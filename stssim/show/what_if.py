"""What can be changed in the world behind a Trace, so that the player can ask what would happen then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Literal

from stssim.policy.acceptance import SHARED_ISSUER, refusal
from stssim.policy.check import check
from stssim.policy.policies import PolicyKind
from stssim.trace import Trace


@dataclass(frozen=True, slots=True)
class Draft:
    """One thing that can be changed: its name to `replay`, its title to a reader, its kind, its text as it stands.

    `group` is the heading that it stands under. A parameter belongs to a `call` (its number in the Trace, from 0), and
    an empty text means that it is not sent. Where there are `choices`, the text is one of them; each has its words.
    """

    name: str
    title: str
    kind: PolicyKind | Literal["parameter", "setting"]
    text: str
    group: str = "Policies"
    call: int | None = None
    choices: tuple[tuple[str, str], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The draft as the player shows it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Branching:
    """What can be changed, and the way to tell the same scenario with one thing changed.

    `replay(name, text)` tells it in a fresh Lab, and gives the Trace. It raises `ValueError`, with one sentence that
    says why, for a text with which the scenario cannot be told.
    """

    drafts: tuple[Draft, ...]
    replay: Callable[[str, str], Trace]

    def draft(self, name: str) -> Draft:
        """The draft of this name. Raises `ValueError` for a name that is none."""
        for draft in self.drafts:
            if draft.name == name:
                return draft
        raise ValueError(f"There is nothing named {name!r} to change here.")


def findings(draft: Draft, text: str) -> list[dict[str, Any]]:
    """What is amiss in a text for this policy: where, in one sentence, and whether AWS would refuse it.

    Of the text as it stands nothing is said: that would give away what is wrong with it.
    """
    kind = draft.kind
    if text == draft.text or kind == "parameter" or kind == "setting":
        return []
    first = refusal(text, kind)
    refused = first is not None and first.name != SHARED_ISSUER  # some scenarios are older than that rule
    return [
        {"line": each.line, "column": each.column, "sentence": each.sentence, "refused": refused and each.refused}
        for each in check(text, kind)
        if each.name != SHARED_ISSUER
    ]
