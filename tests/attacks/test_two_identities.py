"""A request that says twice who sends it is nobody's but the one's whose signature verifies; and what is not signed
says nothing.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from stssim import Lab
from stssim.call import HttpRequest
from stssim.lab.handles import Account, User
from tests.attacks.wire import Wire, as_bytes, lab_of, only, over_a_socket, send, serialized, signed

BUCKETS = Wire("s3", "GET", "/")
WHO = serialized("sts", "GetCallerIdentity", {})


@pytest.fixture
def home() -> Account:
    return Lab(seed=5).account("home", "111111111111")


@pytest.fixture
def alice(home: Account) -> User:
    return home.user("alice", only("*"))


@pytest.fixture
def mallory(home: Account) -> User:
    return home.user("mallory")


def arn_in(body: bytes) -> bytes:
    return body.partition(b"<Arn>")[2].partition(b"</Arn>")[0]


def authorization(request: HttpRequest) -> str:
    return request.header("authorization") or ""


def variants(request: HttpRequest, alice: User, mallory: User) -> list[HttpRequest]:
    """Mallory's request, with Alice's key in it as well."""
    said = authorization(request)
    theirs = said.replace(mallory.access_key_id, alice.access_key_id)
    scope = said.partition("Credential=")[2].partition(",")[0]
    their_scope = scope.replace(mallory.access_key_id, alice.access_key_id)
    rest = tuple(each for each in request.headers if each[0] != "authorization")
    texts = [
        theirs,
        f"{said}, {theirs}",
        f"{theirs}, {said}",
        f"{said}, Credential={their_scope}",
        said.replace("Credential=", f"Credential={their_scope}, Credential=", 1),
        said.replace("AWS4-HMAC-SHA256 ", f"AWS4-HMAC-SHA256 Credential={their_scope},", 1),
        f"{said}, credential={their_scope}",
        said.replace(scope, f"{scope}/{their_scope}"),
        said.replace(scope, f"{their_scope},{scope}"),
        said.replace(scope, f"{scope} {their_scope}"),
        f"{said};{theirs}",
        f"{said}\t{theirs}",
        f"AWS {alice.access_key_id}:x, {said}",
        f"Bearer x, {said}",
        f"{said}, Signature=0",
        said.replace("Signature=", "Signature=0, Signature="),
        f"{said}, SignedHeaders=host",
        said.replace("SignedHeaders=", "SignedHeaders=, SignedHeaders="),
    ]
    made = [replace(request, headers=(*rest, ("authorization", text))) for text in texts]
    headers = [[*rest, *(("authorization", each) for each in two)] for two in ((said, theirs), (theirs, said))]
    names = ("x-amz-security-token", "x-amz-user-arn", "x-amzn-iam-user-arn", "x_authorization", "x-authorization")
    headers += [[*request.headers, (name, theirs)] for name in names]
    made += [replace(request, headers=tuple(each)) for each in headers]
    target = request.target + ("&" if "?" in request.target else "?")
    credential = their_scope.replace("/", "%2F")
    queries = (
        f"X-Amz-Credential={credential}",
        f"AWSAccessKeyId={alice.access_key_id}",
        f"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={credential}&X-Amz-Signature=0",
        f"AWSAccessKeyId={alice.access_key_id}&Signature=x&Expires=9999999999",
    )
    return [*made, *(replace(request, target=target + each) for each in queries)]


@pytest.mark.parametrize("wire", [WHO, BUCKETS], ids=["GetCallerIdentity", "ListBuckets"])
def test_nobody_speaks_for_another(alice: User, mallory: User, wire: Wire) -> None:
    for number, request in enumerate(variants(signed(wire, *mallory._keys), alice, mallory)):
        reply = lab_of(mallory).handle(request)
        assert reply.status < 500, number
        if wire is BUCKETS:
            assert reply.status != 200, number
        else:
            assert reply.status != 200 or arn_in(reply.body) == mallory.arn.encode(), number


def test_a_signed_request_is_not_another_one_by_what_is_added(alice: User, mallory: User) -> None:
    """Whoever catches Alice's request for one thing cannot make it one for another."""
    caught = signed(serialized("iam", "ListUsers", {}), *alice._keys)
    form = b"Action=DeleteUser&Version=2010-05-08&UserName=mallory"
    changed = [
        replace(caught, body=form),
        replace(caught, body=caught.body + b"&" + form),
        replace(caught, target="/?" + form.decode()),
        replace(caught, method="GET", target="/?" + form.decode()),
        replace(caught, headers=(*caught.headers, ("x-amz-target", "IAM.DeleteUser"))),
        replace(caught, headers=(*caught.headers, ("content-encoding", "gzip"))),
        replace(caught, headers=(*caught.headers, ("x-amz-content-sha256", "UNSIGNED-PAYLOAD")), body=form),
        replace(
            caught, headers=(*caught.headers, ("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER")), body=form
        ),
        replace(
            caught,
            headers=(*caught.headers, ("transfer-encoding", "chunked")),
            body=b"35\r\n" + form + b"\r\n0\r\n\r\n",
        ),
    ]
    for request in changed:
        lab_of(alice).handle(request)
        users = alice.account.client("iam").list_users()["Users"]
        assert [each["UserName"] for each in users] == ["alice", "mallory"]


@pytest.mark.parametrize(
    "trick",
    [
        "two lengths",
        "length and chunks",
        "chunks twice",
        "chunks in capitals",
        "a folded header",
        "a bare line feed",
        "a blank before the colon",
        "a second request in the body",
        "an absolute target",
        "a null byte",
    ],
)
def test_no_request_is_hidden_in_another(home: Account, mallory: User, trick: str) -> None:
    """Over HTTP: where one request ends is not for the client to say twice."""
    allowed = home.user("reader", only("s3:ListAllMyBuckets"))
    home.bucket("vault", {"secret.txt": "the crown jewels"})
    hidden = as_bytes(signed(Wire("s3", "GET", "/vault/secret.txt"), *mallory._keys))
    honest = signed(BUCKETS, *allowed._keys)
    with lab_of(home).serve() as url:
        host = url.removeprefix("http://")
        honest = signed(replace(BUCKETS, host=host), *allowed._keys)
        text = as_bytes(honest)
        head, _, _ = text.partition(b"\r\n\r\n")
        sent = {
            "two lengths": head + b"\r\ncontent-length: %d\r\n\r\n" % len(hidden) + hidden,
            "length and chunks": head + b"\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n" + hidden,
            "chunks twice": head
            + b"\r\ntransfer-encoding: chunked\r\ntransfer-encoding: identity\r\n\r\n0\r\n\r\n"
            + hidden,
            "chunks in capitals": head + b"\r\nTransfer-Encoding: xCHUNKED\r\n\r\n0\r\n\r\n" + hidden,
            "a folded header": head + b"\r\nx-folded: a\r\n x-amz-acl: b\r\n\r\n" + hidden,
            "a bare line feed": head.replace(b"\r\n", b"\n") + b"\n\n" + hidden,
            "a blank before the colon": head + b"\r\ncontent-length : 5\r\n\r\n" + hidden,
            "a second request in the body": text + hidden,
            "an absolute target": text.replace(b"GET / ", b"GET http://vault.s3.amazonaws.com/secret.txt ", 1),
            "a null byte": head + b"\r\nx-a: b\x00c\r\n\r\n" + hidden,
        }[trick]
        answer = over_a_socket(url, sent)
    assert b"the crown jewels" not in answer
    assert answer == b"" or answer.startswith(b"HTTP/1.1 ")
    assert b" 500 " not in answer.partition(b"\r\n")[0]


def test_the_honest_request_is_answered_over_a_socket(home: Account) -> None:
    home.bucket("mine")
    with lab_of(home).serve() as url:
        request = signed(replace(BUCKETS, host=url.removeprefix("http://")), *home._keys)
        assert b"<Name>mine</Name>" in over_a_socket(url, as_bytes(request))


def test_root_with_the_well_known_secret_has_no_other_account(home: Account) -> None:
    for key in ("111111111111", "1" * 11, "1" * 13, "111111111111 ", "\u0661" * 12, "0" * 12):
        reply = send(home, WHO)
        request = signed(WHO, key.strip() if key.isascii() else "111111111111", "test")
        said = authorization(request).replace("111111111111/", f"{key}/")
        rest = tuple(each for each in request.headers if each[0] != "authorization")
        reply = lab_of(home).handle(replace(request, headers=(*rest, ("authorization", said))))
        assert reply.status < 500
        if reply.status == 200:
            assert key.strip() in arn_in(reply.body).decode()
