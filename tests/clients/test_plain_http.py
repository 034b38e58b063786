"""Callers without an SDK: a browser, curl, a signature made by hand as AWS's documentation has it."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen
from xml.etree import ElementTree as ET

import pytest

from stssim import Lab
from stssim.lab.handles import User
from stssim.transports.in_process import _session
from tests.mutations import ALLOW_ALL
from tests.through import Servers

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def lab() -> Lab:
    return Lab(seed=5)


@pytest.fixture
def url(lab: Lab, servers: Servers) -> Iterator[str]:
    with servers.serving(lab) as url:
        yield url


@pytest.fixture
def alice(lab: Lab) -> User:
    return lab.account("home").user("alice", ALLOW_ALL)


def signed_by_hand(url: str, key_id: str, secret: str, body: bytes) -> Request:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html, step by step."""
    host = url.removeprefix("http://")
    now = datetime.now(UTC)
    stamp, day = f"{now:%Y%m%dT%H%M%SZ}", f"{now:%Y%m%d}"
    canonical = (
        f"POST\n/\n\ncontent-type:{FORM}\nhost:{host}\nx-amz-date:{stamp}\n\ncontent-type;host;x-amz-date\n"
        f"{hashlib.sha256(body).hexdigest()}"
    )
    scope = f"{day}/us-east-1/sts/aws4_request"
    to_sign = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = f"AWS4{secret}".encode()
    for part in (day, "us-east-1", "sts", "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
    said = f"Credential={key_id}/{scope}, SignedHeaders=content-type;host;x-amz-date, Signature={signature}"
    headers = {"Content-Type": FORM, "X-Amz-Date": stamp, "Authorization": f"AWS4-HMAC-SHA256 {said}"}
    return Request(f"{url}/", body, headers)


def refused(request: Request | str) -> tuple[int, str]:
    with pytest.raises(HTTPError) as error:
        urlopen(request)
    root = ET.fromstring(error.value.read())
    code = next(element.text for element in root.iter() if element.tag.rpartition("}")[2] == "Code")
    return error.value.code, code or ""


WHO = urlencode({"Action": "GetCallerIdentity", "Version": "2011-06-15"}).encode()


def test_a_request_signed_by_hand_is_answered_in_xml(url: str, alice: User) -> None:
    with urlopen(signed_by_hand(url, alice.access_key_id, alice._keys[1], WHO)) as reply:
        root = ET.fromstring(reply.read())
    space = {"sts": "https://sts.amazonaws.com/doc/2011-06-15/"}
    assert root.findtext("sts:GetCallerIdentityResult/sts:Arn", namespaces=space) == alice.arn


def test_a_twelve_digit_key_with_secret_test_is_that_accounts_root(url: str) -> None:
    with urlopen(signed_by_hand(url, "123456789012", "test", WHO)) as reply:
        assert b"arn:aws:iam::123456789012:root" in reply.read()


def test_a_request_signed_by_hand_with_a_wrong_secret_is_refused(url: str, alice: User) -> None:
    request = signed_by_hand(url, alice.access_key_id, "wrong", WHO)
    assert refused(request) == (403, "SignatureDoesNotMatch")


def test_a_get_request_without_a_signature_has_no_token(url: str) -> None:
    assert refused(f"{url}/?Action=GetCallerIdentity&Version=2011-06-15") == (403, "MissingAuthenticationToken")


def test_an_object_in_a_public_bucket_opens_for_anybody(lab: Lab, url: str) -> None:
    home = lab.account("home")
    home.bucket("open", {"hello.txt": "hello"})
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::open/*"}
    s3 = home.client("s3")
    s3.delete_public_access_block(Bucket="open")
    s3.put_bucket_policy(Bucket="open", Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    with urlopen(f"{url}/open/hello.txt") as reply:
        assert reply.read() == b"hello"
    assert refused(f"{url}/open/?list-type=2") == (403, "AccessDenied")


def test_a_file_goes_up_by_a_presigned_url(lab: Lab, url: str, alice: User) -> None:
    lab.account("home").bucket("inbox")
    s3 = _session().client(
        "s3", endpoint_url=url, region_name="eu-central-1",
        aws_access_key_id=alice.access_key_id, aws_secret_access_key=alice._keys[1],
    )  # fmt: skip
    made = s3.generate_presigned_url(
        "put_object", Params={"Bucket": "inbox", "Key": "a.txt", "ContentType": "text/plain"}
    )
    assert refused(Request(made, b"hello", {"Content-Type": "text/html"}, method="PUT")) == (
        403,
        "SignatureDoesNotMatch",
    )
    with urlopen(Request(made, b"hello", {"Content-Type": "text/plain"}, method="PUT")) as reply:
        assert reply.status == 200
    assert s3.get_object(Bucket="inbox", Key="a.txt")["Body"].read() == b"hello"


def test_an_upload_by_a_presigned_form_is_said_not_to_be_simulated(url: str, alice: User) -> None:
    s3 = _session().client(
        "s3", endpoint_url=url, region_name="eu-central-1",
        aws_access_key_id=alice.access_key_id, aws_secret_access_key=alice._keys[1],
    )  # fmt: skip
    made = s3.generate_presigned_post("inbox", "a.txt")
    fields = {**made["fields"], "file": "hello"}.items()
    form = "".join(f'--xx\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{it}\r\n' for name, it in fields)
    headers = {"Content-Type": "multipart/form-data; boundary=xx"}
    assert refused(Request(made["url"], f"{form}--xx--\r\n".encode(), headers)) == (501, "NotImplemented")


def test_of_a_url_signed_with_another_secret_s3_tells_what_it_signed_itself(url: str, alice: User) -> None:
    """What the client signed and what S3 signed are the same text, so it must have been the secret."""
    s3 = _session().client(
        "s3", endpoint_url=url, region_name="eu-central-1",
        aws_access_key_id=alice.access_key_id, aws_secret_access_key="wrong",
    )  # fmt: skip
    made = s3.generate_presigned_url("get_object", Params={"Bucket": "inbox", "Key": "a b.txt"})
    with pytest.raises(HTTPError) as error:
        urlopen(made)
    root = ET.fromstring(error.value.read())
    assert root.findtext("AWSAccessKeyId") == alice.access_key_id
    assert made.endswith(f"&X-Amz-Signature={root.findtext('SignatureProvided')}")
    query = made.partition("?")[2].partition("&X-Amz-Signature")[0]
    canonical = f"GET\n/inbox/a%20b.txt\n{query}\nhost:{url.removeprefix('http://')}\n\nhost\nUNSIGNED-PAYLOAD"
    assert root.findtext("CanonicalRequest") == canonical
    to_sign = root.findtext("StringToSign") or ""
    assert to_sign.startswith("AWS4-HMAC-SHA256\n")
    assert to_sign.endswith(hashlib.sha256(canonical.encode()).hexdigest())
