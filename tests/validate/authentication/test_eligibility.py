from __future__ import annotations

import pytest

from stssim.call import Caller, Session
from stssim.trace import Refused
from tests.fakes import HOME, NOON, a_call, a_cloud, a_root, a_user, refusals, told, using, verified

FACTS = refusals("sts_errors")
OPERATIONS = [
    "AssumeRole",
    "DecodeAuthorizationMessage",
    "GetAccessKeyInfo",
    "GetCallerIdentity",
    "GetFederationToken",
    "GetSessionToken",
    "GetWebIdentityToken",
]


def a_session(kind: str) -> Caller:
    principal = f"arn:aws:iam::{HOME}:role/Audit" if kind == "role" else f"arn:aws:iam::{HOME}:user/alice"
    moment = int(NOON.timestamp())
    return using(
        Session(kind, HOME, principal, "AROA", "s1", "ASIA", moment, moment + 3600, origin=f"user:{HOME}:alice")  # type: ignore[arg-type]
    )


def served(operation: str, caller: Caller) -> bool:
    try:
        verified(a_call(operation, SigningAlgorithm="ES384"), caller, a_cloud())
    except Refused as refused:
        if (refused.refusal.code, refused.refusal.status) != ("AccessDenied", 403):
            raise
        return False
    return True


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_user_may_call_everything(operation: str) -> None:
    assert served(operation, a_user())


# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html
# GetWebIdentityToken is not in that table: radkawar/stackd, testdata/aws/iam/outbound_identity.json
@pytest.mark.parametrize(
    ("kind", "allowed"),
    [
        (
            "role",
            {
                "AssumeRole",
                "DecodeAuthorizationMessage",
                "GetAccessKeyInfo",
                "GetCallerIdentity",
                "GetWebIdentityToken",
            },
        ),
        ("user", {"AssumeRole", "GetCallerIdentity", "GetWebIdentityToken"}),
        ("federated-user", {"GetCallerIdentity"}),
    ],
)
def test_what_temporary_credentials_may_call(kind: str, allowed: set[str]) -> None:
    assert {operation for operation in OPERATIONS if served(operation, a_session(kind))} == allowed


def test_root_may_call_everything_but_assume_role() -> None:
    assert {operation for operation in OPERATIONS if not served(operation, a_root())} == {"AssumeRole"}


@pytest.mark.parametrize(
    ("operation", "kind", "case"),
    [
        ("GetSessionToken", "role", "session token for a session"),
        ("GetSessionToken", "user", "session token for a session"),
        ("GetFederationToken", "role", "federation token for a session"),
    ],
)
def test_the_messages_are_those_of_the_service(operation: str, kind: str, case: str) -> None:
    with pytest.raises(Refused) as caught:
        verified(a_call(operation), a_session(kind), a_cloud())
    assert told(caught.value) == {name: FACTS[case][name] for name in ("code", "status", "message")}
