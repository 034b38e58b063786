"""Whom PutPermission lets put events on a bus."""

from __future__ import annotations

import json
from typing import Any

from tests.access.given import a_lab, allow, document, refused

ENTRY = {"Source": "shop", "DetailType": "sold", "Detail": "{}"}


def statements(owner: Any) -> Any:
    return json.loads(owner.client("events").describe_event_bus()["Policy"])["Statement"]


def test_a_star_lets_every_account_in() -> None:
    _, vendor, customer = a_lab()
    bus = f"arn:aws:events:us-east-1:{customer.number}:event-bus/default"
    eve = vendor.user("eve", policy=document(allow("events:PutEvents"))).client("events")
    with refused("AccessDeniedException"):
        eve.put_events(Entries=[{**ENTRY, "EventBusName": bus}])
    customer.client("events").put_permission(Action="events:PutEvents", Principal="*", StatementId="all")
    assert eve.put_events(Entries=[{**ENTRY, "EventBusName": bus}])["FailedEntryCount"] == 0
    assert [(each["Principal"], "Condition" in each) for each in statements(customer)] == [("*", False)]


def test_a_star_can_be_held_to_an_organization() -> None:
    _, vendor, customer = a_lab()
    bus = f"arn:aws:events:us-east-1:{customer.number}:event-bus/default"
    eve = vendor.user("eve", policy=document(allow("events:PutEvents"))).client("events")
    organization = {"Type": "StringEquals", "Key": "aws:PrincipalOrgID", "Value": "o-1234567890"}
    customer.client("events").put_permission(
        Action="events:PutEvents", Principal="*", StatementId="org", Condition=organization
    )
    with refused("AccessDeniedException"):
        eve.put_events(Entries=[{**ENTRY, "EventBusName": bus}])
    assert statements(customer)[0]["Condition"] == {"StringEquals": {"aws:PrincipalOrgID": "o-1234567890"}}
