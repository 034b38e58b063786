"""Each lesson from top to bottom in JupyterLab, with every cell run."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from tools.screens.served import ROOT, served
from tools.screens.sheet import FOLDER, Photograph, Setting, name_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PORT = 8892
HIGH = 12_000
SETTINGS = (Setting("light", 1280, 720), Setting("dark", 1280, 720, "dark"))
_KERNEL = "window.jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
_HIGH = """Math.ceil(Math.max(...[...document.querySelectorAll('.jp-Notebook .jp-Cell')]
    .map(cell => cell.getBoundingClientRect().bottom)))"""


def photographs(browser: Browser, only: str) -> Iterator[Photograph]:
    """Takes those of the lessons whose name begins so: a window as high as the lesson, and so without a scrollbar."""
    with tempfile.TemporaryDirectory() as folder:
        for notebook in sorted((ROOT / "notebooks").glob(f"{only}*.ipynb")):
            shutil.copy(notebook, folder)
        url = f"http://127.0.0.1:{PORT}"
        with served(
            *("-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={PORT}", "--IdentityProvider.token="),
            *("--LabApp.expose_app_in_browser=True", "--LabApp.news_url=", f"--notebook-dir={folder}"),
            answers=f"{url}/api/status",
        ):
            for notebook in sorted(Path(folder).glob("*.ipynb")):
                yield from _lesson(browser, f"{url}/lab/tree/{notebook.name}?reset", notebook.stem)


def _lesson(browser: Browser, url: str, name: str) -> Iterator[Photograph]:
    context = browser.new_context(**SETTINGS[0].context, reduced_motion="reduce")
    page = context.new_page()
    page.goto(url)
    page.wait_for_function(_KERNEL, timeout=60_000)
    page.evaluate("void window.jupyterapp.commands.execute('application:toggle-left-area')")
    page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")
    page.wait_for_function(_KERNEL, timeout=180_000)
    for setting in SETTINGS:
        theme = f"JupyterLab {setting.colors.capitalize()}"
        page.evaluate("theme => window.jupyterapp.commands.execute('apputils:change-theme', { theme })", theme)
        page.set_viewport_size({"width": setting.width, "height": HIGH})
        page.wait_for_timeout(4000)
        page.set_viewport_size({"width": setting.width, "height": min(HIGH, int(page.evaluate(_HIGH)) + 60)})
        page.wait_for_timeout(1500)
        file = name_of("lesson", name, setting)
        page.screenshot(path=FOLDER / file)
        yield Photograph(file, "lesson", name, setting)
    context.close()
