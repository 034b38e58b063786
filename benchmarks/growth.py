"""What a call costs in an account that holds much: `python benchmarks/growth.py`.

Two Labs, one with 10 roles, users and policies in its account and one with 5,000 of each, made by real calls. They take
turns, and what is printed are medians and their ratio. `reset()` is of a Lab in whose set-up those roles were made.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from itertools import count
from typing import Any

from stssim import Lab

FEW, MANY = 10, 5_000
ROUNDS, BATCH = 12, 20
RESET_OF = 2_000
TRUST = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Principal": {"AWS": "111111111111"}, "Action": "sts:AssumeRole"},
}
TAGGED = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": ["sts:AssumeRole", "iam:CreateRole"], "Resource": "*"},
        {
            "Effect": "Allow",
            "Action": "iam:GetRole",
            "Resource": "*",
            "Condition": {"StringEquals": {"iam:ResourceTag/team": "${aws:PrincipalTag/team}"}},
        },
    ],
}
Calls = dict[str, Callable[[], Any]]


def filled(number: int) -> Calls:
    """The calls that are measured, in an account with so many roles, users and policies."""
    lab = Lab(seed=7)
    home = lab.account("home")
    iam = home.client("iam")
    trust, allows = json.dumps(TRUST), json.dumps({"Version": "2012-10-17", "Statement": TAGGED["Statement"][0]})
    with lab.recording("growth", keep=100):
        for each in range(number):
            iam.create_role(RoleName=f"role-{each}", AssumeRolePolicyDocument=trust)
            iam.create_user(UserName=f"user-{each}")
            iam.create_policy(PolicyName=f"policy-{each}", PolicyDocument=allows)
    alice = home.user("alice", TAGGED, tags={"team": "data"})
    role = home.role("Audit", TRUST, tags={"team": "data"})
    sts, own, names = alice.client("sts"), alice.client("iam"), count()
    return {
        "AssumeRole": lambda: sts.assume_role(RoleArn=role.arn, RoleSessionName="audit"),
        "CreateRole": lambda: iam.create_role(RoleName=f"new-{next(names)}", AssumeRolePolicyDocument=trust),
        "CreateUser": lambda: iam.create_user(UserName=f"new-{next(names)}"),
        "CreatePolicy": lambda: iam.create_policy(PolicyName=f"new-{next(names)}", PolicyDocument=allows),
        "GetRole": lambda: iam.get_role(RoleName="Audit"),
        "GetRole, by tag": lambda: own.get_role(RoleName="Audit"),
        "PutRolePolicy": lambda: iam.put_role_policy(RoleName="Audit", PolicyName="p", PolicyDocument=allows),
        "AttachRolePolicy": lambda: iam.attach_role_policy(
            RoleName="Audit", PolicyArn="arn:aws:iam::111111111111:policy/policy-3"
        ),
    }


def compared(few: Calls, many: Calls) -> dict[str, tuple[float, float]]:
    """The median milliseconds of each call in either account."""
    took: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in few}
    for turn in range(ROUNDS + 1):
        for name, times in took.items():
            for calls, each in zip((few, many), times, strict=True):
                for _ in range(BATCH):
                    began = time.perf_counter()
                    calls[name]()
                    if turn:
                        each.append((time.perf_counter() - began) * 1000)
    return {name: (statistics.median(one), statistics.median(other)) for name, (one, other) in took.items()}


def seconds_to_reset(roles: int) -> float:
    """The seconds that `reset()` takes in a Lab whose set-up made so many roles: the best of three."""
    lab = Lab(seed=7)
    iam = lab.account("home").client("iam")
    trust = json.dumps(TRUST)
    for each in range(roles):
        iam.create_role(RoleName=f"role-{each}", AssumeRolePolicyDocument=trust)
    took = []
    for _ in range(3):
        began = time.perf_counter()
        lab.reset()
        took.append(time.perf_counter() - began)
    return min(took)


if __name__ == "__main__":
    many = int(sys.argv[1]) if len(sys.argv) > 1 else MANY
    print(f"{'':28}{f'of {FEW}':>12}{f'of {many:,}':>12}{'ratio':>8}")
    for name, (few_ms, many_ms) in compared(filled(FEW), filled(many)).items():
        print(f"{name:28}{few_ms:9.2f} ms{many_ms:9.2f} ms{many_ms / few_ms:8.2f}")
    print(f"{f'reset() of {RESET_OF:,} roles':28}{seconds_to_reset(RESET_OF):9.2f} s")
