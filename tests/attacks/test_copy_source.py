"""CopyObject and UploadPartCopy read what was judged, however `x-amz-copy-source` is spelt.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html#API_CopyObject_RequestSyntax: bucket and key joined
by a slash, URL-encoded, or an access point's ARN; `?versionId=` behind it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from stssim import Lab
from stssim.lab.handles import Account, User
from tests.attacks.wire import Wire, administrator, only, send

JEWELS = b"the crown jewels"
REFUSED = {400, 403, 404}
SPELLINGS = [
    "{path}",
    "/{path}",
    "//{path}",
    "///{path}",
    "////{path}",
    "%2F{path}",
    "%2F%2F{path}",
    "%2f%2f{path}",
    "/%2F{path}",
    "%2F/{path}",
    "//%2F{path}",
    "%252F{path}",
    "mine/../{path}",
    "mine/%2e%2e/{path}",
    "mine%2F..%2F{path}",
    "./{path}",
    "/./{path}",
    "{escaped}",
    "/{escaped}",
    "s3://{path}",
    "S3://{path}",
    "s3://mine/{path}",
    "s3:///{path}",
    "s3:/{path}",
    "s3:{path}",
    "mine:{path}",
    "http://mine/{path}",
    "https://mine.s3.amazonaws.com/{path}",
    "//mine/{path}",
    "//mine//{path}",
    "//mine@x/{path}",
    "\\\\mine\\{path}",
    "\\{path}",
    "mine\\..\\{path}",
    "x://{path}?versionId=1",
    "file:///{path}",
    "file:{path}",
    "?/{path}",
    "#/{path}",
    ";/{path}",
    "mine?/{path}",
    "mine#/{path}",
    "mine/free.txt?/{path}",
    "//mine/{path}?versionId=null",
    "mine/free.txt,{path}",
    "mine/free.txt, /{path}",
    " {path}",
    "\t/{path}",
    "{path} ",
    "%20{path}",
    "%00{path}",
    "%0A{path}",
    "\u2044{path}",
    "arn:aws:s3:::{path}",
    "arn:aws:s3:us-east-1:222222222222:accesspoint/vault/object/secret.txt",
    "arn:aws:s3:us-east-1:111111111111:accesspoint/mine/object/{path}",
    "arn:aws:s3:us-east-1:111111111111:accesspoint/mine/object//{path}",
    "arn:aws:s3-outposts:us-east-1:111111111111:outpost/mine/object/{path}",
    "//arn:aws:s3:::mine/{path}",
    "[::1]/{path}",
    "//[/{path}",
    "mine/free.txt%3F/{path}",
    "vault%2Fsecret.txt",
    "/vault%2Fsecret.txt",
    "vault%252Fsecret.txt",
    "VAULT/secret.txt",
    "vault./secret.txt",
    "vault.s3.amazonaws.com/secret.txt",
    "vault//secret.txt",
    "vault/secret.txt#x",
    "vault/secret.txt;x",
    "vault/secret.txt?x=1",
    "vault/secret.txt?versionId=null",
    "vault/secret.txt?versionId=null&versionId=1",
    "vault/secret.txt?versionId=1&versionId=null",
    "vault/secret.txt?versionID=null",
    "vault/secret.txt?versionId=",
    "vault/secret.txt?x?versionId=null",
    "vault/secret.txt%3FversionId=null",
    "vault/secret.txt%23x",
    "vault/secret.txt?versionId=null#x",
    "vault/./secret.txt",
    "vault/x/../secret.txt",
    "vault/secret%2Etxt",
]


@pytest.fixture
def lab() -> Lab:
    return Lab(seed=5)


@pytest.fixture
def vault(lab: Lab) -> Account:
    """Another account's bucket, of which its owner gives nothing away."""
    vault = lab.account("other", "222222222222")
    vault.bucket("vault", {"secret.txt": JEWELS})
    return vault


@pytest.fixture
def home(lab: Lab) -> Account:
    home = lab.account("home", "111111111111")
    home.bucket("mine", {"free.txt": "free"})
    return home


@pytest.fixture(params=["allowed in one bucket", "allowed everywhere in their account"])
def mallory(home: Account, request: pytest.FixtureRequest) -> User:
    """Neither policy counts in another account whose bucket has no policy of its own."""
    mine = ["arn:aws:s3:::mine", "arn:aws:s3:::mine/*"]
    return home.user("mallory", only("s3:*", resource=mine if request.param == "allowed in one bucket" else "*"))


def read_back(home: Account, bucket: str = "mine") -> list[bytes]:
    s3 = administrator(home, "s3")
    return [
        s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read()
        for each in s3.list_objects_v2(Bucket=bucket).get("Contents", [])
    ]


def copied(source: str) -> list[Wire]:
    return [Wire("s3", "PUT", "/mine/copy.txt", (("x-amz-copy-source", source),))]


def copied_part(home: Account) -> tuple[str, Callable[[str], list[Wire]]]:
    upload = administrator(home, "s3").create_multipart_upload(Bucket="mine", Key="parts.txt")["UploadId"]

    def requests(source: str) -> list[Wire]:
        part = f"/mine/parts.txt?partNumber=1&uploadId={upload}"
        return [
            Wire("s3", "PUT", part, (("x-amz-copy-source", source),)),
            Wire("s3", "PUT", part, (("x-amz-copy-source", source), ("x-amz-copy-source-range", "bytes=0-3"))),
        ]

    return str(upload), requests


def spelt(spelling: str, path: str = "vault/secret.txt") -> str:
    return spelling.format(path=path, escaped="".join(f"%{ord(letter):02X}" for letter in path))


def test_an_object_of_ones_own_is_copied(home: Account, mallory: User) -> None:
    (wire,) = copied("mine/free.txt")
    assert send(mallory, wire).status == 200
    assert read_back(home) == [b"free", b"free"]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_another_accounts_object_is_not_copied(home: Account, vault: Account, mallory: User, spelling: str) -> None:
    (wire,) = copied(spelt(spelling))
    reply = send(mallory, wire)
    assert JEWELS not in read_back(home)
    assert reply.status in (REFUSED | {501} if "arn:" in spelling else REFUSED) or read_back(home) == [b"free", b"free"]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_another_accounts_object_is_not_copied_into_a_part(
    home: Account, vault: Account, mallory: User, spelling: str
) -> None:
    upload, requests = copied_part(home)
    for wire in requests(spelt(spelling)):
        send(mallory, wire)
    parts = administrator(home, "s3").list_parts(Bucket="mine", Key="parts.txt", UploadId=upload).get("Parts", [])
    assert [part["Size"] for part in parts] in ([], [len("free")])
    if parts:
        parts = [{"PartNumber": 1, "ETag": parts[0]["ETag"]}]
        administrator(home, "s3").complete_multipart_upload(
            Bucket="mine", Key="parts.txt", UploadId=upload, MultipartUpload={"Parts": parts}
        )
    assert read_back(home) in ([b"free"], [b"free", b"free"])


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_an_object_that_a_deny_names_is_not_copied_whatever_comes_behind_its_key(
    lab: Lab, home: Account, spelling: str
) -> None:
    home.bucket("vault", {"secret.txt": JEWELS})
    policy: dict[str, Any] = only("s3:*")
    policy["Statement"].append(
        {"Effect": "Deny", "Action": "s3:GetObject*", "Resource": "arn:aws:s3:::vault/secret.txt"}
    )
    mallory = home.user("mallory", policy)
    (wire,) = copied(spelt(spelling))
    send(mallory, wire)
    assert JEWELS not in read_back(home)


@pytest.mark.parametrize(
    "headers",
    [
        (("x-amz-copy-source", "mine/free.txt"), ("x-amz-copy-source", "vault/secret.txt")),
        (("x-amz-copy-source", "vault/secret.txt"), ("x-amz-copy-source", "mine/free.txt")),
        (("x-amz-copy-source", "mine/free.txt"), ("x_amz_copy_source", "vault/secret.txt")),
        (("x_amz_copy_source", "vault/secret.txt"), ("x-amz-copy-source", "mine/free.txt")),
        (("x_amz_copy_source", "vault/secret.txt"),),
        (("x-amz_copy-source", "vault/secret.txt"),),
        (("x-amz-copy-source", ""), ("x-amz_copy-source", "vault/secret.txt")),
        (("X-Amz-Copy-Source", "mine/free.txt"), ("x-amz-copy-source ", "vault/secret.txt")),
    ],
)
@pytest.mark.parametrize("signed", [True, False])
def test_a_second_source_is_not_copied(
    home: Account, vault: Account, mallory: User, headers: tuple[tuple[str, str], ...], signed: bool
) -> None:
    wire = Wire("s3", "PUT", "/mine/copy.txt", headers[:1] if not signed else headers)
    if not signed:
        wire = Wire("s3", "PUT", "/mine/copy.txt", (), unsigned=headers)
    send(mallory, wire)
    assert JEWELS not in read_back(home)


@pytest.mark.parametrize("query", ["x-amz-copy-source=vault/secret.txt", "X-Amz-Copy-Source=%2Fvault%2Fsecret.txt"])
def test_a_source_in_the_query_is_none(home: Account, vault: Account, mallory: User, query: str) -> None:
    assert send(mallory, Wire("s3", "PUT", f"/mine/copy.txt?{query}")).status in {200, 400, 403}
    assert JEWELS not in read_back(home)
