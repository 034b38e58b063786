"""Whatever is made in a Lab is made at the Lab's time; plain moto beside it keeps the wall clock's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import boto3
from moto import mock_aws

from stssim import Lab

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": "111111111111"}, "Action": "sts:AssumeRole"}],
}


def test_a_role_a_user_a_key_and_a_bucket_are_created_at_the_labs_time() -> None:
    lab = Lab()
    account = lab.account("harbour")
    lab.clock.advance(hours=72)
    account.user("ada")
    account.role("Audit", TRUST)
    account.bucket("harbour-papers", {"plan.txt": "north"})
    iam, s3 = account.client("iam"), account.client("s3")
    made = [
        iam.get_user(UserName="ada")["User"]["CreateDate"],
        iam.list_access_keys(UserName="ada")["AccessKeyMetadata"][0]["CreateDate"],
        iam.get_role(RoleName="Audit")["Role"]["CreateDate"],
        s3.list_buckets()["Buckets"][0]["CreationDate"],
        s3.head_object(Bucket="harbour-papers", Key="plan.txt")["LastModified"],
    ]
    assert made == [lab.clock.now().replace(microsecond=0)] * len(made)


def test_plain_moto_beside_a_lab_keeps_the_wall_clock() -> None:
    lab = Lab()
    lab.clock.advance(hours=7200)
    lab.account("harbour").user("ada")
    with mock_aws():
        iam = boto3.client("iam", aws_access_key_id="a", aws_secret_access_key="b")
        made = iam.create_user(UserName="bob")["User"]["CreateDate"]
    assert abs(made - datetime.now(UTC)) < timedelta(minutes=1)
