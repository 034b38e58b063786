"""`make soak`: what takes minutes. Not part of `make test`, and collected by nobody: it is run by its name.

64 clients at once over HTTP for a minute; 100,000 AssumeRole with memory flat; ten thousand spoiled requests a door,
and as many with odd parameters.
"""

from __future__ import annotations

import gc
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from stssim import Lab
from stssim.call import HttpRequest
from stssim.lab.handles import User
from stssim.transports.in_process import _session, client
from tests.mutations import ALLOW_ALL
from tests.test_faults import (  # noqa: F401  run here with STSSIM_FAULTS=10000
    busy,
    test_a_spoiled_request_in_process_is_answered_in_awss_form,
    test_a_spoiled_request_over_http_is_answered_in_awss_form,
    test_any_operation_with_odd_parameters_is_answered_in_awss_form,
    url,
)

CLIENTS = 64
SECONDS = 60
ASSUMED = 100_000
LEEWAY = 8_000_000
"""Bytes by which resident memory may differ between a tenth of the way and its end."""


def trust(account: str) -> dict[str, object]:
    statement = {"Effect": "Allow", "Principal": {"AWS": account}, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def test_64_clients_at_once_for_a_minute(capsys: pytest.CaptureFixture[str]) -> None:
    """Each reads its own object with credentials of its own role, and checks every answer."""
    lab = Lab(seed=64)
    home, away = lab.account("home"), lab.account("away")
    users = [home.user(f"user-{number}", ALLOW_ALL) for number in range(CLIENTS)]
    roles = [away.role(f"Role-{number}", trust(user.arn), ALLOW_ALL) for number, user in enumerate(users)]
    away.bucket("reports", {f"{number}.txt": f"for {number} alone" for number in range(CLIENTS)})
    keys: Counter[str] = Counter()
    wrong: list[str] = []
    calls: Counter[int] = Counter()
    lock = threading.Lock()

    with lab.recording("soak", keep=1000), lab.serve() as address:

        def work(number: int, user: User, ends: float) -> None:
            key_id, secret, _ = user._keys
            sts = _session().client(
                "sts",
                endpoint_url=address,
                region_name="us-east-1",
                aws_access_key_id=key_id,
                aws_secret_access_key=secret,
            )
            while time.monotonic() < ends:
                try:
                    issued = sts.assume_role(RoleArn=roles[number].arn, RoleSessionName=f"session-{number}")
                    given = issued["Credentials"]
                    with lock:
                        keys[given["AccessKeyId"]] += 1
                    s3 = _session().client(
                        "s3", endpoint_url=address, region_name="us-east-1", aws_access_key_id=given["AccessKeyId"],
                        aws_secret_access_key=given["SecretAccessKey"], aws_session_token=given["SessionToken"],
                    )  # fmt: skip
                    for _ in range(8):
                        body = s3.get_object(Bucket="reports", Key=f"{number}.txt")["Body"].read().decode()
                        if body != f"for {number} alone":
                            wrong.append(body)
                    if not issued["AssumedRoleUser"]["Arn"].endswith(f"/Role-{number}/session-{number}"):
                        wrong.append(issued["AssumedRoleUser"]["Arn"])
                    calls[number] += 9
                except Exception as error:  # noqa: BLE001  whatever it is, it must not happen
                    wrong.append(repr(error))

        ends = time.monotonic() + SECONDS
        threads = [threading.Thread(target=work, args=(n, user, ends)) for n, user in enumerate(users)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    with capsys.disabled():
        print(f"\n{CLIENTS} clients, {SECONDS} s: {calls.total():,} calls, {len(keys):,} sessions")  # noqa: T201
    assert wrong == []
    assert [key for key, count in keys.items() if count > 1] == []
    assert min(calls[number] for number in range(CLIENTS)) > 0


def test_memory_is_flat_over_100_000_assume_role(capsys: pytest.CaptureFixture[str]) -> None:
    lab = Lab(seed=1)
    home = lab.account("home")
    alice = home.user("alice", ALLOW_ALL)
    role = home.role("Audit", trust(home.arn))
    seen: list[HttpRequest] = []

    def watched(request: HttpRequest) -> object:
        seen.append(request)
        return lab.handle(request)

    key_id, secret, _ = alice._keys
    sts = client("sts", watched, access_key_id=key_id, secret=secret)  # type: ignore[arg-type]
    sts.assume_role(RoleArn=role.arn, RoleSessionName="soak")
    resident: list[int] = []
    began = time.monotonic()
    for number in range(1, ASSUMED + 1):
        if number % 20_000 == 1:
            sts.assume_role(RoleArn=role.arn, RoleSessionName="soak")
        assert lab.handle(seen[-1]).status == 200
        if number % (ASSUMED // 10) == 0:
            gc.collect()
            resident.append(_resident())
    rate = ASSUMED / (time.monotonic() - began)
    with capsys.disabled():
        print(f"\n{ASSUMED:,} AssumeRole, {rate:,.0f} a second; resident MB: {[size >> 20 for size in resident]}")  # noqa: T201
    assert resident[-1] - resident[0] < LEEWAY


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096
