"""Whether the caller is who the request says: judged in AWS's order, told in a step."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from stssim.call import Body, Call, Caller, Session
from stssim.cloud import AccessKey, Cloud, User
from stssim.trace import Refused, Step
from stssim.validate.authentication.authenticate import authenticate
from stssim.validate.authentication.claimed_identity import claim
from tests.fakes import AWAY, HOME, FakeDirectory, a_cloud, a_role, refusals, told
from tests.signers import arrived, read

FACTS = refusals("wire_errors")
ALICE = User(f"arn:aws:iam::{HOME}:user/alice", "alice", HOME, "AIDAALICE")
KEY = AccessKey("AKIAALICEALICEALICE0", "alice's secret", HOME, "alice")
ROLE = a_role("Audit")
KEY_ID = "ASIAAUDITAUDITAUDIT0"


def cloud(*, now: datetime | None = None) -> Cloud:
    directory = FakeDirectory(users={(HOME, "alice"): ALICE}, keys={KEY.access_key_id: KEY})
    made = a_cloud(ROLE, directory=directory, now=now or datetime.now(UTC))
    return replace(made, wall=datetime.now(UTC))


def call(
    key_id: str = KEY.access_key_id, secret: str = KEY.secret, token: str | None = None, region: str = "us-east-1"
) -> Call:
    request = AWSRequest("POST", "https://sts.us-east-1.amazonaws.com/", data=b"Action=GetCallerIdentity")
    SigV4Auth(Credentials(key_id, secret, token), "sts", region).add_auth(request)
    sent = arrived(request.prepare())
    return Call(
        sent,
        "sts",
        "GetCallerIdentity",
        region,
        "sts.us-east-1.amazonaws.com",
        signature=read(sent),
        body=Body(sent.body),
    )


def session(at: Cloud, **more: Any) -> Session:
    given = {"kind": "role", "account": AWAY, "principal": ROLE.arn, "principal_id": ROLE.unique_id, "name": "nightly"}
    now = int(at.now.timestamp())
    return Session(**{**given, "access_key_id": KEY_ID, "issued_at": now, "expires_at": now + 900, **more})


def judged(asked: Call, at: Cloud) -> tuple[Caller, tuple[Step, ...]]:
    return authenticate(asked, claim(asked, at), at)


def refused(asked: Call, at: Cloud) -> Refused:
    with pytest.raises(Refused) as raised:
        judged(asked, at)
    return raised.value


def test_the_secret_of_a_known_key_proves_the_caller() -> None:
    caller, steps = judged(call(), cloud())
    assert caller.arn == ALICE.arn
    assert [step.sentence for step in steps] == [
        "The signature was made with the secret of key AKIAALICEALICEALICE0: the caller is user alice."
    ]
    assert KEY.secret not in repr(steps)


def test_another_secret_proves_nothing() -> None:
    raised = refused(call(secret="a guess"), cloud())
    fact = FACTS["wrong secret"]
    assert told(raised) == {key: fact[key] for key in ("code", "status", "message")}
    assert raised.steps[-1].outcome == "denied"


def test_session_credentials_prove_their_session() -> None:
    at = cloud()
    asked = call(KEY_ID, at.seal.secret(KEY_ID), at.seal.seal(session(at)))
    caller, steps = judged(asked, at)
    assert caller.arn == f"arn:aws:sts::{AWAY}:assumed-role/Audit/nightly"
    assert "the caller is role Audit as session nightly" in steps[0].sentence


def test_credentials_expire_to_the_second() -> None:
    at = cloud()
    made = session(at)
    asked = call(KEY_ID, at.seal.secret(KEY_ID), at.seal.seal(made))
    last = datetime.fromtimestamp(made.expires_at, UTC) - timedelta(seconds=1)
    assert judged(asked, cloud(now=last))[0].session == made
    raised = refused(asked, cloud(now=last + timedelta(seconds=1)))
    assert told(raised) == {key: FACTS["expired"][key] for key in ("code", "status", "message")}
    assert "expired at" in raised.steps[-1].sentence


@pytest.mark.parametrize("signed_for", [None, "a role of the same name"])
def test_credentials_die_with_their_role_and_a_new_one_does_not_revive_them(signed_for: str | None) -> None:
    at = cloud()
    gone = session(at, principal_id="AROAGONE") if signed_for else session(at, principal=f"{ROLE.arn}2")
    raised = refused(call(KEY_ID, at.seal.secret(KEY_ID), at.seal.seal(gone)), at)
    assert raised.refusal.code == "InvalidClientTokenId"


def test_an_unsigned_call_of_sts_is_nobodys() -> None:
    asked = Call(call().request, "sts", "GetCallerIdentity", "us-east-1", "sts.amazonaws.com")
    assert told(refused(asked, cloud())) == {key: FACTS["unsigned"][key] for key in ("code", "status", "message")}


@pytest.mark.parametrize(
    ("service", "operation"),
    [("s3", "GetObject"), ("sts", "AssumeRoleWithSAML"), ("sts", "AssumeRoleWithWebIdentity")],
)
def test_what_may_be_called_unsigned_is_called_by_anybody(service: str, operation: str) -> None:
    caller, steps = judged(Call(call().request, service, operation, "us-east-1", ""), cloud())
    assert (caller.kind, steps) == ("anonymous", ())


# AWS judges the credential scope, then the token, its expiry, what issued it, and last the signature. Whatever is wrong
# first is what is answered.


def test_the_scope_is_judged_before_the_key() -> None:
    asked = call("AKIANOBODYNOBODYNOBO", region="eu-west-1")
    assert told(refused(asked, cloud()))["message"] == "Credential should be scoped to a valid region."


def test_the_key_is_judged_before_the_signature() -> None:
    assert refused(call("AKIANOBODYNOBODYNOBO", "a guess"), cloud()).refusal.code == "InvalidClientTokenId"


def test_expiry_is_judged_before_the_signature() -> None:
    at = cloud()
    asked = call(KEY_ID, "a guess", at.seal.seal(session(at, expires_at=int(at.now.timestamp()))))
    assert refused(asked, at).refusal.code == "ExpiredToken"


def test_expiry_is_judged_before_what_issued_it() -> None:
    at = cloud()
    over = session(at, principal_id="AROAGONE", expires_at=int(at.now.timestamp()))
    assert refused(call(KEY_ID, at.seal.secret(KEY_ID), at.seal.seal(over)), at).refusal.code == "ExpiredToken"
