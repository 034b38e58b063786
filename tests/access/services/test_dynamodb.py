"""DynamoDB's batches, with tables of two accounts.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-cross-account-access.html
"""

from __future__ import annotations

import json
from typing import Any

from tests.access.given import a_lab, allow, document, refused, to

ID = {"id": {"S": "1"}}


def two_tables(*actions: str) -> tuple[Any, Any, str, str]:
    """A vendor's user who may do everything with tables, the customer, the ARNs of the table of either: the customer's
    allows the vendor these actions.
    """
    _, vendor, customer = a_lab()
    arns = []
    for whose in vendor, customer:
        made = whose.client("dynamodb").create_table(
            TableName="items",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        arns.append(made["TableDescription"]["TableArn"])
        whose.client("dynamodb").put_item(TableName="items", Item={**ID, "of": {"S": whose.number}})
    if actions:
        allowed = allow([*actions], arns[1], Principal=to(vendor.arn))
        customer.client("dynamodb").put_resource_policy(ResourceArn=arns[1], Policy=json.dumps(document(allowed)))
    alice = vendor.user("alice", policy=document(allow("dynamodb:*")))
    return alice, customer, arns[0], arns[1]


def test_each_table_of_a_batch_is_read_in_its_own_account() -> None:
    alice, customer, mine, theirs = two_tables("dynamodb:BatchGetItem")
    for first, second in (("items", theirs), (theirs, "items"), (theirs, mine)):
        asked = {name: {"Keys": [ID]} for name in (first, second)}
        found = alice.client("dynamodb").batch_get_item(RequestItems=asked, ReturnConsumedCapacity="TOTAL")
        owners = {name: items[0]["of"]["S"] for name, items in found["Responses"].items()}
        assert owners == {name: mine.split(":")[4] if name != theirs else customer.number for name in asked}
        assert [each["TableName"] for each in found["ConsumedCapacity"]] == [first, second]
        assert found["UnprocessedKeys"] == {}


def test_each_table_of_a_batch_is_written_in_its_own_account() -> None:
    alice, customer, mine, theirs = two_tables("dynamodb:BatchWriteItem")
    new = [{"PutRequest": {"Item": {"id": {"S": "2"}, "by": {"S": "alice"}}}}]
    alice.client("dynamodb").batch_write_item(RequestItems={"items": [{"DeleteRequest": {"Key": ID}}], theirs: new})
    (kept,) = customer.client("dynamodb").scan(
        TableName="items", FilterExpression="attribute_exists(#by)", ExpressionAttributeNames={"#by": "by"}
    )["Items"]
    assert kept["by"] == {"S": "alice"}
    assert "Item" in customer.client("dynamodb").get_item(TableName="items", Key=ID)
    assert "Item" not in alice.client("dynamodb").get_item(TableName=mine, Key=ID)


def test_a_batch_of_which_one_table_is_not_allowed_is_denied_and_not_begun() -> None:
    alice, customer, _, theirs = two_tables()
    new = [{"PutRequest": {"Item": {"id": {"S": "2"}}}}]
    with refused("AccessDeniedException"):
        alice.client("dynamodb").batch_write_item(RequestItems={"items": new, theirs: new})
    assert "Item" not in alice.client("dynamodb").get_item(TableName="items", Key=new[0]["PutRequest"]["Item"])
    assert "Item" not in customer.client("dynamodb").get_item(TableName="items", Key=new[0]["PutRequest"]["Item"])


def test_a_transaction_is_of_one_account() -> None:
    """API references of TransactGetItems and TransactWriteItems."""
    alice, customer, mine, theirs = two_tables("dynamodb:GetItem", "dynamodb:PutItem")
    new = {"id": {"S": "2"}}
    dynamodb = alice.client("dynamodb")
    for first, second in ((mine, theirs), (theirs, "items")):
        with refused("ValidationException"):
            dynamodb.transact_get_items(TransactItems=[{"Get": {"TableName": t, "Key": ID}} for t in (first, second)])
        with refused("ValidationException"):
            dynamodb.transact_write_items(
                TransactItems=[{"Put": {"TableName": t, "Item": new}} for t in (first, second)]
            )
    assert "Item" not in dynamodb.get_item(TableName="items", Key=new)
    found = dynamodb.transact_get_items(TransactItems=[{"Get": {"TableName": theirs, "Key": ID}}])
    assert found["Responses"][0]["Item"]["of"] == {"S": customer.number}
