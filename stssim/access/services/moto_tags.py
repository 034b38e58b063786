"""Tags in the two forms in which moto keeps them of most services."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stssim.access.services.adapter import Resource


def pairs(tags: Any) -> Mapping[str, str]:
    """Tags that moto keeps as a list. Of some services it keeps one without key or value, too, as nobody sends it."""
    return {tag["Key"]: tag.get("Value") or "" for tag in tags or () if tag.get("Key")}


def of_tagger(store: Any, name: str) -> Mapping[str, str]:
    """Tags that moto keeps in its tagging service."""
    return store.tagger.get_tag_dict_for_resource(name)  # type: ignore[no-any-return]


def by_arn(store: Any, resource: Resource) -> Mapping[str, str]:
    """The tags of a service that moto keeps in its tagging service by ARN."""
    return of_tagger(store, resource.arn)
