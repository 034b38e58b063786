"""The pages without code: the list of the scenarios, a scenario, its workbench, and an address that leads nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tools.screens.served import served
from tools.screens.sheet import FOLDER, SETTINGS, Photograph, name_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PORT = 8891
PAGES = {
    "list": ("", ".demo.list"),
    "attack": ("?scenario=confused-deputy&step=7", ".sp-picture svg"),
    "map": ("?scenario=confused-deputy&step=12&view=map", ".sp-picture svg"),
    "compared": ("?scenario=confused-deputy&compare=external-id&step=7", ".sp-picture svg"),
    "workbench": ("?scenario=confused-deputy&show=fix", ".stssim-fix"),
    "nowhere": ("?scenario=nonsense", "main, h1"),
}


def photographs(browser: Browser, only: str) -> Iterator[Photograph]:
    """Takes those of one page, or of all."""
    url = f"http://127.0.0.1:{PORT}/"
    with served("-m", "stssim.demo", "--no-browser", f"--port={PORT}", answers=f"{url}voila/static/voila.js"):
        for state, (query, there) in PAGES.items():
            if only not in {"", state}:
                continue
            for setting in SETTINGS:
                colors = f"{'&' if query else '?'}colours={setting.colors}"
                context = browser.new_context(**setting.context, reduced_motion="reduce")
                page = context.new_page()
                page.goto(f"{url}{query}{colors}")
                page.locator(there).first.wait_for(state="attached", timeout=60_000)
                page.wait_for_timeout(800)
                if state == "workbench":
                    page.locator(".stssim-fix button").first.click()
                    page.locator(".verdict").first.wait_for(timeout=30_000)
                    page.wait_for_timeout(500)
                file = name_of("page", state, setting)
                page.screenshot(path=FOLDER / file, full_page=True)
                context.close()
                yield Photograph(file, "page", state, setting)
