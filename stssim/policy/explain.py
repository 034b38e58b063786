"""Why a decision is what it is, in words and as data: `Explanation(decision).sentence`."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from stssim.policy import explanation_text
from stssim.policy.results import Results
from stssim.policy.sentence import sentence
from stssim.policy.suggest import Change, changes

__all__ = ["Explanation"]


class Explanation(Results):
    """The results of a decision, and what they come to: one sentence, the smallest changes, a tree, data.

    Each is computed when it is first asked for.
    """

    def __repr__(self) -> str:
        return f"<Explanation: {self.sentence}>"

    @cached_property
    def sentence(self) -> str:
        """The whole of it in plain English, in one sentence."""
        return sentence(self)

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """For a deny, the smallest change in the request and the smallest in one policy that turn it, each tried."""
        return changes(self)

    @property
    def change(self) -> Change | None:
        """The smallest change that turns a deny into an allow; None for an allow, or if no single small change does."""
        return self.changes[0] if self.changes else None

    def tree(self) -> list[str]:
        """The whole of it as lines of text for a terminal."""
        return explanation_text.tree(self, self.sentence, self.changes)

    def to_dict(self) -> dict[str, Any]:
        """The whole of it as data that JSON can hold."""
        return explanation_text.to_dict(self, self.sentence, self.changes)
