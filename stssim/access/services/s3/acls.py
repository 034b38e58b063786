"""S3's access control lists, which are off in every bucket that does not turn them on, as they are since April 2023.

Where a bucket has them on, what an ACL grants to everyone, or to everyone who signed, counts beside the bucket policy.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html

Everything in a bucket belongs to the bucket's owner here, and stssim has no canonical user ids of other accounts: an
ACL that grants to one is refused in one sentence.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from stssim.access.core.compiled_policies import compiled
from stssim.access.core.faults import foreseen
from stssim.access.core.moto_backends import backend, s3_object
from stssim.access.services.adapter import Permitted
from stssim.arn import Arn
from stssim.call import HttpReply, Refusal
from stssim.policy.policies import Grant
from stssim.trace import Refused

ENFORCED = "BucketOwnerEnforced"
_GROUPS = "http://acs.amazonaws.com/groups/"
_EVERYONE, _SIGNED_IN = f"{_GROUPS}global/AllUsers", f"{_GROUPS}global/AuthenticatedUsers"
_OF_THE_OWNER = (None, "private", "bucket-owner-full-control", "bucket-owner-read")
_OF_GROUPS: Mapping[str, tuple[str, ...]] = {
    "public-read": (_EVERYONE,),
    "public-read-write": (_EVERYONE,),
    "authenticated-read": (_SIGNED_IN,),
    "log-delivery-write": (f"{_GROUPS}s3/LogDelivery",),
}
_CHANGING = ("PutBucketAcl", "PutObjectAcl")
_READING = ("GetBucketAcl", "GetObjectAcl")
_OF_BUCKETS: Mapping[str, tuple[str, ...]] = {
    "READ": ("s3:ListBucket", "s3:ListBucketVersions", "s3:ListBucketMultipartUploads"),
    "WRITE": ("s3:PutObject",),
    "READ_ACP": ("s3:GetBucketAcl",),
    "WRITE_ACP": ("s3:PutBucketAcl",),
}
_OF_OBJECTS: Mapping[str, tuple[str, ...]] = {
    "READ": ("s3:GetObject", "s3:GetObjectVersion"),
    "READ_ACP": ("s3:GetObjectAcl", "s3:GetObjectVersionAcl"),
    "WRITE_ACP": ("s3:PutObjectAcl", "s3:PutObjectVersionAcl"),
}
"""The actions that a permission of an ACL allows.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#acl-access-policy-permission-mapping
"""


def judge(asked: Permitted) -> None:
    """Raises `Refused` for an ACL: `AccessControlListNotSupported`, 400, where the bucket has them off; `AccessDenied`,
    403, for a public one that Block Public Access keeps away; `NotImplemented`, 501, for one that grants to an account.
    Uploads may say `bucket-owner-full-control` everywhere.
    """
    call, given = asked.call, asked.call.parameters
    mistake = foreseen(call)
    if mistake is not None:
        raise Refused(mistake)
    acl, changes = given.get("ACL"), call.operation in _CHANGING
    grants = [name for name in given if name.startswith("Grant")] or given.get("AccessControlPolicy")
    if not (acl or grants or changes):
        return
    bucket = str(given.get("Bucket", ""))
    if call.operation == "CreateBucket":
        if given.get("ObjectOwnership", ENFORCED) == ENFORCED and (grants or acl not in _OF_THE_OWNER):
            says = "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting"
            raise Refused(Refusal("InvalidBucketAclWithObjectOwnership", says, 400))
    elif _ownership(bucket) == ENFORCED:
        if changes or grants or acl not in (None, "bucket-owner-full-control"):
            raise Refused(Refusal("AccessControlListNotSupported", "The bucket does not allow ACLs", 400))
        return
    _judge_grantees(call.operation, bucket, given)


def _judge_grantees(operation: str, bucket: str, given: Mapping[str, Any]) -> None:
    from moto.s3.models import OWNER

    named = tuple(_grantees(given))
    if any(grantee != OWNER and not grantee.startswith(_GROUPS) for grantee in named):
        says = "stssim knows no canonical user but the owner; write a bucket policy for another account instead."
        raise Refused(Refusal("NotImplemented", says, 501))
    public = any(grantee in (_EVERYONE, _SIGNED_IN) for grantee in named)
    blocked = operation == "CreateBucket" or _is_set(_bucket(bucket), "block_public_acls")
    if public and blocked:
        raise Refused(Refusal("AccessDenied", "Access Denied", 403))


def _grantees(given: Mapping[str, Any]) -> Iterator[str]:
    """Whom an ACL names beside the owner: groups by URI, others by what they are named by."""
    acl = given.get("ACL")
    if acl not in _OF_THE_OWNER:
        yield from _OF_GROUPS.get(str(acl), (str(acl),))
    for name, value in given.items():
        if name.startswith("Grant"):
            yield from (found[1] for found in _GRANTEE.finditer(str(value)))
    for grant in (given.get("AccessControlPolicy") or {}).get("Grants") or ():
        grantee = grant.get("Grantee") or {}
        yield str(grantee.get("URI") or grantee.get("ID") or grantee.get("EmailAddress") or "")


_GRANTEE = re.compile(r"""(?<![A-Za-z])[A-Za-z]+\s*=\s*["']?([^"',]+)["']?""")


def grants(arn: str) -> tuple[Grant, ...]:
    """What the ACLs of a bucket, and of an object in it, grant to everyone, or to everyone who signed."""
    name, _, key = Arn.parse(arn).resource.partition("/")
    bucket = _bucket(name)
    if bucket is None or _ownership(name) == ENFORCED or _is_set(bucket, "ignore_public_acls"):
        return ()
    found = [(f"the ACL of bucket {name}", bucket.acl, _OF_BUCKETS)]
    held = s3_object(arn) if key else None
    if held is not None:
        found.append((f"the ACL of object {name}/{key}", held.acl, _OF_OBJECTS))
    policies = [(whose, list(_statements(acl, actions, arn))) for whose, acl, actions in found if acl is not None]
    return tuple(
        Grant(
            compiled(whose, "resource", json.dumps({"Version": "2008-10-17", "Statement": statements})),
            bucket.account_id,
        )
        for whose, statements in policies
        if statements
    )


def _statements(acl: Any, actions: Mapping[str, tuple[str, ...]], arn: str) -> Iterator[dict[str, Any]]:
    for grant in acl.grants:
        granted = actions if "FULL_CONTROL" in grant.permissions else grant.permissions
        allowed = [action for permission in granted for action in actions.get(permission, ())]
        for grantee in grant.grantees:
            if allowed and grantee.uri in (_EVERYONE, _SIGNED_IN):
                signed_in = {"Condition": {"StringNotEquals": {"aws:PrincipalType": "Anonymous"}}}
                yield {
                    "Effect": "Allow",
                    "Principal": "*",
                    "Action": allowed,
                    "Resource": arn,
                    **(signed_in if grantee.uri == _SIGNED_IN else {}),
                }


def show(asked: Permitted, reply: HttpReply) -> HttpReply:
    """The reply to a call, after the object that it made has its own ACL, where moto gives it the bucket's; and, where
    Block Public Access ignores public ACLs, without what they grant.

    Recorded in September 2026 (radkawar/stackd, testdata/aws/s3/local_acl_authority_replay.json).
    """
    from moto.s3.models import get_canned_acl

    given, bucket = asked.call.parameters, _bucket(str(asked.call.parameters.get("Bucket", "")))
    if bucket is None or reply.status >= 300:
        return reply
    held = bucket.keys.get(given["Key"]) if "Key" in given else None
    if asked.call.operation in _READING and _is_set(bucket, "ignore_public_acls"):
        holder = bucket if asked.call.operation == "GetBucketAcl" else held
        return _without_public(asked, holder)
    if asked.call.operation == "PutObjectAcl" and "AccessControlPolicy" in given and held is not None:
        held.acl = _acl(given["AccessControlPolicy"])  # moto reads the headers alone
    if asked.call.operation in _MAKING and held is not None and held.acl is bucket.acl:
        held.acl = get_canned_acl("private")
    return reply


_MAKING = ("CompleteMultipartUpload", "CopyObject", "PutObject")


def _acl(policy: Mapping[str, Any]) -> Any:
    from moto.s3.models import FakeAcl, FakeGrant, FakeGrantee

    return FakeAcl(
        [
            FakeGrant(
                [FakeGrantee(grantee_id=each["Grantee"].get("ID", ""), uri=each["Grantee"].get("URI", ""))],
                [each["Permission"]],
            )
            for each in policy.get("Grants") or ()
        ]
    )


def _without_public(asked: Permitted, holder: Any) -> HttpReply:
    before = holder.acl.grants
    holder.acl.grants = [
        each for each in before if not any(grantee.uri.startswith(_GROUPS) for grantee in each.grantees)
    ]
    try:
        return asked.forward()
    finally:
        holder.acl.grants = before


def _ownership(bucket: str) -> str:
    """Without any ownership controls, which only their deletion brings about, whoever writes an object owns it."""
    held = _bucket(bucket)
    return str(getattr(held, "ownership_rule", None) or "ObjectWriter")


def enforce(bucket: str) -> None:
    """A new bucket that says nothing of it has ACLs off."""
    held = _bucket(bucket)
    if held is not None and not held.ownership_rule:
        held.ownership_rule = ENFORCED


def _bucket(name: str) -> Any:
    from moto.s3.models import s3_backends

    _, owner = s3_backends.bucket_accounts.get(name, ("", None))
    store = backend("s3", owner) if owner is not None else None
    return store.buckets.get(name) if store is not None else None


def _is_set(bucket: Any, setting: str) -> bool:
    """Whether a bucket has a setting of Block Public Access on."""
    block = bucket.public_access_block if bucket is not None else None
    return block is not None and bool(getattr(block, setting))
