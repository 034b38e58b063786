"""The permissions that S3's operations need, and the `s3:` condition keys that their parameters fill.

S3's operations and actions bear different names, so the table is long; an operation that is not in it needs the action
of its own name. https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, unquote

from stssim.call import NOTHING, Call, Caller, RequiredPermission
from stssim.cloud import Directory
from stssim.policy.service_authorization import action
from stssim.validate.authorization.passed_roles import passed_roles
from stssim.validate.authorization.unknown_permission import UnknownPermission

ACTIONS: Mapping[str, str] = {
    "CompleteMultipartUpload": "PutObject",
    "CopyObject": "PutObject",
    "CreateBucketMetadataConfiguration": "CreateBucketMetadataTableConfiguration",
    "CreateMultipartUpload": "PutObject",
    "DeleteBucketAnalyticsConfiguration": "PutAnalyticsConfiguration",
    "DeleteBucketCors": "PutBucketCORS",
    "DeleteBucketEncryption": "PutEncryptionConfiguration",
    "DeleteBucketIntelligentTieringConfiguration": "PutIntelligentTieringConfiguration",
    "DeleteBucketInventoryConfiguration": "PutInventoryConfiguration",
    "DeleteBucketLifecycle": "PutLifecycleConfiguration",
    "DeleteBucketMetadataConfiguration": "DeleteBucketMetadataTableConfiguration",
    "DeleteBucketMetricsConfiguration": "PutMetricsConfiguration",
    "DeleteBucketOwnershipControls": "PutBucketOwnershipControls",
    "DeleteBucketReplication": "PutReplicationConfiguration",
    "DeleteBucketTagging": "PutBucketTagging",
    "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
    "GetBucketAccelerateConfiguration": "GetAccelerateConfiguration",
    "GetBucketAnalyticsConfiguration": "GetAnalyticsConfiguration",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "GetBucketIntelligentTieringConfiguration": "GetIntelligentTieringConfiguration",
    "GetBucketInventoryConfiguration": "GetInventoryConfiguration",
    "GetBucketLifecycle": "GetLifecycleConfiguration",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "GetBucketMetadataConfiguration": "GetBucketMetadataTableConfiguration",
    "GetBucketMetricsConfiguration": "GetMetricsConfiguration",
    "GetBucketNotificationConfiguration": "GetBucketNotification",
    "GetBucketReplication": "GetReplicationConfiguration",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "HeadBucket": "ListBucket",
    "HeadObject": "GetObject",
    "ListBucketAnalyticsConfigurations": "GetAnalyticsConfiguration",
    "ListBucketIntelligentTieringConfigurations": "GetIntelligentTieringConfiguration",
    "ListBucketInventoryConfigurations": "GetInventoryConfiguration",
    "ListBucketMetricsConfigurations": "GetMetricsConfiguration",
    "ListBuckets": "ListAllMyBuckets",
    "ListMultipartUploads": "ListBucketMultipartUploads",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "ListObjectVersions": "ListBucketVersions",
    "ListParts": "ListMultipartUploadParts",
    "PutBucketAccelerateConfiguration": "PutAccelerateConfiguration",
    "PutBucketAnalyticsConfiguration": "PutAnalyticsConfiguration",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "PutBucketIntelligentTieringConfiguration": "PutIntelligentTieringConfiguration",
    "PutBucketInventoryConfiguration": "PutInventoryConfiguration",
    "PutBucketLifecycle": "PutLifecycleConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "PutBucketMetricsConfiguration": "PutMetricsConfiguration",
    "PutBucketNotificationConfiguration": "PutBucketNotification",
    "PutBucketReplication": "PutReplicationConfiguration",
    "PutObjectLockConfiguration": "PutBucketObjectLockConfiguration",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
    "SelectObjectContent": "GetObject",
    "UploadPart": "PutObject",
    "UploadPartCopy": "PutObject",
}
"""The action that an operation needs, where it is not the operation's own name."""

KEYS: Mapping[str, str] = {
    "ACL": "s3:x-amz-acl",
    "CopySource": "s3:x-amz-copy-source",
    "Delimiter": "s3:delimiter",
    "GrantFullControl": "s3:x-amz-grant-full-control",
    "GrantRead": "s3:x-amz-grant-read",
    "GrantReadACP": "s3:x-amz-grant-read-acp",
    "GrantWrite": "s3:x-amz-grant-write",
    "GrantWriteACP": "s3:x-amz-grant-write-acp",
    "IfMatch": "s3:if-match",
    "IfNoneMatch": "s3:if-none-match",
    "MaxKeys": "s3:max-keys",
    "MetadataDirective": "s3:x-amz-metadata-directive",
    "ObjectLockLegalHoldStatus": "s3:object-lock-legal-hold",
    "ObjectLockMode": "s3:object-lock-mode",
    "ObjectLockRetainUntilDate": "s3:object-lock-retain-until-date",
    "ObjectOwnership": "s3:x-amz-object-ownership",
    "Prefix": "s3:prefix",
    "SSECustomerAlgorithm": "s3:x-amz-server-side-encryption-customer-algorithm",
    "SSEKMSKeyId": "s3:x-amz-server-side-encryption-aws-kms-key-id",
    "ServerSideEncryption": "s3:x-amz-server-side-encryption",
    "StorageClass": "s3:x-amz-storage-class",
    "VersionId": "s3:VersionId",
    "WebsiteRedirectLocation": "s3:x-amz-website-redirect-location",
}
"""The condition key that a parameter fills, for the actions that have that key."""

_GRANTS = ("ACL", "GrantFullControl", "GrantRead", "GrantReadACP", "GrantWrite", "GrantWriteACP")
_OTHER_PREFIXES = ("CreateSession", "ListDirectoryBuckets", "RenameObject", "WriteGetObjectResponse")


@dataclass(frozen=True, slots=True)
class _Plan:
    """`versioned` is the action on a version of an object; `works_on` is an object, a bucket or everything."""

    plain: str
    versioned: str
    works_on: str
    keys: tuple[tuple[str, str], ...]
    versioned_keys: tuple[tuple[str, str], ...]


def required_permissions(call: Call, caller: Caller, directory: Directory) -> tuple[RequiredPermission, ...]:
    """Raises `UnknownNeed` for an operation of directory buckets or Object Lambda, and for an access point."""
    if call.operation in _OTHER_PREFIXES or str(call.parameters.get("Bucket", "")).startswith("arn:"):
        raise UnknownPermission(call.operation)
    special = _SPECIAL.get(call.operation)
    own = special(call, caller, directory) if special is not None else (_own(call, caller),)
    return (*own, *passed_roles(call, caller, directory))


def _own(call: Call, caller: Caller) -> RequiredPermission:
    asked = call.parameters
    plan = _plan(call.operation)
    if plan.works_on == "object":
        versioned = "VersionId" in asked
        name, keys = (plan.versioned, plan.versioned_keys) if versioned else (plan.plain, plan.keys)
        return RequiredPermission(name, _object(asked["Bucket"], asked["Key"]), None, _context(asked, keys))
    if plan.works_on == "bucket":
        return RequiredPermission(plan.plain, f"arn:aws:s3:::{asked['Bucket']}", None, _context(asked, plan.keys))
    return RequiredPermission(plan.plain, "*", caller.account, _context(asked, plan.keys))


@cache
def _plan(operation: str) -> _Plan:
    name = ACTIONS.get(operation, operation)
    plain = action("s3", name)
    if plain is None:
        raise UnknownPermission(operation)
    versioned = action("s3", name.replace("Object", "ObjectVersion", 1)) or plain
    types = {each.name for each in plain.resources}
    works_on = "object" if "object" in types else "bucket" if "bucket" in types else "everything"
    return _Plan(plain.name, versioned.name, works_on, _keys(plain.keys), _keys(versioned.keys))


def _keys(keys: frozenset[str]) -> tuple[tuple[str, str], ...]:
    return tuple((parameter, key) for parameter, key in KEYS.items() if key in keys)


def _context(asked: Mapping[str, Any], keys: tuple[tuple[str, str], ...]) -> Mapping[str, Any]:
    found = {key: asked[parameter] for parameter, key in keys if parameter in asked}
    return found or NOTHING


def _object(bucket: str, key: str) -> str:
    return f"arn:aws:s3:::{bucket}/{key}"


def _writing(call: Call, caller: Caller, _: Directory) -> Iterator[RequiredPermission]:
    """PutObject and CreateMultipartUpload: what is set beside the content needs its own permission."""
    asked = call.parameters
    own = _own(call, caller)
    tags = dict(parse_qsl(asked.get("Tagging") or "", keep_blank_values=True))
    own = RequiredPermission(own.action, own.resource, None, {**own.context, **_object_tags(tags)})
    yield own
    if any(name in asked for name in _GRANTS):
        yield RequiredPermission("s3:PutObjectAcl", own.resource, None, own.context)
    if tags:
        yield RequiredPermission("s3:PutObjectTagging", own.resource, None, own.context)
    if "ObjectLockMode" in asked or "ObjectLockRetainUntilDate" in asked:
        yield RequiredPermission("s3:PutObjectRetention", own.resource, None, own.context)
    if "ObjectLockLegalHoldStatus" in asked:
        yield RequiredPermission("s3:PutObjectLegalHold", own.resource, None, own.context)


def _copying(call: Call, caller: Caller, directory: Directory) -> Iterator[RequiredPermission]:
    """CopyObject and UploadPartCopy: reading the source, writing the target; the source's tags go along by default."""
    source, version = _source(call.parameters["CopySource"])
    reading = "s3:GetObjectVersion" if version is not None else "s3:GetObject"
    yield RequiredPermission(reading, source, None, {"s3:VersionId": version} if version is not None else NOTHING)
    tags = directory.tags(source) if call.operation == "CopyObject" else NOTHING
    copies_tags = bool(tags) and call.parameters.get("TaggingDirective", "COPY") == "COPY"
    if copies_tags:
        yield RequiredPermission("s3:GetObjectVersionTagging" if version is not None else "s3:GetObjectTagging", source)
    written = list(_writing(call, caller, directory))
    yield from written
    if copies_tags and "Tagging" not in call.parameters:
        yield RequiredPermission(
            "s3:PutObjectTagging", written[0].resource, None, {**written[0].context, **_object_tags(tags)}
        )


def _source(given: Any) -> tuple[str, str | None]:
    """The source's ARN and version, of a `bucket/key?versionId=...` that is URL-encoded."""
    if isinstance(given, Mapping):
        return _object(given["Bucket"], given["Key"]), given.get("VersionId")
    name, _, version = str(given).partition("?versionId=")
    bucket, _, key = unquote(name).removeprefix("/").partition("/")
    if not key or bucket.startswith("arn:"):
        raise UnknownPermission(given)
    return _object(bucket, key), version or None


def _deleting(call: Call, _: Caller, __: Directory) -> Iterator[RequiredPermission]:
    """DeleteObject, and DeleteObjects for every object named."""
    asked = call.parameters
    named = asked["Delete"].get("Objects") or () if "Delete" in asked else [asked]
    for each in named:
        resource, version = _object(asked["Bucket"], each["Key"]), each.get("VersionId")
        context = NOTHING if version is None else {"s3:VersionId": version}
        yield RequiredPermission(
            "s3:DeleteObject" if version is None else "s3:DeleteObjectVersion", resource, None, context
        )
        if asked.get("BypassGovernanceRetention"):
            yield RequiredPermission("s3:BypassGovernanceRetention", resource, None, context)


def _reading(call: Call, caller: Caller, directory: Directory) -> Iterator[RequiredPermission]:
    """GetObject and HeadObject: that an object is not there is told to those who may list the bucket.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html ("Permissions")
    """
    own = _own(call, caller)
    yield own
    bucket = f"arn:aws:s3:::{call.parameters['Bucket']}"
    if "VersionId" not in call.parameters and directory.owner(bucket) and not directory.has_object(own.resource):
        yield RequiredPermission("s3:ListBucket", bucket)


def _attributes(call: Call, caller: Caller, directory: Directory) -> Iterator[RequiredPermission]:
    """GetObjectAttributes wants the reading of the object, too."""
    own, *listing = _reading(call, caller, directory)
    yield own
    reading = "s3:GetObjectVersion" if "VersionId" in call.parameters else "s3:GetObject"
    yield RequiredPermission(reading, own.resource, None, own.context)
    yield from listing


def _tagging(call: Call, caller: Caller, _: Directory) -> Iterator[RequiredPermission]:
    """PutObjectTagging."""
    own = _own(call, caller)
    tags = {tag["Key"]: tag["Value"] for tag in call.parameters["Tagging"].get("TagSet") or ()}
    yield RequiredPermission(own.action, own.resource, None, {**own.context, **_object_tags(tags)})


def _object_tags(tags: Mapping[str, str]) -> dict[str, Any]:
    if not tags:
        return {}
    return {
        "s3:RequestObjectTagKeys": tuple(tags),
        **{f"s3:RequestObjectTag/{key}": value for key, value in tags.items()},
    }


def _creating(call: Call, caller: Caller, _: Directory) -> Iterator[RequiredPermission]:
    """CreateBucket: judged as the caller's own affair, for a name that is taken is not a question of permission."""
    asked = call.parameters
    bucket = f"arn:aws:s3:::{asked['Bucket']}"
    context = dict(_own(call, caller).context)
    where = (asked.get("CreateBucketConfiguration") or {}).get("LocationConstraint")
    if where:
        context["s3:LocationConstraint"] = where
    actions = ["s3:CreateBucket"]
    if any(name in asked for name in _GRANTS):
        actions.append("s3:PutBucketAcl")
    if asked.get("ObjectLockEnabledForBucket"):
        actions += ["s3:PutBucketObjectLockConfiguration", "s3:PutBucketVersioning"]
    if "ObjectOwnership" in asked:
        actions.append("s3:PutBucketOwnershipControls")
    return (RequiredPermission(name, bucket, caller.account, context) for name in actions)


_SPECIAL: Mapping[str, Callable[[Call, Caller, Directory], Iterator[RequiredPermission]]] = {
    "CopyObject": _copying,
    "CreateBucket": _creating,
    "CreateMultipartUpload": _writing,
    "DeleteObject": _deleting,
    "DeleteObjects": _deleting,
    "GetObject": _reading,
    "GetObjectAttributes": _attributes,
    "HeadObject": _reading,
    "PutObject": _writing,
    "PutObjectTagging": _tagging,
    "UploadPartCopy": _copying,
}
