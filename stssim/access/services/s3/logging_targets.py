"""PutBucketLogging: whether the target bucket lets S3's logging service write, by the policy that the gate keeps.

moto has no bucket policies here, and would look for a statement of one form alone.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
"""

from __future__ import annotations

import json

from stssim.access.core.moto_backends import backend
from stssim.access.services.adapter import Permitted
from stssim.call import HttpReply
from stssim.policy import evaluate

_SERVICE = "logging.s3.amazonaws.com"


def put(asked: Permitted) -> HttpReply:
    """PutBucketLogging. moto is told what it asks for while it answers, if the bucket policy allows the writing."""
    wanted = (asked.call.parameters.get("BucketLoggingStatus") or {}).get("LoggingEnabled") or {}
    target, prefix = str(wanted.get("TargetBucket", "")), str(wanted.get("TargetPrefix") or "")
    store = backend("s3", asked.directory.owner(f"arn:aws:s3:::{asked.call.parameters['Bucket']}") or "")
    held = store.buckets.get(target) if store is not None else None
    policy = asked.directory.resource_policy(f"arn:aws:s3:::{target}")
    if held is None or policy is None:
        return asked.forward()
    allowed = evaluate(
        principal=_SERVICE,
        action="s3:PutObject",
        resource=f"arn:aws:s3:::{target}/{prefix}2026-01-01-00-00-00-0123456789ABCDEF",
        resource_account=held.account_id,
        context={
            "aws:SourceArn": f"arn:aws:s3:::{asked.call.parameters['Bucket']}",
            "aws:SourceAccount": held.account_id,
            "aws:PrincipalIsAWSService": True,
            "aws:SecureTransport": True,
        },
        resource_policy=policy,
    )
    before = held.policy
    if allowed:
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": _SERVICE},
            "Action": ["s3:PutObject"],
            "Resource": f"arn:aws:s3:::{target}/*",
        }
        held.policy = json.dumps({"Statement": [statement]}).encode()
    try:
        return asked.forward()
    finally:
        held.policy = before
