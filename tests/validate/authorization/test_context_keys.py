"""The condition keys of a call, as the IAM User Guide says when each is there ("AWS global condition context keys")."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from stssim.call import Actor, Call, Caller, HttpRequest, RequiredPermission, Session, Signature, Verified
from stssim.cloud import Membership, User
from stssim.policy import evaluate
from stssim.validate.authorization.context_keys import context
from tests.fakes import AWAY, HOME, NOON, FakeDirectory, a_cloud, a_role, a_root, a_user, using

BUCKET = RequiredPermission("s3:ListBucket", "arn:aws:s3:::b")
EVERYTHING = RequiredPermission("s3:ListAllMyBuckets", "*", HOME)
ROLE = a_role(account=HOME)
SIGNATURE = Signature("header", "AKIAALICE", "0" * 64, region="eu-central-1", service="s3")
REQUEST = HttpRequest(
    "GET",
    "b.s3.amazonaws.com",
    "/",
    (("user-agent", "aws-cli/2.0"), ("x-amz-content-sha256", "UNSIGNED-PAYLOAD")),
    source_ip="198.51.100.7",
)
CALL = Call(REQUEST, "s3", "ListObjectsV2", "eu-central-1", REQUEST.host, {"Bucket": "b"}, SIGNATURE, NOON)


def keys(
    caller: Caller, need: RequiredPermission = EVERYTHING, *, directory: FakeDirectory | None = None, call: Call = CALL
) -> dict[str, Any]:
    return context(call, caller, need, a_cloud(ROLE, directory=directory))


def a_session(**changes: Any) -> Session:
    noon = int(NOON.timestamp())
    session = Session(
        "role",
        HOME,
        ROLE.arn,
        ROLE.unique_id,
        "nightly",
        "ASIANIGHTLY",
        noon - 600,
        noon + 3000,
        origin=f"user:{HOME}:alice",
    )
    return replace(session, **changes)


def test_a_call_says_when_and_from_where_it_comes() -> None:
    found = keys(a_user())
    assert found["aws:CurrentTime"] == NOON
    assert found["aws:EpochTime"] == int(NOON.timestamp())
    assert found["aws:SourceIp"] == "198.51.100.7"
    assert found["aws:SecureTransport"] is True
    assert found["aws:RequestedRegion"] == "eu-central-1"
    assert found["aws:UserAgent"] == "aws-cli/2.0"
    assert found["aws:ViaAWSService"] is False
    assert "aws:Referer" not in found


def test_no_key_is_there_without_a_value() -> None:
    callers = [a_user(), a_root(), using(a_session())]
    for caller in callers:
        assert all(value not in (None, "", ()) for value in keys(caller, BUCKET).values())


def test_a_user_is_known_by_name_and_id() -> None:
    found = keys(a_user())
    assert found["aws:username"] == "alice"
    assert found["aws:userid"] == a_user().user_id
    assert found["aws:PrincipalArn"] == f"arn:aws:iam::{HOME}:user/alice"
    assert found["aws:PrincipalAccount"] == HOME
    assert found["aws:PrincipalType"] == "User"
    assert found["aws:PrincipalIsAWSService"] is False


def test_root_and_sessions_have_no_user_name() -> None:
    root, session = keys(a_root()), keys(using(a_session()))
    assert "aws:username" not in root
    assert "aws:username" not in session
    assert root["aws:PrincipalType"] == "Account"
    assert root["aws:userid"] == HOME


def test_a_role_sessions_principal_arn_is_the_roles() -> None:
    found = keys(using(a_session()))
    assert found["aws:PrincipalArn"] == ROLE.arn
    assert found["aws:PrincipalType"] == "AssumedRole"
    assert found["aws:userid"] == f"{ROLE.unique_id}:nightly"


def test_a_federated_users_id_is_the_account_and_the_name() -> None:
    session = a_session(
        kind="federated-user", principal=f"arn:aws:iam::{HOME}:user/alice", principal_id="AIDAALICE", name="dora"
    )
    found = keys(using(session))
    assert found["aws:userid"] == f"{HOME}:dora"
    assert found["aws:PrincipalType"] == "FederatedUser"


def test_long_term_keys_say_nothing_of_mfa_nor_of_a_token() -> None:
    found = keys(a_user())
    for key in ("aws:MultiFactorAuthPresent", "aws:MultiFactorAuthAge", "aws:TokenIssueTime"):
        assert key not in found


def test_temporary_credentials_say_that_mfa_was_not_given() -> None:
    found = keys(using(a_session()))
    assert found["aws:MultiFactorAuthPresent"] is False
    assert "aws:MultiFactorAuthAge" not in found
    assert found["aws:TokenIssueTime"] == datetime(2026, 1, 1, 11, 50, tzinfo=UTC)


def test_mfa_given_for_a_session_is_remembered_and_grows_old() -> None:
    issued = int(NOON.timestamp()) - 600
    own = a_session(kind="user", principal=f"arn:aws:iam::{HOME}:user/alice", principal_id="AIDAALICE", mfa_at=issued)
    found = keys(using(own))
    assert found["aws:MultiFactorAuthPresent"] is True
    assert found["aws:MultiFactorAuthAge"] == 600
    assert found["aws:username"] == "alice"


def test_mfa_given_with_the_call_itself_counts_for_long_term_keys_too() -> None:
    found = keys(replace(a_user(), mfa_at=int(NOON.timestamp())))
    assert found["aws:MultiFactorAuthPresent"] is True
    assert found["aws:MultiFactorAuthAge"] == 0
    assert "aws:TokenIssueTime" not in found


def test_mfa_that_was_given_later_than_now_is_not_of_a_negative_age() -> None:
    """As where the Lab's clock was set back: no code is older than none, and none is younger than just given."""
    later = int(NOON.timestamp()) + 600
    assert keys(replace(a_user(), mfa_at=later))["aws:MultiFactorAuthAge"] == 0


def test_a_root_session_says_that_it_is_one() -> None:
    root = f"arn:aws:iam::{HOME}:root"
    session = a_session(kind="root", principal=root, principal_id=HOME, name="root", task_policy="arn:aws:iam::aws:x")
    assert keys(using(session))["aws:AssumedRoot"] is True
    assert "aws:AssumedRoot" not in keys(a_root())


def test_session_tags_override_the_roles_own_whatever_their_case() -> None:
    directory = FakeDirectory(roles={(HOME, "Audit"): replace(ROLE, tags={"Team": "red", "site": "north"})})
    session = a_session(tags=(("team", "blue"),), source_identity="dora")
    found = context(CALL, using(session), EVERYTHING, a_cloud(directory=directory))
    assert found["aws:PrincipalTag/team"] == "blue"
    assert found["aws:PrincipalTag/site"] == "north"
    assert "aws:PrincipalTag/Team" not in found
    assert found["aws:SourceIdentity"] == "dora"


def test_a_users_tags_are_principal_tags() -> None:
    alice = User(a_user().arn, "alice", HOME, "AIDAALICE", {"team": "blue"})
    found = keys(a_user(), directory=FakeDirectory(users={(HOME, "alice"): alice}))
    assert found["aws:PrincipalTag/team"] == "blue"


def test_an_organization_shows_on_both_sides() -> None:
    home = Membership("o-home123456", "o-home123456/r-ab12/ou-ab12-11111111/", AWAY)
    directory = FakeDirectory(memberships={HOME: home}, owners={BUCKET.resource: HOME})
    found = keys(a_user(), BUCKET, directory=directory)
    assert found["aws:PrincipalOrgID"] == found["aws:ResourceOrgID"] == "o-home123456"
    assert found["aws:PrincipalOrgPaths"] == found["aws:ResourceOrgPaths"] == (home.path,)
    assert found["aws:PrincipalOrgMasterAccountId"] == AWAY
    assert "aws:PrincipalOrgID" not in keys(a_user(), BUCKET)


def test_the_resource_shows_its_account_and_tags() -> None:
    role = RequiredPermission("iam:DeleteRole", ROLE.arn, HOME)
    found = keys(a_user(), role, directory=FakeDirectory(tagged={ROLE.arn: {"team": "blue"}}))
    assert found["aws:ResourceAccount"] == HOME
    assert found["aws:ResourceTag/team"] == found["iam:ResourceTag/team"] == "blue"


def test_an_object_has_tags_of_its_own_kind() -> None:
    need = RequiredPermission("s3:GetObject", "arn:aws:s3:::b/k")
    directory = FakeDirectory(owners={need.resource: AWAY}, tagged={need.resource: {"class": "secret"}})
    found = keys(a_user(), need, directory=directory)
    assert found["s3:ExistingObjectTag/class"] == "secret"
    assert found["s3:ResourceAccount"] == found["aws:ResourceAccount"] == AWAY
    assert "aws:ResourceTag/class" not in found


def test_what_is_done_on_no_resource_has_no_resource_keys() -> None:
    assert not [key for key in keys(a_user(), EVERYTHING) if key.startswith("aws:Resource")]


def test_s3_says_how_the_request_was_signed() -> None:
    found = keys(a_user(), BUCKET)
    assert found["s3:signatureversion"] == "AWS4-HMAC-SHA256"
    assert found["s3:authType"] == "REST-HEADER"
    assert found["s3:x-amz-content-sha256"] == "UNSIGNED-PAYLOAD"
    presigned = replace(CALL, signature=replace(SIGNATURE, form="query", date="20260101T115500Z"))
    assert keys(a_user(), BUCKET, call=presigned)["s3:authType"] == "REST-QUERY-STRING"
    assert keys(a_user(), BUCKET, call=presigned)["s3:signatureAge"] == 5 * 60 * 1000
    assert "s3:authType" not in keys(a_user(), BUCKET, call=replace(CALL, service="sqs"))


def test_an_anonymous_caller_has_no_arn() -> None:
    anyone = Caller("anonymous", "", "anonymous", "anonymous", "anonymous", "", Actor("anyone", "anonymous"))
    found = keys(anyone, BUCKET, call=replace(CALL, signature=None))
    assert found["aws:PrincipalType"] == "Anonymous"
    assert found["aws:userid"] == "anonymous"
    assert "aws:PrincipalArn" not in found
    assert "s3:authType" not in found


def test_a_service_says_on_whose_behalf_it_calls() -> None:
    trail = f"arn:aws:cloudtrail:eu-central-1:{AWAY}:trail/main"
    session = a_session(
        kind="service",
        account="",
        principal="cloudtrail.amazonaws.com",
        principal_id="",
        name="cloudtrail.amazonaws.com",
        claims=(("aws:SourceArn", trail), ("aws:SourceAccount", AWAY)),
    )
    service = Caller(
        "service", "", session.principal, "", session.principal, "", Actor("cloudtrail"), "ASIASERVICE", session
    )
    home = Membership("o-away123456", "o-away123456/r-cd34/", HOME)
    found = keys(service, BUCKET, directory=FakeDirectory(memberships={AWAY: home}))
    assert found["aws:PrincipalIsAWSService"] is True
    assert found["aws:PrincipalServiceName"] == "cloudtrail.amazonaws.com"
    assert (found["aws:SourceArn"], found["aws:SourceAccount"]) == (trail, AWAY)
    assert found["aws:SourceOrgID"] == "o-away123456"
    for key in ("aws:PrincipalArn", "aws:PrincipalOrgID", "aws:SourceIp", "aws:TokenIssueTime", "aws:userid"):
        assert key not in found


def test_a_token_fills_its_issuers_keys_on_signing_in_and_afterwards() -> None:
    provider = f"arn:aws:iam::{HOME}:oidc-provider/ci.example.com"
    claims = (("ci.example.com:sub", "repo:example/app"), ("ci.example.com:aud", "sts.amazonaws.com"))
    verified = Verified("web-identity", provider, "https://ci.example.com", "s", "a", claims)
    signing_in = Caller("web-identity", "", provider, "", provider, "", Actor("ci"), verified=verified)
    need = RequiredPermission("sts:AssumeRoleWithWebIdentity", ROLE.arn, HOME, {"sts:RoleSessionName": "build"})
    found = keys(signing_in, need, call=replace(CALL, service="sts", signature=None))
    assert found["ci.example.com:sub"] == "repo:example/app"
    assert found["sts:RoleSessionName"] == "build"
    assert "aws:FederatedProvider" not in found
    assert "aws:PrincipalArn" not in found
    afterwards = keys(using(a_session(provider=provider, claims=claims)))
    assert afterwards["ci.example.com:aud"] == "sts.amazonaws.com"
    assert afterwards["aws:FederatedProvider"] == "ci.example.com"


def test_the_engine_takes_every_key_as_it_is() -> None:
    found = keys(using(a_session(tags=(("team", "blue"),))), BUCKET)
    statement = {
        "Effect": "Allow",
        "Action": "s3:ListBucket",
        "Resource": "*",
        "Condition": {
            "DateGreaterThan": {"aws:CurrentTime": "2026-01-01T11:59:59Z"},
            "NumericEquals": {"aws:EpochTime": str(int(NOON.timestamp()))},
            "DateEquals": {"aws:TokenIssueTime": "2026-01-01T11:50:00Z"},
            "Bool": {"aws:SecureTransport": "true", "aws:MultiFactorAuthPresent": "false"},
            "IpAddress": {"aws:SourceIp": "198.51.100.0/24"},
            "StringEquals": {"aws:PrincipalTag/team": "blue"},
        },
    }
    decision = evaluate(
        principal=f"arn:aws:sts::{HOME}:assumed-role/Audit/nightly",
        action="s3:ListBucket",
        resource=BUCKET.resource,
        resource_account=HOME,
        context=found,
        identity_policies=[{"Version": "2012-10-17", "Statement": [statement]}],
    )
    assert decision.allowed
