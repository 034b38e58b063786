"""`python -m tools.screens [PART...]` takes all photographs, or those of some parts: players, pages, lessons.

`players/rogue-issuer`, `pages/workbench` and `lessons/05` are those of one scenario, page or lesson.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator

from playwright.sync_api import Browser, sync_playwright

from stssim.doctor import find_browser
from tools.screens import lessons, pages, players
from tools.screens.sheet import FOLDER, Photograph, write_sheet

ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--font-render-hinting=none")
PARTS: dict[str, Callable[[Browser, str], Iterator[Photograph]]] = {
    "players": players.photographs,
    "pages": pages.photographs,
    "lessons": lessons.photographs,
}


def main(parts: list[str]) -> int:
    """Takes them, and says where the page of them is."""
    if unknown := [part for part in parts if part.partition("/")[0] not in PARTS]:
        print(f"There is no part {unknown[0]!r}; there are {', '.join(PARTS)}.", file=sys.stderr)  # noqa: T201
        return 2
    if not (path := find_browser()):
        print("No Chromium was found: `python -m stssim doctor` says how to get one.", file=sys.stderr)  # noqa: T201
        return 1
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    taken: list[Photograph] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(path), args=list(ARGUMENTS))
        for part in parts or PARTS:
            name, _, only = part.partition("/")
            for shot in PARTS[name](browser, only):
                taken.append(shot)
                write_sheet(taken)
            print(f"{part}: {len(taken)} photographs so far", flush=True)  # noqa: T201
        browser.close()
    print(f"Look at all of them: {FOLDER / 'index.html'}")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
