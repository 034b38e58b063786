"""What a web page may ask of a server on its reader's own machine.

The headers are those of https://www.w3.org/TR/fetch-metadata/ and https://fetch.spec.whatwg.org/#origin-header.
"""

from __future__ import annotations

import http.client
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from botocore.auth import S3SigV4QueryAuth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from typer.testing import CliRunner

from stssim import Lab
from stssim.call import NOTHING
from stssim.cli import app
from stssim.transports.http import serving
from stssim.transports.origins import LOOPBACK_ONLY, Origins, is_loopback, origin, origins

EVIL = "https://evil.example.com"
APP = "http://localhost:3000"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
WHO = "Action=GetCallerIdentity&Version=2011-06-15"
ACROSS = {"Sec-Fetch-Site": "cross-site"}
FOLLOWED = {**ACROSS, "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    text: str


@dataclass(frozen=True)
class Server:
    url: str
    lab: Lab

    def ask(self, method: str, target: str, headers: Mapping[str, str] = NOTHING, body: str = "") -> Reply:
        with closing(http.client.HTTPConnection(self.url.removeprefix("http://"), timeout=10)) as connection:
            connection.request(method, target, body, {**headers})
            reply = connection.getresponse()
            told = {name.lower(): value for name, value in reply.getheaders()}
            return Reply(reply.status, told, reply.read().decode())

    def as_root(self, query: str, path: str = "/", service: str = "sts") -> str:
        """The target of a GET that the root user of the first account has signed, with the secret that all know."""
        request = AWSRequest("GET", f"{self.url}{path}?{query}")
        signer = S3SigV4QueryAuth if service == "s3" else SigV4QueryAuth
        signer(Credentials("111111111111", "test"), service, "us-east-1").add_auth(request)
        return f"{path}?{urlsplit(request.url).query}"


@contextmanager
def served(allowed: Origins = LOOPBACK_ONLY) -> Iterator[Server]:
    lab = Lab(seed=5)
    lab.account("customer").bucket("reports", {"q3.csv": "1;2;3"})
    with serving(lab, allowed=allowed) as url:
        yield Server(url, lab)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with served() as server:
        yield server


@pytest.fixture(scope="module")
def open_to_the_app() -> Iterator[Server]:
    with served(origins([APP + "/"])) as server:
        yield server


@pytest.mark.parametrize("page", [EVIL, "null", APP])
@pytest.mark.parametrize(
    ("method", "target"), [("POST", "/"), ("PUT", "/reports/q3.csv"), ("GET", "/_stssim/trace"), ("OPTIONS", "/")]
)
def test_a_page_elsewhere_is_refused_in_one_sentence(server: Server, method: str, target: str, page: str) -> None:
    reply = server.ask(method, target, {**FORM, "Origin": page, "Access-Control-Request-Method": "PUT"}, WHO)
    says = f"Pages of {page} may not call this server; `stssim serve --allow-origin URL` allows it.\n"
    assert (reply.status, reply.text) == (403, says)
    assert "access-control-allow-origin" not in reply.headers


def test_the_servers_own_pages_are_pages_too(server: Server) -> None:
    """An object of S3 may be a page, written by anybody."""
    assert server.ask("POST", "/", {**FORM, "Origin": server.url, "Sec-Fetch-Site": "same-origin"}, WHO).status == 403
    own = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"}
    assert server.ask("GET", server.as_root(WHO), own).status == 403
    assert server.ask("GET", server.as_root("", "/reports/q3.csv", "s3"), own).status == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site", "same-origin"])
def test_a_page_cannot_sign_as_root_by_a_link_or_a_picture(server: Server, site: str) -> None:
    """A GET of the query protocol can do anything, whoever follows the link."""
    target = server.as_root("Action=CreateUser&UserName=eve&Version=2010-05-08", service="iam")
    for mode, what in (("navigate", "document"), ("navigate", "iframe"), ("no-cors", "image")):
        said = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": what}
        assert server.ask("GET", target, said).status == 403
        assert server.ask("GET", "/_stssim/trace", said).status == 403
    assert server.ask("GET", server.as_root(WHO), {}).status == 200
    assert server.lab.account("customer").client("iam").list_users()["Users"] == []


def test_a_presigned_link_can_be_followed_from_a_page(server: Server) -> None:
    link = server.as_root("", "/reports/q3.csv", "s3")
    followed = server.ask("GET", link, FOLLOWED)
    assert (followed.status, followed.text) == (200, "1;2;3")
    assert server.ask("GET", link, {**FOLLOWED, "Sec-Fetch-Site": "none"}).status == 200


@pytest.mark.parametrize(
    "said",
    [
        {"Sec-Fetch-Dest": "iframe"},
        {"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"},
        {"Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"},
        {"Origin": EVIL},
    ],
)
def test_a_page_elsewhere_cannot_load_a_presigned_link_itself(server: Server, said: dict[str, str]) -> None:
    assert server.ask("GET", server.as_root("", "/reports/q3.csv", "s3"), FOLLOWED | said).status == 403


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_only_reading_is_following_a_link(server: Server, method: str) -> None:
    assert server.ask(method, "/reports/q3.csv", FOLLOWED).status == 403


def test_what_pretends_to_be_of_s3_is_judged_by_its_signature(server: Server) -> None:
    query = "x=/20260101/us-east-1/s3/aws4_request&Action=CreateUser&UserName=eve&Version=2010-05-08"
    assert server.ask("GET", server.as_root(query, service="iam"), FOLLOWED).status == 403


def test_the_cli_sdks_and_a_typed_address_say_nothing_of_a_page(server: Server) -> None:
    assert server.ask("GET", server.as_root(WHO)).status == 200
    typed = {**FOLLOWED, "Sec-Fetch-Site": "none"}
    assert server.ask("GET", "/_stssim/health", typed).status == 200


@pytest.mark.parametrize(
    "host", ["evil.example.com", "evil.example.com:4570", "10.0.0.5", "localhost.evil.example.com"]
)
def test_a_name_that_anybody_can_point_at_this_machine_is_refused(server: Server, host: str) -> None:
    """DNS rebinding: to the browser the page is of the server's own origin, and a GET says nothing of it."""
    reply = server.ask("GET", server.as_root(WHO), {"Host": host})
    says = f"This server answers on loopback only and is not called {host}: use 127.0.0.1 or localhost.\n"
    assert (reply.status, reply.text) == (403, says)


@pytest.mark.parametrize(
    "host", ["localhost:4570", "LOCALHOST", "127.0.0.1", "[::1]:4570", "reports.localhost", "sts.amazonaws.com",
             "reports.s3.eu-central-1.amazonaws.com", "host.docker.internal:4570"],
)  # fmt: skip
def test_this_machines_names_and_awss_are_answered_to(server: Server, host: str) -> None:
    assert "on loopback only" not in server.ask("GET", "/", {"Host": host}).text


def test_an_allowed_page_may_call_and_read_the_reply(open_to_the_app: Server) -> None:
    reply = open_to_the_app.ask("POST", "/", {**FORM, "Origin": APP}, WHO)
    assert "<Code>MissingAuthenticationToken</Code>" in reply.text
    assert reply.headers["access-control-allow-origin"] == APP
    assert reply.headers["access-control-expose-headers"] == "*"
    assert reply.headers["vary"] == "Origin"
    assert open_to_the_app.ask("POST", "/", {**FORM, "Origin": EVIL}, WHO).status == 403


def test_an_allowed_page_is_told_so_before_it_calls(open_to_the_app: Server) -> None:
    """https://fetch.spec.whatwg.org/#cors-preflight-fetch"""
    asks = {"Origin": APP, "Access-Control-Request-Method": "PUT"}
    reply = open_to_the_app.ask(
        "OPTIONS", "/reports/q3.csv", {**asks, "Access-Control-Request-Headers": "authorization,x-amz-date"}
    )
    assert (reply.status, reply.text) == (204, "")
    assert reply.headers["access-control-allow-origin"] == APP
    assert reply.headers["access-control-allow-methods"] == "PUT"
    assert reply.headers["access-control-allow-headers"] == "authorization,x-amz-date"
    assert open_to_the_app.ask("OPTIONS", "/reports/q3.csv", {**asks, "Origin": EVIL}).status == 403


def test_the_host_of_an_allowed_origin_is_a_name_of_the_server() -> None:
    with served(origins(["http://aws.test:4570"])) as server:
        assert "on loopback only" not in server.ask("GET", "/", {"Host": "aws.test:4570"}).text


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        ("http://localhost:3000", "http://localhost:3000"),
        ("https://App.Example.com/", "https://app.example.com"),
        ("https://app.example.com:443", "https://app.example.com"),
        ("http://[::1]:80", "http://[::1]"),
    ],
)
def test_an_origin_is_spelled_as_browsers_do(url: str, sent: str) -> None:
    """https://html.spec.whatwg.org/#ascii-serialisation-of-an-origin"""
    assert origin(url) == sent


@pytest.mark.parametrize(
    "url",
    ["*", "null", "localhost:3000", "https://", "https://a.example/page", "https://a.example?x", "https://u@a.example",
     "https://a.example:x", "file:///x", "https://ü.example"],
)  # fmt: skip
def test_what_is_not_an_origin_is_an_error_of_the_command_line(url: str) -> None:
    done = CliRunner().invoke(app, ["serve", "--port", "0", "--allow-origin", url])
    assert done.exit_code == 2
    assert f"{url} is not an origin; write a scheme, a host and perhaps a port" in done.output


@pytest.mark.parametrize(
    ("host", "alone"),
    [("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("::", False),
     ("192.0.2.1", False), ("example.com", False), ("", False)],
)  # fmt: skip
def test_loopback_is_this_machine_alone(host: str, alone: bool) -> None:
    assert is_loopback(host) is alone
