"""What is copied must run: the Python against a Lab, the command line through a shell."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from stssim import Lab
from stssim.call import Call
from stssim.show.commands import commands
from stssim.trace import Trace
from tests.show.scenarios import HOSTILE, ROLE, audit, call

MAY = """{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"""
TRUST = """{"Version": "2012-10-17", "Statement":
  {"Effect": "Allow", "Action": ["sts:AssumeRole", "sts:TagSession"], "Principal": {"AWS": "111111111111"}}}"""


class Recorded:
    """Calls that alice made, the Lab that they were made in, and alice's keys."""

    def __init__(self) -> None:
        self.lab = Lab(seed=3)
        account = self.lab.account("only")
        role = account.role("Audit", TRUST, MAY)
        account.bucket("reports", {"q3.csv": "a,b\n"})
        alice = account.user("alice", MAY)
        self.key = account.client("iam").create_access_key(UserName="alice")["AccessKey"]
        with self.lab.recording("calls") as self.trace:
            tags = [{"Key": "team", "Value": "deep blue"}]
            alice.client("sts").assume_role(RoleArn=role.arn, RoleSessionName="me", DurationSeconds=900, Tags=tags)
            alice.client("s3").put_object(Bucket="reports", Key="it's.txt", Body=b"it's text")
            alice.client("s3").get_object(Bucket="reports", Key="q3.csv")

    def run(self, command: list[str], folder: Path) -> str:
        with self.lab.serve() as url:
            environment = {
                "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
                "HOME": str(folder),
                "AWS_ENDPOINT_URL": url,
                "AWS_ACCESS_KEY_ID": self.key["AccessKeyId"],
                "AWS_SECRET_ACCESS_KEY": self.key["SecretAccessKey"],
                "AWS_EC2_METADATA_DISABLED": "true",
            }
            done = subprocess.run(
                command, env=environment, cwd=folder, capture_output=True, text=True, timeout=30, check=False
            )
        assert done.returncode == 0, done.stderr
        return done.stdout


def first(trace: Trace, operation: str) -> Call:
    return next(step.call for step in trace if step.call is not None and step.call.operation == operation)


@pytest.fixture(scope="module")
def recorded() -> Recorded:
    return Recorded()


@pytest.mark.parametrize(
    ("operation", "shows"),
    [("AssumeRole", "assumed-role/Audit/me"), ("PutObject", "ETag"), ("GetObject", "a,b")],
)
def test_the_command_line_runs_against_a_served_lab(
    recorded: Recorded, operation: str, shows: str, tmp_path: Path
) -> None:
    text = commands(first(recorded.trace, operation))["cli"]
    assert shows in recorded.run(["sh", "-ec", text], tmp_path)


def test_what_a_command_line_puts_is_what_was_put(recorded: Recorded, tmp_path: Path) -> None:
    recorded.run(["sh", "-ec", commands(first(recorded.trace, "PutObject"))["cli"]], tmp_path)
    body = recorded.lab.account("only").client("s3").get_object(Bucket="reports", Key="it's.txt")["Body"].read()
    assert body == b"it's text"


@pytest.mark.parametrize(
    ("operation", "last", "shows"),
    [
        ("AssumeRole", "print(reply['AssumedRoleUser']['Arn'])", "assumed-role/Audit/me"),
        ("GetObject", "print(reply['Body'].read())", "b'a,b\\n'"),
    ],
)
def test_the_python_runs_against_a_served_lab(
    recorded: Recorded, operation: str, last: str, shows: str, tmp_path: Path
) -> None:
    text = commands(first(recorded.trace, operation))["boto3"] + last
    assert shows in recorded.run([sys.executable, "-c", text], tmp_path)


def test_boto3_calls_the_method_by_its_own_name() -> None:
    text = commands(first(audit(), "AssumeRole"))["boto3"]
    assert "client = boto3.client('sts', region_name='us-east-1')" in text
    assert f"reply = client.assume_role(\n    RoleArn={ROLE!r},\n" in text


@pytest.mark.parametrize("name", ["WebIdentityToken", "SAMLAssertion", "TokenCode"])
def test_a_secret_is_left_to_be_filled_in(name: str) -> None:
    asked = call("sts", "AssumeRoleWithWebIdentity", {"RoleArn": ROLE, name: "very secret"})
    for text in commands(asked).values():
        assert "very secret" not in text
        assert f"<{name}>" in text


@pytest.mark.parametrize("value", [HOSTILE, "$(touch /tmp/x); 'a", "-x", "`id`"])
def test_a_parameter_is_one_word_to_the_shell_and_one_text_to_python(value: str, tmp_path: Path) -> None:
    asked = call("sts", "AssumeRole", {"RoleSessionName": value})
    cli = commands(asked)["cli"].replace("aws sts", 'printf "%s\\n"', 1)
    said = subprocess.run(["sh", "-c", cli], capture_output=True, text=True, cwd=tmp_path, check=True).stdout
    assert said.splitlines()[-1] == value
    (keyword,) = ast.parse(commands(asked)["boto3"]).body[-1].value.keywords  # type: ignore[attr-defined]
    assert ast.literal_eval(keyword.value) == value


def test_an_operation_that_botocore_does_not_know_has_no_commands() -> None:
    assert commands(call("sts", "AssumeNothing", {})) == {}
    assert commands(call("nosuchservice", "Do", {})) == {}


def test_bytes_inside_a_structure_are_base64_on_the_command_line_and_bytes_to_python() -> None:
    asked = call("dynamodb", "PutItem", {"TableName": "t", "Item": {"k": {"B": b"PK\x03\x04"}}})
    told = commands(asked)
    assert """--item '{"k": {"B": "UEsDBA=="}}'""" in told["cli"]
    assert r"Item={'k': {'B': b'PK\x03\x04'}}" in told["boto3"]
