"""The moving picture of the player in the README: `python -m diagrams.player` films it in Chromium, in light and dark.

It is filmed, not drawn: the page of `make demo` is opened, stepped by key, and photographed at every step that is
shown. The letters are those of this machine's fonts, and so the files differ a little from one machine to the next.
"""

from __future__ import annotations

import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.error import URLError
from urllib.request import urlopen

from PIL import Image

from stssim.doctor import find_browser

if TYPE_CHECKING:
    from playwright.sync_api import Page

HERE = Path(__file__).parent
PORT = 8867
PAGE = f"http://127.0.0.1:{PORT}/?scenario=confused-deputy&compare=external-id&step=0"
WIDTH, HEIGHT = 980, 1350
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--font-render-hinting=none")
FILM: tuple[tuple[str, int], ...] = (
    ("", 1400),
    ("ArrowRight", 1600),
    ("ArrowRight ArrowRight", 1600),
    ("ArrowRight", 2200),
    ("ArrowRight ArrowRight ArrowRight 3", 3200),
    ("ArrowRight 4", 1800),
    ("ArrowRight ArrowRight 1", 1600),
    ("ArrowRight ArrowRight", 1600),
    ("ArrowRight ArrowRight", 3200),
    ("c ArrowLeft 3", 3600),
    ("End 1", 3600),
)
"""What is pressed before each photograph, and for how many milliseconds that is shown."""


def filmed(page: Page, colours: Literal["light", "dark"]) -> list[Image.Image]:
    """The photographs."""
    page.goto(f"{PAGE}&colours={colours}")
    picture = page.locator(".sp-picture")
    player = page.locator(".stssim-player")
    picture.wait_for()
    page.wait_for_timeout(500)
    pictures = []
    for keys, _ in FILM:
        for key in keys.split():
            picture.press(key)
        page.evaluate("document.activeElement.blur()")
        page.wait_for_timeout(100)
        pictures.append(Image.open(BytesIO(player.screenshot())).convert("RGB"))
    return pictures


def main() -> None:
    """Films both, and stores them beside this file."""
    from playwright.sync_api import sync_playwright

    command = [sys.executable, "-m", "stssim.demo", "--no-browser", f"--port={PORT}"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not _answers():
            time.sleep(0.2)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=str(find_browser()), args=list(ARGUMENTS))
            for colours in ("light", "dark"):
                context = browser.new_context(
                    viewport={"width": WIDTH, "height": HEIGHT}, color_scheme=colours, reduced_motion="reduce"
                )
                first, *rest = filmed(context.new_page(), colours)
                times = [milliseconds for _, milliseconds in FILM]
                film = HERE / f"player-{colours}.webp"
                first.save(film, append_images=rest, save_all=True, duration=times, loop=0, lossless=True, method=6)
                rest[3].save(HERE / f"player-{colours}-still.webp", lossless=True, method=6)
                context.close()
            browser.close()
    finally:
        server.terminate()
        server.wait(timeout=20)


def _answers() -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{PORT}/voila/static/voila.js"):
            return True
    except URLError:
        return False


if __name__ == "__main__":
    main()
