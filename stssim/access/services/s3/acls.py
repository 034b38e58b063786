"""S3's access control lists, which are off in every bucket that does not turn them on, as they are since April 2023.

Who gets in is decided by policies alone here. Where a bucket has ACLs turned on, an ACL that grants anything to anybody
but the owner is refused in one sentence, because stssim would not judge by it.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
"""

from __future__ import annotations

from typing import Any

from stssim.access.core.faults import foreseen
from stssim.access.core.moto_backends import backend
from stssim.access.services.adapter import Permitted
from stssim.call import Refusal
from stssim.trace import Refused

ENFORCED = "BucketOwnerEnforced"
_OF_THE_OWNER = (None, "private", "bucket-owner-full-control")
_OF_ANOTHER_OWNER = ("PutBucketAcl", "PutObjectAcl")


def require_none(asked: Permitted) -> None:
    """Raises `Refused` for an ACL: `AccessControlListNotSupported`, 400, where the bucket has them off, or
    `NotImplemented`, 501, for one that grants to others. Uploads may say `bucket-owner-full-control` everywhere.
    """
    call, given = asked.call, asked.call.parameters
    mistake = foreseen(call)
    if mistake is not None:
        raise Refused(mistake)
    acl, changes = given.get("ACL"), call.operation in _OF_ANOTHER_OWNER
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
    if grants or acl not in _OF_THE_OWNER:
        says = "stssim does not judge by ACLs, so it takes none that grants to others; write a bucket policy instead."
        raise Refused(Refusal("NotImplemented", says, 501))


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
