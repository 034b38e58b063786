"""The operation and parameters of a request, as boto3 sends it and as nobody should."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from stssim.call import HttpReply, HttpRequest
from stssim.request.aws_chunked import body_of
from stssim.request.operation import Asked, asked_of, bucket_of_host
from stssim.request.protocols import UnknownOperation
from stssim.transports.in_process import client

TAG = {"Key": "k", "Value": ""}
GET_ITEM = ("x-amz-target", "DynamoDB_20120810.GetItem")
STREAMS = ("x-amz-target", "DynamoDBStreams_20120810.ListStreams")
FORM = ("content-type", "application/x-www-form-urlencoded")


def asked(request: HttpRequest, service: str) -> Asked:
    return asked_of(request, body_of(request), service)


def sent(service: str, do: Callable[[Any], Any]) -> HttpRequest:
    """What boto3 sends for this call."""
    seen: list[HttpRequest] = []

    def stop(request: HttpRequest) -> HttpReply:
        seen.append(request)
        raise ConnectionAbortedError

    with pytest.raises(ConnectionAbortedError):
        do(client(service, stop, access_key_id="111111111111", secret="test"))
    return seen[0]


@pytest.mark.parametrize(
    ("service", "do", "operation", "parameters"),
    [
        ("sts", lambda c: c.assume_role(RoleArn="arn:aws:iam::1:role/a", RoleSessionName="ci", Tags=[TAG]),
         "AssumeRole",
         {"RoleArn": "arn:aws:iam::1:role/a", "RoleSessionName": "ci", "Tags": [TAG]}),
        ("iam", lambda c: c.list_users(PathPrefix="/a b/ü&="), "ListUsers", {"PathPrefix": "/a b/ü&="}),
        ("ec2", lambda c: c.describe_instances(InstanceIds=["i-1"]), "DescribeInstances", {"InstanceIds": ["i-1"]}),
        ("dynamodb", lambda c: c.get_item(TableName="t", Key={"id": {"S": "1"}}), "GetItem",
         {"TableName": "t", "Key": {"id": {"S": "1"}}}),
        ("lambda", lambda c: c.get_function(FunctionName="my:fn/x"), "GetFunction", {"FunctionName": "my:fn/x"}),
        ("s3", lambda c: c.get_object(Bucket="reports", Key="a//b c+ü%.csv"), "GetObject",
         {"Bucket": "reports", "Key": "a//b c+ü%.csv"}),
        ("s3", lambda c: c.list_objects_v2(Bucket="logs", Prefix="a+b "), "ListObjectsV2",
         {"Bucket": "logs", "Prefix": "a+b "}),
    ],
)  # fmt: skip
def test_what_boto3_sends_is_read_as_it_was_meant(
    service: str, do: Callable[[Any], Any], operation: str, parameters: dict[str, Any]
) -> None:
    name, found, _, _ = asked(sent(service, do), service)
    assert name == operation
    assert {key: found.get(key) for key in parameters} == parameters


def test_the_body_of_a_file_is_no_parameter_to_be_shown() -> None:
    request = sent("s3", lambda c: c.put_object(Bucket="reports", Key="k", Body=b"secret"))
    name, found, _, _ = asked(request, "s3")
    assert name == "PutObject"
    assert b"secret" not in repr(dict(found)).encode()


@pytest.mark.parametrize(
    ("request_", "service"),
    [
        (HttpRequest("POST", "127.0.0.1", "/", (FORM,), b"Action=Nonsense&Version=2011-06-15"), "sts"),
        (HttpRequest("POST", "127.0.0.1", "/", (FORM,), b"Version=2011-06-15"), "sts"),
        (HttpRequest("POST", "127.0.0.1", "/", (FORM,), b"Action=GetCallerIdentity&Version=2010-01-01"), "sts"),
        (HttpRequest("POST", "127.0.0.1", "/", (FORM,), b"Action=GetUser"), "iam"),
        (HttpRequest("POST", "127.0.0.1", "/", (FORM,), b"Action=GetUser"), "no-such-service"),
        (HttpRequest("POST", "127.0.0.1", "/", (FORM,), b"Action=GetUser"), "../../../etc/passwd"),
        (HttpRequest("POST", "127.0.0.1", "/", (("x-amz-target", "DynamoDB_20120810.Nonsense"),), b"{}"), "dynamodb"),
        (HttpRequest("POST", "127.0.0.1", "/", (STREAMS,), b"{}"), "dynamodb"),
        (HttpRequest("GET", "127.0.0.1", "/v20180820/bucket", (("x-amz-account-id", "111111111111"),)), "s3"),
        (HttpRequest("OPTIONS", "127.0.0.1", "/reports/q3.csv", (("origin", "https://example.com"),)), "s3"),
        (HttpRequest("PATCH", "127.0.0.1", "/2015-03-31/functions/f", ()), "lambda"),
    ],
    ids=[
        "action", "no action", "version", "no version", "service", "path", "target", "streams", "S3 Control",
        "preflight", "method",
    ],
)  # fmt: skip
def test_what_there_is_not_is_unknown(request_: HttpRequest, service: str) -> None:
    with pytest.raises(UnknownOperation):
        asked(request_, service)


@pytest.mark.parametrize(
    ("request_", "service"),
    [
        (HttpRequest("POST", "127.0.0.1", "/", (FORM,), b"Action=GetCallerIdentity&" + b"a=b&" * 5000), "sts"),
        (HttpRequest("POST", "127.0.0.1", "/", (FORM,), b"Action=GetCallerIdentity&Name=%ff"), "sts"),
        (HttpRequest("POST", "127.0.0.1", "/", (FORM,), b"Action=GetCallerIdentity&Name=\xff"), "sts"),
        (HttpRequest("POST", "127.0.0.1", "/", (GET_ITEM,), b"{"), "dynamodb"),
        (HttpRequest("POST", "127.0.0.1", "/", (GET_ITEM,), b"[" * 100_000), "dynamodb"),
        (HttpRequest("POST", "127.0.0.1", "/reports?delete", (), b"<Delete><Object>"), "s3"),
        (HttpRequest("POST", "127.0.0.1", "/reports?delete", (), b"\x00\xff"), "s3"),
    ],
    ids=["too many fields", "no UTF-8 when decoded", "no UTF-8", "half a JSON", "deep JSON", "half an XML", "no XML"],
)  # fmt: skip
def test_a_body_that_is_none_is_a_value_error(request_: HttpRequest, service: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        asked(request_, service)


def get_session_token(seconds: str) -> HttpRequest:
    fields = {"Action": "GetSessionToken", "Version": "2011-06-15", "DurationSeconds": seconds}
    return HttpRequest("POST", "127.0.0.1", "/", (FORM,), urlencode(fields).encode())


# Recorded of the real service (radkawar/stackd, testdata/aws/sts/query_inputs.json, 2026-09-12).
@pytest.mark.parametrize("seconds", ["900", "0900", "+900"])
def test_a_duration_may_be_written_as_sts_was_seen_to_take_it(seconds: str) -> None:
    assert asked(get_session_token(seconds), "sts").parameters["DurationSeconds"] == 900


@pytest.mark.parametrize("seconds", [" 900 ", "\t900\n", "900.0", "9e2", "2147483648", "an hour", "9_00", "\u0669"])
def test_a_duration_that_is_no_integer_is_named(seconds: str) -> None:
    with pytest.raises(ValueError, match="The parameter DurationSeconds must be of its type"):
        asked(get_session_token(seconds), "sts")


@pytest.mark.parametrize(
    ("host", "bucket"),
    [
        ("127.0.0.1:4570", None),
        ("s3.amazonaws.com", None),
        ("s3.dualstack.eu-central-1.amazonaws.com", None),
        ("sts.amazonaws.com", None),
        ("reports.s3.eu-central-1.amazonaws.com", "reports"),
        ("reports.S3.amazonaws.com.:443", "reports"),
        ("a.b.s3.dualstack.eu-central-1.amazonaws.com", "a.b"),
        ("reports.s3-us-west-2.amazonaws.com", "reports"),
        ("111111111111.s3-control.us-west-2.amazonaws.com", None),
        ("reports.localhost:4570", "reports"),
        ("reports.s3.localhost", "reports"),
        ("logs.s3.amazonaws.com", "logs"),
    ],
)
def test_a_bucket_may_be_named_in_front_of_s3s_host(host: str, bucket: str | None) -> None:
    assert bucket_of_host(host) == bucket


@pytest.mark.parametrize(
    ("source", "read"),
    [
        ("vault/secret.txt", "vault/secret.txt"),
        ("/vault/a%20b+c", "vault/a%20b%2Bc"),
        ("vault/k?versionId=v1", "vault/k?versionId=v1"),
        ("vault//secret.txt", "vault//secret.txt"),
        ("mine/k#x", "mine/k%23x"),
        ("mine/k;x", "mine/k%3Bx"),
        ("mine/k?x=1", "mine/k%3Fx%3D1"),
        ("s3://mine/vault/k", "s3%3A//mine/vault/k"),
    ],
)
def test_a_copy_source_is_read_one_way(source: str, read: str) -> None:
    request = HttpRequest("PUT", "127.0.0.1", "/mine/copy", (("x-amz-copy-source", source),))
    assert asked(request, "s3").parameters["CopySource"] == read


@pytest.mark.parametrize("source", ["///vault/secret.txt", "%2F%2Fvault/secret.txt", "vault", "vault/", "/", "v/%ff"])
def test_a_copy_source_without_a_bucket_or_a_key_is_none(source: str) -> None:
    request = HttpRequest("PUT", "127.0.0.1", "/mine/copy", (("x-amz-copy-source", source),))
    with pytest.raises(ValueError, match="The copy source"):
        asked(request, "s3")


@pytest.mark.parametrize(
    ("request_", "service", "ignored"),
    [
        (HttpRequest("POST", "h", "/", (FORM,), b"Action=ListUsers&Version=2010-05-08&Nonce=1"), "iam",
         ("parameter Nonce",)),
        (HttpRequest("POST", "h", "/", (GET_ITEM,), b'{"TableName": "t", "Key": {}, "New": {"a": 1}}'), "dynamodb",
         ("member New",)),
        (HttpRequest("GET", "h", "/b/k?x-id=GetObject&fresh=1", (("x-amz-novel", "1"),)), "s3",
         ("query parameter fresh", "header x-amz-novel")),
        (HttpRequest("GET", "h", "/b/k", (("x_amz_acl", "public-read"),)), "s3", ("header x_amz_acl",)),
    ],
)  # fmt: skip
def test_what_the_operation_does_not_know_is_named(
    request_: HttpRequest, service: str, ignored: tuple[str, ...]
) -> None:
    assert asked(request_, service).ignored == ignored


# Recorded of IAM (radkawar/stackd, testdata/aws/iam/query_collections.json and tag_inputs.json, September 2026).
@pytest.mark.parametrize(
    ("indices", "says"),
    [
        (["+1"], "Start of list found where not expected"),
        (["0"], "0 is not a valid index"),
        (["-1"], "Key -1 may not have a leading '-'"),
        (["12"], "Excessively sparse input would skip 11 list elements"),
        (["22"], "Excessively sparse input would skip 21 list elements"),
        ([*map(str, range(1, 11)), "22"], "Excessively sparse input would skip 12 list elements"),
    ],
)
def test_an_odd_index_of_a_list_is_refused_as_by_iam(indices: list[str], says: str) -> None:
    fields = {f"PolicyInputList.member.{index}": "{}" for index in indices}
    body = urlencode({"Action": "GetContextKeysForCustomPolicy", "Version": "2010-05-08"} | fields)
    with pytest.raises(ValueError, match=re.escape(says)):
        asked(HttpRequest("POST", "127.0.0.1", "/", (FORM,), body.encode()), "iam")


@pytest.mark.parametrize(
    ("fields", "tags"),
    [
        ({"1.Key": "a", "1.Value": "b"}, [{"Key": "a", "Value": "b"}]),
        ({"01.Key": "a", "1.Value": "b"}, [{"Key": "a", "Value": "b"}]),
        ({"2.Key": "a", "2.Value": "b"}, [{}, {"Key": "a", "Value": "b"}]),
        ({"one.Key": "a", "one.Value": "b"}, [{}]),
    ],
)
def test_a_list_is_read_by_its_indices_as_by_iam(fields: dict[str, str], tags: list[dict[str, str]]) -> None:
    body = {"Action": "TagUser", "Version": "2010-05-08", "UserName": "u"}
    body |= {f"Tags.member.{name}": value for name, value in fields.items()}
    request = HttpRequest("POST", "127.0.0.1", "/", (FORM,), urlencode(body).encode())
    assert asked(request, "iam").parameters["Tags"] == tags
