"""The way in for boto3 in the same process: clients of our own, and nobody else's."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from stssim import Lab
from stssim.call import HttpReply, HttpRequest
from stssim.transports.in_process import client

IDENTITY = b"""<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>arn:aws:iam::111111111111:root</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>"""


class Ear:
    def __init__(self, reply: HttpReply | None = None) -> None:
        self.heard: list[HttpRequest] = []
        self._reply = reply or HttpReply(200, (("content-type", "text/xml"),), IDENTITY)

    def __call__(self, request: HttpRequest) -> HttpReply:
        self.heard.append(request)
        return self._reply


def sts(ear: Ear, **settings: Any) -> Any:
    return client("sts", ear, access_key_id="111111111111", secret="test", **settings)


def test_a_call_arrives_as_it_would_at_aws() -> None:
    ear = Ear()
    assert sts(ear, region="eu-central-1").get_caller_identity()["Arn"] == "arn:aws:iam::111111111111:root"
    (heard,) = ear.heard
    assert (heard.method, heard.host, heard.target) == ("POST", "sts.eu-central-1.amazonaws.com", "/")
    assert heard.body == b"Action=GetCallerIdentity&Version=2011-06-15"
    assert (heard.header("host"), heard.secure) == ("sts.eu-central-1.amazonaws.com", True)
    assert (heard.header("authorization") or "").startswith("AWS4-HMAC-SHA256 Credential=111111111111/")


def test_a_body_that_streams_is_read_once_and_whole() -> None:
    ear = Ear(HttpReply(200, (), b""))
    with Path(__file__).open("rb") as file:
        client("s3", ear, access_key_id="111111111111", secret="test").put_object(Bucket="b", Key="k", Body=file)
    assert Path(__file__).read_bytes()[:100] in ear.heard[0].body


@pytest.mark.parametrize(
    ("mode", "host"), [("legacy", "sts.amazonaws.com"), ("regional", "sts.us-east-1.amazonaws.com")]
)
def test_the_regional_endpoints_variable_is_heeded(monkeypatch: pytest.MonkeyPatch, mode: str, host: str) -> None:
    monkeypatch.setenv("AWS_STS_REGIONAL_ENDPOINTS", mode)
    ear = Ear()
    sts(ear).get_caller_identity()
    assert ear.heard[0].host == host


def test_the_global_endpoint_is_asked_for_by_its_region() -> None:
    ear = Ear()
    sts(ear, region="aws-global").get_caller_identity()
    assert ear.heard[0].host == "sts.amazonaws.com"


def test_nothing_of_the_environment_reaches_a_client(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text("[profile work]\nregion = ap-south-1\nendpoint_url = http://127.0.0.1:1\n")
    for name, value in {
        "AWS_PROFILE": "nobody", "AWS_CONFIG_FILE": str(config), "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
        "AWS_ACCESS_KEY_ID": "AKIAMINE", "AWS_SESSION_TOKEN": "mine", "AWS_DEFAULT_REGION": "ap-south-1",
        "AWS_USE_FIPS_ENDPOINT": "true", "AWS_MAX_ATTEMPTS": "9", "AWS_CA_BUNDLE": "/none",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    before = dict(os.environ)
    ear = Ear()
    sts(ear).get_caller_identity()
    assert ear.heard[0].host == "sts.us-east-1.amazonaws.com"
    assert "AKIAMINE" not in repr(ear.heard)
    assert ear.heard[0].header("x-amz-security-token") is None
    assert dict(os.environ) == before


def test_a_client_that_was_not_made_here_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    lab = Lab(seed=1)
    lab.account("home").client("sts").get_caller_identity()
    mine = boto3.client(
        "sts", region_name="us-east-1", endpoint_url="http://127.0.0.1:1", aws_access_key_id="mine",
        aws_secret_access_key="x",
        config=boto3.session.Config(retries={"total_max_attempts": 1}),
    )  # fmt: skip
    with pytest.raises(EndpointConnectionError):
        mine.get_caller_identity()


def test_without_a_key_a_client_does_not_sign() -> None:
    ear = Ear()
    client("sts", ear).get_caller_identity()
    assert ear.heard[0].header("authorization") is None


def test_an_error_is_boto3s_own() -> None:
    body = b"<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>"
    with pytest.raises(ClientError, match=r"\(AccessDenied\) when calling the GetCallerIdentity operation: no"):
        sts(Ear(HttpReply(403, (("content-type", "text/xml"),), body))).get_caller_identity()
