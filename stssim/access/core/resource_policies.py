"""Resource-based policies, by the ARN of the resource that they speak for: the gate keeps S3's, moto keeps the others.

A policy's name is what a sentence calls it, e.g. `the queue policy of reports`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from stssim.access.core.compiled_policies import compiled
from stssim.access.core.lab_state import LabState
from stssim.access.core.moto_backends import backend
from stssim.access.services.s3 import public_access
from stssim.policy import Policy, PolicyError


def resource_policy(arn: str, kept: LabState) -> Policy | None:
    """The policy that speaks for this resource (an object's is its bucket's, an index's its table's), or None.

    A role's trust policy is not among them.
    """
    fields = arn.split(":", 5)
    if len(fields) < 6:
        return None
    service, region, account, resource = fields[2:]
    if service == "s3":
        bucket = resource.partition("/")[0]
        text = kept.bucket_policies.get(bucket)
        return public_access.bucket_policy(bucket, text) if text else None
    find = _FINDERS.get(service)
    store = backend(service, account, region) if find is not None else None
    if find is None or store is None:
        return None
    try:
        return find(store, arn, resource)
    except PolicyError:  # what AddPermission puts together of senseless parts; it can only allow, and so allows nothing
        return None


def _queue(sqs: Any, _: str, name: str) -> Policy | None:
    queue = sqs.queues.get(name)
    text = queue.policy if queue is not None else None
    return compiled(f"the queue policy of {name}", "resource", text) if text else None


def _topic(sns: Any, arn: str, name: str) -> Policy | None:
    topic = sns.topics.get(arn)
    return compiled(f"the topic policy of {name}", "resource", topic.policy) if topic is not None else None


def _key(kms: Any, _: str, resource: str) -> Policy | None:
    sort, _, key_id = resource.partition("/")
    key = kms.keys.get(key_id) if sort == "key" else None
    return compiled(f"the key policy of {key_id}", "kms-key", key.policy) if key is not None else None


def _function(awslambda: Any, _: str, resource: str) -> Policy | None:
    """A function's policy holds its versions' and aliases' statements, too, each with its own resource."""
    sort, name = f"{resource}:".split(":")[:2]
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


def _secret(secretsmanager: Any, arn: str, _: str) -> Policy | None:
    secret = secretsmanager.secrets.get(arn)
    text = getattr(secret, "policy", None)
    return compiled(f"the resource policy of secret {secret.name}", "resource", text) if text else None


def _repository(ecr: Any, _: str, resource: str) -> Policy | None:
    name = resource.partition("/")[2]
    repository = ecr.repositories.get(name)
    text = repository.policy if repository is not None else None
    return compiled(f"the repository policy of {name}", "resource", text) if text else None


def _table(dynamodb: Any, arn: str, resource: str) -> Policy | None:
    """A stream has a policy of its own, an index has its table's."""
    table = arn if "/stream/" in resource else "/".join(arn.split("/")[:2])
    found = dynamodb.resource_policies.get(table)
    name = resource.partition("/")[2]
    return compiled(f"the resource policy of table {name}", "resource", found.policy_doc) if found is not None else None


def _bus(events: Any, _: str, resource: str) -> Policy | None:
    sort, _, name = resource.partition("/")
    bus = events.event_buses.get(name) if sort == "event-bus" else None
    text = bus.policy if bus is not None else None
    return compiled(f"the policy of event bus {name}", "resource", text) if text else None


_FINDERS: Mapping[str, Callable[[Any, str, str], Policy | None]] = {
    "dynamodb": _table,
    "ecr": _repository,
    "events": _bus,
    "kms": _key,
    "lambda": _function,
    "secretsmanager": _secret,
    "sns": _topic,
    "sqs": _queue,
}
