"""IAM's own guard: a trust policy for an OIDC issuer that many customers share must test whose token it is.

It is judged when a trust policy is written, never afterwards, so an older policy stays as it is.
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from stssim.policy.match import glob, tokens

TENANT_CLAIMS: Mapping[str, tuple[str, ...]] = {
    "token.actions.githubusercontent.com": ("sub", "job_workflow_ref"),
    "gitlab.com": ("sub",),
    "app.terraform.io": ("sub",),
    "agent.buildkite.com": ("sub",),
    "cognito-identity.amazonaws.com": ("aud",),
    "api.pulumi.com/oidc": ("aud",),
    "oidc.vercel.com": ("aud",),
    "scalr.io": ("sub",),
    "oidc.codefresh.io": ("sub",),
    "proidc.upbound.io": ("sub",),
}
"""The claims, by issuer, that say whose a token is. One of them must be tested."""
_OPERATORS = ("stringequals", "stringlike", "stringequalsignorecase")


def refuses(trust_document: object) -> str | None:
    """What IAM says to a trust policy (JSON text or a dict) that trusts all of a shared issuer's customers, or None.

    The error is `MalformedPolicyDocument`, 400. A value that is not `*` is enough, so `repo:*` passes, and so does a
    list with one such value. What is not a policy at all is refused elsewhere, and passes here.
    """
    for statement in _statements(trust_document):
        if statement.get("Effect") != "Allow" or not _federates(statement):
            continue
        for principal in _federated(statement):
            issuer = principal.partition(":oidc-provider/")[2] or principal
            claims = TENANT_CLAIMS.get(issuer) or TENANT_CLAIMS.get(_enterprise_of(issuer))
            keys = [f"{issuer}:{claim}" for claim in claims or ()]
            if keys and not _tested(statement, keys):
                return (
                    f"Trust policy with trusted principal {principal} must evaluate, using StringEquals, StringLike or "
                    f"StringEqualsIgnoreCase, {' or '.join(keys)} which is not scoped to all."
                )
    return None


def _enterprise_of(issuer: str) -> str:
    """GitHub's issuer, where an enterprise has its own under it: `token.actions.githubusercontent.com/example`."""
    host = issuer.partition("/")[0]
    return host if host == "token.actions.githubusercontent.com" else ""


def _statements(document: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(document, str | bytes):
        try:
            document = json.loads(document)
        except (ValueError, RecursionError):
            return
    found = document.get("Statement") if isinstance(document, Mapping) else None
    yield from (one for one in _listed(found) if isinstance(one, Mapping))


def _federates(statement: Mapping[str, Any]) -> bool:
    element = "NotAction" if "NotAction" in statement else "Action"
    patterns = [str(action).lower() for action in _listed(statement.get(element))]
    named = any(glob(tokens(pattern))("sts:assumerolewithwebidentity") for pattern in patterns)
    return named != (element == "NotAction")


def _federated(statement: Mapping[str, Any]) -> list[str]:
    principal = statement.get("Principal")
    return [str(one) for one in _listed(principal.get("Federated"))] if isinstance(principal, Mapping) else []


def _tested(statement: Mapping[str, Any], keys: list[str]) -> bool:
    conditions = statement.get("Condition")
    wanted = {key.lower() for key in keys}
    return isinstance(conditions, Mapping) and any(
        operator.lower().removeprefix("foranyvalue:") in _OPERATORS
        and key.lower() in wanted
        and any(str(value) != "*" for value in _listed(values))
        for operator, tests in conditions.items()
        if isinstance(tests, Mapping)
        for key, values in tests.items()
    )


def _listed(value: object) -> list[Any]:
    return [] if value is None else list(value) if isinstance(value, list | tuple) else [value]
