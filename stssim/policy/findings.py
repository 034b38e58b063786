"""What is amiss in a policy document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stssim.policy.policies import Policy
from stssim.policy.results import Results
from stssim.policy.sentence import sentence

if TYPE_CHECKING:
    from stssim.policy.evaluate import Decision

__all__ = ["AwsError", "Finding", "found"]


@dataclass(frozen=True, slots=True)
class AwsError:
    """How AWS refuses a document: its error code and, where that is known, its message."""

    code: str
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is amiss. `name` is the same for all of its kind, e.g. `no-external-id`.

    AWS would refuse the document, and `error` says how; or it would accept it, or did before it had the rule, and
    `shown` is a request that shows why it should not have been written so, decided by the policy itself (None if what
    the policy names can neither call nor be asked for). `sentence` says what is wrong and what
    would be right. `pointer` is the JSON pointer of the clause ("": the document), `line` and `column` count from 1.
    """

    name: str
    sentence: str
    pointer: str
    line: int
    column: int
    error: AwsError | None = None
    shown: Decision | None = None

    @property
    def refused(self) -> bool:
        """Whether AWS would refuse the document."""
        return self.error is not None

    @property
    def placed(self) -> str:
        """The sentence with the place of the clause: `... (line 1, column 41, at /Statement/0).`"""
        at = f", at {self.pointer}" if self.pointer else ""
        return f"{self.sentence.removesuffix('.')} (line {self.line}, column {self.column}{at})."

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.sentence} ({self.name})"

    def to_dict(self) -> dict[str, Any]:
        """The finding as data that JSON can hold."""
        data: dict[str, Any] = {
            "name": self.name,
            "sentence": self.sentence,
            "pointer": self.pointer,
            "line": self.line,
            "column": self.column,
        }
        if self.error is not None:
            data["error"] = {"code": self.error.code, "message": self.error.message}
        if self.shown is not None:
            request = self.shown.request
            data["shown"] = {
                "request": {
                    "principal": request.principal,
                    "action": request.action,
                    "resource": request.resource,
                    "context": _plain(request.context),
                },
                "effect": self.shown.effect,
                "sentence": sentence(Results(self.shown)),
            }
        return data


def _plain(context: Mapping[str, Any]) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in context.items()}


def found(
    policy: Policy,
    name: str,
    sentence: str,
    pointer: str,
    *,
    error: AwsError | None = None,
    shown: Decision | None = None,
) -> Finding:
    """A finding at a clause of a policy."""
    place = policy.document.place(pointer)
    return Finding(name, sentence, pointer, place.line if place else 1, place.column if place else 1, error, shown)
