"""The tags that a call sets or removes, as condition keys: `aws:RequestTag/...` and `aws:TagKeys`.

Every service spells them in its own way: a list of pairs or a map, `Key`, `key` or `TagKey`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_LISTS = ("Tags", "tags", "TagsList", "TagList")
_KEY_LISTS = ("TagKeys", "tagKeys")


def requested_tags(asked: Mapping[str, Any]) -> dict[str, str]:
    """The tags that the parameters set (EC2's TagSpecifications aside), by key."""
    return pairs(next((asked[name] for name in _LISTS if asked.get(name)), ()))


def pairs(tags: Any) -> dict[str, str]:
    """Tags in any service's spelling, by key."""
    if isinstance(tags, Mapping):
        return {str(key): str(value) for key, value in tags.items()}
    return {str(_member(tag, "Key")): str(_member(tag, "Value")) for tag in tags if isinstance(tag, Mapping)}


def _member(tag: Mapping[str, Any], name: str) -> Any:
    return next((tag[spelled] for spelled in (name, name.lower(), f"Tag{name}") if tag.get(spelled) is not None), "")


def tag_keys(tags: Mapping[str, str], asked: Mapping[str, Any]) -> dict[str, Any]:
    """The condition keys of tags that are set and of the keys that are removed. Nothing asked, nothing there."""
    removed = next((asked[name] for name in _KEY_LISTS if asked.get(name)), ())
    keys = (*tags, *(str(key) for key in removed))
    if not keys:
        return {}
    return {"aws:TagKeys": keys} | {f"aws:RequestTag/{key}": value for key, value in tags.items()}
