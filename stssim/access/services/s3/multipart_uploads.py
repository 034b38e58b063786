"""A multipart upload is of one object: its bucket and its key, which its id alone does not stand for.

S3 answers `NoSuchUpload` to the id with another key (exoscale/pithos#45). Who may go on with an upload is a question of
permissions on the object, not of who began it: https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
"""

from __future__ import annotations

from stssim.access.core.moto_backends import backend
from stssim.access.services.adapter import Permitted
from stssim.call import HttpReply, Refusal
from stssim.trace import Refused

_NO_UPLOAD = Refusal(
    "NoSuchUpload",
    "The specified upload does not exist. "
    "The upload ID may be invalid, or the upload may have been aborted or completed.",
    404,
)


def of_its_key(asked: Permitted) -> HttpReply:
    """UploadPart, UploadPartCopy, CompleteMultipartUpload, AbortMultipartUpload, ListParts.

    Raises `Refused` (`NoSuchUpload`, 404) for an upload that is not of this bucket and key.
    """
    bucket_name, key, upload_id = (asked.call.parameters[name] for name in ("Bucket", "Key", "UploadId"))
    owner = asked.directory.owner(f"arn:aws:s3:::{bucket_name}")
    s3 = backend("s3", owner) if owner is not None else None
    bucket = s3.buckets.get(bucket_name) if s3 is not None else None
    upload = bucket.multiparts.get(upload_id) if bucket is not None else None
    if upload is None or upload.key_name != key:
        raise Refused(_NO_UPLOAD)
    return asked.forward()
