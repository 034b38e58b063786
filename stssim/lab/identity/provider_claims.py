"""Claims shaped as the providers that learners meet shape them; every name and number in them is invented.

Each function gives the claims of one token, for `provider.mint(**github_actions("example-org/web"))`. The constants are
the providers' real issuer URLs. Cognito's identity pools are built into AWS and need no provider in IAM.

Sources: docs.github.com "OpenID Connect reference"; docs.gitlab.com "OpenID Connect (OIDC) Authentication Using ID
Tokens"; developer.hashicorp.com "Workload Identity Tokens"; buildkite.com/docs "OIDC with Buildkite";
docs.aws.amazon.com "Identity pools authentication flow"; kubernetes.io "Managing Service Accounts".
"""

from __future__ import annotations

import hashlib
from typing import Any

GITHUB_ACTIONS = "https://token.actions.githubusercontent.com"
GITLAB = "https://gitlab.com"
TERRAFORM_CLOUD = "https://app.terraform.io"
BUILDKITE = "https://agent.buildkite.com"
COGNITO = "https://cognito-identity.amazonaws.com"


def github_actions(
    repository: str,
    ref: str = "refs/heads/main",
    *,
    environment: str | None = None,
    event: str = "push",
    actor: str = "example-developer",
    workflow: str = "deploy",
    immutable: bool = False,
) -> dict[str, Any]:
    """A job of a workflow in `owner/repository`.

    `immutable` gives the subject that repositories made since July 2026 have, with the owner's and repository's ids.
    """
    owner, _, name = repository.partition("/")
    owner_id, repository_id = _number(owner), _number(repository)
    file = f".github/workflows/{workflow}.yml"
    subject = f"{owner}@{owner_id}/{name}@{repository_id}" if immutable else repository
    context = (
        f"environment:{environment}" if environment else "pull_request" if event == "pull_request" else f"ref:{ref}"
    )
    claims = {
        "sub": f"repo:{subject}:{context}",
        "ref": ref,
        "ref_type": "tag" if ref.startswith("refs/tags/") else "branch",
        "ref_protected": "true" if ref == "refs/heads/main" else "false",
        "sha": _hex(f"{repository} {ref}", 40),
        "repository": repository,
        "repository_id": repository_id,
        "repository_owner": owner,
        "repository_owner_id": owner_id,
        "repository_visibility": "private",
        "actor": actor,
        "actor_id": _number(actor),
        "workflow": workflow,
        "workflow_ref": f"{repository}/{file}@{ref}",
        "workflow_sha": _hex(f"{repository} {ref}", 40),
        "job_workflow_ref": f"{repository}/{file}@{ref}",
        "job_workflow_sha": _hex(f"{repository} {ref}", 40),
        "event_name": event,
        "head_ref": "feature" if event == "pull_request" else "",
        "base_ref": "main" if event == "pull_request" else "",
        "run_id": _number(f"{repository} run"),
        "run_number": "17",
        "run_attempt": "1",
        "runner_environment": "github-hosted",
    }
    return claims | ({"environment": environment} if environment else {})


def gitlab(
    project: str,
    ref: str = "main",
    *,
    ref_type: str = "branch",
    environment: str | None = None,
    user: str = "example-developer",
) -> dict[str, Any]:
    """A job of a pipeline in `group/project`."""
    claims = {
        "sub": f"project_path:{project}:ref_type:{ref_type}:ref:{ref}",
        "namespace_id": _number(project.rpartition("/")[0]),
        "namespace_path": project.rpartition("/")[0],
        "project_id": _number(project),
        "project_path": project,
        "project_visibility": "private",
        "user_id": _number(user),
        "user_login": user,
        "user_email": f"{user}@example.com",
        "user_access_level": "developer",
        "pipeline_id": _number(f"{project} pipeline"),
        "pipeline_source": "push",
        "job_id": _number(f"{project} job"),
        "ref": ref,
        "ref_type": ref_type,
        "ref_path": f"refs/{'tags' if ref_type == 'tag' else 'heads'}/{ref}",
        "ref_protected": "true" if ref == "main" else "false",
        "runner_id": 1,
        "runner_environment": "gitlab-hosted",
        "sha": _hex(f"{project} {ref}", 40),
        "ci_config_ref_uri": f"gitlab.com/{project}//.gitlab-ci.yml@refs/heads/{ref}",
    }
    return claims | ({"environment": environment, "environment_protected": "true"} if environment else {})


def terraform_cloud(
    organization: str, workspace: str, *, project: str = "Default Project", phase: str = "apply"
) -> dict[str, Any]:
    """A run in a workspace; `phase` is `plan` or `apply`."""
    path = f"organization:{organization}:project:{project}:workspace:{workspace}"
    return {
        "sub": f"{path}:run_phase:{phase}",
        "aud": "aws.workload.identity",
        "terraform_full_workspace": path,
        "terraform_organization_id": f"org-{_hex(organization, 16)}",
        "terraform_organization_name": organization,
        "terraform_project_id": f"prj-{_hex(f'{organization} {project}', 16)}",
        "terraform_project_name": project,
        "terraform_run_id": f"run-{_hex(f'{path} run', 16)}",
        "terraform_run_phase": phase,
        "terraform_workspace_id": f"ws-{_hex(path, 16)}",
        "terraform_workspace_name": workspace,
    }


def buildkite(
    organization: str, pipeline: str, *, branch: str = "main", step: str = "deploy", queue: str = "default"
) -> dict[str, Any]:
    """A job of a build, with the optional claims for the organization's and the pipeline's ids."""
    commit = _hex(f"{organization} {pipeline} {branch}", 40)
    return {
        "sub": f"organization:{organization}:pipeline:{pipeline}:ref:refs/heads/{branch}:commit:{commit}:step:{step}",
        "organization_slug": organization,
        "organization_id": _uuid(organization),
        "pipeline_slug": pipeline,
        "pipeline_id": _uuid(f"{organization} {pipeline}"),
        "build_number": 17,
        "build_branch": branch,
        "build_commit": commit,
        "build_source": "webhook",
        "step_key": step,
        "job_id": _uuid(f"{organization} {pipeline} job"),
        "agent_id": _uuid(f"{organization} {queue} agent"),
        "cluster_id": _uuid(f"{organization} cluster"),
        "cluster_name": "Default cluster",
        "runner_environment": "self-hosted",
    }


def cognito(
    pool: str = "us-east-1:11111111-2222-4333-8444-555555555555",
    user: str | None = None,
    *,
    login: str = "login.example.com",
) -> dict[str, Any]:
    """An identity of an identity pool: a guest, or a `user` whom the provider `login` signed in."""
    region = pool.partition(":")[0]
    identity = _uuid(f"{pool} {user or 'guest'}")
    signed_in = ["authenticated", login, f"{login}:{pool}:{user}"]
    return {"sub": f"{region}:{identity}", "aud": pool, "amr": signed_in if user else ["unauthenticated"]}


def service_account(namespace: str, name: str, *, pod: str | None = None) -> dict[str, Any]:
    """A Kubernetes service account's projected token, as a pod of an EKS cluster finds it in a file."""
    pod = pod or f"{name}-0"
    return {
        "sub": f"system:serviceaccount:{namespace}:{name}",
        "aud": ["sts.amazonaws.com"],
        "lifetime": 86400,
        "kubernetes.io": {
            "namespace": namespace,
            "node": {"name": "node-1.example.internal", "uid": _uuid("node-1")},
            "pod": {"name": pod, "uid": _uuid(f"{namespace} {pod}")},
            "serviceaccount": {"name": name, "uid": _uuid(f"{namespace} {name}")},
        },
    }


def _number(name: str) -> str:
    return str(10_000_000 + int(_hex(name, 12), 16) % 90_000_000)


def _uuid(name: str) -> str:
    found = _hex(name, 32)
    return f"{found[:8]}-{found[8:12]}-4{found[13:16]}-8{found[17:20]}-{found[20:]}"


def _hex(name: str, digits: int) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:digits]
