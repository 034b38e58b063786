"""Keys are fetched from the addresses that were named, seldom, and from nowhere else."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from stssim.cloud import KeysWanted
from stssim.lab.identity.issuers import Issuers
from stssim.transports.issuer_keys import MAX_AGE, REST, FetchedIssuers

ISSUER = "https://ci.example.com"
KEYS = {"keys": [{"kid": "one"}]}


@dataclass
class Website:
    """A web server with these answers: a body, or a status and headers."""

    address: str = ""
    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def website() -> Iterator[Website]:
    site = Website()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append(self.path)
            answer = site.answers.get(self.path, (404, {}))
            status, headers = answer if isinstance(answer, tuple) else (200, {})
            body = answer if isinstance(answer, bytes) else b"" if isinstance(answer, tuple) else json.dumps(answer)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body if isinstance(body, bytes) else body.encode())

        def log_message(self, *_: Any) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site.address = f"http://127.0.0.1:{server.server_port}"
    site.answers = {
        "/.well-known/openid-configuration": {"issuer": ISSUER, "jwks_uri": f"{ISSUER}/keys"},
        "/keys": KEYS,
    }
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield site
    server.shutdown()
    thread.join()
    server.server_close()


class Watch:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def test_discovery_leads_to_the_keys(website: Website) -> None:
    issuers = FetchedIssuers({ISSUER: website.address})
    assert issuers.jwks(ISSUER) == KEYS
    assert website.asked == ["/.well-known/openid-configuration", "/keys"]


def test_who_cannot_wait_is_told_what_to_fetch_and_has_it_at_hand_afterwards(website: Website) -> None:
    watch = Watch()
    issuers = FetchedIssuers({ISSUER: website.address}, Issuers(), clock=watch)
    with pytest.raises(KeysWanted) as wanted:
        issuers.at_hand().jwks(ISSUER)
    assert (wanted.value.issuer, wanted.value.fresh, website.asked) == (ISSUER, False, [])
    issuers.jwks(ISSUER)
    assert issuers.at_hand().jwks(ISSUER) == KEYS
    watch.seconds += REST
    with pytest.raises(KeysWanted) as wanted:
        issuers.at_hand().jwks(ISSUER, fresh=True)
    assert wanted.value.fresh
    with pytest.raises(ConnectionError, match="nothing answers"):
        issuers.at_hand().jwks("https://other.example.com")


def test_fetched_keys_are_used_again_until_they_are_old(website: Website) -> None:
    watch = Watch()
    issuers = FetchedIssuers({ISSUER: website.address}, clock=watch)
    for _ in range(3):
        issuers.jwks(ISSUER)
    assert len(website.asked) == 2
    watch.seconds += MAX_AGE
    issuers.jwks(ISSUER)
    assert len(website.asked) == 4


def test_an_unknown_key_makes_it_ask_anew_but_not_at_every_token(website: Website) -> None:
    watch = Watch()
    issuers = FetchedIssuers({ISSUER: website.address}, clock=watch)
    issuers.jwks(ISSUER)
    issuers.jwks(ISSUER, fresh=True)
    assert len(website.asked) == 2
    watch.seconds += REST
    website.answers["/keys"] = {"keys": [{"kid": "two"}]}
    assert issuers.jwks(ISSUER, fresh=True) == {"keys": [{"kid": "two"}]}


def test_a_failure_is_remembered_for_a_moment_too(website: Website) -> None:
    watch = Watch()
    issuers = FetchedIssuers({ISSUER: website.address}, clock=watch)
    keys = website.answers.pop("/keys")
    for _ in range(3):
        with pytest.raises(ConnectionError, match="answers 404"):
            issuers.jwks(ISSUER)
    assert len(website.asked) == 2
    website.answers["/keys"] = keys
    watch.seconds += REST
    assert issuers.jwks(ISSUER) == KEYS


@pytest.mark.parametrize(
    ("path", "answer", "why"),
    [
        ("/.well-known/openid-configuration", (302, {"location": "http://127.0.0.1:1/"}), "answers 302"),
        ("/.well-known/openid-configuration", {"issuer": "https://mallory.example.net"}, "is that of"),
        (
            "/.well-known/openid-configuration",
            {"issuer": ISSUER, "jwks_uri": "http://127.0.0.1:1/keys"},
            "is not under",
        ),
        ("/.well-known/openid-configuration", {"issuer": ISSUER, "jwks_uri": f"{ISSUER}.net/keys"}, "is not under"),
        ("/.well-known/openid-configuration", {"issuer": ISSUER}, "is not under"),
        ("/.well-known/openid-configuration", b"[]", "does not answer a JSON object"),
        ("/.well-known/openid-configuration", b"[" * 90_000, "does not answer a JSON object"),
        ("/.well-known/openid-configuration", b"\xff", "does not answer a JSON object"),
        ("/keys", {"keys": "none"}, "has no list of keys"),
        ("/keys", b" " * 1_000_001, "more than 1000000 bytes"),
    ],
)
def test_an_issuer_that_answers_oddly_has_no_keys(website: Website, path: str, answer: Any, why: str) -> None:
    website.answers[path] = answer
    with pytest.raises(ConnectionError, match=why):
        FetchedIssuers({ISSUER: website.address}).jwks(ISSUER)


def test_an_issuer_that_is_not_there_has_no_keys() -> None:
    with pytest.raises(ConnectionError, match="refused"):
        FetchedIssuers({ISSUER: "http://127.0.0.1:1"}).jwks(ISSUER)


def test_an_issuer_that_never_ends_is_left_alone(website: Website) -> None:
    import socket

    silent = socket.create_server(("127.0.0.1", 0))
    start = time.monotonic()
    with pytest.raises(ConnectionError, match="timed out"):
        FetchedIssuers({ISSUER: f"http://127.0.0.1:{silent.getsockname()[1]}"}, timeout=0.1).jwks(ISSUER)
    assert time.monotonic() - start < 1
    silent.close()


def test_who_was_not_named_is_asked_of_the_issuers_beside_and_never_called(website: Website) -> None:
    alone = FetchedIssuers({ISSUER: website.address})
    with pytest.raises(ConnectionError, match="no address is known"):
        alone.jwks("https://other.example.com")
    with pytest.raises(ConnectionError, match="nothing answers"):
        FetchedIssuers({ISSUER: website.address}, Issuers()).jwks("https://other.example.com")
    assert website.asked == []


@pytest.mark.parametrize(
    ("issuer", "address"),
    [("http://ci.example.com", "http://127.0.0.1"), ("ci.example.com", "http://127.0.0.1"), (ISSUER, "127.0.0.1:9001")],
)
def test_what_is_no_issuer_or_no_address_is_refused(issuer: str, address: str) -> None:
    with pytest.raises(ValueError, match=r"not '"):
        FetchedIssuers({issuer: address})
