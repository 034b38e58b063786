"""One JupyterLab and one browser for all tests in this folder."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parents[2]
SECONDS = 45
SESSION = "window.jupyterapp?.shell?.currentWidget?.sessionContext"


class Jupyter:
    """A running JupyterLab: its address, and the folder of its notebooks."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.folder = folder

    def notebook(self, name: str, *cells: str) -> str:
        """Writes a notebook of code cells; its address in JupyterLab."""
        blank: dict[str, Any] = {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": []}
        made = [{**blank, "id": f"cell-{at}", "source": cell} for at, cell in enumerate(cells)]
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        document = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": made}
        (self.folder / f"{name}.ipynb").write_text(json.dumps(document), encoding="utf-8")
        return f"{self.url}/lab/tree/{name}.ipynb?reset"


@pytest.fixture(scope="session")
def jupyter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Jupyter]:
    home = tmp_path_factory.mktemp("jupyter")
    folder = home / "notebooks"
    folder.mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = home / "lab" / "user-settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    (settings / "notification.jupyterlab-settings").write_text('{"fetchNews": "false", "checkForUpdates": false}')
    environment = {
        **os.environ,
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "lab" / "user-settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "lab" / "workspaces"),
        "IPYTHONDIR": str(home / "ipython"),
        "PYTHONPATH": str(ROOT),
    }
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}"),
        *("--port-retries=0", "--IdentityProvider.token=", "--ServerApp.disable_check_xsrf=True"),
        *("--LabApp.expose_app_in_browser=True", "--LabApp.news_url=", f"--notebook-dir={folder}"),
    ]
    with (home / "log").open("w") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT, cwd=folder)
    url = f"http://127.0.0.1:{port}"
    try:
        _await(f"{url}/api/status", server, home / "log")
        yield Jupyter(url, folder)
    finally:
        server.terminate()
        server.wait(timeout=20)


def _await(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            with urlopen(url):
                return
        except URLError:
            time.sleep(0.1)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text()}")


@pytest.fixture(scope="session")
def browser(browser_path: Path, browser_arguments: list[str]) -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(browser_path), args=browser_arguments)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def open_notebook(jupyter: Jupyter, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a notebook of these cells in JupyterLab, runs it, and gives the page with its players on it."""
    contexts = []

    def opened(name: str, *cells: str, players: int = 1, **context: Any) -> Page:
        contexts.append(browser.new_context(**{"viewport": {"width": 1280, "height": 720}, **context}))
        page = contexts[-1].new_page()
        page.set_default_timeout(10_000)
        page.goto(jupyter.notebook(name, *cells))
        page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=SECONDS * 1000)
        page.wait_for_function(f"{SESSION}?.session?.kernel?.status === 'idle'", timeout=SECONDS * 1000)
        page.evaluate("void window.jupyterapp.commands.execute('notebook:run-all-cells')")
        drawn = f"document.querySelectorAll('.stssim-player svg').length >= {players}"
        page.wait_for_function(drawn, timeout=SECONDS * 1000)
        page.evaluate("void window.jupyterapp.commands.execute('application:toggle-left-area')")
        return page

    yield opened
    for context in contexts:
        context.close()
