"""S3: bucket policies, which the gate keeps, and what moto has otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from stssim.access.core.moto_backends import backend, s3_object
from stssim.access.services.adapter import Adapter, Answer, Permitted, Resource
from stssim.access.services.moto_tags import of_tagger
from stssim.access.services.s3 import acls, bucket_policies, buckets, logging_targets, multipart_uploads, public_access
from stssim.call import NOTHING, HttpReply


def _owner(resource: Resource) -> str | None:
    """A bucket's, whose name says nothing of its account; an object's is its bucket's."""
    from moto.s3.models import s3_backends

    found: str | None = s3_backends.bucket_accounts.get(resource.name.partition("/")[0], ("", None))[1]
    return resource.account or found


def _store(resource: Resource) -> Any:
    found = s3_object(resource.arn)
    return backend("s3", found.account_id) if found is not None else None


def _tags(store: Any, resource: Resource) -> Mapping[str, str]:
    """An object's. A bucket's tags are no condition keys unless it is set up for that, which is not done here."""
    found = s3_object(resource.arn)
    return of_tagger(store, found.arn) if found is not None else NOTHING


def _every(asked: Permitted, answer: Answer) -> HttpReply:
    """S3 tells the id of a request in headers of its own."""
    acls.judge(asked)
    reply = acls.show(asked, answer(asked))
    headers = tuple((name, value) for name, value in reply.headers if name not in _OTHERS_IDS)
    return replace(reply, headers=(*headers, *buckets.request_ids(asked.call.request)))


_OTHERS_IDS = ("x-amzn-requestid", "x-amz-request-id", "x-amz-id-2")
ADAPTER = Adapter(
    owner=_owner,
    store=_store,
    tags=_tags,
    every=_every,
    answers={
        "PutBucketPolicy": bucket_policies.put,
        "GetBucketPolicy": bucket_policies.get,
        "GetBucketPolicyStatus": bucket_policies.status,
        "DeleteBucketPolicy": bucket_policies.delete,
        "AbortMultipartUpload": multipart_uploads.of_its_key,
        "CompleteMultipartUpload": multipart_uploads.of_its_key,
        "ListParts": multipart_uploads.of_its_key,
        "UploadPart": multipart_uploads.of_its_key,
        "UploadPartCopy": multipart_uploads.of_its_key,
        "ListBuckets": buckets.list_all,
        "DeleteObjects": buckets.delete_objects,
        "CreateBucket": public_access.create_bucket,
        "PutBucketLogging": logging_targets.put,
        "DeleteBucket": bucket_policies.delete_bucket,
    },
)
