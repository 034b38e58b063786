"""Whatever is sent, through either door: an answer in AWS's form, and a Lab that is none the worse for it."""

from __future__ import annotations

import json
import logging
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st

from stssim import Lab
from stssim.access.core import answer as moto
from stssim.call import HttpReply, HttpRequest
from tests.mutations import ALLOW_ALL, Keys, a_busy_lab, signed_again, spoiled
from tests.odd_parameters import odd_request
from tests.through import Door, Servers

MANY = settings(max_examples=int(os.environ.get("STSSIM_FAULTS", "1200")))
SEEDS = st.integers(0, 2**32)
Busy = tuple[Lab, tuple[Keys, ...], list[HttpRequest]]


@pytest.fixture(scope="module")
def busy() -> Busy:
    return a_busy_lab()


@pytest.fixture(scope="module")
def url(busy: Busy) -> Iterator[str]:
    with ExitStack() as stack, Servers(stack).serving(busy[0]) as url:
        yield url


def spoilt(busy: Busy, seed: int, host: str | None = None) -> HttpRequest:
    """One of the valid requests, spoiled; three of four are signed again afterwards, by whoever it may be."""
    _, keys, requests = busy
    random = Random(seed)
    request = random.choice(requests)
    if host is not None:
        headers = tuple(("host", host) if name == "host" else (name, value) for name, value in request.headers)
        target = request.target
        if ".s3." in request.host:
            target = f"/{request.host.partition('.')[0]}{target}"
        request = replace(request, host=host, headers=headers, target=target)
    request = spoiled(request, random)
    return signed_again(request, random.choice(keys)) if random.random() < 0.75 else request


def assert_like_aws(request: HttpRequest, reply: HttpReply) -> None:
    """A reply of AWS's: never an internal error, and every error with a code in XML, JSON or CBOR, or in a header."""
    assert 200 <= reply.status < 600
    assert reply.status != 500, reply.body
    if reply.status >= 400 and request.method != "HEAD" and "x-amzn-errortype" not in dict(reply.headers):
        assert b"<Code>" in reply.body or b"__type" in reply.body, (reply.status, reply.body[:300])


@MANY
@given(seed=SEEDS)
def test_a_spoiled_request_in_process_is_answered_in_awss_form(busy: Busy, seed: int) -> None:
    request = spoilt(busy, seed)
    assert_like_aws(request, busy[0].handle(request))


@MANY
@given(seed=SEEDS)
def test_any_operation_with_odd_parameters_is_answered_in_awss_form(busy: Busy, seed: int) -> None:
    random = Random(seed)
    request = odd_request(random, random.choice(busy[1]))
    if request is not None:
        assert_like_aws(request, busy[0].handle(request))


@MANY
@given(seed=SEEDS)
def test_a_spoiled_request_over_http_is_answered_in_awss_form(busy: Busy, url: str, seed: int) -> None:
    address = url.removeprefix("http://")
    request = spoilt(busy, seed, address)
    reply = sent(address, raw(request))
    if reply.body.startswith(b"Invalid HTTP request"):
        assert reply.status == 400
    elif reply.body.startswith((b"This server answers on loopback only", b"Pages of ")):
        assert reply.status == 403
    else:
        assert_like_aws(request, reply)


@settings(max_examples=50)
@given(head=st.binary(max_size=300))
def test_what_is_no_http_at_all_is_a_bad_request(url: str, head: bytes) -> None:
    reply = sent(url.removeprefix("http://"), head + b"\r\n\r\n")
    assert reply.status in (400, 403, 404, 405, 0)


def test_after_all_that_the_lab_still_works(busy: Busy) -> None:
    lab = busy[0]
    user = lab.account("home").user("afterwards", ALLOW_ALL)
    assert user.client("sts").get_caller_identity()["Arn"] == user.arn


def raw(request: HttpRequest) -> bytes:
    """The request as it goes over the wire."""
    unsaid = {"content-length", "transfer-encoding", "connection", "expect"}
    lines = [f"{request.method} {request.target} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in request.headers if name not in unsaid]
    lines += [f"content-length: {len(request.body)}", "connection: close", "", ""]
    return "\r\n".join(lines).encode("utf-8", "surrogateescape") + request.body


def sent(address: str, text: bytes) -> HttpReply:
    """What a server answers to these bytes, within ten seconds; status 0 if it just hangs up."""
    host, _, port = address.partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(text)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while part := connection.recv(65536):
            received += part
    head, _, body = received.partition(b"\r\n\r\n")
    return HttpReply(int(head.split(b" ")[1]) if head else 0, (), body)


# What the door itself has to bear.


@pytest.fixture
def served(servers: Servers) -> Iterator[str]:
    with servers.serving(Lab(seed=3)) as url:
        yield url.removeprefix("http://")


HOST = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (HOST + b"\r\n", 403),
        (b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n", 400),
        (b"GET / HTTP/1.0\r\n\r\n", 403),
        (HOST + b"Host: example.com\r\n\r\n", 400),
        (HOST + b"X-Latin: \xe4\xf6\xfc\r\n\r\n", 403),
        (HOST + b"Authorization: \xff\xfe\r\n\r\n", 400),
        (b"GET http://127.0.0.1/bucket HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", 404),
        (b"OPTIONS * HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", 405),
        (b"GET /%00%ff%zz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", 400),
        (b"G\x00T / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
    ],
    ids=[
        "nobody",
        "no host",
        "HTTP/1.0",
        "two hosts",
        "latin-1",
        "no UTF-8",
        "absolute",
        "asterisk",
        "odd path",
        "NUL",
        "TLS",
    ],
)
def test_odd_http_is_answered(served: str, text: bytes, status: int) -> None:
    assert sent(served, text).status == status


def test_a_chunked_transfer_is_one_body(served: str) -> None:
    head = b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
    head += b"Content-Type: application/x-www-form-urlencoded\r\n"
    form = b"Action=GetCallerIdentity&Version=2011-06-15"
    body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(form), form)
    reply = sent(served, head + b"Transfer-Encoding: chunked\r\n\r\n" + body)
    assert (reply.status, b"MissingAuthenticationToken" in reply.body) == (403, True)


@pytest.mark.parametrize(
    "head", [b"Transfer-Encoding: gzip\r\n", b"Content-Length: 5\r\nContent-Length: 6\r\n", b"Content-Length: -1\r\n"]
)
def test_a_body_whose_length_cannot_be_told_is_a_bad_request(served: str, head: bytes) -> None:
    assert sent(served, HOST + head + b"\r\nhello").status in (400, 501)


def test_a_body_that_ends_early_is_not_acted_on(served: str) -> None:
    assert sent(served, HOST + b"Content-Length: 100\r\n\r\nhello").status in (0, 400)


@pytest.mark.parametrize("size", [10_000_001, 25_000_000])
def test_a_body_that_is_too_large_gets_its_answer(door: Door, size: int) -> None:
    lab = Lab(seed=3)
    home = lab.account("home")
    home.bucket("reports")
    s3 = door(home, "s3")
    with pytest.raises(ClientError, match="EntityTooLarge") as refused:
        s3.put_object(Bucket="reports", Key="big", Body=bytes(size))
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert s3.list_objects_v2(Bucket="reports")["KeyCount"] == 0


def test_ten_million_bytes_are_not_too_large(door: Door) -> None:
    lab = Lab(seed=3)
    home = lab.account("home")
    home.bucket("reports")
    body = bytes(range(256)) * 39_000
    door(home, "s3").put_object(Bucket="reports", Key="big", Body=body)
    assert door(home, "s3").get_object(Bucket="reports", Key="big")["Body"].read() == body


@pytest.mark.parametrize("count", [2_000, 50_000])
def test_a_flood_of_headers_is_refused_at_once(served: str, count: int) -> None:
    reply = sent(served, HOST + b"".join(b"X-Flood-%d: x\r\n" % number for number in range(count)) + b"\r\n")
    assert reply.status in (400, 403)


def test_head_gets_headers_alone(served: str) -> None:
    reply = sent(served, HOST.replace(b"GET", b"HEAD") + b"\r\n")
    assert (reply.status, reply.body) == (405, b"")


def test_a_reply_that_would_break_the_header_section_does_not(door: Door) -> None:
    lab = Lab(seed=3)
    home = lab.account("home")
    home.bucket("reports", {"q3.csv": "1"})
    url = door(home, "s3").generate_presigned_url(
        "get_object", Params={"Bucket": "reports", "Key": "q3.csv", "ResponseContentType": "text/plain\r\nX-Evil: 1"}
    )
    if door.way == "over HTTP":
        address, _, target = url.removeprefix("http://").partition("/")
        reply = sent(address, f"GET /{target} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n".encode())
        assert (reply.status, reply.body) == (200, b"1")


# A bug of ours, and what it must not do.


class Broken(RuntimeError):
    pass


def break_moto(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def breaks(*_: Any) -> HttpReply:
        raise error

    monkeypatch.setattr(moto, "answer", breaks)


def test_a_bug_is_answered_over_http_as_aws_answers_one_and_logged(
    servers: Servers, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    lab = Lab(seed=3)
    home = lab.account("home")
    break_moto(monkeypatch, Broken("on purpose"))
    with servers.serving(lab) as url, caplog.at_level(logging.ERROR, "stssim"):
        door = Door("over HTTP", servers, ExitStack())
        door._urls[lab] = url
        from botocore.config import Config

        once = Config(retries={"total_max_attempts": 1})
        with pytest.raises(ClientError, match="InternalFailure") as iam:
            door(home, "iam", config=once).list_users()
        with pytest.raises(ClientError, match="InternalError") as s3:
            door(home, "s3", config=once).list_buckets()
    assert [e.value.response["ResponseMetadata"]["HTTPStatusCode"] for e in (iam, s3)] == [500, 500]
    assert "on purpose" in caplog.text
    assert "in breaks" in caplog.text, "the traceback"


def test_the_log_of_a_bug_has_no_secret_that_was_sent(
    servers: Servers, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from botocore.config import Config

    lab = Lab(seed=3)
    home = lab.account("home")
    break_moto(monkeypatch, Broken("cannot keep correct-horse-battery"))
    with servers.serving(lab) as url, caplog.at_level(logging.ERROR, "stssim"):
        door = Door("over HTTP", servers, ExitStack())
        door._urls[lab] = url
        once = Config(retries={"total_max_attempts": 1})
        with pytest.raises(ClientError, match="InternalFailure"):
            door(home, "secretsmanager", config=once).create_secret(Name="s", SecretString="correct-horse-battery")
    assert "Broken: cannot keep corr... (21 characters)" in caplog.text
    assert "correct-horse-battery" not in caplog.text


def test_a_lab_that_raises_in_the_middle_of_a_call_leaves_the_next_call_clean(monkeypatch: pytest.MonkeyPatch) -> None:
    from moto.s3.models import s3_backends

    lab, other = Lab(seed=3), Lab(seed=4)
    home = lab.account("home")
    home.bucket("before")
    with monkeypatch.context() as patch:
        break_moto(patch, Broken("on purpose"))
        with pytest.raises(Broken):
            home.client("s3").create_bucket(Bucket="during")
    assert not [*s3_backends]
    assert other.account("home").client("s3").list_buckets()["Buckets"] == []
    home.client("s3").create_bucket(Bucket="after")
    assert {each["Name"] for each in home.client("s3").list_buckets()["Buckets"]} == {"before", "after"}


def test_two_labs_in_two_threads_never_see_each_other() -> None:
    labs = [Lab(seed=7), Lab(seed=7)]
    seen: list[list[Any]] = [[], []]

    def work(number: int) -> None:
        home = labs[number].account("home")
        s3, iam = home.client("s3"), home.client("iam")
        for step in range(40):
            s3.create_bucket(Bucket=f"bucket-{number}-{step}")
            iam.create_user(UserName=f"user-{step}")
        names = [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
        assert sorted(names) == sorted(f"bucket-{number}-{step}" for step in range(40))
        seen[number] = [user["UserId"] for user in iam.list_users()["Users"]]

    threads = [threading.Thread(target=work, args=(number,)) for number in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen[0]) == len(seen[1]) == 40
    assert seen[0] == seen[1], "the same seed gives the same ids, whatever another Lab does meanwhile"


# Nothing secret in what is kept.


def test_no_secret_and_no_token_is_in_the_evidence_or_the_log(
    caplog: pytest.LogCaptureFixture, servers: Servers
) -> None:
    from stssim.show.evidence import evidence

    lab = Lab(seed=5, root_secret="correct horse battery staple")
    secrets: set[str] = {lab.root_secret}
    caplog.set_level(logging.DEBUG)
    logging.getLogger("botocore").setLevel(logging.WARNING)
    with lab.recording("everything") as trace, servers.serving(lab) as url:
        home, away = lab.account("home"), lab.account("away")
        alice = home.user("alice", ALLOW_ALL)
        trust = {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": ["sts:AssumeRole", "sts:TagSession"]}
            ],
        }
        role = away.role("Audit", trust, ALLOW_ALL)
        secrets.add(alice._keys[1])
        made = home.client("iam").create_access_key(UserName="alice")["AccessKey"]
        secrets.add(made["SecretAccessKey"])
        for way in ("in process", "over HTTP"):
            door = Door(way, servers, ExitStack())
            door._urls[lab] = url
            replies = [
                door(alice, "sts").assume_role(RoleArn=role.arn, RoleSessionName="audit"),
                door(alice, "sts").get_session_token(),
                door(alice, "sts").get_federation_token(Name="bob", Policy=json.dumps(ALLOW_ALL)),
            ]
            for reply in replies:
                issued = reply["Credentials"]
                secrets |= {issued["SecretAccessKey"], issued["SessionToken"]}
                session = lab.session(reply)
                door(session, "sts").get_caller_identity()
                with pytest.raises(ClientError):
                    door(session, "s3").get_object(Bucket="none", Key="none")
                presigned = door(session, "s3").generate_presigned_url(
                    "get_object", Params={"Bucket": "none", "Key": "x"}
                )
                if way == "over HTTP":
                    address, _, target = presigned.removeprefix("http://").partition("/")
                    sent(address, f"GET /{target} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n".encode())
            session = lab.session(replies[0])
            secrets.add(
                door(session, "sts").assume_role(RoleArn=role.arn, RoleSessionName="again")["Credentials"][
                    "SessionToken"
                ]
            )
    kept = json.dumps(evidence(trace)) + json.dumps(evidence(lab.set_up)) + repr(trace) + repr(lab) + caplog.text
    kept += "".join(repr((step, step.call, step.reply, step.refusal, step.caller, step.session)) for step in trace)
    assert len(kept) > 50_000
    assert [secret for secret in secrets if secret in kept or json.dumps(secret)[1:-1] in kept] == []
