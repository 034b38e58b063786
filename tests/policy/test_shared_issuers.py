"""IAM's guard for issuers that many customers share, by the list in the IAM User Guide ("secure by default")."""

from __future__ import annotations

from typing import Any

import pytest

from stssim.policy.shared_issuers import refuses

GITHUB = "token.actions.githubusercontent.com"
CLAIMS = {
    GITHUB: "sub",
    "gitlab.com": "sub",
    "app.terraform.io": "sub",
    "agent.buildkite.com": "sub",
    "cognito-identity.amazonaws.com": "aud",
    "api.pulumi.com/oidc": "aud",
    "oidc.vercel.com": "aud",
    "scalr.io": "sub",
    "oidc.codefresh.io": "sub",
    "proidc.upbound.io": "sub",
    "studio.datachain.ai/api": "sub",
    "oidc-configuration.audit-log.githubusercontent.com": "sub",
    "vstoken.actions.githubusercontent.com": "sub",
    "tokens.cloud.shisho.dev": "sub",
    "sandboxes.cloud": "aud",
    "oidc.op1.openshiftapps.com/2c51blsaqa9gkjt0o9rt11mle8mmropu": "sub",
}


def trusting(issuer: str, condition: Any = None, **changes: Any) -> dict[str, Any]:
    provider = issuer if issuer.startswith("cognito") else f"arn:aws:iam::111122223333:oidc-provider/{issuer}"
    statement = {"Effect": "Allow", "Principal": {"Federated": provider}, "Action": "sts:AssumeRoleWithWebIdentity"}
    statement |= changes
    return {"Version": "2012-10-17", "Statement": [statement | ({"Condition": condition} if condition else {})]}


@pytest.mark.parametrize(("issuer", "claim"), CLAIMS.items())
def test_the_tenant_claim_of_every_shared_issuer_has_to_be_tested(issuer: str, claim: str) -> None:
    says = refuses(trusting(issuer))
    assert says is not None
    assert f"{issuer}:{claim}" in says or issuer.startswith("cognito")
    other = "aud" if claim == "sub" else "sub"
    assert refuses(trusting(issuer, {"StringEquals": {f"{issuer}:{other}": "x"}}))
    assert refuses(trusting(issuer, {"StringEquals": {f"{issuer}:{claim}": "x"}})) is None


@pytest.mark.parametrize(
    ("condition", "taken"),
    [
        ({"StringEquals": {f"{GITHUB}:sub": "repo:shop/web:ref:refs/heads/main"}}, True),
        ({"StringLike": {f"{GITHUB}:sub": "repo:*"}}, True),
        ({"StringEqualsIgnoreCase": {f"{GITHUB}:sub": "repo:shop/web"}}, True),
        ({"StringLike": {f"{GITHUB}:job_workflow_ref": "shop/web/*"}}, True),
        ({"ForAnyValue:StringLike": {f"{GITHUB}:sub": "repo:shop/*"}}, True),
        ({"ForAllValues:StringLike": {f"{GITHUB}:sub": "repo:shop/*"}}, True),
        ({"StringLike": {f"{GITHUB}:sub": []}}, True),
        ({"StringLike": {f"{GITHUB}:sub": "?"}}, True),
        ({"stringlike": {f"{GITHUB.upper()}:SUB": "repo:shop/*"}}, True),
        ({"StringLike": {f"{GITHUB}:sub": "*"}, "StringEquals": {f"{GITHUB}:sub": "repo:shop/web"}}, True),
        ({"StringLike": {f"{GITHUB}:sub": "*"}, "StringEquals": {f"{GITHUB}:job_workflow_ref": "a/b"}}, True),
        ({"StringLike": {f"{GITHUB}:sub": "*", f"{GITHUB}:job_workflow_ref": "a/b"}}, False),
        ({"StringLike": {f"{GITHUB}:sub": ["*", "repo:shop/*"]}}, False),
        ({"StringLike": {f"{GITHUB}:sub": "*"}}, False),
        ({"StringLike": {f"{GITHUB}:sub": ["*"]}}, False),
        ({"StringLike": {f"{GITHUB}:sub": "*:shop/web"}}, False),
        ({"StringEquals": {f"{GITHUB}:sub": " "}}, False),
        ({"StringNotEquals": {f"{GITHUB}:sub": "repo:mallory/web"}}, False),
        ({"StringEqualsIfExists": {f"{GITHUB}:sub": "repo:shop/web"}}, False),
        ({"Null": {f"{GITHUB}:sub": "false"}}, False),
        ({"StringLike": {f"{GITHUB}:repository": "shop/web"}}, False),
        ({"StringEquals": {"gitlab.com:sub": "x"}}, False),
    ],
)
def test_a_test_counts_by_its_operator_key_and_value(condition: Any, taken: bool) -> None:
    """Recorded on 2026-09-11 (radkawar/stackd, oidc_trust_controls)."""
    assert (refuses(trusting(GITHUB, condition)) is None) is taken


@pytest.mark.parametrize(("value", "taken"), [("**", True), ("*:shop", True), ("", True), ("*", False)])
def test_only_githubs_issuers_may_not_be_scoped_by_what_begins_with_a_star(value: str, taken: bool) -> None:
    assert (refuses(trusting("gitlab.com", {"StringLike": {"gitlab.com:sub": value}})) is None) is taken


def test_azure_sentinels_tenant_is_in_the_session_name() -> None:
    issuer = "sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d"
    assert "sts:RoleSessionName which" in (refuses(trusting(issuer)) or "")
    assert refuses(trusting(issuer, {"StringLike": {"sts:RoleSessionName": "ours-*"}})) is None


def test_cognito_wants_a_condition_before_it_wants_the_audience() -> None:
    says = refuses(trusting("cognito-identity.amazonaws.com"))
    assert says == "A condition block must be present for the Cognito provider"


@pytest.mark.parametrize(
    ("issuer", "condition", "taken"),
    [
        ("accounts.google.com", {"StringEquals": {"accounts.google.com:aud": "shop"}}, True),
        ("accounts.google.com", {"StringEquals": {"accounts.google.com:oaud": "shop"}}, True),
        ("www.amazon.com", {"StringEquals": {"www.amazon.com:app_id": "shop"}}, True),
        ("graph.facebook.com", {"StringEquals": {"graph.facebook.com:sub": "7"}}, True),
        ("graph.facebook.com", {"StringEquals": {"graph.facebook.com:aud": "shop"}}, False),
        ("accounts.google.com", {"StringEquals": {"accounts.google.com:AUD": "shop"}}, False),
        ("accounts.google.com", {"StringLike": {"accounts.google.com:aud": "shop"}}, False),
        ("accounts.google.com", {"StringEqualsIfExists": {"accounts.google.com:aud": "shop"}}, False),
        ("accounts.google.com", None, False),
    ],
)
def test_the_issuers_that_iam_knows_want_an_application(issuer: str, condition: Any, taken: bool) -> None:
    """Recorded on 2026-09-11 (radkawar/stackd, oidc_trust_controls)."""
    says = refuses(trusting(issuer, condition, Principal={"Federated": issuer}))
    assert says == (
        None if taken else f"Policy trusting {issuer} requires a StringEquals condition on an application id"
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"Effect": "Deny"},
        {"Action": "sts:TagSession"},
        {"NotAction": "sts:*", "Action": None},
        {"Principal": {"AWS": "111122223333"}},
    ],
)
def test_a_statement_that_lets_no_web_identity_in_is_left_alone(changes: dict[str, Any]) -> None:
    document = trusting(GITHUB, **changes)
    document["Statement"][0] = {key: value for key, value in document["Statement"][0].items() if value is not None}
    assert refuses(document) is None


@pytest.mark.parametrize("action", ["sts:*", "*", "STS:assumerolewithwebidentity", ["sts:TagSession", "sts:Assume*"]])
def test_an_action_counts_however_it_is_spelled(action: Any) -> None:
    assert refuses(trusting(GITHUB, Action=action))


def test_an_enterprises_own_issuer_at_github_is_guarded_too() -> None:
    name = f"{GITHUB}/example"
    assert refuses(trusting(name, {"StringEquals": {f"{GITHUB}:sub": "x"}}))
    assert refuses(trusting(name, {"StringEquals": {f"{name}:sub": "x"}})) is None


@pytest.mark.parametrize("behind", [".example.com", "other"])
def test_a_host_that_only_begins_with_githubs_is_guarded_as_github_is(behind: str) -> None:
    name = f"{GITHUB}{behind}"
    assert refuses(trusting(name, {"StringEquals": {f"{GITHUB}:sub": "x"}}))
    assert refuses(trusting(name, {"StringEquals": {f"{name}:sub": "x"}})) is None


def test_other_issuers_are_ones_own() -> None:
    assert refuses(trusting("ci.example.com")) is None


@pytest.mark.parametrize("document", ["", "{", "[]", "7", {}, {"Statement": 7}, {"Statement": [7]}, "[" * 9000])
def test_what_is_no_policy_is_refused_elsewhere(document: Any) -> None:
    assert refuses(document) is None
