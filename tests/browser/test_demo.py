"""The pages without code, as Chromium shows them: on a projector, and on a phone held upright."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
SECONDS = 45
PROJECTOR = {"width": 1280, "height": 720}
PHONE = {"width": 390, "height": 844}
PAGE = "?scenario=confused-deputy"


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a running demo, its pages preheated."""
    home = tmp_path_factory.mktemp("demo")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    own = {"JUPYTER_CONFIG_DIR": str(home), "IPYTHONDIR": str(home), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "stssim.demo", "--no-browser", f"--port={port}"]
    with (home / "log").open("w") as log:
        server = subprocess.Popen(command, env=os.environ | own, stdout=log, stderr=subprocess.STDOUT, cwd=home)
    try:
        end = time.monotonic() + SECONDS
        while not _answers(port):
            if time.monotonic() > end or server.poll() is not None:
                pytest.fail(f"The demo did not start:\n{(home / 'log').read_text()}")
            time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=20)


def _answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/voila/static/voila.js"):
            return True
    except URLError:
        return False


@pytest.fixture
def opened(port: int, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens an address of the demo in a window of its own."""
    contexts = []

    def opened(address: str = "", heard: Mapping[str, Any] | None = None, **context: Any) -> Page:
        contexts.append(browser.new_context(**{"viewport": PROJECTOR, **context}))
        page = contexts[-1].new_page()
        for event, hear in (heard or {}).items():
            page.on(event, hear)  # type: ignore[call-overload]
        page.set_default_timeout(SECONDS * 1000)
        page.goto(f"http://127.0.0.1:{port}/{address}")
        return page

    yield opened
    for context in contexts:
        context.close()


def said(page: Page) -> str:
    """What the player's live region says, once the player is there."""
    return " ".join(page.locator(".sp-sentence").inner_text().split())


def test_an_address_opens_at_its_step_and_steps_on(port: int, opened: Callable[..., Page]) -> None:
    asked: list[str] = []
    failures: list[Any] = []
    page = opened(
        f"{PAGE}&step=4",
        heard={"request": lambda it: asked.append(it.url), "pageerror": lambda it: failures.append(str(it))},
    )
    assert said(page).startswith("Step 4 of 14")
    page.locator(".sp-picture").press("ArrowRight")
    assert said(page).startswith("Step 5 of 14")
    assert page.locator(".still").is_hidden()
    elsewhere = [url for url in asked if not url.startswith((f"http://127.0.0.1:{port}/", "blob:", "data:"))]
    assert (elsewhere, failures) == ([], [])


def test_on_a_projector_picture_sentence_and_buttons_are_in_sight(opened: Callable[..., Page]) -> None:
    page = opened(f"{PAGE}&compare=external-id&step=last&projector=on")
    assert said(page).startswith("without · Step 14 of 14")
    for part in (".sp-picture", ".sp-sentence", ".sp-timeline"):
        box = page.locator(part).bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PROJECTOR["width"]
        assert box["y"] + box["height"] <= PROJECTOR["height"]
    size = page.locator(".sp-sentence").evaluate("it => getComputedStyle(it).fontSize")
    assert float(size.removesuffix("px")) >= 20


def test_on_a_phone_nothing_runs_out_of_the_page_and_the_buttons_are_in_sight(opened: Callable[..., Page]) -> None:
    page = opened(f"{PAGE}&step=10", viewport=PHONE, color_scheme="dark", has_touch=True, is_mobile=True)
    assert said(page).startswith("Step 10 of 14")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_role("button", name="Next", exact=True).tap()
    assert said(page).startswith("Step 11 of 14")
    buttons = page.locator(".sp-timeline").bounding_box()
    assert buttons is not None
    assert buttons["y"] + buttons["height"] <= PHONE["height"]
    frame, step = page.locator(".sp-picture").bounding_box(), page.locator(".step.now .number").bounding_box()
    assert frame is not None
    assert step is not None
    assert frame["x"] <= step["x"] <= frame["x"] + frame["width"]
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(17, 20, 23)"


def test_the_list_leads_to_a_scenario_in_the_colours_of_the_address(opened: Callable[..., Page]) -> None:
    page = opened("?colours=dark")
    page.get_by_role("link", name="The vendor that was talked into it").click()
    assert said(page) == "Start Pick an answer to start."


def test_nonsense_in_the_address_is_told_in_one_sentence(opened: Callable[..., Page]) -> None:
    page = opened("?scenario=%3Cimg%20src%3Dx%20onerror%3Ddocument.title%3D1%3E")
    alert = page.get_by_role("alert").inner_text()
    assert alert.startswith("There is no scenario='<img src=x onerror=document.title=1>'. ")
    assert page.title() == "stssim"


def test_a_name_that_is_not_of_this_machine_is_turned_away(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    connection.request("GET", "/", headers={"Host": "attacker.example"})
    assert connection.getresponse().status == 403
    connection.close()


def test_a_port_that_is_taken_is_named(port: int) -> None:
    command = [sys.executable, "-m", "stssim.demo", "--no-browser", f"--port={port}"]
    second = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert (second.returncode, second.stderr) == (2, f"Port {port} is taken; name another with --port.\n")
