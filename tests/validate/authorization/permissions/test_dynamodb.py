"""DynamoDB's calls, and the keys of fine-grained access control."""

from __future__ import annotations

from tests.fakes import HOME, FakeDirectory
from tests.request.asked import REGION, needed


def test_the_partition_keys_that_a_call_touches_are_its_leading_keys() -> None:
    table = f"arn:aws:dynamodb:{REGION}:{HOME}:table/scores"
    directory = FakeDirectory(partition_keys={table: "user"})
    item = {"user": {"S": "dora"}, "points": {"N": "3"}}
    (put,) = needed("dynamodb", "PutItem", directory=directory, TableName="scores", Item=item)
    assert put.context["dynamodb:LeadingKeys"] == ("dora",)
    assert set(put.context["dynamodb:Attributes"]) == {"user", "points"}
    (query,) = needed(
        "dynamodb",
        "Query",
        directory=directory,
        TableName="scores",
        KeyConditionExpression="#u = :u AND points > :p",
        ExpressionAttributeNames={"#u": "user"},
        ExpressionAttributeValues={":u": {"S": "dora"}, ":p": {"N": "1"}},
    )
    assert query.context["dynamodb:LeadingKeys"] == ("dora",)
    assert set(query.context["dynamodb:Attributes"]) == {"user", "points"}
    asked = {"scores": [{"DeleteRequest": {"Key": {"user": {"S": "eve"}}}}, {"PutRequest": {"Item": item}}]}
    (batch,) = needed("dynamodb", "BatchWriteItem", directory=directory, RequestItems=asked)
    assert batch.context["dynamodb:LeadingKeys"] == ("eve", "dora")


def test_a_transaction_needs_what_its_parts_need() -> None:
    parts = [
        {"Put": {"TableName": "a", "Item": {}}},
        {"ConditionCheck": {"TableName": "b", "Key": {}, "ConditionExpression": "x = :x"}},
    ]
    found = needed("dynamodb", "TransactWriteItems", TransactItems=parts)
    assert [need.action for need in found] == ["dynamodb:PutItem", "dynamodb:ConditionCheckItem"]
    assert {need.context["dynamodb:EnclosingOperation"] for need in found} == {"TransactWriteItems"}
