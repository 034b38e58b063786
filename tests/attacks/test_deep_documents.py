"""Documents nested however deeply: AWS's error for the caller, and never a stumble of the server's.

Python gives up at a depth that depends on what is going on, so depths on both sides of it are tried.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import quote

import pytest

from stssim import Lab
from tests.attacks.wire import FORM, Wire, send

DEPTHS = (50, 99, 330, 380, 450, 1_000, 5_000)
JSON = "application/x-amz-json-1.0"


def lifecycle(depth: int) -> Wire:
    inside = "<And>" * depth + "</And>" * depth
    text = f"<LifecycleConfiguration><Rule><Filter>{inside}</Filter></Rule></LifecycleConfiguration>"
    return Wire("s3", "PUT", "/reports?lifecycle=", body=text.encode())


def item(depth: int) -> Wire:
    key = '{"L":[' * depth + '{"S":"x"}' + "]}" * depth
    body = f'{{"TableName": "orders", "Key": {{"id": {key}}}}}'.encode()
    return Wire("dynamodb", headers=(("content-type", JSON), ("x-amz-target", "DynamoDB_20120810.GetItem")), body=body)


def form(action: str, **fields: str) -> Wire:
    text = f"Action={action}&Version=2010-05-08" + "".join(f"&{name}={value}" for name, value in fields.items())
    return Wire("iam", headers=(("content-type", FORM),), body=text.encode())


def tags(depth: int) -> Wire:
    return form("TagUser", UserName="bob", **{"Tags" + ".member.1" * depth: "x"})


def user_policy(depth: int) -> Wire:
    document = '{"a":' * depth + "1" + "}" * depth
    return form("PutUserPolicy", UserName="bob", PolicyName="p", PolicyDocument=quote(document))


def condition_keys(depth: int) -> Wire:
    document = "[" * depth + "1" + "]" * depth
    return form("GetContextKeysForCustomPolicy", **{"PolicyInputList.member.1": quote(document)})


def target_input(depth: int) -> Wire:
    inside = '{"a":' * depth + "1" + "}" * depth
    target = {"Id": "1", "Arn": "arn:aws:sns:us-east-1:111111111111:t", "Input": inside}
    body = json.dumps({"Rule": "r", "Targets": [target]})
    headers = (("content-type", "application/x-amz-json-1.1"), ("x-amz-target", "AWSEvents.PutTargets"))
    return Wire("events", headers=headers, body=body.encode())


@pytest.mark.parametrize("made", [lifecycle, item, tags, user_policy, condition_keys, target_input])
def test_no_depth_is_too_much_for_the_server(made: Callable[[int], Wire]) -> None:
    lab = Lab(seed=7)
    account = lab.account("shop")
    account.user("bob")
    account.bucket("reports")
    for depth in DEPTHS:
        reply = send(account, made(depth))
        assert reply.status < 500, (depth, reply.body[:300])


def test_dynamodb_says_that_it_cannot_read_it() -> None:
    lab = Lab(seed=7)
    reply = send(lab.account("shop"), item(400))
    assert (reply.status, json.loads(reply.body)["__type"]) == (400, "SerializationException")
