"""The judge's verdict on each judged answer, and whether it is the one that is written down."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from stssim.lessons.company import company
from stssim.scenarios import Edit, load
from stssim.scenarios.judge import judge
from tests.adversary.judged_answers import EDITS, read

ACCEPTED = {
    "right": {"Blocked"},
    "loose": {"Still open"},
    "tight": {"Too tight"},
    "tight-variant": {"Too tight"},
}
"""By kind of answer, the verdict that is right. Where an answer is wrong in two ways, either is."""


@dataclass(frozen=True)
class Checked:
    """One answer, its kind, the verdict's word, whether that is right, and how long it took, in seconds of CPU."""

    name: str
    kind: str
    word: str
    right: bool
    seconds: float


@cache
def _read(file: Path) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = read(file)["answers"]
    return found


def answers(file: Path) -> tuple[str, ...]:
    return tuple(_read(file))


def check(file: Path, name: str) -> Checked:
    """Judges one answer."""
    answer = _read(file)[name]
    edit = Edit(name, **{key: answer[key] for key in EDITS if key in answer})  # type: ignore[arg-type]
    kind, begun = str(answer["kind"]), time.process_time()
    if file.stem == "company":
        verdict = judge(company().scenario, [edit], company().goals[str(answer["flaw"])])
    else:
        verdict = judge(load(file.stem), [edit])
    accepted = set(ACCEPTED[kind])
    accepted |= {"Still open"} if answer.get("also_open") else set()
    accepted |= {"Too tight"} if answer.get("also_fails") else set()
    return Checked(name, kind, verdict.word, verdict.word in accepted, time.process_time() - begun)


def sample(file: Path) -> tuple[str, ...]:
    """A few answers of a file: the first and the last right one, two that are too loose, and one that is too tight."""
    by_kind: dict[str, list[str]] = {}
    for name, answer in _read(file).items():
        by_kind.setdefault(str(answer["kind"]), []).append(name)
    right, loose, tight = by_kind["right"], by_kind["loose"], by_kind["tight"]
    return (right[0], right[-1], loose[0], loose[len(loose) // 2], tight[-1])
