"""A page in a real browser, beside a server on the same machine that anybody could sign for as root."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from stssim import Lab
from stssim.transports.http import serving
from stssim.transports.in_process import _session
from stssim.transports.origins import origins

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CALL = """async ([url, more]) => {
    const headers = {"Content-Type": "application/x-www-form-urlencoded", ...more};
    const body = "Action=GetCallerIdentity&Version=2011-06-15";
    try { return (await fetch(url, {method: "POST", headers, body})).status } catch (error) { return error.name }
}"""
UNREADABLE = "TypeError"
"""What fetch raises where the page may not read the reply."""


class Blank(BaseHTTPRequestHandler):
    """A site of somebody else's."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>elsewhere</title><p>Hello.")

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Blank)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    context = browser.new_context()
    page = context.new_page()
    page.goto(site)
    yield page
    context.close()


@pytest.fixture
def lab() -> Lab:
    lab = Lab(seed=5)
    lab.account("customer").bucket("reports", {"q3.txt": "first quarter"})
    return lab


def presigned(url: str, service: str, operation: str, **parameters: Any) -> str:
    """A link that anybody can make, who knows that the root secret is "test"."""
    keys = {"aws_access_key_id": "111111111111", "aws_secret_access_key": "test"}
    client = _session().client(service, region_name="us-east-1", endpoint_url=url, **keys)
    link: str = client.generate_presigned_url(operation, parameters, HttpMethod="GET")
    return link


def test_a_page_elsewhere_can_neither_call_nor_open_a_call_as_root(lab: Lab, page: Page) -> None:
    with serving(lab) as url:
        assert page.evaluate(CALL, [url, {}]) == UNREADABLE
        link = presigned(url, "iam", "create_user", UserName="eve")
        page.evaluate("link => { document.body.innerHTML = `<img src='${link}'><a href='${link}'>a cat</a>` }", link)
        with page.expect_navigation() as navigation:
            page.click("a")
        assert navigation.value.status == 403
    assert lab.account("customer").client("iam").list_users()["Users"] == []


def test_a_presigned_link_on_a_page_can_be_followed(lab: Lab, page: Page) -> None:
    with serving(lab) as url:
        link = presigned(url, "s3", "get_object", Bucket="reports", Key="q3.txt", ResponseContentType="text/plain")
        page.evaluate("link => { document.body.innerHTML = `<a href='${link}'>the report</a>` }", link)
        with page.expect_navigation() as navigation:
            page.click("a")
        assert (navigation.value.status, navigation.value.text()) == (200, "first quarter")


def test_a_page_of_an_allowed_origin_may_call(lab: Lab, page: Page, site: str) -> None:
    with serving(lab, allowed=origins([site])) as url:
        for headers in ({}, {"X-Amz-Date": "20270104T090000Z"}):  # the second is asked for first, by OPTIONS
            assert page.evaluate(CALL, [url, headers]) == 403  # MissingAuthenticationToken, from STS
