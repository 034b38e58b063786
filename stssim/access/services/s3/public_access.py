"""S3 Block Public Access, as far as it judges bucket policies: which are public, and what becomes of them.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
"""

from __future__ import annotations

import json
from functools import lru_cache
from ipaddress import ip_network
from typing import Any

from stssim.access.core.compiled_policies import compiled
from stssim.access.core.moto_backends import backend
from stssim.access.services.adapter import Permitted
from stssim.access.services.s3 import acls
from stssim.call import HttpReply
from stssim.policy import Policy
from stssim.policy.conditions import Condition
from stssim.policy.grammar import Statement

_FIXING = frozenset(
    {
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceorgid",
        "aws:sourceowner",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:userid",
        "s3:dataaccesspointaccount",
        "s3:dataaccesspointarn",
        "s3:x-amz-server-side-encryption-aws-kms-key-id",
    }
)
_EQUALITIES = ("ArnEquals", "ArnLike", "StringEquals", "StringEqualsIgnoreCase", "StringLike")
_WIDEST = {4: 8, 6: 32}
"""By IP version: networks with a shorter prefix than this are as good as everyone."""


def is_public(policy: Policy) -> bool:
    """Whether S3 calls a bucket policy public: it allows everyone something, and no fixed value limits whom."""
    return any(statement.allows and _for_everyone(statement) for statement in policy.document.statements)


def _for_everyone(statement: Statement) -> bool:
    element = statement.principal
    if element is None or not (element.negated or any(entry == "*" for _, entry in element.values)):
        return False
    return not any(_fixes(condition) for condition in statement.conditions)


def _fixes(condition: Condition) -> bool:
    """Whether the condition holds for some alone: by values without wildcards, or by networks of no great width."""
    if condition.if_exists or condition.quantifier == "ForAllValues":
        return False
    if condition.name == "aws:sourceip":
        return condition.operator.name == "IpAddress" and all(_is_narrow(value) for value in condition.values)
    fixed = not condition.templates and not any(set(value) & set("*?") for value in condition.values)
    return condition.operator.name in _EQUALITIES and condition.name in _FIXING and fixed


def _is_narrow(network: str) -> bool:
    try:
        found = ip_network(network, strict=False)
    except ValueError:
        return False
    return found.prefixlen >= _WIDEST[found.version]


def blocks_public_policy(bucket: str) -> bool:
    """Whether a public policy may not be put on this bucket."""
    return _is_set(bucket, "block_public_policy")


def bucket_policy(bucket: str, text: str) -> Policy:
    """The bucket's policy as it is judged by.

    RestrictPublicBuckets leaves a public policy in force for the bucket's own account and for services alone.
    """
    policy = compiled(f"the bucket policy of {bucket}", "resource", text)
    owner = _owner(bucket)
    if owner is None or not _is_set(bucket, "restrict_public_buckets") or not _is_public(text):
        return policy
    name = f"the bucket policy of {bucket}, restricted by Block Public Access"
    return compiled(name, "resource", _restricted(text, owner))


@lru_cache(maxsize=256)
def _is_public(text: str) -> bool:
    return is_public(Policy("the bucket policy", "resource", text))


@lru_cache(maxsize=256)
def _restricted(text: str, owner: str) -> str:
    document: dict[str, Any] = json.loads(text)
    statements = document["Statement"]
    for statement in [statements] if isinstance(statements, dict) else statements:
        if statement["Effect"] == "Allow":
            conditions = statement.setdefault("Condition", {})
            conditions["StringEqualsIfExists"] = {
                **conditions.get("StringEqualsIfExists", {}),
                "aws:PrincipalAccount": owner,
            }
    return json.dumps(document)


def create_bucket(asked: Permitted) -> HttpReply:
    """CreateBucket: all four settings are on in a new bucket and ACLs are off, as it is since April 2023."""
    from moto.s3.models import PublicAccessBlock

    bucket = str(asked.call.parameters["Bucket"])
    existed = _owner(bucket) is not None
    reply = asked.forward()
    s3 = backend("s3", asked.caller.account)
    if reply.status < 300 and not existed and s3 is not None and bucket in s3.buckets:
        s3.buckets[bucket].public_access_block = PublicAccessBlock(True, True, True, True)
        acls.enforce(bucket)
    return reply


def _owner(bucket: str) -> str | None:
    from moto.s3.models import s3_backends

    return s3_backends.bucket_accounts.get(bucket, ("", None))[1]


def _is_set(bucket: str, setting: str) -> bool:
    owner = _owner(bucket)
    s3 = backend("s3", owner) if owner is not None else None
    block = s3.buckets[bucket].public_access_block if s3 is not None and bucket in s3.buckets else None
    return block is not None and bool(getattr(block, setting))
