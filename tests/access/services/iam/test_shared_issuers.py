"""IAM's guard for issuers that many customers share, by the list in the IAM User Guide ("secure by default")."""

from __future__ import annotations

from typing import Any

import pytest

from stssim.access.services.iam.shared_issuers import refuses

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
    assert f"{issuer}:{claim}" in says
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
        ({"StringLike": {f"{GITHUB}:sub": ["*", "repo:shop/*"]}}, True),
        ({"stringlike": {f"{GITHUB.upper()}:SUB": "repo:shop/*"}}, True),
        ({"StringLike": {f"{GITHUB}:sub": "*"}}, False),
        ({"StringLike": {f"{GITHUB}:sub": ["*"]}}, False),
        ({"StringNotEquals": {f"{GITHUB}:sub": "repo:mallory/web"}}, False),
        ({"StringEqualsIfExists": {f"{GITHUB}:sub": "repo:shop/web"}}, False),
        ({"Null": {f"{GITHUB}:sub": "false"}}, False),
        ({"StringLike": {f"{GITHUB}:repository": "shop/web"}}, False),
        ({"StringEquals": {"gitlab.com:sub": "x"}}, False),
    ],
)
def test_a_test_counts_by_its_operator_key_and_value(condition: Any, taken: bool) -> None:
    assert (refuses(trusting(GITHUB, condition)) is None) is taken


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


def test_other_issuers_are_ones_own() -> None:
    assert refuses(trusting("ci.example.com")) is None


@pytest.mark.parametrize("document", ["", "{", "[]", "7", {}, {"Statement": 7}, {"Statement": [7]}, "[" * 9000])
def test_what_is_no_policy_is_refused_elsewhere(document: Any) -> None:
    assert refuses(document) is None
