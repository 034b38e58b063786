"""The resource-based policies of every service where they are stored, and whom they name as principals.

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

from stssim.access.core.lab_state import LabState
from stssim.access.core.moto_backends import backends

_ACCOUNT = re.compile(r"[0-9]{12}")
_Change = Callable[[str], str]


def replace_principal(old: str, new: str, kept: LabState) -> None:
    """A user or role has another ARN from now on; or it is gone, and `new` is its unique id.

    Trust policies are not touched: they are kept with ids.
    """

    def replaced(entry: str) -> str:
        return new if entry == old else entry

    for bucket, text in kept.bucket_policies.items():
        kept.bucket_policies[bucket] = changed(text, replaced)
    for service in _HOLDERS:
        _rewrite(service, replaced)


def name_roots(service: str) -> None:
    """In all policies of a service, an account's number becomes the ARN of its root user."""
    if service in _HOLDERS:
        _rewrite(service, root_arn)


def root_arn(entry: str) -> str:
    """An AWS principal as it is stored: an account's number is its root user's ARN."""
    return f"arn:aws:iam::{entry}:root" if _ACCOUNT.fullmatch(entry) else entry


def changed(text: str, change: _Change) -> str:
    """The document with every AWS principal changed; the very text where there is nothing to change."""
    document: dict[str, Any] = json.loads(text)
    before = json.dumps(document)
    for statement in statements(document):
        for element in ("Principal", "NotPrincipal"):
            if element in statement:
                statement[element] = _principal(statement[element], change)
    after = json.dumps(document)
    return text if before == after else after


def statements(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The statements of a document that has one, or a list of them."""
    held: Any = document["Statement"]
    return [held] if isinstance(held, dict) else held


def each(entries: str | list[str], change: _Change) -> str | list[str]:
    """A principal, or every one of a list, changed."""
    return change(entries) if isinstance(entries, str) else [change(entry) for entry in entries]


def _principal(element: Any, change: _Change) -> Any:
    """A Principal element changed. A bare ARN or number is Lambda's, for what AddPermission was given."""
    if isinstance(element, dict):
        return {kind: each(entries, change) if kind == "AWS" else entries for kind, entries in element.items()}
    other = change(element)
    return element if other == element else {"AWS": other}


def _rewrite(service: str, change: _Change) -> None:
    for regions in backends(service).values():
        for backend in regions.values():
            _HOLDERS[service](backend, change)


def _attribute(holders: str, name: str) -> Callable[[Any, _Change], None]:
    """Where each of moto's `holders` has its policy as text, or none, in the attribute of this name."""

    def rewrite(backend: Any, change: _Change) -> None:
        for holder in getattr(backend, holders).values():
            text = getattr(holder, name)
            if text:
                setattr(holder, name, changed(text, change))

    return rewrite


def _functions(awslambda: Any, change: _Change) -> None:
    for held in awslambda._lambdas._functions.values():
        for statement in held["latest"].policy.statements if held["latest"] is not None else ():
            statement["Principal"] = _principal(statement["Principal"], change)


def _buses(events: Any, change: _Change) -> None:
    for bus in events.event_buses.values():
        for statement in bus._statements.values():
            statement.principal = _principal(statement.principal, change)


_HOLDERS: Mapping[str, Callable[[Any, _Change], None]] = {
    "dynamodb": _attribute("resource_policies", "policy_doc"),
    "ecr": _attribute("repositories", "policy"),
    "events": _buses,
    "kms": _attribute("keys", "policy"),
    "lambda": _functions,
    "secretsmanager": _attribute("secrets", "policy"),
    "sns": _attribute("topics", "policy"),
    "sqs": _attribute("queues", "policy"),
}
