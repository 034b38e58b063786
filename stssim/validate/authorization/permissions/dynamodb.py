"""The permissions that DynamoDB's operations need, and the keys that fine-grained access is controlled by.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from stssim.call import Call, Caller, RequiredPermission
from stssim.cloud import Directory
from stssim.validate.authorization.permissions.by_rule import account_in, parameter_keys, plan_of
from stssim.validate.authorization.permissions.by_rule import required_permissions as by_rule
from stssim.validate.authorization.unknown_permission import UnknownPermission

_ITEMS = ("DeleteItem", "GetItem", "PutItem", "Query", "Scan", "UpdateItem")
_TRANSACTED = {
    "ConditionCheck": "ConditionCheckItem",
    "Delete": "DeleteItem",
    "Get": "GetItem",
    "Put": "PutItem",
    "Update": "UpdateItem",
}
_LEGACY_ATTRIBUTES = ("AttributesToGet", "AttributeUpdates", "Expected", "QueryFilter", "ScanFilter", "Item", "Key")
_EXPRESSIONS = (
    "ConditionExpression",
    "FilterExpression",
    "KeyConditionExpression",
    "ProjectionExpression",
    "UpdateExpression",
)
_NAME = re.compile(r"(?<![:\w])#?[A-Za-z_][\w-]*")
_WORDS = frozenset(
    (
        *("add", "and", "attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "between"),
        *("contains", "delete", "if_not_exists", "in", "list_append", "not", "or", "remove", "set", "size"),
    )
)
_EQUALITY = re.compile(r"((?:#|(?<![\w.#-]))[\w.-]+)\s*=\s*(:[\w-]+)")


def required_permissions(call: Call, caller: Caller, directory: Directory) -> tuple[RequiredPermission, ...]:
    """Raises `UnknownNeed` for PartiQL, whose statements are not read here."""
    if call.operation in _ITEMS:
        return (_on_item(call.operation, call.parameters, call, caller, directory),)
    if call.operation in ("BatchGetItem", "BatchWriteItem"):
        return tuple(_batch(call, caller, directory))
    if call.operation in ("TransactGetItems", "TransactWriteItems"):
        return tuple(_transaction(call, caller, directory))
    return by_rule(call, caller, directory)


def _on_item(
    operation: str, asked: Mapping[str, Any], call: Call, caller: Caller, directory: Directory, enclosing: str = ""
) -> RequiredPermission:
    """A query or scan of an index is judged on the index."""
    table = _table(str(asked["TableName"]), call, caller)
    resource = f"{table}/index/{asked['IndexName']}" if asked.get("IndexName") else table
    plan = plan_of("dynamodb", operation)
    context = parameter_keys(asked, plan.keys)
    if enclosing:
        context["dynamodb:EnclosingOperation"] = enclosing
    leading = tuple(_leading_keys(operation, asked, directory.partition_key(resource)))
    if leading:
        context["dynamodb:LeadingKeys"] = leading
    attributes = _attributes(asked)
    if attributes:
        context["dynamodb:Attributes"] = attributes
    return RequiredPermission(plan.own.name, resource, account_in(table, caller), context)


def _batch(call: Call, caller: Caller, directory: Directory) -> Iterator[RequiredPermission]:
    """One permission a table, with the keys of all the items in it."""
    plan = plan_of("dynamodb", call.operation)
    for name, asked in call.parameters["RequestItems"].items():
        table = _table(str(name), call, caller)
        partition = directory.partition_key(table)
        if call.operation == "BatchGetItem":
            items = list(asked.get("Keys", ()))
        else:
            wanted = [request.get("PutRequest") or request.get("DeleteRequest") or {} for request in asked]
            items = [request.get("Item") or request.get("Key") or {} for request in wanted]
        leading = tuple(_text(item[partition]) for item in items if partition in item)
        attributes = dict.fromkeys(attribute for item in items for attribute in item)
        if call.operation == "BatchGetItem":
            attributes |= dict.fromkeys(_attributes(asked))
        context: dict[str, Any] = {"dynamodb:LeadingKeys": leading, "dynamodb:Attributes": tuple(attributes)}
        context = {key: value for key, value in context.items() if value}
        yield RequiredPermission(plan.own.name, table, account_in(table, caller), context)


def _transaction(call: Call, caller: Caller, directory: Directory) -> Iterator[RequiredPermission]:
    """Each part of a transaction needs the permission of its own operation."""
    for part in call.parameters["TransactItems"]:
        for kind, asked in part.items():
            operation = _TRANSACTED.get(kind)
            if operation is None:
                raise UnknownPermission(kind)
            yield _on_item(operation, asked, call, caller, directory, enclosing=call.operation)


def _table(name: str, call: Call, caller: Caller) -> str:
    return name if name.startswith("arn:") else f"arn:aws:dynamodb:{call.region}:{caller.account}:table/{name}"


def _leading_keys(operation: str, asked: Mapping[str, Any], partition: str | None) -> Iterator[str]:
    """The partition keys that are touched: of the item, or as a query's key condition has it."""
    if partition is None:
        return
    item = asked.get("Item") or asked.get("Key") or {}
    if partition in item:
        yield _text(item[partition])
    if operation != "Query":
        return
    for value in (asked.get("KeyConditions") or {}).get(partition, {}).get("AttributeValueList", ()):
        yield _text(value)
    names, values = asked.get("ExpressionAttributeNames") or {}, asked.get("ExpressionAttributeValues") or {}
    for name, value in _EQUALITY.findall(asked.get("KeyConditionExpression") or ""):
        if names.get(name, name) == partition and value in values:
            yield _text(values[value])


def _attributes(asked: Mapping[str, Any]) -> tuple[str, ...]:
    """Every top-level attribute that the call names, in an expression or without."""
    named = asked.get("ExpressionAttributeNames") or {}
    found: dict[str, None] = {}
    for parameter in _LEGACY_ATTRIBUTES:
        found |= dict.fromkeys(asked.get(parameter) or ())
    for parameter in _EXPRESSIONS:
        for path in re.split(r"[\s,()=<>+]+", asked.get(parameter) or ""):
            name = path.partition(".")[0].partition("[")[0]
            if _NAME.fullmatch(name) and name.lower() not in _WORDS:
                found[named.get(name, name)] = None
    return tuple(found)


def _text(value: Any) -> str:
    """The value of an attribute of type string, number or binary."""
    return str(next(iter(value.values()))) if isinstance(value, Mapping) and value else str(value)
