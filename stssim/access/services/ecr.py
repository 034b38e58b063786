"""ECR: repositories."""

from __future__ import annotations

from typing import Any

from stssim.access.core.compiled_policies import compiled
from stssim.access.core.stored_policies import in_attribute
from stssim.access.services.adapter import Adapter, Resource, WrittenPolicy, parameter
from stssim.access.services.moto_tags import by_arn
from stssim.policy import Policy


def _policy(ecr: Any, resource: Resource) -> Policy | None:
    name = resource.name.partition("/")[2]
    repository = ecr.repositories.get(name)
    text = repository.policy if repository is not None else None
    return compiled(f"the repository policy of {name}", "resource", text) if text else None


_STRANGER = "Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid repository policy provided'"
ADAPTER = Adapter(
    tags=by_arn,
    resource_policy=_policy,
    rewrite_principals=in_attribute("repositories", "policy"),
    written={
        "SetRepositoryPolicy": WrittenPolicy(
            parameter("policyText"), "resource", "InvalidParameterException", stranger=_STRANGER
        )
    },
)
