"""Every policy of a scenario must be one that AWS accepts: an error on loading names its place."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stssim.policy.acceptance import SHARED_ISSUER, refusals
from stssim.policy.document import PolicyError
from stssim.policy.findings import Finding
from stssim.policy.policies import Policy, PolicyKind
from stssim.scenarios.references import MARK
from stssim.scenarios.scenario import Edit, Scenario
from stssim.scenarios.shape import ScenarioError

_ACCOUNT = "111111111111"


def check_documents(scenario: Scenario) -> None:
    """Raises `ScenarioError`, with the table, the key, the line and the column, for the first that AWS would refuse."""
    for where, text, kind in _documents(scenario):
        if wrong := _refused(MARK.sub(_filled, text), kind):
            raise ScenarioError(f"{where}: {wrong}")


def _documents(scenario: Scenario) -> Iterator[tuple[str, str, PolicyKind]]:
    for part in ("people", "applications", "roles"):
        for name, holder in getattr(scenario, part).items():
            if holder.policy is not None:
                yield f"{part}.{name}: policy", holder.policy, "identity"
    for name, role in scenario.roles.items():
        if not role.older_rules:
            yield f"roles.{name}: trust", role.trust, "trust"
    for name, managed in scenario.policies.items():
        yield f"policies.{name}: document", managed.document, "identity"
    for name, bucket in scenario.buckets.items():
        if bucket.policy is not None:
            yield f"buckets.{name}: policy", bucket.policy, "resource"
    for part in ("fixes", "wrong_answers"):
        for name, edit in getattr(scenario, part).items():
            yield from _of_edit(f"{part}.{name}", edit)


def _of_edit(where: str, edit: Edit) -> Iterator[tuple[str, str, PolicyKind]]:
    kinds: tuple[tuple[str, PolicyKind], ...] = (
        ("trust", "trust"),
        ("policy", "identity"),
        ("bucket_policy", "resource"),
    )
    for key, kind in kinds:
        for name, text in getattr(edit, key).items():
            yield f"{where}: {key}.{name}", text, kind


def _refused(text: str, kind: PolicyKind) -> str | None:
    try:
        refused = (each for each in refusals(Policy("policy", kind, text)) if each.name != SHARED_ISSUER)
        found: Finding | None = next(refused, None)
    except PolicyError as error:
        return str(error)
    return f"line {found.line}, column {found.column}: {found.sentence}" if found else None


def _filled(mark: re.Match[str]) -> str:
    """Something of the same form as what will stand there when the scenario is played."""
    kind, _, name = mark[1].partition(":")
    arns = {"role": "role", "policy": "policy", "provider": "oidc-provider", "mfa": "mfa"}
    return f"arn:aws:iam::{_ACCOUNT}:{arns[kind]}/{name.partition(':')[0]}" if kind in arns else _ACCOUNT
