"""Lesson 02's judge wants each need met by the operation that fits what the caller has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from stssim import Lab
from stssim.lessons.tasks import TASKS
from stssim.trace import Trace
from tests.access.given import allow, document


def assume(on: dict[str, Any], **more: Any) -> Any:
    return on["sts"].assume_role(RoleArn=on["reports"].arn, RoleSessionName="alice", **more)


_CALLS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "mfa": lambda on: on["sts"].get_session_token(SerialNumber=on["phone"].serial, TokenCode=on["phone"].code()),
    "no mfa": lambda on: on["sts"].get_session_token(),
    "short": lambda on: assume(on, DurationSeconds=900),
    "an hour": assume,
    "job": lambda on: (
        on["lab"]
        .client("sts")
        .assume_role_with_web_identity(
            RoleArn=on["deploy"].arn, RoleSessionName="build", WebIdentityToken=on["ci"].mint(sub="repo:shop/web")
        )
    ),
    "key": lambda on: on["sts"].get_access_key_info(AccessKeyId=on["bob"].access_key_id),
}


@pytest.fixture
def world() -> dict[str, Any]:
    lab = Lab(seed=7)
    shop, branch = lab.account("shop"), lab.account("branch")
    alice = shop.user("alice", document(allow("*")))
    ci = lab.oidc_provider("https://ci.example.com")
    trusted = document(allow("sts:AssumeRole", None, Principal={"AWS": shop.number}))
    by_ci = document(
        allow(
            "sts:AssumeRoleWithWebIdentity",
            None,
            Principal={"Federated": ci.register(shop)},
            Condition={"StringEquals": {"ci.example.com:sub": "repo:shop/web"}},
        )
    )
    return {
        "lab": lab,
        "sts": alice.client("sts"),
        "phone": alice.mfa_device(),
        "bob": shop.user("bob"),
        "ci": ci,
        "deploy": shop.role("Deploy", by_ci),
        "reports": branch.role("Reports", trusted),
    }


def tried(world: dict[str, Any], *calls: str) -> Trace:
    mine: Trace
    with world["lab"].recording("mine") as mine:
        for call in calls:
            _CALLS[call](world)
    return mine


def test_the_four_operations_are_what_is_asked(world: dict[str, Any]) -> None:
    exec(TASKS["02-which-one"].solution, world)
    assert TASKS["02-which-one"].judge(world["mine"]) is None


@pytest.mark.parametrize(
    ("calls", "lacks"),
    [
        (("no mfa", "short", "job", "key"), "MFA code"),
        (("mfa", "an hour", "job", "key"), "a quarter of an hour"),
        (("mfa", "short", "key"), "the build job"),
        (("mfa", "short", "job"), "which account"),
    ],
)
def test_what_lacks_is_named(world: dict[str, Any], calls: tuple[str, ...], lacks: str) -> None:
    assert lacks in str(TASKS["02-which-one"].judge(tried(world, *calls)))
