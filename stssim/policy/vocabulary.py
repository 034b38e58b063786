"""Which actions and condition keys AWS has, as far as its Service Authorization Reference says.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any

from stssim.policy.keys import rules
from stssim.policy.match import glob, tokens
from stssim.policy.service_authorization import actions_of, data, details

__all__ = [
    "actions",
    "is_global",
    "key_exists",
    "keys_of_action",
    "keys_of_services",
    "nearest_action",
    "nearest_key",
    "nearest_of",
    "of_some_action",
    "resources_of_action",
]

GLOBAL_KEYS_PAGE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html"


@cache
def _global_keys() -> tuple[str, ...]:
    """The keys that calls of every service may have."""
    return tuple(rule.key for rule in rules() if rule.page == GLOBAL_KEYS_PAGE or rule.key.startswith("aws:"))


def _close(word: str, known: Iterable[str], most: int, least: float) -> list[str]:
    from difflib import get_close_matches

    return get_close_matches(word, list(known), most, least)


_of_service = lru_cache(maxsize=64)(actions_of)


def actions(pattern: str) -> list[str]:
    """The actions that a pattern of an Action element takes, in order; all services' for `*` are not listed."""
    service, _, operation = pattern.partition(":")
    matches = glob(tokens(operation.lower()))
    return [f"{service.lower()}:{name}" for name in _of_service(service.lower()) if matches(name.lower())]


def nearest_action(pattern: str) -> str | None:
    """The action whose name is most like this one; None if no name is."""
    service, _, operation = pattern.partition(":")
    services = data().services.get_service_keys()
    if service.lower() not in services:
        service = next(iter(_close(service.lower(), services, 1, 0.8)), "")
    names = {name.lower(): name for name in _of_service(service.lower())}
    close = _close(operation.lower(), names, 1, 0.5)
    return f"{service.lower()}:{names[close[0]]}" if close else None


@lru_cache(maxsize=1024)
def resources_of_action(action: str) -> frozenset[str]:
    """The types of resources that an action is done to, e.g. `bucket`."""
    service, _, operation = action.partition(":")
    return frozenset(each["name"] for each in details(service, operation)["resourceTypes"])


@lru_cache(maxsize=64)
def _keys_of_service(service: str) -> tuple[str, ...]:
    exists = data().services.service_exists(service)
    return tuple(data().conditions.get_condition_keys_for_service(service)) if exists else ()


@lru_cache(maxsize=1024)
def keys_of_action(action: str) -> frozenset[str]:
    """The condition keys that calls of this action may have beside the global ones, its resources' included."""
    service, _, operation = action.partition(":")
    known = details(service, operation)
    found = {*known["conditionKeys"]}
    for resource in known["resourceTypes"]:
        found |= {*resource["conditionKeys"]}
        if data().resources.resource_type_exists(service, resource["name"]):
            type_ = data().resources.get_resource_type_details(service, resource["name"])
            found |= {*type_.get("conditionKeys", ())}
    return frozenset(found)


def key_exists(key: str, within: Iterable[str]) -> bool:
    """Whether the key is a global one or one of `within`.

    In those `${...}`, `<...>` and a closing `tag-key` stand for any text.
    """
    return _is_one_of(key.lower(), _global_keys()) or _is_one_of(key.lower(), within)


def keys_of_services(services: Iterable[str]) -> frozenset[str]:
    """The condition keys that these services have."""
    return frozenset(key for service in services for key in _keys_of_service(service.lower()))


def is_global(key: str) -> bool:
    """Whether calls of every service may have the key."""
    return _is_one_of(key.lower(), _global_keys())


@lru_cache(maxsize=1024)
def of_some_action(key: str) -> bool:
    """Whether the Service Authorization Reference has the key with any action of its service."""
    service = key.partition(":")[0].lower()
    return any(key_exists(key, keys_of_action(f"{service}:{name}")) for name in _of_service(service))


def nearest_key(key: str, within: Iterable[str]) -> str | None:
    """The key that is most probably meant: one with the same name after the colon, or the one whose name is most like
    this one; None if no name is. `within` are keys that are meant rather than others.
    """
    return nearest_of(key, [*within, *_global_keys(), *_keys_of_service("sts")])


def nearest_of(key: str, known: Iterable[str]) -> str | None:
    """The same among these keys alone."""
    keys = {each.lower(): each for each in reversed([*known]) if not set(each) & set("*$<")}
    key = key.strip().lower().replace("mfa", "multifactorauth")
    name = key.rpartition(":")[2]
    names = {each.rpartition(":")[2]: written for each, written in keys.items()}
    if name in names:
        return names[name]
    close = _close(key, keys, 1, 0.75) if "." not in key.rpartition(":")[0] else []  # an issuer's name is long
    if close:
        return keys[close[0]]
    close = _close(name, names, 1, 0.75)
    return names[close[0]] if close else None


def _is_one_of(key: str, patterns: Iterable[str]) -> bool:
    return any(_pattern(pattern)(key) for pattern in patterns)


@lru_cache(maxsize=4096)
def _pattern(written: str) -> Any:
    return glob(tokens(re.sub(r"\$\{[^{}]*\}|<[^<>]*>|tag-key$", "*", written.lower())))
