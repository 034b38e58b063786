"""A call that names several resources touches each where its ARN says that it is, and only where it is allowed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stssim import Lab
from stssim.lab.handles import Account, User
from tests.attacks.prizes import PRIZES, SECRET, Prize
from tests.attacks.wire import lab_of, only, send, serialized

HOME, OTHER = "111111111111", "222222222222"
ITEM = {"id": {"S": "1"}, "text": {"S": "taken"}}
KEY = {"id": {"S": "1"}}


def table(account: Account, name: str, text: str) -> None:
    dynamodb = account.client("dynamodb")
    dynamodb.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    dynamodb.put_item(TableName=name, Item={"id": {"S": "1"}, "text": {"S": text}})


def arn(number: str, name: str, region: str = "us-east-1") -> str:
    return f"arn:aws:dynamodb:{region}:{number}:table/{name}"


@pytest.fixture
def home() -> Account:
    home = Lab(seed=5).account("home", HOME)
    table(home, "shared", "the crown jewels of home")
    table(home, "mine", "nothing")
    return home


@pytest.fixture
def other(home: Account) -> Account:
    other = lab_of(home).account("other", OTHER)
    table(other, "shared", "the crown jewels of other")
    table(other, "mine", "the crown jewels of other")
    return other


@pytest.fixture
def mallory(home: Account) -> User:
    """She may do all with the table `mine` of her own account, and with any of the other account, as far as she is
    concerned: the other account has said nothing to that.
    """
    return home.user("mallory", only("dynamodb:*", resource=[arn(HOME, "mine"), arn(OTHER, "*"), arn(OTHER, "*", "*")]))


def calls(name: str) -> list[tuple[str, dict[str, Any]]]:
    """Every call of items that can name a table, of this one: alone, and behind one that is allowed."""
    put = {"PutRequest": {"Item": ITEM}}
    delete = {"DeleteRequest": {"Key": KEY}}
    return [
        ("GetItem", {"TableName": name, "Key": KEY}),
        ("PutItem", {"TableName": name, "Item": ITEM}),
        ("DeleteItem", {"TableName": name, "Key": KEY}),
        ("Scan", {"TableName": name}),
        ("DeleteTable", {"TableName": name}),
        ("BatchGetItem", {"RequestItems": {name: {"Keys": [KEY]}}}),
        ("BatchGetItem", {"RequestItems": {"mine": {"Keys": [KEY]}, name: {"Keys": [KEY]}}}),
        ("BatchWriteItem", {"RequestItems": {name: [put]}}),
        ("BatchWriteItem", {"RequestItems": {"mine": [put], name: [delete]}}),
        ("BatchWriteItem", {"RequestItems": {name: [delete], "mine": [put]}}),
        ("TransactWriteItems", {"TransactItems": [{"Put": {"TableName": name, "Item": ITEM}}]}),
        (
            "TransactWriteItems",
            {
                "TransactItems": [
                    {"Put": {"TableName": "mine", "Item": {"id": {"S": "2"}}}},
                    {"Delete": {"TableName": name, "Key": KEY}},
                ]
            },
        ),
        (
            "TransactWriteItems",
            {
                "TransactItems": [
                    {
                        "Update": {
                            "TableName": name,
                            "Key": KEY,
                            "UpdateExpression": "SET #t = :t",
                            "ExpressionAttributeNames": {"#t": "text"},
                            "ExpressionAttributeValues": {":t": {"S": "taken"}},
                        }
                    }
                ]
            },
        ),
        ("TransactGetItems", {"TransactItems": [{"Get": {"TableName": name, "Key": KEY}}]}),
        (
            "TransactGetItems",
            {"TransactItems": [{"Get": {"TableName": "mine", "Key": KEY}}, {"Get": {"TableName": name, "Key": KEY}}]},
        ),
        ("ExecuteStatement", {"Statement": f'SELECT * FROM "{name}"'}),
        ("ExecuteStatement", {"Statement": f"DELETE FROM \"{name}\" WHERE id='1'"}),
        (
            "BatchExecuteStatement",
            {
                "Statements": [
                    {"Statement": 'SELECT * FROM "mine"'},
                    {"Statement": f"SELECT * FROM \"{name}\" WHERE id='1'"},
                ]
            },
        ),
        ("ExecuteTransaction", {"TransactStatements": [{"Statement": f"DELETE FROM \"{name}\" WHERE id='1'"}]}),
        ("CreateBackup", {"TableName": name, "BackupName": "copy"}),
        ("RestoreTableToPointInTime", {"SourceTableName": name, "TargetTableName": "copied"}),
        ("ExportTableToPointInTime", {"TableArn": name, "S3Bucket": "hers"}),
        (
            "UpdateItem",
            {
                "TableName": name,
                "Key": KEY,
                "UpdateExpression": "REMOVE #t",
                "ExpressionAttributeNames": {"#t": "text"},
            },
        ),
    ]


def state(*accounts: Account) -> list[Any]:
    seen: list[Any] = []
    for account in accounts:
        dynamodb = account.client("dynamodb")
        for name in dynamodb.list_tables()["TableNames"]:
            if not (account.number == HOME and name == "mine"):
                seen.append((account.number, name, dynamodb.scan(TableName=name)["Items"]))  # noqa: PERF401
    return seen


NAMES = [
    "shared",
    arn(HOME, "shared"),
    arn(OTHER, "shared"),
    arn(OTHER, "mine"),
    arn(HOME, "shared", "eu-west-1"),
    f"{OTHER}:shared",
    "arn:aws:dynamodb:us-east-1::table/shared",
    arn(OTHER, "mine") + "/",
    "Shared",
]


@pytest.mark.parametrize("name", NAMES)
def test_no_table_but_ones_own_is_read_or_written(home: Account, other: Account, mallory: User, name: str) -> None:
    before = state(home, other)
    for operation, parameters in calls(name):
        reply = send(mallory, serialized("dynamodb", operation, parameters))
        assert b"crown jewels" not in reply.body, (operation, parameters)
        assert state(home, other) == before, (operation, parameters)


@pytest.mark.parametrize("number", range(len(calls(""))), ids=[f"{n}-{each[0]}" for n, each in enumerate(calls(""))])
def test_where_the_owner_lets_her_she_meets_the_owners_table_and_not_one_of_its_name(
    home: Account, other: Account, mallory: User, number: int
) -> None:
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"AWS": HOME}, "Action": "dynamodb:*", "Resource": arn(OTHER, "shared")}
        ],
    }
    made = send(
        other,
        serialized(
            "dynamodb", "PutResourcePolicy", {"ResourceArn": arn(OTHER, "shared"), "Policy": json.dumps(policy)}
        ),
    )
    assert made.status in {200, 501}
    before = state(home), [each for each in state(other) if each[1] != "shared"]
    operation, parameters = calls(arn(OTHER, "shared"))[number]
    reply = send(mallory, serialized("dynamodb", operation, parameters))
    assert b"crown jewels of home" not in reply.body
    assert b"nothing" not in reply.body or "mine" in repr(parameters)
    assert (state(home), [each for each in state(other) if each[1] not in ("shared", "copied")]) == before


def _there(value: Any) -> Any:
    """The same parameters, with each account number and each name turned towards the other account."""
    return json.loads(json.dumps(value).replace(HOME, OTHER))


ARNS = {
    "secretsmanager": ("SecretId", "arn:aws:secretsmanager:us-east-1:222222222222:secret:theirs"),
    "ssm": ("Name", "arn:aws:ssm:us-east-1:222222222222:parameter/theirs"),
    "kms": ("AliasName", "arn:aws:kms:us-east-1:222222222222:alias/theirs"),
    "events": ("EventBusName", "arn:aws:events:us-east-1:222222222222:event-bus/default"),
    "logs": ("logGroupName", "arn:aws:logs:us-east-1:222222222222:log-group:theirs"),
    "ecr": ("registryId", OTHER),
    "cloudtrail": ("Name", "arn:aws:cloudtrail:us-east-1:222222222222:trail/theirs"),
    "lambda": ("FunctionName", "arn:aws:lambda:us-east-1:222222222222:function:theirs"),
    "account": ("AccountId", OTHER),
    "iam": ("UserName", "arn:aws:iam::222222222222:user/theirs"),
}
CROSSING = [prize for prize in PRIZES if prize.service not in {"organizations", "dynamodb"}]


@pytest.mark.parametrize("prize", CROSSING, ids=lambda prize: prize.name)
def test_nothing_is_allowed_in_another_account_by_ones_own_policy_alone(prize: Prize) -> None:
    lab = Lab(seed=5)
    home, other = lab.account("home", HOME), lab.account("other", OTHER)
    prize.set_up(other)
    mallory = home.user("mallory", only("*"))
    before = prize.seen(other)
    member, value = ARNS.get(prize.service, ("", ""))
    honest = (prize.honest[0], prize.honest[1]("taken"))
    for operation, parameters in (*prize.forbidden, honest):
        turned = _there(parameters)
        crossing = [turned]
        shape = _members(prize.service, operation)
        if member in shape:
            crossing += [{**turned, member: value}, {**turned, member: f"{value}/"}]
        for sent in crossing:
            for who in (mallory, home):
                reply = send(who, serialized(prize.service, operation, sent, prize.protocol))
                assert SECRET.encode() not in reply.body
                assert reply.status != 500
    assert prize.seen(other) == before


def _members(service: str, operation: str) -> set[str]:
    from tests.attacks.wire import model

    shape = model(service).operation_model(operation).input_shape
    return set(shape.members) if shape else set()


@pytest.mark.parametrize("region", ["eu-west-1", "us-west-2"])
@pytest.mark.parametrize("account", [HOME, OTHER])
def test_a_rule_on_another_regions_bus_is_made_nowhere(region: str, account: str) -> None:
    lab = Lab(seed=5)
    home, other = lab.account("home", HOME), lab.account("other", OTHER)
    mallory = home.user("mallory", only("events:*", resource=f"arn:aws:events:us-east-1:{HOME}:rule/*"))
    bus = f"arn:aws:events:{region}:{account}:event-bus/default"
    for who in (home, other):
        who.client("events", region=region).put_rule(Name="theirs", ScheduleExpression="rate(1 hour)")
    for operation, parameters in (
        ("PutRule", {"Name": "intruder", "ScheduleExpression": "rate(1 hour)", "EventBusName": bus}),
        ("DeleteRule", {"Name": "theirs", "EventBusName": bus}),
        ("DisableRule", {"Name": "theirs", "EventBusName": bus}),
        (
            "PutTargets",
            {"Rule": "theirs", "EventBusName": bus, "Targets": [{"Id": "1", "Arn": f"arn:aws:sqs:us-east-1:{HOME}:q"}]},
        ),
        (
            "TagResource",
            {"ResourceARN": f"arn:aws:events:{region}:{account}:rule/theirs", "Tags": [{"Key": "k", "Value": "v"}]},
        ),
    ):
        assert send(mallory, serialized("events", operation, parameters)).status >= 400
    for who in (home, other):
        for place in ("us-east-1", region):
            rules = who.client("events", region=place).list_rules()["Rules"]
            assert [(each["Name"], each["State"]) for each in rules] == (
                [("theirs", "ENABLED")] if place == region else []
            )
