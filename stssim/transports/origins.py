"""Requests from web pages, which are refused unless the server was told to allow the page's origin.

The secret of a Lab's root users is well known, so a page from anywhere, open in the browser of somebody who runs a
server, could sign as root. A browser says that a page makes a request, and which; the AWS CLI and the SDKs say nothing.
https://fetch.spec.whatwg.org/#origin-header, https://www.w3.org/TR/fetch-metadata/
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from ipaddress import ip_address
from urllib.parse import urlsplit

from stssim.call import HttpReply, HttpRequest
from stssim.request.authorization_header import service_of, signature_of
from stssim.trace import Refused

ADMIN = "/_stssim/"
"""Where the paths of the server's own calls begin."""
_PORTS = {"http": 80, "https": 443}
_READS = {"GET", "HEAD"}
_INSIDE_A_PAGE = {"embed", "fencedframe", "frame", "iframe", "object"}
_AWS = (".amazonaws.com", ".amazonaws.com.cn")
_THIS_MACHINE = {"localhost", "host.docker.internal"}
_LIST_OF_HEADERS = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z, -]*")
_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Origins:
    """Which web pages may call a server.

    `allowed` are their origins (`origin` makes one of a URL). `on_loopback` is whether only this machine reaches the
    server; it then has to be called by a name that only this machine answers to, since any other can be rebound.
    """

    allowed: frozenset[str] = frozenset()
    on_loopback: bool = True

    def reply(self, request: HttpRequest) -> HttpReply | None:
        """The answer to a request that is not for the Lab: 403 with the reason, or that to a CORS preflight request of
        an allowed origin. None for all others.
        """
        asking = request.header("origin")
        if self.on_loopback and not self._is_known(request.host):
            return _refused(
                f"This server answers on loopback only and is not called {request.host}: use 127.0.0.1 or localhost."
            )
        if asking is None:
            return _refused(_ELSEWHERE) if _is_from_a_page(request) and not _reads_an_object(request) else None
        if asking not in self.allowed:
            return _refused(f"Pages of {asking} may not call this server; `stssim serve --allow-origin URL` allows it.")
        if request.method == "OPTIONS" and request.header("access-control-request-method") is not None:
            return _preflight(request)
        return None

    def shared(self, request: HttpRequest, reply: HttpReply) -> HttpReply:
        """The reply, with leave for the page to read it if the request came from an allowed origin."""
        asking = request.header("origin")
        if asking is None or asking not in self.allowed:
            return reply
        kept = [(name, value) for name, value in reply.headers if name.lower() not in _SHARING]
        leave = (("access-control-allow-origin", asking), ("access-control-expose-headers", "*"), ("vary", "Origin"))
        return replace(reply, headers=(*kept, *leave))

    def _is_known(self, host: str) -> bool:
        name = hostname(host)
        named = {urlsplit(each).hostname for each in self.allowed}
        return not host or is_loopback(name) or name.endswith((".localhost", *_AWS)) or name in named | _THIS_MACHINE


LOOPBACK_ONLY = Origins()
"""Those of a server that only this machine reaches, and no page at all."""
_SHARING = {"access-control-allow-origin", "access-control-expose-headers"}
_ELSEWHERE = (
    "Web pages may not call this server; links to objects of S3 can be followed, "
    "and `stssim serve --allow-origin URL` allows the pages of an origin."
)


def origins(urls: Iterable[str], *, on_loopback: bool = True) -> Origins:
    """Origins that allow those of these URLs. Raises `ValueError` for one that is not an origin."""
    return Origins(frozenset(map(origin, urls)), on_loopback)


def origin(url: str) -> str:
    """The origin that a browser would send for this URL, which has a scheme, a host and perhaps a port.

    >>> origin("https://App.example.com:443/")
    'https://app.example.com'

    Raises `ValueError` for anything else.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    fits = parts.scheme in _PORTS and parts.hostname and parts.path in ("", "/")
    if not fits or parts.query or parts.fragment or parts.username is not None or not url.isascii():
        raise ValueError(f"{url} is not an origin; write a scheme, a host and perhaps a port: http://localhost:3000")
    name = f"[{parts.hostname}]" if ":" in str(parts.hostname) else parts.hostname
    return f"{parts.scheme}://{name}" + (f":{port}" if port not in (None, _PORTS[parts.scheme]) else "")


def hostname(host: str) -> str:
    """The name or address in a Host header, in lower case; empty for a header that has none."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine alone."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _is_from_a_page(request: HttpRequest) -> bool:
    """`none` is what a person did: an address typed, a bookmark, a link in another program."""
    return request.header("sec-fetch-site") not in (None, "none")


def _reads_an_object(request: HttpRequest) -> bool:
    """Whether this is a link to S3 that was followed, or a public part of a page that S3 itself has served.

    Every GET of S3's is a read. In the query protocol a GET can do anything, so it is not let through.
    """
    if request.method not in _READS or request.path.startswith(ADMIN):
        return False
    try:
        signature = signature_of(request)
    except Refused:
        return False
    service = signature.service if signature is not None else service_of(request)
    followed = request.header("sec-fetch-mode") == "navigate" and request.header("sec-fetch-dest") not in _INSIDE_A_PAGE
    own = request.header("sec-fetch-site") == "same-origin" and signature is None
    return service == "s3" and (followed or own)


def _preflight(request: HttpRequest) -> HttpReply:
    """https://fetch.spec.whatwg.org/#cors-preflight-fetch"""
    method, headers = (request.header(f"access-control-request-{what}") or "" for what in ("method", "headers"))
    allowed = [("access-control-allow-methods", method), ("access-control-allow-headers", headers)]
    leave = [(name, value) for name, value in allowed if value and _LIST_OF_HEADERS.fullmatch(value)]
    return HttpReply(204, (*leave, ("access-control-max-age", str(_HOUR))), b"")


def _refused(sentence: str) -> HttpReply:
    headers = (("content-type", "text/plain; charset=utf-8"), ("x-content-type-options", "nosniff"))
    return HttpReply(403, headers, f"{sentence}\n".encode("utf-8", "replace"))
