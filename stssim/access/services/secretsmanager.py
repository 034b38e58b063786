"""Secrets Manager: secrets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from stssim.access.core.compiled_policies import compiled
from stssim.access.core.moto_backends import backend
from stssim.access.core.stored_policies import in_attribute
from stssim.access.services.adapter import Adapter, Reference, Resource, WrittenPolicy, parameter
from stssim.access.services.moto_tags import pairs
from stssim.policy import Policy


def _secret(asked: Reference) -> Iterator[str]:
    """By name, ARN, or an ARN without its last six characters."""
    kept = backend("secretsmanager", asked.account, asked.region)
    found = kept.secrets.get(asked.name) if kept is not None else None
    if found is not None:
        yield found.arn


def _tags(secretsmanager: Any, resource: Resource) -> Mapping[str, str]:
    secret = secretsmanager.secrets.get(resource.arn)
    return pairs(getattr(secret, "tags", None))


def _policy(secretsmanager: Any, resource: Resource) -> Policy | None:
    secret = secretsmanager.secrets.get(resource.arn)
    text = getattr(secret, "policy", None)
    return compiled(f"the resource policy of secret {secret.name}", "resource", text) if text else None


_STRANGER = "This resource policy contains an unsupported principal."
ADAPTER = Adapter(
    tags=_tags,
    resource_policy=_policy,
    rewrite_principals=in_attribute("secrets", "policy"),
    names={"secret": _secret},
    written={
        "PutResourcePolicy": WrittenPolicy(
            parameter("ResourcePolicy"), "resource", "MalformedPolicyDocumentException", stranger=_STRANGER
        )
    },
)
