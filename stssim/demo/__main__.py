"""Serves the pages by Voilà, on loopback only: `python -m stssim.demo`, until interrupted."""

from __future__ import annotations

import argparse
import os
import socket
import sys
from pathlib import Path

HERE = Path(__file__).parent
HOST, PORT = "127.0.0.1", 8866
FRONT_ENDS = ["@jupyter-widgets/jupyterlab-manager", "@voila-dashboards/widgets-manager8", "anywidget"]
"""What the browser loads of all that is installed for JupyterLab: what draws widgets."""
SETTINGS = {
    "Voila": {
        "ip": HOST,
        "port_retries": 0,
        "log_level": "ERROR",
        "tornado_settings": {"allow_remote_access": False, "ws_ping_timeout": 30_000},
    },
    "VoilaConfiguration": {
        "template": "stssim",
        "allow_template_override": "NO",
        "allow_theme_override": "NO",
        "extension_allowlist": FRONT_ENDS,
        "preheat_kernel": True,
    },
    # The next page is made ready when this one has been drawn, not while it is.
    "VoilaKernelManager": {"fill_delay": 3.0},
    # A page that nobody has touched for half an hour gives its kernel back.
    "MappingKernelManager": {"cull_idle_timeout": 1800, "cull_connected": True},
}


def main(arguments: list[str]) -> int:
    """Serves until interrupted. Returns an exit code."""
    parser = argparse.ArgumentParser(prog="python -m stssim.demo", description=__doc__)
    parser.add_argument("--port", type=int, default=PORT, help="the port (default: %(default)s)")
    parser.add_argument("--ahead", type=int, default=2, help="how many pages to keep ready (default: %(default)s)")
    parser.add_argument("--no-browser", action="store_true", help="open no browser")
    wanted = parser.parse_args(arguments)
    if taken(wanted.port):
        print(f"Port {wanted.port} is taken; name another with --port.", file=sys.stderr)  # noqa: T201
        return 2

    os.environ["JUPYTER_PATH"] = os.pathsep.join(filter(None, [str(HERE / "jupyter"), os.environ.get("JUPYTER_PATH")]))
    from traitlets.config import Config
    from voila.app import Voila

    print(f"The scenarios are at http://{HOST}:{wanted.port}/. Ctrl+C ends it.", flush=True)  # noqa: T201
    settings = Config(SETTINGS)
    settings.Voila.update(port=wanted.port, open_browser=not wanted.no_browser)
    settings.VoilaConfiguration.default_pool_size = wanted.ahead
    if os.name == "posix":
        settings.KernelManager.transport = "ipc"
    Voila.launch_instance([str(HERE / "demo.ipynb")], config=settings)
    return 0


def taken(port: int) -> bool:
    """Whether something listens there already, or nobody may."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((HOST, port))
        except OSError:
            return True
    return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
