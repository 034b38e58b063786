"""Secrets read in a batch are read one by one, as far as permissions go."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from stssim import Lab

BATCH = {"Effect": "Allow", "Action": "secretsmanager:BatchGetSecretValue", "Resource": "*"}


def reader(*resources: str) -> tuple[Lab, object]:
    lab = Lab(seed=7)
    home = lab.account("home")
    secrets = home.client("secretsmanager")
    for name in ("mine", "theirs"):
        secrets.create_secret(Name=name, SecretString=name)
    may = [{"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": each} for each in resources]
    return lab, home.user("reader", {"Version": "2012-10-17", "Statement": [BATCH, *may]}).client("secretsmanager")


# https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_BatchGetSecretValue.html
def test_a_batch_reads_no_secret_that_could_not_be_read_alone() -> None:
    _, secrets = reader("arn:aws:secretsmanager:*:*:secret:mine-*")
    found = secrets.batch_get_secret_value(SecretIdList=["mine"])["SecretValues"]  # type: ignore[attr-defined]
    assert [each["SecretString"] for each in found] == ["mine"]
    for asked in ({"SecretIdList": ["theirs"]}, {"SecretIdList": ["mine", "theirs"]}):
        with pytest.raises(ClientError, match="secretsmanager:GetSecretValue"):
            secrets.batch_get_secret_value(**asked)  # type: ignore[attr-defined]


def test_a_batch_by_filters_wants_leave_for_all_secrets() -> None:
    _, secrets = reader("arn:aws:secretsmanager:*:*:secret:mine-*")
    with pytest.raises(ClientError, match="secretsmanager:"):
        secrets.batch_get_secret_value(Filters=[{"Key": "name", "Values": ["m"]}])  # type: ignore[attr-defined]
