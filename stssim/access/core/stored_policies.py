"""Whom stored policies name as principals.

AWS stores a user or role by its unique id, and an account by the ARN of its root user. Here the ARN of a user or role
stays as long as its bearer does, which decides the same and is what AWS shows; once the bearer is gone, the id stands
in its place, and whoever is created anew under the old name is a stranger.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
https://repost.aws/knowledge-center/iam-resource-policy-format
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

_ACCOUNT = re.compile(r"[0-9]{12}")
Change = Callable[[str], str]


def root_arn(entry: str) -> str:
    """An AWS principal as it is stored: an account's number is its root user's ARN."""
    return f"arn:aws:iam::{entry}:root" if _ACCOUNT.fullmatch(entry) else entry


def changed(text: str, change: Change) -> str:
    """The document with every AWS principal changed; the very text where there is nothing to change."""
    document: dict[str, Any] = json.loads(text)
    before = json.dumps(document)
    for statement in statements(document):
        for element in ("Principal", "NotPrincipal"):
            if element in statement:
                statement[element] = changed_element(statement[element], change)
    after = json.dumps(document)
    return text if before == after else after


def statements(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The statements of a document that has one, or a list of them."""
    held: Any = document["Statement"]
    return [held] if isinstance(held, dict) else held


def each(entries: str | list[str], change: Change) -> str | list[str]:
    """A principal, or every one of a list, changed."""
    return change(entries) if isinstance(entries, str) else [change(entry) for entry in entries]


def changed_element(element: Any, change: Change) -> Any:
    """A Principal element changed. A bare ARN or number is Lambda's, for what AddPermission was given."""
    if isinstance(element, dict):
        return {kind: each(entries, change) if kind == "AWS" else entries for kind, entries in element.items()}
    other = change(element)
    return element if other == element else {"AWS": other}


def in_attribute(holders: str, name: str) -> Callable[[Any, Change], None]:
    """Changes every AWS principal of policies that each of moto's `holders` has as text, or has none, in an attribute
    of this name.
    """

    def rewrite(store: Any, change: Change) -> None:
        for holder in getattr(store, holders).values():
            text = getattr(holder, name)
            if text:
                setattr(holder, name, changed(text, change))

    return rewrite
