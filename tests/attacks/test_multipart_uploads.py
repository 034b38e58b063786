"""A multipart upload belongs to a bucket, a key and who began it: with any other, S3 knows no such upload."""

from __future__ import annotations

import re
from typing import Any

import pytest

from stssim import Lab
from stssim.lab.handles import Account, User
from tests.attacks.wire import Wire, only, send


@pytest.fixture
def home() -> Account:
    home = Lab(seed=5).account("home", "111111111111")
    home.bucket("mine")
    home.bucket("vault")
    return home


@pytest.fixture
def mallory(home: Account) -> User:
    return home.user("mallory", only("s3:*", resource=["arn:aws:s3:::mine/hers/*"]))


def begun(home: Account, bucket: str = "vault", key: str = "secret.txt") -> str:
    """An upload with one part, which its owner has not completed yet."""
    s3 = home.client("s3")
    upload = s3.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"]
    s3.upload_part(Bucket=bucket, Key=key, UploadId=upload, PartNumber=1, Body=b"the crown jewels")
    return str(upload)


def state(home: Account) -> list[Any]:
    s3 = home.client("s3")
    seen: list[Any] = []
    for bucket in ("mine", "vault"):
        for each in s3.list_multipart_uploads(Bucket=bucket).get("Uploads", []):
            parts = s3.list_parts(Bucket=bucket, Key=each["Key"], UploadId=each["UploadId"]).get("Parts", [])
            seen.append((bucket, each["Key"], [(part["PartNumber"], part["ETag"]) for part in parts]))
        seen += [
            (bucket, each["Key"], s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read())
            for each in s3.list_objects_v2(Bucket=bucket).get("Contents", [])
        ]
    return seen


def requests(upload: str, etag: str, path: str) -> list[Wire]:
    done = (
        f"<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>{etag}</ETag></Part></CompleteMultipartUpload>"
    )
    return [
        Wire("s3", "GET", f"{path}?uploadId={upload}"),
        Wire("s3", "PUT", f"{path}?partNumber=1&uploadId={upload}", body=b"mallory was here"),
        Wire("s3", "PUT", f"{path}?partNumber=2&uploadId={upload}", (("x-amz-copy-source", "mine/hers/x"),)),
        Wire("s3", "POST", f"{path}?uploadId={upload}", body=done.encode()),
        Wire("s3", "DELETE", f"{path}?uploadId={upload}"),
    ]


@pytest.mark.parametrize(("bucket", "key"), [("vault", "secret.txt"), ("mine", "secret.txt"), ("vault", "hers/x")])
@pytest.mark.parametrize("request_", range(5), ids=["ListParts", "UploadPart", "UploadPartCopy", "Complete", "Abort"])
def test_with_another_key_or_bucket_it_is_no_such_upload(
    home: Account, mallory: User, bucket: str, key: str, request_: int
) -> None:
    home.client("s3").put_object(Bucket="mine", Key="hers/x", Body=b"hers")
    upload = begun(home, bucket, key)
    before = state(home)
    (etag,) = re.findall(r"\"?[0-9a-f]{32}\"?", repr([each for each in before if "hers" not in str(each[2])]))[:1]
    for path in ("/mine/hers/y", "/mine/hers/x"):
        wire = requests(upload, etag, path)[request_]
        reply = send(mallory, wire)
        assert (reply.status, b"NoSuchUpload" in reply.body) == (404, True), reply.body
        assert state(home) == before


@pytest.mark.parametrize(
    "spelling",
    [
        "{mine}&uploadId={theirs}",
        "{theirs}&uploadId={mine}",
        "{mine}&%75ploadId={theirs}",
        "{theirs}&%75ploadId={mine}",
        "{mine}&uploadid={theirs}",
        "{mine};uploadId={theirs}",
    ],
)
def test_of_two_upload_ids_the_judged_one_is_meant(home: Account, mallory: User, spelling: str) -> None:
    theirs = begun(home)
    mine = begun(home, "mine", "hers/x")
    before = [each for each in state(home) if each[0] == "vault"]
    (etag,) = re.findall(r"[0-9a-f]{32}", repr(before))
    for wire in requests(spelling.format(mine=mine, theirs=theirs), etag, "/mine/hers/x"):
        send(mallory, wire)
    assert [each for each in state(home) if each[0] == "vault"] == before


def test_what_another_user_began_is_completed_and_aborted_by_nobody_without_a_right(home: Account) -> None:
    """Whoever may put one object may not end the upload of another."""
    upload = begun(home, "mine", "hers/x")
    before = state(home)
    reader = home.user("reader", only("s3:GetObject", resource="arn:aws:s3:::mine/*"))
    (etag,) = re.findall(r"[0-9a-f]{32}", repr(before))
    assert {send(reader, wire).status for wire in requests(upload, etag, "/mine/hers/x")} == {403}
    assert state(home) == before
