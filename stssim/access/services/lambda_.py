"""Lambda: functions, and their policies put together of what AddPermission was given."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from stssim.access.core.compiled_policies import compiled
from stssim.access.core.moto_backends import backends
from stssim.access.core.stored_policies import Change, changed_element, root_arn
from stssim.access.services.adapter import Adapter, Permitted, Resource
from stssim.call import NOTHING, HttpReply
from stssim.policy import Policy


def _tags(awslambda: Any, resource: Resource) -> Mapping[str, str]:
    name = f"{resource.name}:".split(":")[1]
    held = awslambda._lambdas._functions.get(name)
    return dict(held["latest"].tags or {}) if held is not None and held["latest"] is not None else NOTHING


def _policy(awslambda: Any, resource: Resource) -> Policy | None:
    """A function's policy holds its versions' and aliases' statements, too, each with its own resource."""
    sort, name = f"{resource.name}:".split(":")[:2]
    held = awslambda._lambdas._functions.get(name) if sort == "function" else None
    latest = held["latest"] if held is not None else None
    if latest is None or not latest.policy.statements:
        return None
    statements = [_of_function(statement) for statement in latest.policy.statements]
    text = json.dumps({"Version": "2012-10-17", "Statement": statements})
    return compiled(f"the function policy of {name}", "resource", text)


_ELEMENTS = ("Sid", "Effect", "Principal", "Action", "Resource", "Condition")


def _of_function(statement: Mapping[str, Any]) -> dict[str, Any]:
    """A statement as Lambda writes it: an account or ARN that AddPermission named is an AWS principal."""
    written = {element: statement[element] for element in _ELEMENTS if statement.get(element)}
    principal = written.get("Principal")
    if isinstance(principal, str) and principal != "*":
        written["Principal"] = {"AWS": f"arn:aws:iam::{principal}:root" if principal.isdigit() else principal}
    return written


def _rewrite(awslambda: Any, change: Change) -> None:
    for held in awslambda._lambdas._functions.values():
        for statement in held["latest"].policy.statements if held["latest"] is not None else ():
            statement["Principal"] = changed_element(statement["Principal"], change)


def _add_permission(asked: Permitted) -> HttpReply:
    """AddPermission: an account in the policy stands by the ARN of its root user."""
    reply = asked.forward()
    for regions in backends("lambda").values() if reply.status < 300 else ():
        for store in regions.values():
            _rewrite(store, root_arn)
    return reply


ADAPTER = Adapter(
    tags=_tags,
    resource_policy=_policy,
    rewrite_principals=_rewrite,
    answers={"AddPermission": _add_permission},
)
