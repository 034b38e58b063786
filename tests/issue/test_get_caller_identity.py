from __future__ import annotations

from typing import Any

from stssim.call import Caller
from stssim.issue import issue
from tests.fakes import AWAY, HOME, a_call, a_cloud, a_role, a_root, a_user, using, verified

AUDIT = a_role()


def identity(caller: Caller) -> dict[str, Any]:
    call = a_call("GetCallerIdentity")
    caller = verified(call, caller, a_cloud())
    return dict(issue(call, caller, a_cloud())[0])


def test_a_user_is_answered_with_its_arn_and_unique_id() -> None:
    user = a_user()
    assert identity(user) == {"UserId": user.principal_id, "Account": HOME, "Arn": f"arn:aws:iam::{HOME}:user/alice"}


def test_root_is_answered_with_the_accounts_number() -> None:
    assert identity(a_root()) == {"UserId": HOME, "Account": HOME, "Arn": f"arn:aws:iam::{HOME}:root"}


def test_a_role_session_is_answered_with_the_session() -> None:
    cloud = a_cloud(AUDIT)
    result, _ = issue(a_call("AssumeRole", RoleArn=AUDIT.arn, RoleSessionName="s1"), a_user(), cloud)
    session = cloud.seal.open(result["Credentials"]["SessionToken"])
    assert identity(using(session)) == {
        "UserId": f"{AUDIT.unique_id}:s1",
        "Account": AWAY,
        "Arn": f"arn:aws:sts::{AWAY}:assumed-role/Audit/s1",
    }


def test_a_federated_user_may_ask_too() -> None:
    cloud = a_cloud()
    result, _ = issue(a_call("GetFederationToken", Name="bob"), a_user(), cloud)
    session = cloud.seal.open(result["Credentials"]["SessionToken"])
    assert identity(using(session)) == {
        "UserId": f"{HOME}:bob",
        "Account": HOME,
        "Arn": f"arn:aws:sts::{HOME}:federated-user/bob",
    }


def test_one_step_tells_the_answer() -> None:
    _, (step,) = issue(a_call("GetCallerIdentity"), a_user(), a_cloud())
    assert (step.source.name, step.target.name, step.arrow) == ("STS", "alice", None)
    assert step.found["Arn"] == f"arn:aws:iam::{HOME}:user/alice"
