from __future__ import annotations

from typing import Any

import pytest

from stssim.call import Caller, Session
from stssim.issue import issue
from stssim.policy import Policy
from stssim.trace import Refused
from tests.fakes import HOME, NOON, FakeDirectory, a_call, a_cloud, a_root, a_user, verified

START = int(NOON.timestamp())
ALLOW = '{"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}'


def federate(
    caller: Caller, directory: FakeDirectory | None = None, **parameters: Any
) -> tuple[dict[str, Any], Session]:
    cloud = a_cloud(directory=directory)
    call = a_call("GetFederationToken", Name="bob", **parameters)
    caller = verified(call, caller, cloud)
    result, _ = issue(call, caller, cloud)
    return dict(result), cloud.seal.open(result["Credentials"]["SessionToken"])


def test_the_federated_user_is_named_under_the_account() -> None:
    result, session = federate(a_user())
    assert result["FederatedUser"] == {
        "FederatedUserId": f"{HOME}:bob",
        "Arn": f"arn:aws:sts::{HOME}:federated-user/bob",
    }
    assert (session.kind, session.name) == ("federated-user", "bob")


def test_the_session_stands_and_falls_with_the_user_who_asked_for_it() -> None:
    user = a_user()
    _, session = federate(user)
    assert (session.principal, session.principal_id) == (user.arn, user.principal_id)


def test_without_a_policy_none_is_held_and_the_packed_size_is_zero() -> None:
    result, session = federate(a_user())
    assert session.policies is None
    assert result["PackedPolicySize"] == 0


def test_with_a_policy_it_is_held_and_the_packed_size_says_how_much_room_it_takes() -> None:
    result, session = federate(a_user(), Policy=ALLOW)
    assert session.policies == (ALLOW,)
    assert result["PackedPolicySize"] == result["SessionTokenUtilization"] > 0


def test_managed_policies_come_from_the_users_account() -> None:
    arn = f"arn:aws:iam::{HOME}:policy/Readers"
    _, session = federate(
        a_user(), FakeDirectory(policies={arn: Policy(arn, "identity", ALLOW)}), PolicyArns=[{"arn": arn}]
    )
    assert session.policy_arns == (arn,)
    with pytest.raises(Refused):
        federate(a_user(), PolicyArns=[{"arn": arn}])


def test_tags_are_the_sessions_and_none_is_transitive() -> None:
    _, session = federate(a_user(), Tags=[{"Key": "team", "Value": "red"}])
    assert session.tags == (("team", "red"),)
    assert session.transitive_tag_keys == ()
    with pytest.raises(Refused):
        federate(a_user(), Tags=[{"Key": "team", "Value": "red"}, {"Key": "Team", "Value": "red"}])


@pytest.mark.parametrize(
    ("caller", "parameters", "seconds"),
    [
        (a_user(), {}, 43200),
        (a_user(), {"DurationSeconds": 129600}, 129600),
        (a_root(), {}, 3600),
        (a_root(), {"DurationSeconds": 43200}, 3600),
    ],
)
def test_a_federated_user_of_roots_lasts_an_hour_at_most(caller: Caller, parameters: Any, seconds: int) -> None:
    _, session = federate(caller, **parameters)
    assert session.expires_at == START + seconds
