"""What a web identity gets."""

from __future__ import annotations

from stssim.call import Actor, Caller, Verified
from stssim.issue.assume_role_with_web_identity import perform
from tests.fakes import NOON, a_call, a_cloud, a_role

PROVIDER = "arn:aws:iam::444455556666:oidc-provider/ci.example.com"
IDENTITY = Verified(
    "web-identity",
    PROVIDER,
    "https://ci.example.com",
    "repo:shop/web",
    "sts.amazonaws.com",
    claims=(("ci.example.com:sub", "repo:shop/web"), ("ci.example.com:email", "a@example.com")),
    session_claims=(("ci.example.com:sub", "repo:shop/web"),),
    tags=(("team", "web"),),
    transitive_tag_keys=("team",),
    source_identity="dana",
    expires_at=1,
)
ACTOR = Actor("repo:shop/web", "web-identity")
CALLER = Caller("web-identity", "", PROVIDER, "repo:shop/web", PROVIDER, "", ACTOR, verified=IDENTITY)


def test_the_response_and_the_session_hold_what_the_token_says() -> None:
    role = a_role("Deploy")
    call = a_call("AssumeRoleWithWebIdentity", RoleArn=role.arn, RoleSessionName="build", WebIdentityToken="a.b.c")
    reply, steps = perform(call, CALLER, a_cloud(role))
    assert reply["AssumedRoleUser"]["AssumedRoleId"] == f"{role.unique_id}:build"
    assert (reply["SubjectFromWebIdentityToken"], reply["Provider"]) == ("repo:shop/web", PROVIDER)
    assert (reply["Audience"], reply["SourceIdentity"]) == ("sts.amazonaws.com", "dana")
    assert reply["PackedPolicySize"] > 0
    session = steps[0].session
    assert session is not None
    assert (session.tags, session.transitive_tag_keys) == ((("team", "web"),), ("team",))
    assert session.claims == (("ci.example.com:sub", "repo:shop/web"),)
    assert session.origin == "web-identity::repo:shop/web"


def test_the_tokens_end_does_not_cap_the_session() -> None:
    role = a_role("Deploy")
    call = a_call("AssumeRoleWithWebIdentity", RoleArn=role.arn, RoleSessionName="build", WebIdentityToken="a.b.c")
    reply, _ = perform(call, CALLER, a_cloud(role))
    assert (reply["Credentials"]["Expiration"] - NOON).total_seconds() == 3600
