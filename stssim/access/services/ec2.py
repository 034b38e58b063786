"""EC2: the tags of what it has, and security groups by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from stssim.access.core.moto_backends import backend
from stssim.access.services.adapter import Adapter, Reference, Resource
from stssim.call import NOTHING


def _security_group(asked: Reference) -> Iterator[str]:
    """By its name: a group of any VPC, for the name alone does not say of which."""
    ec2 = backend("ec2", asked.account, asked.region)
    held = [each for groups in ec2.groups.values() for each in groups.values()] if ec2 is not None else []
    for group in held:
        if group.name == asked.name:
            yield f"arn:aws:ec2:{asked.region}:{asked.account}:security-group/{group.id}"


def _tags(ec2: Any, resource: Resource) -> Mapping[str, str]:
    return dict(ec2.tags.get(resource.name.partition("/")[2], NOTHING))


ADAPTER = Adapter(
    tags=_tags,
    names={"security-group": _security_group},
)
