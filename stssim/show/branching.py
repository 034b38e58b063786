"""What can be changed in the world behind a Trace, so that the player can ask what would happen then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from stssim.call import Trace
from stssim.policy.check import check
from stssim.policy.policies import PolicyKind


@dataclass(frozen=True, slots=True)
class Draft:
    """A policy that can be changed: its name to `replay`, its title to a reader, its kind, its text as it stands."""

    name: str
    title: str
    kind: PolicyKind
    text: str


@dataclass(frozen=True, slots=True)
class Branching:
    """The policies that can be changed, and the way to tell the same story with one of them changed.

    `replay(name, text)` tells it in a fresh Lab, and gives the Trace. It raises `ValueError`, with one sentence that
    says why, for a text with which the story cannot be told.
    """

    drafts: tuple[Draft, ...]
    replay: Callable[[str, str], Trace]

    def draft(self, name: str) -> Draft:
        """The policy of this name. Raises `ValueError` for a name that is none."""
        for draft in self.drafts:
            if draft.name == name:
                return draft
        raise ValueError(f"There is no policy {name!r} to change here.")


def findings(draft: Draft, text: str) -> list[dict[str, Any]]:
    """What is amiss in a text for this policy: where, in one sentence, and whether AWS would refuse it."""
    return [
        {"line": each.line, "column": each.column, "sentence": each.sentence, "refused": each.refused}
        for each in check(text, draft.kind)
    ]
