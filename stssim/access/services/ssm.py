"""Systems Manager: the tags of parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stssim.access.services.adapter import Adapter, Resource
from stssim.call import NOTHING


def _tags(ssm: Any, resource: Resource) -> Mapping[str, str]:
    sort, _, name = resource.name.partition("/")
    if sort != "parameter":
        return NOTHING
    held = ssm._resource_tags.get("Parameter", NOTHING)
    return dict(held.get(name) or held.get(f"/{name}") or NOTHING)


ADAPTER = Adapter(
    tags=_tags,
)
