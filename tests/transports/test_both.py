"""The same calls through both doors: what a client is told does not depend on the way in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO
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


def test_an_object_keeps_the_date_that_its_upload_says_it_expires_on(door: Door) -> None:
    """RFC 9110, section 5.6.7, gives the form of the date on the wire."""
    lab = Lab(seed=7)
    customer = lab.account("customer")
    customer.bucket("reports")
    s3, midnight = door(customer, "s3"), datetime(2037, 10, 21, tzinfo=UTC)

    s3.put_object(Bucket="reports", Key="put", Body=b"1", Expires=midnight)
    s3.upload_fileobj(BytesIO(b"2"), "reports", "transferred", ExtraArgs={"Expires": midnight})
    s3.copy_object(Bucket="reports", Key="copied", CopySource="reports/put")
    upload = {"Bucket": "reports", "Key": "in parts"}
    upload["UploadId"] = s3.create_multipart_upload(**upload, Expires=midnight)["UploadId"]
    part = s3.upload_part(**upload, PartNumber=1, Body=b"3")["ETag"]
    s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part}]})

    for key in ("put", "transferred", "copied", "in parts"):
        for got in (s3.get_object(Bucket="reports", Key=key), s3.head_object(Bucket="reports", Key=key)):
            assert (got["Expires"], got["ExpiresString"]) == (midnight, "Wed, 21 Oct 2037 00:00:00 GMT")


def test_an_object_is_given_with_another_expiry_date_where_the_call_asks_for_it(door: Door) -> None:
    lab = Lab(seed=7)
    customer = lab.account("customer")
    customer.bucket("reports", {"q3.csv": "1"})
    midnight = datetime(2037, 10, 21, tzinfo=UTC)

    got = door(customer, "s3").get_object(Bucket="reports", Key="q3.csv", ResponseExpires=midnight)

    assert got["Expires"] == midnight


def test_nobody_signs_for_a_lab_itself(door: Door) -> None:
    with pytest.raises(ClientError, match="MissingAuthenticationToken"):
        door(Lab(seed=7), "sts").get_caller_identity()
