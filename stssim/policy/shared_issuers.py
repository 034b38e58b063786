"""IAM's own guard: a trust policy for an OIDC issuer that many customers share must test whose token it is.

It is judged when a trust policy is written, never afterwards, so an older policy stays as it is. Which issuers, and
which claim of each, is AWS's list as it read on 2026-09-11:
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html
What counts as a test was recorded on 2026-09-11 (radkawar/stackd, oidc_trust_controls, 324 answers).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from stssim.policy.match import glob, tokens

_GITHUB = "token.actions.githubusercontent.com"
_COGNITO = "cognito-identity.amazonaws.com"

TENANT_CLAIMS: Mapping[str, str] = {
    _COGNITO: "aud",
    "sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d": "sts:RoleSessionName",
    "agent.buildkite.com": "sub",
    "oidc.codefresh.io": "sub",
    "studio.datachain.ai/api": "sub",
    _GITHUB: "sub",
    "oidc-configuration.audit-log.githubusercontent.com": "sub",
    "vstoken.actions.githubusercontent.com": "sub",
    "gitlab.com": "sub",
    "rh-oidc.s3.us-east-1.amazonaws.com/22ejnvnnturfmt6km08idd0nt4hekbn7": "sub",
    "rh-oidc.s3.us-east-1.amazonaws.com/23e3sd27sju1hoou6ohfs68vbno607tr": "sub",
    "rh-oidc.s3.us-east-1.amazonaws.com/23ne21h005qjl3n33d8dui5dlrmv2tmg": "sub",
    "rh-oidc.s3.us-east-1.amazonaws.com/24jrf12m5dj7ljlfb4ta2frhrcoadm26": "sub",
    "oidc.op1.openshiftapps.com/2f785sojlpb85i7402pk3qogugim5nfb": "sub",
    "oidc.op1.openshiftapps.com/2c51blsaqa9gkjt0o9rt11mle8mmropu": "sub",
    "api.pulumi.com/oidc": "aud",
    "sandboxes.cloud": "aud",
    "scalr.io": "sub",
    "tokens.cloud.shisho.dev": "sub",
    "app.terraform.io": "sub",
    "proidc.upbound.io": "sub",
    "oidc.vercel.com": "aud",
}
"""The claim, by issuer, that says whose a token is: all of AWS's list of 2026-09-11. One with a colon is a whole key.

GitHub's has an alternative since 2026-05-12: `job_workflow_ref`.
"""
APPLICATION_CLAIMS: Mapping[str, tuple[str, ...]] = {
    "accounts.google.com": ("aud", "oaud", "sub"),
    "www.amazon.com": ("app_id", "sub"),
    "graph.facebook.com": ("app_id", "sub"),
}
"""The issuers that IAM knows without a provider, and the claims of which one must be tested. Recorded on 2026-09-11."""
_OPERATORS = ("stringequals", "stringlike", "stringequalsignorecase")
_SET_OPERATORS = ("foranyvalue:", "forallvalues:")


def refuses(trust_document: object) -> str | None:
    """What IAM says to a trust policy (JSON text or a dict) that trusts all of a shared issuer's customers, or None."""
    return next((says for _, says in unscoped(trust_document)), None)


def unscoped(trust_document: object) -> Iterator[tuple[int, str]]:
    """The number of each such statement, and what IAM says to it.

    The error is `MalformedPolicyDocument`, 400. Every Allow of `sts:AssumeRoleWithWebIdentity` is judged by itself.
    What is not a policy at all is refused elsewhere, and passes here.
    """
    for number, statement in enumerate(_statements(trust_document)):
        if statement.get("Effect") == "Allow" and _federates(statement):
            for principal in _federated(statement):
                says = _says(statement, principal)
                if says is not None:
                    yield number, says


def _says(statement: Mapping[str, Any], principal: str) -> str | None:
    """GitHub's sentence names the provider's ARN, that of the others the issuer: recorded of Terraform and Cognito."""
    issuer = principal.partition(":oidc-provider/")[2] or principal
    if issuer in APPLICATION_CLAIMS:
        keys = [f"{issuer}:{claim}" for claim in APPLICATION_CLAIMS[issuer]]
        if _application_tested(statement, keys):
            return None
        return f"Policy trusting {issuer} requires a StringEquals condition on an application id"
    if issuer == _COGNITO and not statement.get("Condition"):
        return "A condition block must be present for the Cognito provider"
    github = issuer.startswith(_GITHUB)
    keys = _tenant_keys(issuer, github)
    if not keys or _tenant_tested(statement, keys, github):
        return None
    return (
        f"Trust policy with trusted principal {principal if github else issuer} must evaluate, using StringEquals, "
        f"StringLike or StringEqualsIgnoreCase, {' or '.join(keys)} which is not scoped to all."
    )


def _tenant_keys(issuer: str, github: bool) -> list[str]:
    """The keys of which one must be tested. Every issuer that begins with GitHub's host is guarded, with its own keys:
    an enterprise's `/example`, but also another host, such as GitHub's with `.example.com` behind it.
    """
    if github:
        return [f"{issuer}:sub", f"{issuer}:job_workflow_ref"]
    claim = TENANT_CLAIMS.get(issuer)
    return [] if claim is None else [claim if ":" in claim else f"{issuer}:{claim}"]


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


def _tenant_tested(statement: Mapping[str, Any], keys: list[str], github: bool) -> bool:
    """Whether one operator block tests a key, and nothing in it is for everyone.

    IAM looks at the values, and not at what they match: an empty list passes, and so do `ForAllValues` and `repo:*`.
    """
    wanted = {key.lower() for key in keys}
    for operator, tests in _blocks(statement):
        if _bare(operator) not in _OPERATORS:
            continue
        found = [values for key, values in tests.items() if key.lower() in wanted]
        if found and not any(_for_everyone(str(value), github) for values in found for value in _listed(values)):
            return True
    return False


def _for_everyone(value: str, github: bool) -> bool:
    """`*`; of GitHub's issuers also what begins with it, and what is blank."""
    return value == "*" or (github and (value.startswith("*") or not value.strip()))


def _application_tested(statement: Mapping[str, Any], keys: list[str]) -> bool:
    """Here the case of a key counts, and any value will do."""
    return any(
        _bare(operator) == "stringequals" and not tests.keys().isdisjoint(keys)
        for operator, tests in _blocks(statement)
    )


def _blocks(statement: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    conditions = statement.get("Condition")
    if isinstance(conditions, Mapping):
        yield from ((operator, tests) for operator, tests in conditions.items() if isinstance(tests, Mapping))


def _bare(operator: str) -> str:
    """An operator in lower case, without `ForAnyValue:` or `ForAllValues:`; with `IfExists` it is another one."""
    lower = operator.lower()
    return next((lower.removeprefix(prefix) for prefix in _SET_OPERATORS if lower.startswith(prefix)), lower)


def _listed(value: object) -> list[Any]:
    return [] if value is None else list(value) if isinstance(value, list | tuple) else [value]
