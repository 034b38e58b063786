"""How long the credentials of who signed in by SAML last, and what the response repeats."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from stssim.call import Actor, Caller, Verified
from stssim.issue.assume_role_with_saml import perform
from stssim.trace import Refused
from tests.fakes import NOON, a_call, a_cloud, a_role, a_user, refusals, told

PROVIDER = "arn:aws:iam::444455556666:saml-provider/Login"
IDENTITY = Verified(
    "saml",
    PROVIDER,
    "https://login.example.com/saml",
    "bob",
    "https://signin.aws.amazon.com/saml",
    claims=(("saml:sub", "bob"), ("saml:aud", "https://signin.aws.amazon.com/saml")),
    session_claims=(("saml:sub", "bob"),),
    session_name="bob@example.com",
    subject_type="persistent",
    name_qualifier="cXVhbGlmaWVy",
)


def signed_in(**changes: Any) -> Caller:
    actor = Actor("bob", "saml")
    return Caller("saml", "", PROVIDER, "bob", PROVIDER, "", actor, verified=replace(IDENTITY, **changes))


def ask(caller: Caller, **parameters: Any) -> Any:
    role = a_role("Staff", maximum=7200)
    call = a_call("AssumeRoleWithSAML", RoleArn=role.arn, PrincipalArn=PROVIDER, SAMLAssertion="PG==", **parameters)
    return perform(call, caller, a_cloud(role))


def seconds(reply: Any) -> int:
    return int((reply["Credentials"]["Expiration"] - NOON).total_seconds())


def test_the_response_repeats_the_assertion() -> None:
    reply, steps = ask(signed_in())
    assert reply["AssumedRoleUser"]["Arn"] == "arn:aws:sts::444455556666:assumed-role/Staff/bob@example.com"
    assert (reply["Subject"], reply["SubjectType"], reply["NameQualifier"]) == ("bob", "persistent", "cXVhbGlmaWVy")
    assert (reply["Issuer"], reply["Audience"]) == (IDENTITY.issuer, IDENTITY.audience)
    assert reply["PackedPolicySize"] > 0
    assert [step.arrow for step in steps] == [3, 4]
    assert steps[0].session is not None
    assert steps[0].session.claims == (("saml:sub", "bob"),)
    assert steps[0].session.provider == PROVIDER


@pytest.mark.parametrize(
    ("asked", "says", "lasts"),
    [
        (None, {}, 3600),
        (7200, {}, 7200),
        (None, {"session_duration": 1800}, 1800),
        (None, {"session_duration": 7200}, 3600),
        (7200, {"expires_at": 60}, 60),
        (900, {"session_duration": 1800, "expires_at": 1200}, 900),
    ],
)
def test_the_assertion_shortens_and_never_extends(asked: int | None, says: dict[str, Any], lasts: int) -> None:
    if "expires_at" in says:
        says = says | {"expires_at": int((NOON + timedelta(seconds=says["expires_at"])).timestamp())}
    reply, _ = ask(signed_in(**says), **({} if asked is None else {"DurationSeconds": asked}))
    assert seconds(reply) == lasts


def test_the_roles_maximum_holds_whatever_the_assertion_says() -> None:
    with pytest.raises(Refused) as refused:
        ask(signed_in(session_duration=900), DurationSeconds=7201)
    fact = refusals("federation_errors")["longer than the role allows"]
    assert told(refused.value) == {key: fact[key] for key in ("code", "status", "message")}


def test_a_caller_whom_nobody_vouched_for_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="verify"):
        ask(a_user())
