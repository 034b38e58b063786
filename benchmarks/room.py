"""What a room needs: `python benchmarks/room.py` says how much memory a learner takes, and how soon a page is there.

A learner is a JupyterLab server of their own and one kernel that has run lesson 05 from top to bottom. The memory is
the proportional set size of all their processes (`Pss` of /proc/PID/smaps_rollup, so Linux only): what several
processes share is divided among them, and so the sum is what the machine really spends. One learner alone is measured,
and then four at once.

A page is one of `make demo`, opened in Chromium: the time from the request until the picture is there that stands in
for the player, and until the player is. Every page starts a kernel for the next one, so each waits until that is ready.
"""

from __future__ import annotations

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

import jupytext
from jupyter_client.blocking.client import BlockingKernelClient

ROOT = Path(__file__).parents[1]
LESSON = ROOT / "notebooks" / "source" / "05-the-confused-deputy.py"
PAGE = "?scenario=confused-deputy&step=4"
PAGES, PAUSE = 5, 10


def main() -> None:
    """Measures both, and prints what came out."""
    for learners in (1, 4):
        with ExitStack() as stack:
            processes = [stack.enter_context(learner()) for _ in range(learners)]
            time.sleep(2)
            each = [round(sum(pss(pid) for pid in family(server)) / 1e6) for server in processes]
        print(f"{learners} learner(s): {round(statistics.mean(each))} MB each (Pss of server and kernel)")
    with serving("stssim.demo", "--no-browser", "--ahead=2") as (server, url):
        time.sleep(PAUSE)
        waiting = sum(pss(pid) for pid in family(server)) / 1e6
        print(f"demo: {waiting:.0f} MB with two pages kept ready")
        still, live = zip(*(opened(url + PAGE) for _ in range(PAGES)), strict=True)
        print(f"demo: picture after {statistics.median(still):.2f} s (at worst {max(still):.2f} s)")
        print(f"demo: player after {statistics.median(live):.2f} s (at worst {max(live):.2f} s)")


@contextmanager
def learner() -> Iterator[int]:
    """A JupyterLab server whose one kernel has run the lesson; the id of its process."""
    options = ("--no-browser", "--allow-root", "--IdentityProvider.token=", "--ServerApp.disable_check_xsrf=True")
    with serving("jupyterlab", *options, f"--ServerApp.root_dir={ROOT / 'notebooks'}") as (server, url):
        asked = {
            "name": "05",
            "path": "05-the-confused-deputy.ipynb",
            "type": "notebook",
            "kernel": {"name": "python3"},
        }
        request = Request(f"{url}api/sessions", json.dumps(asked).encode(), {"Content-Type": "application/json"})
        with urlopen(request) as reply:
            kernel = json.load(reply)["kernel"]["id"]
        place = Path(os.environ["JUPYTER_RUNTIME_DIR"]) / f"kernel-{kernel}.json"
        client = BlockingKernelClient(connection_file=str(place))
        client.load_connection_file()
        client.start_channels()
        wait_for(lambda: ready(client))
        for cell in jupytext.read(LESSON).cells:
            if cell.cell_type == "code":
                done = client.execute_interactive(cell.source, output_hook=lambda _: None)
                if done["content"]["status"] != "ok":
                    raise RuntimeError(f"{done['content']['ename']}: {done['content']['evalue']}")
        client.stop_channels()
        yield server


@contextmanager
def serving(module: str, *options: str) -> Iterator[tuple[int, str]]:
    """A server, run as `python -m`; the id of its process and its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", module, f"--port={port}", *options]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: listening(port))
        yield server.pid, f"http://127.0.0.1:{port}/"
    finally:
        server.terminate()
        server.wait(timeout=30)


def opened(url: str) -> tuple[float, float]:
    """Seconds from the request until the picture of a page is there, and until its player is."""
    from playwright.sync_api import sync_playwright

    from stssim.doctor import find_browser

    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(find_browser()), args=arguments)
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        began = time.monotonic()
        page.goto(url, wait_until="commit")
        page.wait_for_selector(".still svg, .stssim-player svg")
        still = time.monotonic() - began
        page.wait_for_selector(".stssim-player svg")
        live = time.monotonic() - began
        browser.close()
    time.sleep(PAUSE)
    return still, live


def ready(client: BlockingKernelClient) -> bool:
    """Whether a kernel answers yet."""
    try:
        client.wait_for_ready(timeout=10)
    except RuntimeError:
        return False
    return True


def family(pid: int) -> Iterator[int]:
    """A process and all that it has started."""
    yield pid
    for thread in Path(f"/proc/{pid}/task").iterdir():
        for child in (thread / "children").read_text().split():
            yield from family(int(child))


def pss(pid: int) -> int:
    """The proportional set size of a process, in bytes."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(1024 * int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def listening(port: int) -> bool:
    """Whether a server answers there."""
    try:
        with urlopen(f"http://127.0.0.1:{port}/api/status"):
            return True
    except URLError as error:
        return hasattr(error, "code")


def wait_for(ready: Callable[[], bool]) -> None:
    """Waits up to a minute. Raises `TimeoutError`."""
    end = time.monotonic() + 60
    while not ready():
        if time.monotonic() > end:
            raise TimeoutError("The server did not start.")
        time.sleep(0.1)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as home:
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
            os.environ[name] = str(Path(home) / name.lower())
        os.environ["JUPYTER_CONFIG_PATH"] = str(ROOT / ".jupyter")
        main()
