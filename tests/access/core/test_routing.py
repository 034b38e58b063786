"""The operation and parameters of a request, as boto3 sends it and as nobody should."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from stssim.access.core.routing import MotoRouter, at_aws
from stssim.call import HttpReply, HttpRequest
from stssim.transports.in_process import client

TAG = {"Key": "k", "Value": ""}
GET_ITEM = ("x-amz-target", "DynamoDB_20120810.GetItem")
STREAMS = ("x-amz-target", "DynamoDBStreams_20120810.ListStreams")
FORM = ("content-type", "application/x-www-form-urlencoded")


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
    name, found = MotoRouter().read(sent(service, do), service)
    assert name == operation
    assert {key: found.get(key) for key in parameters} == parameters


def test_the_body_of_a_file_is_no_parameter_to_be_shown() -> None:
    request = sent("s3", lambda c: c.put_object(Bucket="reports", Key="k", Body=b"secret"))
    name, found = MotoRouter().read(request, "s3")
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
def test_what_there_is_not_is_a_lookup_error(request_: HttpRequest, service: str) -> None:
    with pytest.raises(LookupError):
        MotoRouter().read(request_, service)


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
        MotoRouter().read(request_, service)


def get_session_token(seconds: str) -> HttpRequest:
    fields = {"Action": "GetSessionToken", "Version": "2011-06-15", "DurationSeconds": seconds}
    return HttpRequest("POST", "127.0.0.1", "/", (FORM,), urlencode(fields).encode())


# Recorded of the real service (radkawar/stackd, testdata/aws/sts/query_inputs.json, 2026-09-12).
@pytest.mark.parametrize("seconds", ["900", "0900", "+900"])
def test_a_duration_may_be_written_as_sts_was_seen_to_take_it(seconds: str) -> None:
    assert MotoRouter().read(get_session_token(seconds), "sts")[1]["DurationSeconds"] == 900


@pytest.mark.parametrize("seconds", [" 900 ", "\t900\n", "900.0", "9e2", "2147483648", "an hour", "9_00", "\u0669"])
def test_a_duration_that_is_no_integer_is_named(seconds: str) -> None:
    with pytest.raises(ValueError, match="The parameter DurationSeconds must be an integer of 32 bits"):
        MotoRouter().read(get_session_token(seconds), "sts")


@pytest.mark.parametrize(
    ("host", "target", "service", "host_at_aws", "target_at_aws"),
    [
        ("127.0.0.1:4570", "/", "sts", "sts.eu-central-1.amazonaws.com", "/"),
        ("127.0.0.1:4570", "/", "iam", "iam.amazonaws.com", "/"),
        ("sts.amazonaws.com", "/", "sts", "sts.amazonaws.com", "/"),
        ("127.0.0.1:4570", "/reports/q3.csv", "s3", "s3.eu-central-1.amazonaws.com", "/reports/q3.csv"),
        ("reports.s3.eu-central-1.amazonaws.com", "/q3.csv", "s3", "s3.eu-central-1.amazonaws.com", "/reports/q3.csv"),
        ("reports.localhost:4570", "/q3.csv", "s3", "s3.eu-central-1.amazonaws.com", "/reports/q3.csv"),
        ("logs.s3.amazonaws.com", "/?location", "s3", "s3.eu-central-1.amazonaws.com", "/logs/?location"),
    ],
)
def test_a_request_stands_for_a_host_of_awss(
    host: str, target: str, service: str, host_at_aws: str, target_at_aws: str
) -> None:
    assert at_aws(HttpRequest("GET", host, target, ()), service, "eu-central-1") == (host_at_aws, target_at_aws)
