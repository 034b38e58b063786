"""A header says what its name says: one with underscores is another header, one that is not signed counts for nothing
of S3's, and one that stands twice is not read twice.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from stssim import Lab
from stssim.lab.handles import Account, User
from tests.attacks.wire import Wire, lab_of, only, send, serialized

HOME, OTHER = "111111111111", "222222222222"


@pytest.fixture
def home() -> Account:
    home = Lab(seed=5).account("home", HOME)
    home.bucket("mine", {"free.txt": "free"})
    s3 = home.client("s3")
    s3.put_public_access_block(
        Bucket="mine",
        PublicAccessBlockConfiguration=dict.fromkeys(
            ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), False
        ),
    )
    s3.put_bucket_ownership_controls(Bucket="mine", OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]})
    return home


@pytest.fixture
def other(home: Account) -> Account:
    other = lab_of(home).account("other", OTHER)
    other.client("sqs").create_queue(QueueName="theirs")
    other.client("secretsmanager").create_secret(Name="theirs", SecretString="the crown jewels")
    return other


@pytest.fixture
def mallory(home: Account) -> User:
    """She may put objects, and nothing with an ACL or tags."""
    return home.user("mallory", only("s3:PutObject", resource="arn:aws:s3:::mine/*"))


def told(home: Account, key: str = "new.txt") -> dict[str, Any]:
    """What S3 keeps of an object, beside its bytes."""
    s3 = home.client("s3")
    if key not in [each["Key"] for each in s3.list_objects_v2(Bucket="mine").get("Contents", [])]:
        return {}
    head = s3.head_object(Bucket="mine", Key=key)
    return {
        "grants": [each["Grantee"].get("URI", "") for each in s3.get_object_acl(Bucket="mine", Key=key)["Grants"]],
        "tags": s3.get_object_tagging(Bucket="mine", Key=key)["TagSet"],
        "metadata": head["Metadata"],
        "redirect": head.get("WebsiteRedirectLocation"),
        "kms": head.get("SSEKMSKeyId"),
    }


PLAIN: dict[str, Any] = {"grants": [""], "tags": [], "metadata": {}, "redirect": None, "kms": None}
ODD = [
    ("acl", "public-read"),
    ("tagging", "team=admins"),
    ("website-redirect-location", "https://example.com/"),
    ("server-side-encryption-aws-kms-key-id", f"arn:aws:kms:us-east-1:{OTHER}:key/x"),
    ("grant-read", 'uri="http://acs.amazonaws.com/groups/global/AllUsers"'),
    ("meta-x", "y"),
]


def spellings(name: str) -> list[str]:
    return [
        f"x_amz_{name.replace('-', '_')}",
        f"x-amz_{name}",
        f"x_amz-{name}",
        f"X_Amz_{name.title()}",
        f"x-amz-{name} ",
        f"x.amz.{name}",
        f"http_x_amz_{name}",
        f"x-amz-{name}\x0b",
    ]


@pytest.mark.parametrize(("name", "value"), ODD, ids=lambda each: str(each)[:12])
@pytest.mark.parametrize("signed", [True, False], ids=["signed", "unsigned"])
def test_a_header_with_underscores_is_another_header(
    home: Account, mallory: User, name: str, value: str, signed: bool
) -> None:
    for spelling in spellings(name):
        wire = Wire("s3", "PUT", "/mine/new.txt", body=b"x")
        extra = ((spelling, value),)
        send(mallory, wire.plus(*extra) if signed else replace(wire, unsigned=extra))
        assert told(home) in ({}, PLAIN), spelling


@pytest.mark.parametrize(("name", "value"), ODD, ids=lambda each: str(each)[:12])
def test_a_header_of_s3s_that_is_not_signed_counts_for_nothing(
    home: Account, mallory: User, name: str, value: str
) -> None:
    wire = Wire("s3", "PUT", "/mine/new.txt", body=b"x", unsigned=((f"x-amz-{name}", value),))
    assert send(mallory, wire).status in {400, 403}
    assert told(home) == {}


@pytest.mark.parametrize("name", ["x-moto-account-id", "x_moto_account_id", "X-Moto-Account-Id", "x_moto-account_id"])
@pytest.mark.parametrize("signed", [True, False], ids=["signed", "unsigned"])
def test_no_header_leads_into_another_account(home: Account, other: Account, name: str, signed: bool) -> None:
    mallory = home.user("mallory", only("*"))
    for wire in (
        serialized("secretsmanager", "GetSecretValue", {"SecretId": "theirs"}),
        serialized("sqs", "DeleteQueue", {"QueueUrl": f"https://sqs.us-east-1.amazonaws.com/{HOME}/theirs"}),
        serialized("iam", "CreateUser", {"UserName": "intruder"}),
        serialized("sns", "CreateTopic", {"Name": "intruder"}),
        Wire("s3", "PUT", "/intruders-bucket"),
    ):
        reply = send(mallory, wire.plus((name, OTHER)) if signed else replace(wire, unsigned=((name, OTHER),)))
        assert b"the crown jewels" not in reply.body
    assert len(other.client("sqs").list_queues()["QueueUrls"]) == 1
    assert other.client("iam").list_users()["Users"] == []
    assert other.client("sns").list_topics()["Topics"] == []
    assert other.client("s3").list_buckets()["Buckets"] == []


@pytest.mark.parametrize(
    "headers",
    [
        (("x-amz-acl", "private"), ("x-amz-acl", "public-read")),
        (("x-amz-acl", "public-read"), ("x-amz-acl", "private")),
        (("x-amz-acl", ""), ("x-amz-acl", "public-read")),
    ],
)
def test_a_header_that_stands_twice_is_read_once(home: Account, headers: tuple[tuple[str, str], ...]) -> None:
    policy = only("s3:PutObject", "s3:PutObjectAcl", resource="arn:aws:s3:::mine/*")
    policy["Statement"][0]["Condition"] = {"StringEqualsIfExists": {"s3:x-amz-acl": "private"}}
    mallory = home.user("mallory", policy)
    send(mallory, Wire("s3", "PUT", "/mine/new.txt", headers, b"x"))
    assert told(home) in ({}, PLAIN)


@pytest.mark.parametrize("name", ["content-encoding", "content_encoding", "Content-Encoding"])
def test_what_is_stored_is_what_was_sent(home: Account, mallory: User, name: str) -> None:
    """Not what moto would make of a body that is said to be compressed or in chunks."""
    body = b"3\r\nabc\r\n0\r\n\r\n"
    reply = send(mallory, Wire("s3", "PUT", "/mine/new.txt", body=body, unsigned=((name, "aws-chunked"),)))
    if reply.status == 200:
        assert home.client("s3").get_object(Bucket="mine", Key="new.txt")["Body"].read() == body
