"""What a token's claims mean to AWS."""

from __future__ import annotations

from typing import Any

import pytest

from stssim.validate.authentication.not_verified import NotVerified
from stssim.validate.authentication.token_claims import (
    ROLES,
    SOURCE_IDENTITY,
    TAGS,
    authorized,
    condition_keys,
    session_tags,
    source_identity,
    text_of,
)

ROLE = "arn:aws:iam::111122223333:role/Deploy"


def test_the_nested_form_of_tags_is_read() -> None:
    """IAM User Guide, "Passing session tags using AssumeRoleWithWebIdentity": the values are lists of one."""
    claims = {TAGS: {"principal_tags": {"Project": ["Automation"], "Email": ["a@example.com"]},
                     "transitive_tag_keys": ["Project"]}}  # fmt: skip
    assert session_tags(claims) == ((("Project", "Automation"), ("Email", "a@example.com")), ("Project",))


def test_the_flattened_form_of_tags_is_read() -> None:
    claims = {f"{TAGS}/principal_tags/Project": "Automation", f"{TAGS}/transitive_tag_keys": ["Project"]}
    assert session_tags(claims) == ((("Project", "Automation"),), ("Project",))


def test_a_flattened_tag_is_no_list() -> None:
    """Recorded on 2026-09-11 (radkawar/stackd, oidc)."""
    with pytest.raises(NotVerified):
        session_tags({f"{TAGS}/principal_tags/Project": ["Automation"]})


@pytest.mark.parametrize("allowed", [f"{ROLE}s;{ROLE}", f"{ROLE}s {ROLE}", [f" {ROLE} ", 7]])
def test_the_roles_claim_names_several_roles_in_a_text(allowed: Any) -> None:
    """Recorded on 2026-09-11 (radkawar/stackd, oidc/aws-roles)."""
    assert authorized({ROLES: allowed}, ROLE)


def test_a_token_without_tags_has_none() -> None:
    assert session_tags({"sub": "x"}) == ((), ())


@pytest.mark.parametrize(
    "tags",
    [
        "team=web",
        {"principal_tags": ["team"]},
        {"principal_tags": {"team": ["web", "ops"]}},
        {"principal_tags": {"team": 7}},
        {"principal_tags": {"team": "web"}},
        {"principal_tags": {"team": ["web"]}, "transitive_tag_keys": "team"},
        {"principal_tags": {"team": ["web"]}, "transitive_tag_keys": ["cost"]},
        {"principal_tags": {"team": ["web"], "Team": ["ops"]}},
        {"principal_tags": {"aws:team": ["web"]}},
        {"principal_tags": {"team": ["x" * 257]}},
        {"principal_tags": {"x" * 129: ["web"]}},
        {"principal_tags": {"": ["web"]}},
        {"principal_tags": {"team": ["<b>"]}},
        {"principal_tags": {f"key-{number}": ["x"] for number in range(51)}},
    ],
)
def test_tags_that_cannot_be_set_spoil_the_token(tags: Any) -> None:
    with pytest.raises(NotVerified):
        session_tags({TAGS: tags})


def test_a_source_identity_is_taken_within_its_limits() -> None:
    assert source_identity({}) is None
    assert source_identity({SOURCE_IDENTITY: "dana@example.com"}) == "dana@example.com"


@pytest.mark.parametrize("value", ["d", "d" * 65, "aws:dana", "AWS:dana", "dana the first", 7, ["dana"]])
def test_another_source_identity_spoils_the_token(value: Any) -> None:
    with pytest.raises(NotVerified):
        source_identity({SOURCE_IDENTITY: value})


def test_a_roles_claim_holds_the_only_roles_allowed() -> None:
    assert authorized({}, ROLE) is False
    assert authorized({ROLES: ROLE}, ROLE) is True
    assert authorized({ROLES: [ROLE, f"{ROLE}2"]}, ROLE) is True
    for others in ([], f"{ROLE}2", [f"{ROLE}2"], 7):
        with pytest.raises(NotVerified, match="roles claim"):
            authorized({ROLES: others}, ROLE)


@pytest.mark.parametrize("value", ["", 7, None, ["x"], "a\nb"])
def test_a_claim_that_must_be_text_is(value: Any) -> None:
    with pytest.raises(NotVerified):
        text_of({"sub": value}, "sub")


def keys(name: str, claims: dict[str, Any]) -> dict[str, Any]:
    return dict(condition_keys(name, claims, "audience", ("audience",)))


def test_every_issuer_has_the_keys_of_the_user_guide_and_no_others() -> None:
    """IAM User Guide, "Available keys for AWS OIDC federation"."""
    claims = {"sub": "x", "amr": ["pwd"], "email": "a@example.com", "groups": ["admins"], "jti": "1"}
    assert keys("ci.example.com", claims) == {
        "ci.example.com:sub": "x",
        "ci.example.com:aud": "audience",
        "ci.example.com:oaud": "audience",
        "ci.example.com:amr": ("pwd",),
        "ci.example.com:email": "a@example.com",
    }


def test_github_has_keys_of_its_own() -> None:
    """Service Authorization Reference, condition keys of AWS STS."""
    name = "token.actions.githubusercontent.com"
    found = keys(name, {"sub": "x", "repository": "shop/web", "job_workflow_ref": "y", "run_id": "17"})
    assert found[f"{name}:repository"] == "shop/web"
    assert found[f"{name}:job_workflow_ref"] == "y"


def test_the_parties_of_a_token_for_several_are_kept() -> None:
    found = dict(condition_keys("ci.example.com", {"sub": "x"}, "a", ("a", "b")))
    assert found["ci.example.com:aud"] == "a"
    assert found["ci.example.com:oaud"] == ("a", "b")


@pytest.mark.parametrize(("claim", "value"), [(True, "true"), (7, "7"), (["a", 1], None), ({"a": 1}, None)])
def test_a_claim_of_another_type_reads_as_text_or_is_no_key(claim: Any, value: str | None) -> None:
    assert keys("ci.example.com", {"email": claim}).get("ci.example.com:email") == value
