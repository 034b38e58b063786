"""The server's own calls under `/_stssim/`, and who may make them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from stssim import Lab
from stssim.call import HttpReply, HttpRequest
from stssim.clock import Clock
from stssim.transports.admin_api import control
from stssim.transports.in_process import client

JSON = ("content-type", "application/json")


def ask(
    lab: Lab,
    method: str,
    name: str,
    body: Any = None,
    *,
    host: str = "127.0.0.1:4570",
    headers: tuple[tuple[str, str], ...] = (JSON,),
    secret: str | None = None,
) -> tuple[int, dict[str, Any]]:
    content = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    reply: HttpReply = control(HttpRequest(method, host, f"/_stssim/{name}", headers, content), lab, secret)
    return reply.status, json.loads(reply.body)


@contextmanager
def recording(lab: Lab) -> Iterator[None]:
    with lab.recording("http"):
        yield


def test_health_tells_the_labs_time_and_nothing_to_forge_with() -> None:
    assert ask(Lab(seed="hidden"), "GET", "health") == (200, {"status": "ok", "now": "2027-01-04T09:00:00+00:00"})


def test_the_clock_is_told_moved_and_set() -> None:
    lab = Lab(seed=1)
    assert ask(lab, "GET", "clock") == (200, {"now": "2027-01-04T09:00:00+00:00"})
    assert ask(lab, "POST", "clock", {"advance_seconds": 3600}) == (200, {"now": "2027-01-04T10:00:00+00:00"})
    assert ask(lab, "POST", "clock", {"advance_seconds": -0.5})[1] == {"now": "2027-01-04T09:59:59.500000+00:00"}
    assert ask(lab, "POST", "clock", {"now": "2030-05-06T07:08:09+02:00"})[1] == {"now": "2030-05-06T05:08:09+00:00"}


@pytest.mark.parametrize(
    "body",
    [
        {"advance_seconds": "3600"},
        {"advance_seconds": True},
        {"advance_seconds": 1e300},
        {"advance_seconds": 10**30},
        b'{"advance_seconds": NaN}',
        b'{"advance_seconds": Infinity}',
        {"advance": 60},
        {"now": "tomorrow"},
        {"now": "2030-05-06T07:08:09"},
        {"now": "9999-12-31T23:59:59+00:00"},
        {"now": "0001-01-01T00:00:00+00:00"},
        {"now": 5},
        [],
        "now",
        b"{",
        b"\xff",
        b"[" * 100_000,
    ],
)
def test_what_is_no_time_is_refused_and_the_clock_stays(body: Any) -> None:
    lab = Lab(seed=1)
    status, answer = ask(lab, "POST", "clock", body)
    assert status == 400
    assert answer["error"]
    assert ask(lab, "GET", "clock")[1] == {"now": "2027-01-04T09:00:00+00:00"}
    assert lab.account("home").client("sts").get_caller_identity()


def test_after_a_reset_a_running_clock_is_at_wall_time_again() -> None:
    lab = Lab(seed=1, clock=Clock.running())
    ask(lab, "POST", "clock", {"advance_seconds": 86_400})
    assert lab.clock.now() > datetime.now(UTC) + timedelta(hours=23)
    assert ask(lab, "POST", "reset")[0] == 200
    assert abs(lab.clock.now() - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_reset_empties_what_was_made_while_it_was_served() -> None:
    lab = Lab(seed=1)
    with recording(lab):
        root = client("iam", lab.handle, access_key_id="111111111111", secret="test")
        root.create_user(UserName="bob")
        assert ask(lab, "POST", "reset")[0] == 200
        assert root.list_users()["Users"] == []


def test_the_trace_shows_what_was_served_while_it_is_being_recorded() -> None:
    lab = Lab(seed=1)
    with recording(lab):
        client("sts", lab.handle, access_key_id="111111111111", secret="test").get_caller_identity()
        _, answer = ask(lab, "GET", "trace")
        (served,) = [trace for trace in answer["traces"] if trace["name"] == "http"]
        assert [call["name"] for call in served["calls"]] == ["sts:GetCallerIdentity"]
        assert served["steps"]


@pytest.mark.parametrize(
    "host",
    [
        "example.com",
        "127.0.0.1.example.com",
        "169.254.169.254",
        "",
        "0.0.0.0",
        "[::2]:80",
        "[",
        "localhost.example.com:4570",
    ],
)
def test_a_host_that_is_not_local_is_refused(host: str) -> None:
    """A page of another site reaches a server on loopback by a name of its own (DNS rebinding)."""
    assert ask(Lab(seed=1), "GET", "health", host=host)[0] == 403


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:4570", "localhost:4570", "LOCALHOST", "[::1]", "[::1]:4570"])
def test_a_local_host_is_taken(host: str) -> None:
    assert ask(Lab(seed=1), "GET", "health", host=host)[0] == 200


@pytest.mark.parametrize(
    "headers",
    [(), (("content-type", "text/plain"),), (("content-type", "application/x-www-form-urlencoded"),)],
    ids=["none", "text/plain", "form"],
)
def test_a_post_without_json_is_refused(headers: tuple[tuple[str, str], ...]) -> None:
    """What a page can send to another site without asking is never JSON."""
    assert ask(Lab(seed=1), "POST", "reset", headers=headers)[0] == 415


def test_a_content_type_may_tell_its_charset() -> None:
    assert ask(Lab(seed=1), "POST", "reset", headers=(("content-type", "application/json; charset=utf-8"),))[0] == 200


@pytest.mark.parametrize(
    ("method", "name"), [("GET", "reset"), ("DELETE", "clock"), ("POST", "health"), ("PUT", "trace")]
)
def test_another_method_is_refused(method: str, name: str) -> None:
    assert ask(Lab(seed=1), method, name)[0] == 405


def test_an_unknown_control_call_is_told_what_there_is() -> None:
    status, answer = ask(Lab(seed=1), "GET", "healthz")
    assert status == 404
    assert "GET /_stssim/health" in answer["error"]


def test_a_server_open_to_others_wants_the_root_secret_for_control_calls() -> None:
    lab = Lab(seed=1, root_secret="a secret of one's own")
    bearer = ("authorization", "Bearer a secret of one's own")
    assert ask(lab, "GET", "health", host="10.0.0.5:4570", secret=lab.root_secret)[0] == 403
    wrong = ("authorization", "Bearer \udcff")
    assert ask(lab, "GET", "health", host="10.0.0.5:4570", headers=(wrong,), secret=lab.root_secret)[0] == 403
    assert ask(lab, "GET", "health", host="10.0.0.5:4570", headers=(bearer,), secret=lab.root_secret)[0] == 200


def test_a_long_text_in_the_trace_is_cut() -> None:
    lab = Lab(seed=7)
    sqs = lab.account("harbour").client("sqs")
    url = sqs.create_queue(QueueName="orders")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="y" * 200_000)
    _, answer = ask(lab, "GET", "trace")
    assert "(200,0" in str(answer)
    assert len(json.dumps(answer)) < 100_000
