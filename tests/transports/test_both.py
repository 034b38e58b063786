"""The same calls through both doors: what a client is told does not depend on the way in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

from stssim import Lab
from stssim.call import NOTHING
from stssim.lab.handles import Account
from tests.through import Door

EXTERNAL_ID = {"StringEquals": {"sts:ExternalId": "cust-42"}}


def trusting(account: Account, condition: Mapping[str, Any] = NOTHING) -> dict[str, Any]:
    statement: dict[str, Any] = {"Effect": "Allow", "Principal": {"AWS": account.arn}, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": [statement | ({"Condition": condition} if condition else {})]}


def allowing(*actions: str) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]}


def test_a_role_is_assumed_and_its_credentials_read_a_bucket(door: Door) -> None:
    lab = Lab(seed=7)
    vendor, customer = lab.account("vendor"), lab.account("customer")
    alice = vendor.user("alice", allowing("sts:AssumeRole"))
    role = customer.role("Audit", trusting(vendor, EXTERNAL_ID), allowing("s3:GetObject"))
    customer.bucket("reports", {"odd key/ü+%20.csv": "1;2;3"})

    reply = door(alice, "sts").assume_role(RoleArn=role.arn, RoleSessionName="audit", ExternalId="cust-42")
    session = lab.session(reply)

    assert door(session, "sts").get_caller_identity()["Arn"] == reply["AssumedRoleUser"]["Arn"]
    got = door(session, "s3").get_object(Bucket="reports", Key="odd key/ü+%20.csv")
    assert got["Body"].read() == b"1;2;3"


def test_a_wrong_external_id_is_refused_in_the_same_words(door: Door) -> None:
    lab = Lab(seed=7)
    vendor, customer = lab.account("vendor"), lab.account("customer")
    alice = vendor.user("alice", allowing("sts:AssumeRole"))
    role = customer.role("Audit", trusting(vendor, EXTERNAL_ID))

    with pytest.raises(ClientError) as refused:
        door(alice, "sts").assume_role(RoleArn=role.arn, RoleSessionName="audit", ExternalId="cust-43")

    assert refused.value.response["Error"]["Code"] == "AccessDenied"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    assert str(refused.value).endswith(
        f"User: {alice.arn} is not authorized to perform: sts:AssumeRole on resource: {role.arn}"
    )


def test_nobody_signs_for_a_lab_itself(door: Door) -> None:
    with pytest.raises(ClientError, match="MissingAuthenticationToken"):
        door(Lab(seed=7), "sts").get_caller_identity()
