"""The adapter of each service that has one: all that knows which services there are."""

from __future__ import annotations

from collections.abc import Mapping

from stssim.access.services import (
    account,
    dynamodb,
    ec2,
    ecr,
    events,
    iam_toolbox,
    lambda_,
    logs,
    secretsmanager,
    sns,
    sqs,
    ssm,
)
from stssim.access.services.adapter import Adapter
from stssim.access.services.iam import adapter as iam
from stssim.access.services.kms import adapter as kms
from stssim.access.services.organizations import adapter as organizations
from stssim.access.services.s3 import adapter as s3

ADAPTERS: Mapping[str, Adapter] = {
    "account": account.ADAPTER,
    "dynamodb": dynamodb.ADAPTER,
    "ec2": ec2.ADAPTER,
    "ecr": ecr.ADAPTER,
    "events": events.ADAPTER,
    "iam": iam.ADAPTER,
    "iam-toolbox": iam_toolbox.ADAPTER,
    "kms": kms.ADAPTER,
    "lambda": lambda_.ADAPTER,
    "logs": logs.ADAPTER,
    "organizations": organizations.ADAPTER,
    "s3": s3.ADAPTER,
    "secretsmanager": secretsmanager.ADAPTER,
    "sns": sns.ADAPTER,
    "sqs": sqs.ADAPTER,
    "ssm": ssm.ADAPTER,
}
