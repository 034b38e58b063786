"""The server: where it listens, how it starts and ends, and what it hands to the Lab."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from stssim import Lab
from stssim.call import HttpReply, HttpRequest
from stssim.transports import http as http_door
from stssim.transports import slow_heads
from stssim.transports.http import listening, serving
from stssim.transports.in_process import _session

ROOT = Path(__file__).parents[2]


class Listener:
    """A Lab that answers everything with what it was given."""

    def __init__(self) -> None:
        self.heard: list[HttpRequest] = []

    def handle_at_once(self, request: HttpRequest) -> HttpReply:
        self.heard.append(request)
        return HttpReply(
            200, (("x-one", "1"), ("x-one", "2"), ("content-length", "7"), ("x-odd", "a\r\nb\x00")), b"answer!"
        )


def connected(url: str) -> closing[http.client.HTTPConnection]:
    return closing(http.client.HTTPConnection(url.removeprefix("http://"), timeout=10))


@pytest.fixture
def listener() -> Listener:
    return Listener()


def test_path_query_headers_and_body_arrive_as_they_were_sent(listener: Listener) -> None:
    with serving(listener) as url, connected(url) as connection:  # type: ignore[arg-type]
        connection.putrequest("PUT", "/a//b/../%2F%c3%bc+c?x=%20&&y", skip_accept_encoding=True)
        for name, value in (
            ("X-Under_Score", "  spaced   out "),
            ("X-Twice", "1"),
            ("X-Twice", "2"),
            ("Content-Length", "3"),
        ):
            connection.putheader(name, value)
        connection.endheaders(b"\x00\xff!")
        reply = connection.getresponse()
        assert reply.read() == b"answer!"
    (heard,) = listener.heard
    assert heard.method == "PUT"
    assert heard.target == "/a//b/../%2F%c3%bc+c?x=%20&&y"
    assert heard.body == b"\x00\xff!"
    assert heard.host == url.removeprefix("http://")
    assert [value for name, value in heard.headers if name == "x-twice"] == ["1", "2"]
    assert heard.header("x-under_score") == "spaced   out"
    assert heard.secure is False
    assert heard.source_ip == "127.0.0.1"


def test_no_value_of_a_reply_breaks_its_header_section(listener: Listener) -> None:
    with serving(listener) as url, connected(url) as connection:  # type: ignore[arg-type]
        connection.request("GET", "/")
        reply = connection.getresponse()
        assert reply.getheader("x-odd") == "a  b"
        assert reply.getheader("x-one") == "1, 2"
        assert reply.getheader("server") is None
        assert reply.read() == b"answer!"


def test_several_calls_go_over_one_connection(listener: Listener) -> None:
    with serving(listener) as url, connected(url) as connection:  # type: ignore[arg-type]
        for number in range(3):
            connection.request("POST", f"/{number}", body=b"x" * number)
            assert connection.getresponse().read() == b"answer!"
    assert [(heard.target, heard.body) for heard in listener.heard] == [("/0", b""), ("/1", b"x"), ("/2", b"xx")]


def test_a_taken_port_is_an_error_of_the_system() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(OSError, match="in use"),
        serving(Lab(seed=1), port=taken.getsockname()[1]),
    ):
        pass


def test_the_server_ends_with_its_block_and_its_port_is_free_again() -> None:
    lab = Lab(seed=1)
    with lab.serve() as url:
        port = int(url.rpartition(":")[2])
    with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port), timeout=2):
        pass
    with lab.serve(port=port) as again:
        assert again == url


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.com"])
def test_a_lab_is_not_served_beyond_loopback(host: str) -> None:
    with pytest.raises(ValueError, match="can be reached from other machines"), Lab(seed=1).serve(host=host):
        pass


def stssim(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "stssim", "serve", "--port", "0", *arguments],
        capture_output=True, text=True, timeout=60, cwd=ROOT, env={"PATH": "", **environment}, check=False,
    )  # fmt: skip


def test_stssim_serve_refuses_to_listen_beyond_loopback_unless_told() -> None:
    done = stssim("--host", "0.0.0.0")
    assert (done.returncode, done.stdout) == (2, "")
    assert (
        done.stderr
        == "0.0.0.0 can be reached from other machines; add --allow-remote if that is meant, or use 127.0.0.1.\n"
    )


@pytest.mark.parametrize("secret", ["test", "", "short"])
def test_a_server_open_to_others_wants_a_root_secret_of_ones_own(secret: str) -> None:
    done = stssim("--host", "0.0.0.0", "--allow-remote", STSSIM_ROOT_SECRET=secret)
    assert done.returncode == 2
    assert "put a secret of your own, 16 characters or more, into STSSIM_ROOT_SECRET" in done.stderr


def test_open_to_others_the_root_users_sign_with_that_secret_alone() -> None:
    secret = "correct horse battery staple"
    server = subprocess.Popen(
        [sys.executable, "-u", "-m", "stssim", "serve", "--port", "0", "--host", "0.0.0.0", "--allow-remote"],
        stdout=subprocess.PIPE, text=True, cwd=ROOT, env={"PATH": "", "STSSIM_ROOT_SECRET": secret},
    )  # fmt: skip
    try:
        assert server.stdout is not None
        said = [server.stdout.readline() for _ in range(3)]
        assert secret not in "".join(said)
        url = said[0].split("stssim answers at ")[1].split(". Root")[0].replace("0.0.0.0", "127.0.0.1")

        def root(key: str) -> Any:
            return _session().client(
                "sts",
                endpoint_url=url,
                region_name="us-east-1",
                aws_access_key_id="111111111111",
                aws_secret_access_key=key,
            )

        assert root(secret).get_caller_identity()["Account"] == "111111111111"
        with pytest.raises(Exception, match="SignatureDoesNotMatch"):
            root("test").get_caller_identity()
        with connected(url) as connection:
            connection.request("GET", "/_stssim/health")
            reply = connection.getresponse()
            assert (reply.status, "root secret" in json.loads(reply.read())["error"]) == (403, True)
    finally:
        server.terminate()
        server.communicate()


def test_clients_at_once_get_their_own_answers() -> None:
    lab = Lab(seed=1)
    home = lab.account("home")
    users = [home.user(f"user-{number}") for number in range(8)]
    wrong: list[str] = []
    with lab.serve() as url:

        def ask(number: int) -> None:
            key_id, secret, _ = users[number]._keys
            sts = _session().client(
                "sts", endpoint_url=url, region_name="us-east-1", aws_access_key_id=key_id, aws_secret_access_key=secret
            )
            wrong.extend(
                arn for arn in (sts.get_caller_identity()["Arn"] for _ in range(10)) if arn != users[number].arn
            )

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert wrong == []


def test_a_connection_holds_no_part_of_a_reply_back_to_fill_a_packet() -> None:
    with (
        closing(listening("127.0.0.1", 0)) as listener,
        closing(socket.create_connection(listener.getsockname())),
        closing(listener.accept()[0]) as connection,
    ):
        assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0


HALF_A_BODY = b"PUT /reports/q3.csv HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\nhello"


def half_sent(url: str) -> closing[socket.socket]:
    """A connection on which half a body was sent, and nothing more comes."""
    host, _, port = url.removeprefix("http://").partition(":")
    connection = socket.create_connection((host, int(port)), timeout=10)
    connection.sendall(HALF_A_BODY)
    return closing(connection)


def received(connection: socket.socket) -> bytes:
    """All that comes until the server hangs up."""
    text = b""
    while part := connection.recv(65536):
        text += part
    return text


def test_the_server_ends_though_half_a_body_is_still_to_come(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(http_door, "GRACE", 0.1)
    began = threading.Event()
    body = http_door.whole_body

    async def watched(receive: Any) -> Any:
        began.set()
        return await body(receive)

    monkeypatch.setattr(http_door, "whole_body", watched)
    with serving(Lab(seed=1)) as url:
        connection = half_sent(url)
        assert began.wait(10)
    with connection as still:
        assert b"503" in received(still).split(b"\r\n")[0]
    assert capfd.readouterr().err == ""


def test_a_body_that_stands_still_is_a_request_timeout_of_s3(monkeypatch: pytest.MonkeyPatch) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList"""
    monkeypatch.setattr(http_door, "IDLE", 0.05)
    with serving(Lab(seed=1)) as url, half_sent(url) as connection:
        head, _, text = received(connection).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400")
    assert b"connection: close" in head
    assert b"<Code>RequestTimeout</Code><Message>Your socket connection to the server was not read from" in text


def test_who_waits_for_an_issuers_keys_keeps_nobody_else_waiting() -> None:
    fetching, fetched = threading.Event(), threading.Event()

    class Waiting(Listener):
        def handle_at_once(self, request: HttpRequest) -> HttpReply | None:  # type: ignore[override]
            return None if request.path == "/wants-keys" else super().handle_at_once(request)

        def handle(self, request: HttpRequest) -> HttpReply:
            fetching.set()
            assert fetched.wait(10)
            return super().handle_at_once(request)

    listener = Waiting()
    with serving(listener) as url, connected(url) as first, connected(url) as second:  # type: ignore[arg-type]
        first.request("GET", "/wants-keys")
        assert fetching.wait(10)
        second.request("GET", "/wants-none")
        assert second.getresponse().read() == b"answer!"
        fetched.set()
        assert first.getresponse().read() == b"answer!"
    assert [heard.path for heard in listener.heard] == ["/wants-none", "/wants-keys"]


def test_a_silent_issuer_is_asked_while_others_are_answered() -> None:
    issuer, aud = "https://ci.example.com", "sts.amazonaws.com"
    lab = Lab(seed=1)
    home = lab.account("home")
    home.client("iam").create_open_id_connect_provider(Url=issuer, ClientIDList=[aud])
    with socket.create_server(("127.0.0.1", 0)) as silent:
        lab.reach_issuers({issuer: f"http://127.0.0.1:{silent.getsockname()[1]}"})
        token = Lab(seed=2).oidc_provider(issuer).mint(sub="me", aud=aud)
        form = {"RoleArn": f"{home.arn[:-4]}role/R", "RoleSessionName": "me", "WebIdentityToken": token}
        query = urlencode({"Action": "AssumeRoleWithWebIdentity", "Version": "2011-06-15", **form})
        assert lab.handle_at_once(HttpRequest("GET", "sts.amazonaws.com", f"/?{query}", ())) is None


def test_a_websocket_is_not_offered_and_nobody_is_advised_to_install_one(capfd: pytest.CaptureFixture[str]) -> None:
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "x"}
    with Lab(seed=1).serve() as url, connected(url) as connection:
        connection.request("GET", "/", headers=upgrade)
        assert connection.getresponse().status == 403
    assert capfd.readouterr().err == ""


def test_a_head_that_is_not_sent_to_its_end_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slow_heads, "HEAD_TIMEOUT", 0.05)
    with Lab().serve() as url:
        host, port = url.removeprefix("http://").split(":")
        for begun in (b"", b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "):
            with socket.create_connection((host, int(port)), timeout=10) as connection:
                connection.sendall(begun)
                assert connection.recv(100) == b""


def test_a_body_that_is_far_too_large_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_door, "MAXIMUM_BODY", 1_000)
    monkeypatch.setattr(http_door, "_MOST_THROWN_AWAY", 10_000)
    with Lab().serve() as url:
        host, port = url.removeprefix("http://").split(":")
        head = b"PUT /bucket/key HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000000\r\n\r\n"
        with socket.create_connection((host, int(port)), timeout=10) as connection:
            connection.sendall(head + bytes(50_000))
            assert connection.recv(100).startswith(b"HTTP/1.1 400 ")
