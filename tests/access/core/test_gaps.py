"""Operations of S3 that moto does not have and takes for others are the ones that are never handed to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from urllib.parse import urlencode

import boto3
import moto.s3.responses as at_moto
import pytest
from botocore.exceptions import ClientError
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.serialize import create_serializer
from moto import mock_aws

from stssim.access.core.build_request import MotoRequest
from stssim.access.core.dispatch import MotoFault, dispatch
from stssim.access.core.gaps import LACKING
from tests.access.given import a_lab, allow, document

S3 = ServiceModel(Loader().load_service_model("s3", "service-2"), "s3")
"""Read anew: a boto3 client takes the bucket out of the paths in the model that it was made from."""
# What moto does with a request for a bucket or a key that names nothing else.
PLAIN = {
    "all_buckets": "ListBuckets",
    "delete_bucket": "DeleteBucket",
    "delete_object": "DeleteObject",
    "get_object": "GetObject",
    "list_objects": "ListObjects",
    "put_object": "PutObject",
}
NAMED = {"Bucket": "not-there", "Key": "k", "CopySource": "other/k"}


@cache
def a_client() -> Any:
    return boto3.client("s3", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")


def least(shape: Any, name: str = "") -> Any:
    """The least that a parameter of this shape may be."""
    match shape.type_name:
        case "structure":
            return {each: least(shape.members[each], each) for each in shape.required_members}
        case "list":
            return [least(shape.member)]
        case "map":
            return {}
        case "integer" | "long":
            return 1
        case "boolean":
            return True
        case "timestamp":
            return "2027-01-01T00:00:00Z"
        case "blob":
            return b""
    return shape.enum[0] if shape.enum else NAMED.get(name, "x")


def request_for(operation: str) -> tuple[str, str, dict[str, str], bytes]:
    """Method, target, headers and body of the least request for it."""
    model = S3.operation_model(operation)
    given = least(model.input_shape) if model.input_shape else {}
    made: Any = create_serializer("rest-xml", include_validation=False).serialize_to_request(given, model)
    query, target = urlencode(made["query_string"]), made["url_path"]
    target += f"{'&' if '?' in target else '?'}{query}" if query else ""
    headers = {name.lower(): str(value) for name, value in made["headers"].items()}
    headers |= {
        "host": "s3.us-east-1.amazonaws.com",
        "authorization": "AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/s3/aws4_request, Signature=0",
    }
    body = made["body"] or b""
    return made["method"], target, headers, body.encode() if isinstance(body, str) else body


@contextmanager
def watched(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The plain handlers of moto that are called inside."""
    called: list[str] = []
    for name in PLAIN:
        plain = getattr(at_moto.S3Response, name)

        def watching(self: Any, *args: Any, _name: str = name, _plain: Any = plain, **kwargs: Any) -> Any:
            called.append(_name)
            return _plain(self, *args, **kwargs)

        monkeypatch.setattr(at_moto.S3Response, name, watching)
    with mock_aws():
        yield called


@pytest.mark.parametrize("operation", S3.operation_names)
def test_what_moto_takes_for_another_operation_is_never_handed_to_it(
    operation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    method, target, headers, body = request_for(operation)
    s3 = a_client()
    with watched(monkeypatch) as called:
        about_an_object = target.startswith("/not-there/k")
        if about_an_object:
            s3.create_bucket(Bucket="not-there")
        try:
            dispatch(MotoRequest(method, headers["host"], target, headers, body, is_form=False))
            as_a_form = False
        except MotoFault as fault:  # it may well stumble over so little a request, but over this one's
            # moto looks for the fields of an upload by a browser
            as_a_form = isinstance(fault.error, KeyError) and fault.error.args == ("key",)
        made = [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
        done = [PLAIN[name] for name in called[:-1]]
    mistaken = (
        as_a_form
        or (bool(made) and not about_an_object and operation != "CreateBucket")
        or any(each != operation for each in done)
    )
    assert mistaken == (f"s3:{operation}" in LACKING)


def test_an_operation_that_moto_would_take_for_another_is_said_to_have_no_answer() -> None:
    _, vendor, _ = a_lab()
    vendor.bucket("reports", {"q3.csv": "1"})
    alice = vendor.user("alice", document(allow("s3:GetObjectTorrent")))
    with pytest.raises(ClientError, match="NotImplemented"):
        alice.client("s3").get_object_torrent(Bucket="reports", Key="q3.csv")
