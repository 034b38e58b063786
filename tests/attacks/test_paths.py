"""S3's bucket and key stand in the path and in the host; however these are spelt, the object that was judged is the one
that is read, written or deleted.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from stssim import Lab
from stssim.lab.handles import Account, User
from tests.attacks.wire import Wire, administrator, lab_of, only, send, signed

JEWELS = b"the crown jewels"
HOSTS = [
    "s3.amazonaws.com",
    "s3.us-east-1.amazonaws.com",
    "S3.AMAZONAWS.COM",
    "s3.amazonaws.com.",
    "s3.amazonaws.com:443",
    "s3.amazonaws.com:80",
    "mine.s3.amazonaws.com",
    "MINE.s3.amazonaws.com",
    "mine.s3.amazonaws.com.",
    "mine.s3.us-east-1.amazonaws.com:443",
    "mine.s3-us-east-1.amazonaws.com",
    "mine.s3.dualstack.us-east-1.amazonaws.com",
    "mine.s3-accelerate.amazonaws.com",
    "mine.s3-website-us-east-1.amazonaws.com",
    "mine.vault.s3.amazonaws.com",
    "vault.s3.amazonaws.com",
    "Vault.s3.amazonaws.com",
    "vault.s3.amazonaws.com.",
    "vault.s3.amazonaws.com:443",
    "vault.s3.dualstack.us-east-1.amazonaws.com",
    "vault.s3-fips.us-east-1.amazonaws.com",
    "vault-222222222222.s3-accesspoint.us-east-1.amazonaws.com",
    "vault.s3-accelerate.amazonaws.com",
    "222222222222.s3-control.us-east-1.amazonaws.com",
    "localhost",
    "localhost:4570",
    "127.0.0.1:4570",
    "[::1]:4570",
    "vault.localhost:4570",
    "vault.127.0.0.1:4570",
    "vault",
    "mine",
    "s3.vault.amazonaws.com",
    "s3-vault.amazonaws.com",
    "vault.s3.amazonaws.com@s3.amazonaws.com",
    "s3.amazonaws.com/vault",
    "mine.s3.amazonaws.com#.vault.s3.amazonaws.com",
    "s3.amazonaws.com?",
    "vault%2Es3.amazonaws.com",
    "vault..s3.amazonaws.com",
    ".s3.amazonaws.com",
    "",
]
TARGETS = [
    "/vault/secret.txt",
    "//vault/secret.txt",
    "///vault/secret.txt",
    "/./vault/secret.txt",
    "/../vault/secret.txt",
    "/%2Fvault/secret.txt",
    "/%2E%2E/vault/secret.txt",
    "/vault%2Fsecret.txt",
    "/vault%2fsecret.txt",
    "/vault//secret.txt",
    "/vault/%2Fsecret.txt",
    "/vault/./secret.txt",
    "/vault%5Csecret.txt",
    "\\vault\\secret.txt",
    "/\\vault/secret.txt",
    "/mine/../vault/secret.txt",
    "/mine/%2e%2e/vault/secret.txt",
    "/mine/..%2Fvault/secret.txt",
    "/mine%2F..%2Fvault%2Fsecret.txt",
    "/mine\\..\\vault\\secret.txt",
    "/mine;/vault/secret.txt",
    "/mine#/vault/secret.txt",
    "/mine?/vault/secret.txt",
    "/mine/free.txt?/../../vault/secret.txt",
    "/mine/free.txt#/../../vault/secret.txt",
    "/mine/free.txt/../../vault/secret.txt",
    "/mine/free.txt%00/vault/secret.txt",
    "/mine%00/vault/secret.txt",
    "/mine@vault/secret.txt",
    "/mine:vault/secret.txt",
    "/VAULT/secret.txt",
    "/v%61ult/secret.txt",
    "/%76ault/%73ecret.txt",
    "/vault%20/secret.txt",
    "/vault./secret.txt",
    "http://s3.amazonaws.com/vault/secret.txt",
    "https://vault.s3.amazonaws.com/secret.txt",
    "//vault.s3.amazonaws.com/secret.txt",
    "s3://vault/secret.txt",
    "*",
    "",
    "vault/secret.txt",
    "/secret.txt",
    "/secret.txt?versionId=null",
    "/mine/secret.txt",
    "/mine/./secret.txt",
    "/mine//secret.txt",
    "/mine/free.txt/../secret.txt",
    "/mine/free.txt%2F..%2Fsecret.txt",
    "/mine/secret.txt%20",
    "/mine/secret.txt?x=free.txt",
    "/mine/%73ecret.txt",
    "/mine/secret.txt;free.txt",
    "/mine/free.txt\\..\\secret.txt",
    "/mine/free.txt?key=secret.txt",
    "/mine?key=secret.txt",
    "/arn:aws:s3:us-east-1:222222222222:accesspoint%2Fvault/secret.txt",
    "/arn:aws:s3:::vault/secret.txt",
]


ALL_TARGETS_AT = {"s3.amazonaws.com", "mine.s3.amazonaws.com", "vault.s3.amazonaws.com", "localhost:4570"}
FEW_TARGETS = [*TARGETS[::6], "/secret.txt", "/free.txt", "/mine/secret.txt"]


@pytest.fixture
def home() -> Account:
    home = Lab(seed=5).account("home", "111111111111")
    home.bucket("mine", {"free.txt": "free", "secret.txt": JEWELS})
    return home


@pytest.fixture(params=["of the same account", "of another account"])
def owner(home: Account, request: pytest.FixtureRequest) -> Account:
    """Whose the bucket `vault` is."""
    owner = home if request.param == "of the same account" else lab_of(home).account("other", "222222222222")
    owner.bucket("vault", {"secret.txt": JEWELS})
    return owner


@pytest.fixture
def mallory(home: Account) -> User:
    """She may do all with one object of one bucket, and has no other right."""
    return home.user("mallory", only("s3:*", resource="arn:aws:s3:::mine/free.txt"))


def kept(account: Account, bucket: str) -> dict[str, bytes]:
    s3 = administrator(account, "s3")
    if bucket not in [each["Name"] for each in s3.list_buckets()["Buckets"]]:
        return {}
    return {
        each["Key"]: s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read()
        for each in s3.list_objects_v2(Bucket=bucket).get("Contents", [])
    }


def state(home: Account, owner: Account) -> object:
    mine = kept(home, "mine")
    mine.pop("free.txt", None)
    return mine, kept(owner, "vault"), [each["Name"] for each in administrator(owner, "s3").list_buckets()["Buckets"]]


def test_the_object_of_ones_own_is_read_in_every_style(mallory: User, home: Account) -> None:
    for host, target in (
        ("s3.amazonaws.com", "/mine/free.txt"),
        ("mine.s3.amazonaws.com", "/free.txt"),
        ("mine.s3.us-east-1.amazonaws.com", "/free.txt"),
    ):
        assert send(mallory, Wire("s3", "GET", target, host=host)).body == b"free"


@pytest.mark.parametrize("host", HOSTS)
def test_no_spelling_of_host_and_path_leads_to_another_object(
    mallory: User, home: Account, owner: Account, host: str
) -> None:
    before = state(home, owner)
    targets = TARGETS if host in ALL_TARGETS_AT else FEW_TARGETS
    for target in targets:
        for method in ("GET", "HEAD", "POST"):
            wire = replace(Wire("s3", method, target), host=host or " ")
            try:
                reply = send(mallory, wire)
            except ValueError:  # botocore signs no such URL
                continue
            assert JEWELS not in reply.body, (method, target)
            assert (
                reply.status != 200 or method != "HEAD" or dict(reply.headers).get("content-length") != str(len(JEWELS))
            )
            assert reply.status != 500, (method, target, reply.body)
    for target in targets:
        for method in ("PUT", "DELETE"):
            try:
                reply = send(mallory, replace(Wire("s3", method, target, body=b"mallory was here"), host=host or " "))
            except ValueError:
                continue
            assert reply.status != 500, (method, target, reply.body)
    assert state(home, owner) == before


@pytest.mark.parametrize(
    "second",
    [
        ("host", "vault.s3.amazonaws.com"),
        ("Host", "vault.s3.amazonaws.com"),
        ("x-forwarded-host", "vault.s3.amazonaws.com"),
        ("x-original-url", "/vault/secret.txt"),
        ("x-rewrite-url", "/vault/secret.txt"),
        ("forwarded", "host=vault.s3.amazonaws.com"),
        ("x-forwarded-prefix", "/vault"),
        ("x-http-method-override", "DELETE"),
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_no_second_host_leads_to_another_bucket(
    mallory: User, home: Account, owner: Account, second: tuple[str, str], first: bool
) -> None:
    before = state(home, owner)
    for host, target in (
        ("mine.s3.amazonaws.com", "/secret.txt"),
        ("s3.amazonaws.com", "/mine/free.txt"),
        ("mine.s3.amazonaws.com", "/free.txt"),
    ):
        for method in ("GET", "PUT"):
            request = signed(Wire("s3", method, target, host=host), *mallory._keys)
            headers = (second, *request.headers) if first else (*request.headers, second)
            reply = lab_of(home).handle(replace(request, headers=headers))
            assert JEWELS not in reply.body
            reply = send(mallory, Wire("s3", method, target, (second,), host=host))
            assert JEWELS not in reply.body
    assert state(home, owner) == before
