"""stssim against plain moto, in one run on one machine: `python benchmarks/against_moto.py`.

moto hands out credentials unasked and lets anybody read; stssim verifies signature, token, parameters and policies, and
records a Trace. Both are called through the same boto3. What is printed are medians and their ratio.
"""

from __future__ import annotations

import logging
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from importlib.util import find_spec
from typing import Any

ROLE = "arn:aws:iam::222222222222:role/Audit"
ASSUME = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}}
READ = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}
TRUST = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": {"AWS": "111111111111"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": "cust-42"}},
    },
}
Clients = tuple[Any, Any]


def stssim_clients() -> tuple[Any, Clients, Callable[[], None]]:
    """A furnished Lab, alice's STS client and her session's S3 client, and `reset`."""
    from stssim import Lab

    lab = Lab(seed=7)
    alice = lab.account("vendor").user("alice", ASSUME)
    customer = lab.account("customer")
    customer.role("Audit", TRUST, READ)
    customer.bucket("reports", {"q3.csv": "quarter,revenue\n" * 20})
    sts = alice.client("sts")
    return lab, (sts, lab.session(assume(sts)).client("s3")), lab.reset


def moto_clients() -> Clients:
    """The same clients on plain moto, inside `mock_aws`."""
    import boto3

    keys = {"aws_access_key_id": "AKIAANYBODY", "aws_secret_access_key": "x", "region_name": "us-east-1"}
    sts, s3 = boto3.client("sts", **keys), boto3.client("s3", **keys)
    s3.create_bucket(Bucket="reports")
    s3.put_object(Bucket="reports", Key="q3.csv", Body=b"quarter,revenue\n" * 20)
    return sts, s3


def assume(sts: Any) -> Any:
    """One AssumeRole with the External ID."""
    return sts.assume_role(RoleArn=ROLE, RoleSessionName="audit", ExternalId="cust-42")


def read(s3: Any) -> bytes:
    """One GetObject, body and all."""
    body: bytes = s3.get_object(Bucket="reports", Key="q3.csv")["Body"].read()
    return body


def medians(*calls: Callable[[], Any], rounds: int = 12, batch: int = 50) -> list[float]:
    """The median milliseconds of each call. They take turns in batches, so that a busy machine is busy for all."""
    took: list[list[float]] = [[] for _ in calls]
    for turn in range(rounds + 1):
        for call, times in zip(calls, took, strict=True):
            for _ in range(batch):
                began = time.perf_counter()
                call()
                if turn:
                    times.append((time.perf_counter() - began) * 1000)
    return [statistics.median(times) for times in took]


def in_process() -> None:
    """AssumeRole and GetObject through boto3 in the same process.

    `mock_aws` slows every boto3 client of the process down while it is on, so it is on for moto's batches only.
    """
    from moto import mock_aws

    lab, (sts, s3), reset = stssim_clients()
    mine: dict[str, list[float]] = {"AssumeRole": [], "GetObject": []}
    plain: dict[str, list[float]] = {"AssumeRole": [], "GetObject": []}
    with lab.recording("benchmark", keep=1000):
        for _ in range(12):
            mine["AssumeRole"] += medians(lambda: assume(sts), rounds=1)
            mine["GetObject"] += medians(lambda: read(s3), rounds=1)
            with mock_aws():
                plain_sts, plain_s3 = moto_clients()
                plain["AssumeRole"] += medians(partial(assume, plain_sts), rounds=1)
                plain["GetObject"] += medians(partial(read, plain_s3), rounds=1)
    for name, times in mine.items():
        say(f"{name} in process", statistics.median(times), statistics.median(plain[name]))
    print(f"{'reset()':34}{medians(reset, rounds=1)[0]:9.2f} ms")


def over_http() -> None:
    """The same two over HTTP, against moto's own server."""
    import boto3

    if find_spec("flask") is None:
        print("over HTTP: moto's server is not here; python -m pip install 'moto[server]' brings it")
        return
    from moto.server import ThreadedMotoServer

    lab, _, _ = stssim_clients()
    alice = lab.account("vendor").client("iam").create_access_key(UserName="alice")["AccessKey"]
    with ExitStack() as stack:
        stack.enter_context(lab.recording("benchmark", keep=1000))
        url = stack.enter_context(lab.serve())
        server = ThreadedMotoServer(port=0, verbose=False)
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        server.start()
        stack.callback(server.stop)
        host, port = server.get_host_and_port()

        def made(service: str, key: Any, endpoint: str) -> Any:
            return boto3.client(
                service,
                endpoint_url=endpoint,
                region_name="us-east-1",
                aws_access_key_id=key["AccessKeyId"],
                aws_secret_access_key=key["SecretAccessKey"],
                aws_session_token=key.get("SessionToken"),
            )

        sts = made("sts", alice, url)
        s3 = made("s3", assume(sts)["Credentials"], url)
        plain = {"AccessKeyId": "AKIAANYBODY", "SecretAccessKey": "x"}
        plain_sts, plain_s3 = (made(name, plain, f"http://{host}:{port}") for name in ("sts", "s3"))
        plain_s3.create_bucket(Bucket="reports")
        plain_s3.put_object(Bucket="reports", Key="q3.csv", Body=b"quarter,revenue\n" * 20)
        say("AssumeRole over HTTP", *medians(lambda: assume(sts), lambda: assume(plain_sts)))
        say("GetObject over HTTP", *medians(lambda: read(s3), lambda: read(plain_s3)))


def first_of_stssim() -> None:
    """A Lab, the user and the role that AssumeRole needs there, and the first one, recorded."""
    from stssim import Lab

    lab = Lab(seed=7)
    alice = lab.account("vendor").user("alice", ASSUME)
    lab.account("customer").role("Audit", TRUST)
    with lab.recording("first"):
        assume(alice.client("sts"))


def first_of_moto() -> None:
    """The first AssumeRole of plain moto, which needs neither."""
    import boto3
    from moto import mock_aws

    with mock_aws():
        keys = {"aws_access_key_id": "AKIAANYBODY", "aws_secret_access_key": "x", "region_name": "us-east-1"}
        assume(boto3.client("sts", **keys))


def cold() -> None:
    """Imports, and the first AssumeRole of a new interpreter."""
    say("import", fastest("import stssim"), fastest("import moto"))
    ours, theirs = (
        f"from benchmarks.against_moto import {name}; {name}()" for name in ("first_of_stssim", "first_of_moto")
    )
    say("first AssumeRole, cold interpreter", fastest(ours), fastest(theirs))


def fastest(code: str, runs: int = 9) -> float:
    """The least milliseconds until a new interpreter has run this code, over those of one that does nothing.

    Its modules are compiled, as after any first run, and how long it takes to go down again is left out.
    """
    settings = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}

    def once(what: str) -> float:
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", f"{what}\nimport os; os._exit(0)"], check=True, env=settings)
        return (time.perf_counter() - began) * 1000

    return min(once(code) for _ in range(runs)) - min(once("pass") for _ in range(runs))


def say(what: str, ours: float, theirs: float) -> None:
    """One line of the table."""
    print(f"{what:34}{ours:9.2f} ms{theirs:9.2f} ms{ours / theirs:8.2f} times")


if __name__ == "__main__":
    print(f"{'':34}{'stssim':>12}{'moto':>12}{'ratio':>8}")
    in_process()
    over_http()
    cold()
