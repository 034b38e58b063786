"""Which AWS principals exist, as a policy may name them."""

from __future__ import annotations

import re

from stssim.access.core.moto_backends import backends
from stssim.access.services.iam.entities import Kind, held
from stssim.policy import Policy


def principal_exists(entry: str) -> bool:
    """Whether an AWS principal exists: a user or role by its ARN or unique id; accounts and sessions always do."""
    if _PRINCIPAL_ID.fullmatch(entry):
        return any(held(kind, account).of_id(entry) for account in backends("iam") for kind in _WITH_IDS)
    named = _PRINCIPAL.fullmatch(entry)
    if named is None:
        return entry == "*" or _ACCOUNT.fullmatch(entry) is not None or _SESSION.fullmatch(entry) is not None
    found = held("users" if named[2] == "user" else "roles", named[1]).named(entry.rpartition("/")[2])
    return found is not None and found.arn == entry


def names_a_stranger(policy: Policy) -> bool:
    """Whether a policy names a user or role that does not exist: then AWS does not take it, for it stores their ids."""
    elements = [statement.principal for statement in policy.document.statements]
    entries = [entry for element in elements if element is not None for kind, entry in element.values if kind == "AWS"]
    return not all(map(principal_exists, entries))


_WITH_IDS: tuple[Kind, ...] = ("roles", "users")
_PRINCIPAL = re.compile(r"arn:aws:iam::([0-9]{12}):(user|role)/.+")
_PRINCIPAL_ID = re.compile(r"A(IDA|ROA)[A-Z0-9]{12,124}")
_ACCOUNT = re.compile(r"[0-9]{12}|arn:aws:iam::[0-9]{12}:root")
_SESSION = re.compile(r"arn:aws:sts::[0-9]{12}:(assumed-role/[^/*?]+/[^/*?]+|federated-user/[^/*?]+)")
