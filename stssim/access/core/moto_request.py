"""moto's request object, which the reading of a call and the answer to it each need one of.

moto builds it by werkzeug's builder of test requests, which takes apart and joins again what is known here: that was an
eighth of a GetObject.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from io import BytesIO
from typing import Any
from urllib.parse import unquote

_OF_THE_ENVIRON = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}


def moto_request(
    method: str, host: str, target: str, headers: Mapping[str, str], body: bytes, *, is_form: bool = True
) -> Any:
    """What moto's `Request.from_primitives` makes of the same request to `https://{host}{target}`, but that no part of
    an odd target is lost. `headers` have lower-case names, among them `host`.
    """
    from moto.core import request as moto
    from werkzeug.datastructures import ImmutableMultiDict

    path, _, query = target.partition("?")
    name, _, port = host.partition(":")
    raw_path = _for_wsgi(path)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": _for_wsgi(unquote(path)),
        "QUERY_STRING": _for_wsgi(query),
        "REQUEST_URI": raw_path,
        "RAW_URI": raw_path,
        "SERVER_NAME": name,
        "SERVER_PORT": port or "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "https",
        "wsgi.input": BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for header, value in headers.items():
        if header != "transfer-encoding":
            place = _OF_THE_ENVIRON.get(header) or f"HTTP_{header.upper().replace('-', '_')}"
            environ[place] = f"{environ[place]}, {value}" if place in environ else value
    environ["CONTENT_LENGTH"] = str(len(body))
    environ[moto.PRESERVED_HEADER_NAMES_ENVIRON_KEY] = {
        moto.environ_key_for_header(header): header
        for header in headers
        if moto.should_preserve_original_header_name(header)
    }
    request = moto.Request(environ)
    if not is_form:
        # An object may well be of the type of a form; werkzeug would take it apart and leave no body.
        request.__dict__ |= {"data": body, "form": ImmutableMultiDict(), "files": ImmutableMultiDict()}
    return request


def _for_wsgi(text: str) -> str:
    """A text as PEP 3333 has it: its bytes, one a character."""
    return text if text.isascii() else text.encode(errors="surrogateescape").decode("latin-1")
