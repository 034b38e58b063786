"""The committed score: of each group, how many facts agree and which don't. The command writes it, a test holds it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tools.conformance.facts import CONFORMANCE
from tools.conformance.replay import Result

SCORE = CONFORMANCE / "score.json"


@dataclass(frozen=True, slots=True)
class Tally:
    """Of one group: how many facts there are, and the ids of those that differ."""

    facts: int
    differing: tuple[str, ...]

    @property
    def agreeing(self) -> int:
        """How many agree."""
        return self.facts - len(self.differing)


Score = Mapping[str, Tally]


def tally(results: Iterable[Result]) -> Score:
    """The score of these results, by group."""
    found: dict[str, list[Result]] = {}
    for result in results:
        found.setdefault(result.group.name, []).append(result)
    return {
        name: Tally(len(each), tuple(result.fact.id for result in each if not result.agrees))
        for name, each in found.items()
    }


def committed() -> Score:
    """The score in the repository."""
    written = json.loads(SCORE.read_text("utf-8"))["groups"]
    return {name: Tally(each["facts"], tuple(each["differing"])) for name, each in written.items()}


def commit(score: Score) -> None:
    """Writes the score down."""
    groups = {
        name: {"facts": each.facts, "agreeing": each.agreeing, "differing": list(each.differing)}
        for name, each in sorted(score.items())
    }
    facts, agreeing = total(score.values())
    text = json.dumps({"facts": facts, "agreeing": agreeing, "groups": groups}, indent=1, ensure_ascii=False)
    SCORE.write_text(text + "\n", "utf-8")


def total(tallies: Iterable[Tally]) -> tuple[int, int]:
    """How many facts, and how many of them agree."""
    each = list(tallies)
    return sum(one.facts for one in each), sum(one.agreeing for one in each)


def lost(before: Score, results: Sequence[Result]) -> list[Result]:
    """The facts that the committed score says agree, and that no longer do."""
    return [
        result
        for result in results
        if not result.agrees
        and result.group.name in before
        and result.fact.id not in before[result.group.name].differing
    ]
