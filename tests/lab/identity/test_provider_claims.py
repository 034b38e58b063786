"""Claims shaped as the providers shape them; the subjects are those of the providers' own documentation."""

from __future__ import annotations

import pytest

from stssim.lab.identity.provider_claims import (
    buildkite,
    cognito,
    github_actions,
    gitlab,
    service_account,
    terraform_cloud,
)


@pytest.mark.parametrize(
    ("claims", "subject"),
    [
        (github_actions("octo-org/octo-repo"), "repo:octo-org/octo-repo:ref:refs/heads/main"),
        (github_actions("octo-org/octo-repo", "refs/tags/v1"), "repo:octo-org/octo-repo:ref:refs/tags/v1"),
        (
            github_actions("octo-org/octo-repo", environment="Production"),
            "repo:octo-org/octo-repo:environment:Production",
        ),
        (github_actions("octo-org/octo-repo", event="pull_request"), "repo:octo-org/octo-repo:pull_request"),
        (gitlab("my-group/my-project"), "project_path:my-group/my-project:ref_type:branch:ref:main"),
        (
            terraform_cloud("my-org", "my-workspace", project="my-project", phase="plan"),
            "organization:my-org:project:my-project:workspace:my-workspace:run_phase:plan",
        ),
        (service_account("default", "my-pod"), "system:serviceaccount:default:my-pod"),
    ],
)
def test_the_subject_reads_as_the_provider_documents_it(claims: dict[str, object], subject: str) -> None:
    assert claims["sub"] == subject


def test_a_buildkite_subject_names_organization_pipeline_commit_and_step() -> None:
    claims = buildkite("example", "site", branch="main", step="deploy")
    wanted = f"organization:example:pipeline:site:ref:refs/heads/main:commit:{claims['build_commit']}:step:deploy"
    assert claims["sub"] == wanted


def test_an_identity_pools_guest_is_unauthenticated_and_the_pool_is_the_audience() -> None:
    pool = "eu-west-1:11111111-2222-4333-8444-555555555555"
    guest, user = cognito(pool), cognito(pool, "dana")
    assert (guest["amr"], guest["aud"]) == (["unauthenticated"], pool)
    assert user["amr"][0] == "authenticated"
    assert guest["sub"] != user["sub"]
    assert str(guest["sub"]).startswith("eu-west-1:")


def test_ids_are_the_same_for_the_same_names_and_differ_otherwise() -> None:
    first, again, other = github_actions("a/b"), github_actions("a/b"), github_actions("c/b")
    assert first == again
    assert first["repository_owner_id"] != other["repository_owner_id"]
    assert first["repository_id"] != other["repository_id"]


def test_a_subject_of_a_newer_repository_holds_the_ids() -> None:
    claims = github_actions("octo-org/octo-repo", immutable=True)
    owner, repository = claims["repository_owner_id"], claims["repository_id"]
    assert claims["sub"] == f"repo:octo-org@{owner}/octo-repo@{repository}:ref:refs/heads/main"
