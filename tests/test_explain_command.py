"""`stssim explain`: what it prints, how it ends, and what it says of input that it cannot use."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from stssim.cli import app

ALICE, AUDIT = "arn:aws:iam::111122223333:user/alice", "arn:aws:iam::444455556666:role/Audit"
TRUST = """{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Allow",
    "Principal": {"AWS": "111122223333"},
    "Action": "sts:AssumeRole",
    "Condition": {"StringEquals": {"sts:ExternalId": "cust-42"}}
  }]
}"""
ALL = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}'
ONLY_S3 = ALL.replace('"Action": "*"', '"Action": "s3:*"')
Explain = Callable[..., Result]


@pytest.fixture
def explain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Explain:
    monkeypatch.chdir(tmp_path)
    for name, text in (("trust.json", TRUST), ("all.json", ALL), ("s3.json", ONLY_S3)):
        Path(name).write_text(text)

    def run(*arguments: str, stdin: str | None = None) -> Result:
        return CliRunner().invoke(app, ["explain", *arguments], input=stdin)

    return run


ASSUME = ("--principal", ALICE, "--action", "sts:AssumeRole", "--on", AUDIT)
POLICIES = ("--identity", "all.json", "--resource", "trust.json")


def test_a_deny_ends_with_1_and_the_line_that_decided(explain: Explain) -> None:
    done = explain(*ASSUME, *POLICIES)
    assert done.exit_code == 1
    lines = done.stdout.splitlines()
    assert lines[1] == (
        "Denied: trust.json allows account 111122223333 only with sts:ExternalId = cust-42; the request carried no "
        "External ID."
    )
    assert lines[-1] == 'Decided by trust.json, line 7: "sts:ExternalId": "cust-42"'


def test_an_allow_ends_with_0(explain: Explain) -> None:
    done = explain(*ASSUME, *POLICIES, "--context", "sts:ExternalId=cust-42")
    assert done.exit_code == 0
    assert done.stdout.startswith("Allowed: ")


@pytest.mark.parametrize(
    ("limit", "rule"),
    [
        (("--boundary", "s3.json"), "boundary"),
        (("--session", "s3.json"), "session"),
        (("--scp", "all.json,s3.json", "--scp", "s3.json"), "service-control"),
        (("--rcp", "s3.json"), "resource-control"),
    ],
)
def test_every_kind_of_policy_is_taken_from_files(explain: Explain, limit: tuple[str, ...], rule: str) -> None:
    done = explain(*ASSUME, *POLICIES, "--context", "sts:ExternalId=cust-42", *limit, "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["rule"] == rule


def test_several_policies_of_one_level_are_separated_by_commas(explain: Explain) -> None:
    assert (
        explain(*ASSUME, *POLICIES, "--context", "sts:ExternalId=cust-42", "--scp", "s3.json,all.json").exit_code == 0
    )


def test_a_key_with_several_values_is_given_several_times(explain: Explain) -> None:
    done = explain(*ASSUME, "--context", "aws:TagKeys=a", "--context", "aws:TagKeys=b=c", "--json")
    assert json.loads(done.stdout)["request"]["context"] == {"aws:TagKeys": ["a", "b=c"]}


def test_an_anonymous_caller_is_named_so(explain: Explain) -> None:
    done = explain("--principal", "anonymous", "--action", "s3:GetObject", "--on", "arn:aws:s3:::site/a")
    assert done.exit_code == 1
    assert "an anonymous caller" in done.stdout


def test_a_resource_may_be_told_to_be_one_that_its_own_policy_must_open(explain: Explain) -> None:
    arguments = ("--principal", ALICE, "--action", "kms:Decrypt", "--identity", "all.json")
    assert explain(*arguments).exit_code == 0
    assert explain(*arguments, "--resource-kind", "kms-key").exit_code == 1


CASE: dict[str, Any] = {
    "principal": ALICE,
    "action": "sts:AssumeRole",
    "resource": AUDIT,
    "context": {"sts:ExternalId": "cust-42"},
    "identity_policies": [json.loads(ALL)],
    "resource_policy": TRUST,
}


def test_a_whole_case_may_come_from_a_file_or_from_standard_input(explain: Explain) -> None:
    Path("case.json").write_text(json.dumps(CASE))
    assert explain("case.json").exit_code == 0
    assert explain("-", stdin=json.dumps(CASE | {"context": {}})).exit_code == 1


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"policies": []}, "'policies' is no member of a case; these are: principal, action"),
        ({"identity_policies": json.loads(ALL)}, "identity_policies must be a list of policies"),
        ({"service_control_policies": [ALL]}, "must be a list of levels, each a list of policies"),
        ({"context": []}, "context must be an object of condition keys and their values"),
        ({"action": 7}, "action must be text"),
        ({"resource_policy": "{"}, "the role trust policy: Not JSON"),
        ({"resource_policy_kind": "bucket"}, "Not a kind of resource policy: 'bucket'"),
        ({"principal": "alice"}, "Not a principal: 'alice'"),
        ({"context": {"a": {"b": 1}}}, "The context key a cannot hold dict"),
    ],
)
def test_a_case_that_cannot_be_used_is_refused_in_one_sentence(
    explain: Explain, change: dict[str, Any], says: str
) -> None:
    done = explain("-", stdin=json.dumps(CASE | change))
    assert (done.exit_code, done.stdout) == (2, "")
    assert says in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--action", "sts:AssumeRole"), "--principal is missing (or name a file with the whole case)."),
        (("--principal", ALICE), "--action is missing"),
        ((*ASSUME, "--identity", "nowhere.json"), "Cannot read nowhere.json: No such file or directory."),
        (
            (*ASSUME, "--identity", "bad.json"),
            "bad.json: Effect is 'allow'; it must be Allow or Deny (line 1, column 15",
        ),
        ((*ASSUME, "--identity", "trust.json"), "trust.json: An identity-based policy has no Principal (line 5,"),
        ((*ASSUME, "--context", "aws:SourceIp"), "it is key=value, such as sts:ExternalId=cust-42."),
        (("nowhere.json",), "Cannot read nowhere.json"),
        (("deep.json",), "deep.json is n"),
        (("list.json",), "list.json is no case; it is an object"),
    ],
)
def test_input_that_cannot_be_used_ends_with_2_and_one_sentence(
    explain: Explain, arguments: tuple[str, ...], says: str
) -> None:
    Path("bad.json").write_text('{"Statement":{"Effect":"allow","Action":"*","Resource":"*"}}')
    Path("deep.json").write_text("[" * 30_000)
    Path("list.json").write_text("[]")
    done = explain(*arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert says in done.stderr
    assert done.stderr.count("\n") == 1


def test_names_in_a_policy_cannot_steer_the_terminal(explain: Explain) -> None:
    Path("evil.json").write_text(ALL.replace('"Effect"', r'"Sid": "\u001b[2J", "Effect"'))
    done = explain(*ASSUME, "--identity", "evil.json", "--resource", "trust.json")
    assert "\x1b" not in done.stdout
    assert r"\x1b[2J" in done.stdout
