"""DynamoDB: tables, their indexes and streams."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from stssim.access.core import answer as moto
from stssim.access.core.compiled_policies import compiled
from stssim.access.core.moto_backends import backend
from stssim.access.core.stored_policies import in_attribute
from stssim.access.services.adapter import Adapter, Permitted, Resource, WrittenPolicy, parameter
from stssim.access.services.moto_tags import pairs
from stssim.arn import Arn, account_named
from stssim.call import NOTHING, HttpReply
from stssim.policy import Policy


def partition_key(table_arn: str) -> str | None:
    """The attribute that a DynamoDB table, or the index in its ARN, is partitioned by."""
    arn = Arn.of(table_arn)
    if arn is None or arn.resource_type != "table":
        return None
    _, name, *index = arn.resource.split("/")
    kept = backend("dynamodb", arn.account, arn.region)
    table = kept.tables.get(name) if kept is not None else None
    if table is None:
        return None
    if index:
        return next((_hash(each.schema) for each in table.all_indexes() if each.name == index[-1]), None)
    return str(table.hash_key_attr)


def _hash(schema: list[dict[str, str]]) -> str:
    return next(key["AttributeName"] for key in schema if key["KeyType"] == "HASH")


def _tags(dynamodb: Any, resource: Resource) -> Mapping[str, str]:
    table = dynamodb.tables.get(resource.name.split("/")[1]) if resource.name.startswith("table/") else None
    return pairs(table.tags) if table is not None else NOTHING


def _policy(dynamodb: Any, resource: Resource) -> Policy | None:
    """A stream has a policy of its own, an index has its table's."""
    table = resource.arn if "/stream/" in resource.name else "/".join(resource.arn.split("/")[:2])
    found = dynamodb.resource_policies.get(table)
    name = resource.name.partition("/")[2]
    return compiled(f"the resource policy of table {name}", "resource", found.policy_doc) if found is not None else None


def batch(asked: Permitted) -> HttpReply:
    """BatchGetItem and BatchWriteItem: each table is read and written in the account that its ARN names.

    Of several accounts, the first that refuses its part ends the call.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-cross-account-access.html
    """
    call, caller = asked.call, asked.caller
    by_account: dict[str, dict[str, Any]] = {}
    for table, items in call.parameters["RequestItems"].items():
        by_account.setdefault(account_named(table, caller.account), {})[table] = items
    if len(by_account) < 2:
        return asked.forward()
    whole: dict[str, Any] = {}
    headers: tuple[tuple[str, str], ...] = ()
    for account, tables in by_account.items():
        part = replace(call, parameters={**call.parameters, "RequestItems": tables})
        reply = moto.answer(part, caller, account)
        if reply.status >= 300:
            return reply
        whole = _merged(whole, json.loads(reply.body))
        headers = tuple((name, value) for name, value in reply.headers if name not in _OF_THE_BODY)
    return HttpReply(200, headers, json.dumps(whole).encode())


_OF_THE_BODY = ("content-length", "x-amz-crc32")


def _merged(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Both replies in one: what each says of its tables, and the capacity that each consumed."""
    both = dict(one)
    for name, value in other.items():
        held = both.get(name)
        if isinstance(held, Mapping):
            both[name] = {**held, **value}
        elif isinstance(held, list):
            both[name] = [*held, *value]
        else:
            both[name] = value
    return both


ADAPTER = Adapter(
    tags=_tags,
    resource_policy=_policy,
    rewrite_principals=in_attribute("resource_policies", "policy_doc"),
    written={"PutResourcePolicy": WrittenPolicy(parameter("Policy"), "resource", "ValidationException")},
    answers={"BatchGetItem": batch, "BatchWriteItem": batch},
)
