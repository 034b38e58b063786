"""Judges every answer in tests/adversary/judged, and prints by scenario how many verdicts are right and what one takes.

Run it with `python -m tools.judged`, or with parts of scenarios' names.
"""

from __future__ import annotations

import sys
from collections import Counter
from statistics import median

from tests.adversary.judged_answers import FILES
from tests.adversary.verdicts import answers, check

_KINDS = ("right", "loose", "tight", "tight-variant")


def main(parts: list[str]) -> int:
    """Returns 1 if any verdict is wrong."""
    wrong = 0
    _print("| scenario | right accepted | loose refused | tight refused | tight variants refused | median |")
    _print("|---|---|---|---|---|---|")
    for file in FILES:
        if parts and not any(part in file.stem for part in parts):
            continue
        checked = [check(file, name) for name in answers(file)]
        total, right = Counter(each.kind for each in checked), Counter(each.kind for each in checked if each.right)
        cells = " | ".join(f"{right[kind]} of {total[kind]}" for kind in _KINDS)
        _print(f"| {file.stem} | {cells} | {median(each.seconds for each in checked):.2f} s |")
        for each in checked:
            if not each.right:
                wrong += 1
                sys.stderr.write(f"{file.stem} {each.name}: {each.word}, and it is {each.kind}\n")
    return 1 if wrong else 0


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
