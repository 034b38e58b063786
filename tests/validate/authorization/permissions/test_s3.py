"""S3's calls and the permissions they need ("Required permissions for Amazon S3 API operations")."""

from __future__ import annotations

from typing import Any

import pytest

from stssim.call import RequiredPermission
from tests.fakes import HOME, FakeDirectory
from tests.request.asked import needed, pairs

# Each row: the call, and every action that it needs with the resource (after `arn:aws:`).
S3 = [
    ("GetObject", {"Bucket": "b", "Key": "a/k"}, {"s3:GetObject": "s3:::b/a/k"}),
    ("GetObject", {"Bucket": "b", "Key": "k", "VersionId": "3"}, {"s3:GetObjectVersion": "s3:::b/k"}),
    ("HeadObject", {"Bucket": "b", "Key": "k"}, {"s3:GetObject": "s3:::b/k"}),
    ("HeadBucket", {"Bucket": "b"}, {"s3:ListBucket": "s3:::b"}),
    ("ListObjects", {"Bucket": "b"}, {"s3:ListBucket": "s3:::b"}),
    ("ListObjectsV2", {"Bucket": "b"}, {"s3:ListBucket": "s3:::b"}),
    ("ListObjectVersions", {"Bucket": "b"}, {"s3:ListBucketVersions": "s3:::b"}),
    ("GetBucketLocation", {"Bucket": "b"}, {"s3:GetBucketLocation": "s3:::b"}),
    ("PutBucketCors", {"Bucket": "b", "CORSConfiguration": {"CORSRules": []}}, {"s3:PutBucketCORS": "s3:::b"}),
    ("DeleteBucketCors", {"Bucket": "b"}, {"s3:PutBucketCORS": "s3:::b"}),
    ("GetBucketEncryption", {"Bucket": "b"}, {"s3:GetEncryptionConfiguration": "s3:::b"}),
    ("DeleteBucketLifecycle", {"Bucket": "b"}, {"s3:PutLifecycleConfiguration": "s3:::b"}),
    (
        "PutPublicAccessBlock",
        {"Bucket": "b", "PublicAccessBlockConfiguration": {}},
        {"s3:PutBucketPublicAccessBlock": "s3:::b"},
    ),
    ("DeleteBucketPolicy", {"Bucket": "b"}, {"s3:DeleteBucketPolicy": "s3:::b"}),
    ("PutObject", {"Bucket": "b", "Key": "k"}, {"s3:PutObject": "s3:::b/k"}),
    (
        "PutObject",
        {"Bucket": "b", "Key": "k", "ACL": "public-read", "Tagging": "a=1"},
        {"s3:PutObject": "s3:::b/k", "s3:PutObjectAcl": "s3:::b/k", "s3:PutObjectTagging": "s3:::b/k"},
    ),
    ("CreateMultipartUpload", {"Bucket": "b", "Key": "k"}, {"s3:PutObject": "s3:::b/k"}),
    ("UploadPart", {"Bucket": "b", "Key": "k", "PartNumber": 1, "UploadId": "u"}, {"s3:PutObject": "s3:::b/k"}),
    ("ListParts", {"Bucket": "b", "Key": "k", "UploadId": "u"}, {"s3:ListMultipartUploadParts": "s3:::b/k"}),
    ("ListMultipartUploads", {"Bucket": "b"}, {"s3:ListBucketMultipartUploads": "s3:::b"}),
    (
        "CopyObject",
        {"Bucket": "b", "Key": "k", "CopySource": "from/a%20b"},
        {"s3:GetObject": "s3:::from/a b", "s3:PutObject": "s3:::b/k"},
    ),
    (
        "CopyObject",
        {"Bucket": "b", "Key": "k", "CopySource": "/from/old?versionId=7"},
        {"s3:GetObjectVersion": "s3:::from/old", "s3:PutObject": "s3:::b/k"},
    ),
    ("DeleteObject", {"Bucket": "b", "Key": "k"}, {"s3:DeleteObject": "s3:::b/k"}),
    ("DeleteObject", {"Bucket": "b", "Key": "k", "VersionId": "3"}, {"s3:DeleteObjectVersion": "s3:::b/k"}),
    (
        "GetObjectAttributes",
        {"Bucket": "b", "Key": "k", "ObjectAttributes": ["ETag"]},
        {"s3:GetObjectAttributes": "s3:::b/k", "s3:GetObject": "s3:::b/k"},
    ),
    (
        "CreateBucket",
        {"Bucket": "b", "ACL": "private"},
        {"s3:CreateBucket": "s3:::b", "s3:PutBucketAcl": "s3:::b"},
    ),
]


@pytest.mark.parametrize(("operation", "parameters", "wanted"), S3)
def test_an_s3_operation_needs_actions_of_other_names(
    operation: str, parameters: dict[str, Any], wanted: dict[str, str]
) -> None:
    found = needed("s3", operation, **parameters)
    assert dict(pairs(found)) == {action: f"arn:aws:{resource}" for action, resource in wanted.items()}


def test_buckets_are_listed_on_everything() -> None:
    assert pairs(needed("s3", "ListBuckets")) == [("s3:ListAllMyBuckets", "*")]


def test_every_object_to_be_deleted_needs_its_own_permission() -> None:
    objects = [{"Key": "one"}, {"Key": "two", "VersionId": "9"}]
    assert pairs(needed("s3", "DeleteObjects", Bucket="b", Delete={"Objects": objects})) == [
        ("s3:DeleteObject", "arn:aws:s3:::b/one"),
        ("s3:DeleteObjectVersion", "arn:aws:s3:::b/two"),
    ]


def test_a_copy_takes_the_sources_tags_along_and_must_be_allowed_to() -> None:
    source = "arn:aws:s3:::from/k"
    directory = FakeDirectory(tagged={source: {"class": "secret"}})
    asked: dict[str, Any] = {"Bucket": "b", "Key": "k", "CopySource": "from/k"}
    found = needed("s3", "CopyObject", directory=directory, **asked)
    assert ("s3:GetObjectTagging", source) in pairs(found)
    assert found[-1].action == "s3:PutObjectTagging"
    assert found[-1].context["s3:RequestObjectTag/class"] == "secret"
    replaced = needed("s3", "CopyObject", directory=directory, **asked, TaggingDirective="REPLACE")
    assert {need.action for need in replaced} == {"s3:GetObject", "s3:PutObject"}


def test_s3s_parameters_are_condition_keys_and_absent_ones_are_not() -> None:
    (listed,) = needed("s3", "ListObjectsV2", Bucket="b", Prefix="home/", MaxKeys=10)
    assert listed.context == {"s3:prefix": "home/", "s3:max-keys": 10}
    (put,) = needed("s3", "PutObject", Bucket="b", Key="k", ServerSideEncryption="aws:kms", SSEKMSKeyId="key")
    assert put.context == {
        "s3:x-amz-server-side-encryption": "aws:kms",
        "s3:x-amz-server-side-encryption-aws-kms-key-id": "key",
    }


def test_replication_hands_s3_a_role() -> None:
    role = f"arn:aws:iam::{HOME}:role/replicate"
    found = needed("s3", "PutBucketReplication", Bucket="b", ReplicationConfiguration={"Role": role, "Rules": []})
    assert found[1] == RequiredPermission("iam:PassRole", role, HOME, {"iam:PassedToService": "s3.amazonaws.com"})
