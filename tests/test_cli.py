"""The command line: what it prints, how it ends, and what it says of bad input."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from stssim.cli import app
from stssim.scenarios import Activity, load

ROOT = Path(__file__).parents[1]


def stssim(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "stssim", *arguments], capture_output=True, text=True, cwd=ROOT, timeout=60, check=False
    )


def test_the_attack_is_told_without_the_defence_and_with_it() -> None:
    done = stssim("play", "confused-deputy")
    assert done.returncode == 0
    without, with_fix = done.stdout.split("With a fix", 1)
    assert "The attack worked." in without
    assert "The attack failed." in with_fix
    assert "sts:ExternalId" in with_fix


def test_a_scenario_as_json_has_every_step_of_both_runs() -> None:
    done = stssim("play", "confused-deputy", "--json")
    scenario = json.loads(done.stdout)
    assert (done.returncode, scenario["as_expected"]) == (0, True)
    assert [scenario[run]["attack_reached_its_goal"] for run in ("without", "with")] == [True, False]
    assert all(scenario[run]["tasks_work"] for run in ("without", "with"))
    assert all(trace["steps"] for run in ("without", "with") for trace in scenario[run]["traces"])


def test_stories_are_listed_with_name_title_lesson_and_source() -> None:
    listed = json.loads(stssim("scenarios", "--json").stdout)
    assert "confused-deputy" in {scenario["name"] for scenario in listed}
    assert all({"name", "title", "lesson", "source"} <= scenario.keys() for scenario in listed)
    assert "confused-deputy" in stssim("scenarios").stdout


@pytest.mark.parametrize("name", ["no-such-story", "../../etc/passwd", ""])
def test_an_unknown_scenario_is_one_sentence_and_exit_code_2(name: str) -> None:
    done = stssim("play", name)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "confused-deputy" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("call", "says"),
    [
        ("sts:AssumeRolle", "carol calls: sts has no operation 'AssumeRolle'. Did you mean AssumeRole?"),
        ("stss:AssumeRole", "carol calls: There is no service 'stss'; it is s3, sts, iam and the like."),
    ],
)
def test_a_scenario_that_cannot_be_played_is_one_sentence_and_exit_code_2(
    call: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = replace(load("confused-deputy"), tasks=(Activity("carol calls", "carol", call=call, expect="allowed"),))
    monkeypatch.setattr("stssim.scenarios.load", lambda _: scenario)
    done = CliRunner().invoke(app, ["play", "confused-deputy"])
    assert (done.exit_code, done.stderr) == (2, f"confused-deputy cannot be played: {says}\n")


def test_a_port_that_is_taken_is_one_sentence_and_exit_code_2() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = stssim("serve", "--port", port)
    assert done.returncode == 2
    assert done.stderr == (
        f"Port {port} of 127.0.0.1 is in use, perhaps by another stssim; choose another with --port (0: any free).\n"
    )


def test_an_address_of_another_machine_is_one_sentence_and_exit_code_2() -> None:
    secret = {"STSSIM_ROOT_SECRET": "correct horse battery staple"}
    done = CliRunner().invoke(app, ["serve", "--host", "192.0.2.1", "--allow-remote"], env=secret)
    says = "192.0.2.1 is not an address of this machine; --host takes one that is, such as 127.0.0.1.\n"
    assert (done.exit_code, done.stderr) == (2, says)


@pytest.mark.parametrize("more", [[], ["--allow-remote"]])
def test_a_host_that_nobody_knows_is_said_to_be_unknown(more: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    done = CliRunner().invoke(app, ["serve", "--host", "no-such-host", *more])
    assert done.exit_code == 2
    assert done.stderr.startswith("There is no host 'no-such-host' that this machine knows of;")


def test_the_version_is_told_with_those_that_matter_beside_it() -> None:
    done = stssim("--version")
    assert done.returncode == 0
    assert re.fullmatch(r"stssim 0\.1\.0 \(boto3 [\d.]+, moto [\d.]+, Python 3\.[\w.+]+\)\n", done.stdout)


@pytest.mark.parametrize("asked", ["--help", "-h"])
def test_no_command_lists_the_commands(asked: str) -> None:
    told = stssim(asked).stdout
    assert all(command in told for command in ("serve", "play", "scenarios", "doctor"))


@pytest.mark.parametrize(
    ("issuer", "says"),
    [
        ("https://ci.example.com", "lacks an address"),
        ("http://ci.example.com=http://127.0.0.1:9001", "An issuer is an https URL"),
        ("https://ci.example.com=127.0.0.1:9001", "is reached at an http or https URL"),
    ],
)
def test_an_oidc_issuer_that_cannot_be_reached_so_is_one_sentence_and_exit_code_2(issuer: str, says: str) -> None:
    done = stssim("serve", "--port", "0", "--oidc-issuer", issuer)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert "Traceback" not in done.stderr
