"""The AWS CLI against a served Lab, with the profiles that people have."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from stssim import Lab
from stssim.clock import Clock
from stssim.lab.handles import Role, User
from stssim.lab.identity.mfa import MfaDevice
from tests.through import Servers

ALLOW_ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


def trusting(principal: str, **condition: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole", "Condition": condition}
    return {"Version": "2012-10-17", "Statement": [statement]}


@dataclass(frozen=True)
class Company:
    """A vendor and a customer in a served Lab, and the files of an AWS CLI that knows them."""

    lab: Lab
    url: str
    folder: Path
    alice: User
    device: MfaDevice
    audit: Role

    def aws(self, *arguments: str, profile: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        settings = {
            "AWS_CONFIG_FILE": str(self.folder / "config"),
            "AWS_SHARED_CREDENTIALS_FILE": str(self.folder / "credentials"),
            "AWS_ENDPOINT_URL": self.url,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_PAGER": "",
            "HOME": str(self.folder),
            "PATH": os.environ.get("PATH", ""),
        }
        return subprocess.run(
            [sys.executable, "-m", "awscli", *arguments, "--profile", profile],
            capture_output=True, text=True, input=typed, timeout=60, env=settings, cwd=self.folder,
            start_new_session=True, check=False,
        )  # fmt: skip

    def who(self, profile: str, typed: str = "") -> str:
        done = self.aws("sts", "get-caller-identity", profile=profile, typed=typed)
        assert done.returncode == 0, done.stderr
        arn: str = json.loads(done.stdout)["Arn"]
        return arn

    def asked(self, name: str) -> dict[str, Any]:
        """The parameters of the last AssumeRole of this role."""
        calls = [step.call for step in self.lab.set_up if step.call and step.call.name == "sts:AssumeRole"]
        return dict([call for call in calls if call.parameters["RoleArn"].endswith(name)][-1].parameters)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    folder = tmp_path_factory.mktemp("aws cli")
    lab = Lab(seed=5, clock=Clock.running())
    vendor, customer = lab.account("vendor"), lab.account("customer")
    alice = vendor.user("alice", ALLOW_ALL)
    device = alice.mfa_device()
    lab.clock.advance(minutes=1)  # a code is taken once, and enabling the device took the one of this half minute
    audit = customer.role(
        "Audit", trusting(vendor.arn, StringEquals={"sts:ExternalId": "cust-42"}), ALLOW_ALL, max_session_duration=7200
    )
    archive = customer.role("Archive", trusting(audit.arn), ALLOW_ALL)
    with_mfa = customer.role("Careful", trusting(vendor.arn, Bool={"aws:MultiFactorAuthPresent": "true"}), ALLOW_ALL)
    customer.bucket("reports")
    key_id, secret, _ = alice._keys
    helper = folder / "helper.py"
    helper.write_text(f"print('''{json.dumps({'Version': 1, 'AccessKeyId': key_id, 'SecretAccessKey': secret})}''')")
    (folder / "credentials").write_text(f"[alice]\naws_access_key_id = {key_id}\naws_secret_access_key = {secret}\n")
    (folder / "config").write_text(
        f"""
[default]
region = eu-central-1

[profile alice]
region = eu-central-1

[profile root]
region = eu-central-1
aws_access_key_id = {customer.number}
aws_secret_access_key = test

[profile audit]
region = eu-central-1
role_arn = {audit.arn}
source_profile = alice
external_id = cust-42
role_session_name = from-the-cli
duration_seconds = 5400

[profile audit-without-id]
region = eu-central-1
role_arn = {audit.arn}
source_profile = alice

[profile archive]
region = eu-central-1
role_arn = {archive.arn}
source_profile = audit
role_session_name = second-link

[profile careful]
region = eu-central-1
role_arn = {with_mfa.arn}
source_profile = alice
mfa_serial = {device.serial}
role_session_name = with-a-code

[profile process]
region = eu-central-1
credential_process = "{sys.executable}" "{helper}"
"""
    )
    with ExitStack() as stack, Servers(stack).serving(lab) as url:
        yield Company(lab, url, folder, alice, device, audit)


def test_a_profile_with_keys_is_the_user(company: Company) -> None:
    assert company.who("alice") == company.alice.arn


def test_a_profile_with_a_role_assumes_it_with_all_its_settings(company: Company) -> None:
    assert company.who("audit") == "arn:aws:sts::222222222222:assumed-role/Audit/from-the-cli"
    asked = company.asked("Audit")
    assert (asked["ExternalId"], asked["RoleSessionName"], asked["DurationSeconds"]) == (
        "cust-42",
        "from-the-cli",
        5400,
    )


def test_a_profile_without_the_external_id_is_denied_in_awss_words(company: Company) -> None:
    done = company.aws("sts", "get-caller-identity", profile="audit-without-id")
    assert done.returncode != 0
    assert done.stderr.strip().endswith(
        "An error occurred (AccessDenied) when calling the AssumeRole operation: "
        f"User: {company.alice.arn} is not authorized to perform: sts:AssumeRole on resource: {company.audit.arn}"
    )


def test_a_chained_profile_assumes_one_role_with_the_others_credentials(company: Company) -> None:
    assert company.who("archive") == "arn:aws:sts::222222222222:assumed-role/Archive/second-link"


def test_a_profile_with_mfa_asks_for_the_code(company: Company) -> None:
    done = company.aws("sts", "get-caller-identity", profile="careful", typed="000000\n")
    assert done.stderr.strip().endswith("MultiFactorAuthentication failed with invalid MFA one time pass code.")
    arn = company.who("careful", typed=f"{company.device.code()}\n")
    assert arn == "arn:aws:sts::222222222222:assumed-role/Careful/with-a-code"


def test_a_profile_with_a_process_gets_its_credentials_from_it(company: Company) -> None:
    assert company.who("process") == company.alice.arn


def test_files_go_up_and_come_down_in_parts(company: Company) -> None:
    big, odd = company.folder / "big.bin", company.folder / "up" / "a b" / "ü+%20.txt"
    big.write_bytes(os.urandom(1 << 16) * 150)
    odd.parent.mkdir(parents=True)
    odd.write_text("odd")
    for step in (
        ("s3", "cp", "big.bin", "s3://reports/in/big.bin"),
        ("s3", "sync", "up", "s3://reports/up"),
        ("s3", "cp", "s3://reports/in/big.bin", "s3://reports/copy/big.bin"),
        ("s3", "cp", "s3://reports/", "down", "--recursive"),
    ):
        done = company.aws(*step, profile="audit")
        assert done.returncode == 0, done.stderr
    down = company.folder / "down"
    assert (down / "copy" / "big.bin").read_bytes() == big.read_bytes()
    assert (down / "up" / "a b" / "ü+%20.txt").read_text() == "odd"
    names = {step.call.operation for step in company.lab.set_up if step.call}
    assert {"CreateMultipartUpload", "UploadPart", "UploadPartCopy", "CompleteMultipartUpload"} <= names


@pytest.mark.parametrize(
    "command",
    [("s3", "cp", "-", "s3://reports/menu.txt"), ("s3api", "put-object", "--bucket", "reports", "--key", "menu.txt")],
    ids=" ".join,
)
def test_an_upload_says_when_it_expires(company: Company, command: tuple[str, ...]) -> None:
    done = company.aws(*command, "--expires", "2037-10-21T07:28:00Z", profile="audit", typed="soup")
    assert done.returncode == 0, done.stderr
    seen = company.aws("s3api", "head-object", "--bucket", "reports", "--key", "menu.txt", profile="audit")
    assert json.loads(seen.stdout)["ExpiresString"] == "Wed, 21 Oct 2037 07:28:00 GMT"


def test_a_presigned_url_of_a_session_opens_for_anybody_until_its_credentials_expire(company: Company) -> None:
    company.audit._account.client("s3").put_object(Bucket="reports", Key="q3.csv", Body=b"1;2;3")
    done = company.aws("s3", "presign", "s3://reports/q3.csv", "--expires-in", "43200", profile="audit")
    url = done.stdout.strip()
    with urlopen(url) as reply:
        assert reply.read() == b"1;2;3"
    company.lab.clock.advance(hours=2)
    try:
        with pytest.raises(HTTPError) as refused:
            urlopen(url)
        assert (refused.value.code, b"<Code>ExpiredToken</Code>" in refused.value.read()) == (400, True)
    finally:
        company.lab.clock.advance(hours=-2)
