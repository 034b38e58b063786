"""moto's objects, looked at and never made: asking for what is not there leaves no trace of the question."""

from __future__ import annotations

import sys
from typing import Any

from stssim.arn import Arn

_MODULES = {
    "dynamodb": ("moto.dynamodb.models", "dynamodb_backends"),
    "ec2": ("moto.ec2.models", "ec2_backends"),
    "ecr": ("moto.ecr.models", "ecr_backends"),
    "events": ("moto.events.models", "events_backends"),
    "iam": ("moto.iam.models", "iam_backends"),
    "kms": ("moto.kms.models", "kms_backends"),
    "lambda": ("moto.awslambda.models", "lambda_backends"),
    "logs": ("moto.logs.models", "logs_backends"),
    "organizations": ("moto.organizations.models", "organizations_backends"),
    "s3": ("moto.s3.models", "s3_backends"),
    "secretsmanager": ("moto.secretsmanager.models", "secretsmanager_backends"),
    "sns": ("moto.sns.models", "sns_backends"),
    "sqs": ("moto.sqs.models", "sqs_backends"),
    "ssm": ("moto.ssm.models", "ssm_backends"),
}
GLOBAL = "aws"
"""The Region under which moto keeps the services that have none."""


def backends(service: str) -> Any:
    """All that moto keeps of a service, by account; an empty dict if it was never asked for any."""
    module, name = _MODULES[service]
    loaded = sys.modules.get(module)
    return getattr(loaded, name) if loaded is not None else {}


def s3_object(arn: str) -> Any:
    """What moto keeps of an S3 object, or None: there is none, or a delete marker hides it."""
    from moto.s3.models import FakeDeleteMarker, s3_backends

    bucket, _, key = Arn.parse(arn).resource.partition("/")
    _, owner = s3_backends.bucket_accounts.get(bucket, ("", None))
    s3 = backend("s3", owner) if owner is not None and key else None
    found = s3.buckets[bucket].keys.get(key) if s3 is not None and bucket in s3.buckets else None
    return None if isinstance(found, FakeDeleteMarker) else found


def backend(service: str, account: str, region: str = GLOBAL) -> Any:
    """What moto keeps of a service in an account and Region, or None if there is nothing."""
    regions = backends(service).get(account)
    return regions.get(region) if regions is not None else None
