"""boto3 as it is used outside: against a served Lab, with sessions and profiles of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.session import Session

from stssim import Lab
from stssim.clock import Clock
from stssim.lab.handles import Role, User
from tests.mutations import ALLOW_ALL
from tests.through import Door, Servers


@pytest.fixture
def lab() -> Lab:
    return Lab(seed=5, clock=Clock.running())


@pytest.fixture
def url(lab: Lab, servers: Servers) -> Iterator[str]:
    with servers.serving(lab) as url:
        yield url


@pytest.fixture
def alice(lab: Lab) -> User:
    return lab.account("home").user("alice", ALLOW_ALL)


@pytest.fixture
def role(lab: Lab, alice: User) -> Role:
    statement = {"Effect": "Allow", "Principal": {"AWS": alice.arn}, "Action": "sts:AssumeRole"}
    return lab.account("away").role("Audit", {"Version": "2012-10-17", "Statement": [statement]}, ALLOW_ALL)


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, alice: User, role: Role) -> boto3.Session:
    """A session of a profile that assumes the role, in an environment without anything of the machine's own."""
    key_id, secret, _ = alice._keys
    config = tmp_path / "config"
    config.write_text(
        f"""
[profile alice]
aws_access_key_id = {key_id}
aws_secret_access_key = {secret}

[profile audit]
region = eu-central-1
role_arn = {role.arn}
role_session_name = nightly
source_profile = alice
"""
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_ENDPOINT_URL", url)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    return boto3.Session(botocore_session=Session(profile="audit"))


def assumed(lab: Lab) -> int:
    return len({id(step.call) for step in lab.set_up if step.call and step.call.name == "sts:AssumeRole"})


def test_a_profile_assumes_its_role_once_and_uses_the_credentials(lab: Lab, session: boto3.Session) -> None:
    sts = session.client("sts")
    for _ in range(3):
        assert sts.get_caller_identity()["Arn"].endswith(":assumed-role/Audit/nightly")
    assert assumed(lab) == 1


def test_credentials_refresh_by_themselves_where_an_expiry_is_crossed(lab: Lab, session: boto3.Session) -> None:
    """With the server's clock set back, what it issues is about to expire by the client's."""
    lab.clock.advance(minutes=-59, seconds=-30)
    sts, keys = session.client("sts"), set()
    for _ in range(3):
        assert sts.get_caller_identity()["Arn"].endswith(":assumed-role/Audit/nightly")
        keys |= {step.call.signature.access_key_id for step in lab.set_up if step.call and step.call.signature}
    used = {key for key in keys if key.startswith("ASIA")}
    assert len(used) == 3
    assert assumed(lab) >= 3


def test_credentials_that_are_not_refreshed_are_refused_when_they_have_expired(
    lab: Lab, session: boto3.Session
) -> None:
    sts = session.client("sts")
    assert sts.get_caller_identity()
    lab.clock.advance(seconds=3601)
    with pytest.raises(ClientError, match="ExpiredToken"):
        sts.get_caller_identity()


@pytest.mark.parametrize("settings", [{}, {"signature_version": "s3v4"}, {"s3": {"addressing_style": "path"}}])
@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1"])
def test_a_presigned_url_of_session_credentials_opens(
    lab: Lab, url: str, alice: User, role: Role, region: str, settings: dict[str, Any]
) -> None:
    lab.account("away").bucket("reports", {"q 3/ü.csv": "1;2;3"})
    issued = alice.client("sts").assume_role(RoleArn=role.arn, RoleSessionName="nightly")["Credentials"]
    s3 = boto3.Session(issued["AccessKeyId"], issued["SecretAccessKey"], issued["SessionToken"], region).client(
        "s3", endpoint_url=url, config=Config(**settings)
    )
    made = s3.generate_presigned_url("get_object", Params={"Bucket": "reports", "Key": "q 3/ü.csv"}, ExpiresIn=60)
    with urlopen(made) as reply:
        assert reply.read() == b"1;2;3"


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1", "aws-global", "eu-central-1"])
@pytest.mark.parametrize(
    ("operation", "method"), [("list_objects_v2", "GET"), ("head_bucket", "HEAD"), ("get_bucket_location", "GET")]
)
def test_a_presigned_url_of_a_bucket_opens(
    lab: Lab, url: str, alice: User, region: str, operation: str, method: str
) -> None:
    """Signed by Signature Version 2 in the Regions in which boto3 still does, by Version 4 in the others."""
    lab.account("home").bucket("reports")
    key_id, secret, _ = alice._keys
    s3 = boto3.Session(key_id, secret).client("s3", region_name=region, endpoint_url=url)
    made = s3.generate_presigned_url(operation, Params={"Bucket": "reports"})
    assert ("AWSAccessKeyId" in made) == (region != "eu-central-1")
    with urlopen(Request(made, method=method)) as reply:
        assert reply.status == 200


def test_the_global_endpoint_is_asked_for_by_its_region(url: str, alice: User) -> None:
    key_id, secret, _ = alice._keys
    sts = boto3.Session(key_id, secret).client("sts", region_name="aws-global", endpoint_url=url)
    assert sts.get_caller_identity()["Arn"] == alice.arn


def test_the_portal_of_identity_center_is_said_not_to_be_here_in_its_own_form(door: Door) -> None:
    """It is called with a token of its own and without a signature, and its errors are JSON's, not S3's XML."""
    with pytest.raises(ClientError, match="There is no operation of 'sso'") as caught:
        door(Lab(seed=1), "sso").list_accounts(accessToken="x")
    assert caught.value.response["Error"]["Code"] == "UnknownOperationException"
