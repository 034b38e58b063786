"""What a page is asked for. Voilà starts its kernel beforehand, and says so later, over a websocket of its own.

`voila.utils.get_query_string` does the same, and first imports the whole Jupyter server: seven seconds, where a page
has two.
"""

from __future__ import annotations

import json
import os

from websockets.sync.client import connect


def query() -> str:
    """The query string of the page's address. A preheated kernel waits here until somebody asks for the page."""
    if os.environ.get("VOILA_PREHEAT") != "True":
        return os.environ.get("QUERY_STRING", "")
    port, kernel = os.environ["VOILA_APP_PORT"], os.environ["VOILA_KERNEL_ID"]
    with connect(f"ws://127.0.0.1:{port}/voila/query/{kernel}", proxy=None) as waiting:
        return str(json.loads(waiting.recv())["QUERY_STRING"])
