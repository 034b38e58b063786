"""Documents as people write them, by kind: what is to be found in each, and what is found.

`python -m tests.policy.practice` prints precision and recall of `policy.check` by kind.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from stssim.policy import Finding, check
from stssim.policy.policies import PolicyKind

ME = "111122223333"
FILES = ("open", "never", "closed")


@dataclass(frozen=True)
class Practice:
    """One document: its kind, and the name of the one finding that is right (None: none is)."""

    file: str
    kind: str
    policy: PolicyKind
    document: dict[str, Any]
    finds: str | None
    names: str

    @property
    def found(self) -> tuple[Finding, ...]:
        """What is found."""
        return check(self.document, self.policy, account=ME)


def documents(*files: str) -> Iterator[Practice]:
    for file in files or FILES:
        path = Path(__file__).parent / "practice_documents" / f"{file}.yaml"
        for group in yaml.safe_load(path.read_text(encoding="utf-8")):
            for statement in group["documents"]:
                names = statement.pop("names", "")
                document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow"} | statement]}
                yield Practice(file, group["kind"], group["policy"], document, group.get("finds"), names)


def main() -> None:
    """Prints the table."""
    write = sys.stdout.write
    counts: dict[tuple[str, str], list[int]] = {}
    for each in documents():
        right, wrong, missed, silent = counts.setdefault((each.file, each.kind), [0, 0, 0, 0])
        names = [finding.name for finding in each.found]
        hit = each.finds in names
        extra = len(names) - hit
        counts[each.file, each.kind] = [
            right + hit, wrong + extra, missed + (each.finds is not None and not hit), silent + (not names)
        ]  # fmt: skip
    write("file | kind | documents | found | false | missed | precision | recall\n")
    whole = [0, 0, 0]
    for (file, kind), (right, wrong, missed, silent) in counts.items():
        total = right + missed or silent + wrong
        whole = [a + b for a, b in zip(whole, (right, wrong, missed), strict=True)]
        write(f"{file} | {kind} | {total} | {right} | {wrong} | {missed} | {_rates(right, wrong, missed)}\n")
    right, wrong, missed = whole
    write(f"all | | | {right} | {wrong} | {missed} | {_rates(right, wrong, missed)}\n")


def _rates(right: int, wrong: int, missed: int) -> str:
    precision = right / (right + wrong) if right + wrong else 1.0
    recall = right / (right + missed) if right + missed else 1.0
    return f"{precision:.2f} | {recall:.2f}"


if __name__ == "__main__":
    main()
