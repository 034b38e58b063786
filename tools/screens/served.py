"""A server of ours for as long as its pages are photographed."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).parents[2]
_SECONDS = 90


@contextmanager
def served(*command: str, answers: str) -> Iterator[None]:
    """Runs `python COMMAND...` with settings of its own, from when its address answers until the block ends.

    Raises RuntimeError with what it printed if it does not answer.
    """
    with tempfile.TemporaryDirectory() as home:
        own = {
            "JUPYTER_CONFIG_DIR": home,
            "JUPYTER_DATA_DIR": f"{home}/data",
            "JUPYTERLAB_WORKSPACES_DIR": f"{home}/workspaces",
            "IPYTHONDIR": home,
            "PYTHONPATH": str(ROOT),
            "STSSIM_PROGRESS": "off",
        }
        log = Path(home) / "log"
        with log.open("w") as out:
            server = subprocess.Popen(
                [sys.executable, *command], env=os.environ | own, stdout=out, stderr=subprocess.STDOUT, cwd=home
            )
        try:
            _await(answers, server, log)
            yield
        finally:
            server.terminate()
            server.wait(timeout=20)


def _await(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + _SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            with urlopen(url):
                return
        except URLError:
            time.sleep(0.2)
    raise RuntimeError(f"The server did not start:\n{log.read_text()}")
