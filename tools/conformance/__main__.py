"""`python -m tools.conformance` replays every recorded fact, prints the score, and writes it to docs/conformance.md and
tests/conformance/score.json. With a part of a group's name it replays those groups alone and writes nothing.
"""

from __future__ import annotations

import sys

from tools.conformance import report, score
from tools.conformance.facts import groups
from tools.conformance.replay import replay


def main(part: str = "") -> None:
    """Replays the groups whose name contains `part`; all of them are also written down."""
    results = [result for group in groups(part) for result in replay(group)]
    if not results:
        sys.exit(f"No group of facts has {part!r} in its name. The groups are the files in tests/conformance/facts.")
    sys.stdout.write("\n".join(report.printed(results)) + "\n")
    if not part:
        score.commit(score.tally(results))
        report.PAGE.parent.mkdir(exist_ok=True)
        report.PAGE.write_text(report.page(results), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:2])
