"""Is the bucket there? S3 says that it is not to whoever asks: the signature comes before this, permissions after.

Tried at the real service by an author of AWS's SDK: aws/aws-sdk-java#1256.
"""

from __future__ import annotations

from stssim.call import Call, Refusal
from stssim.cloud import Directory
from stssim.trace import Refused


def require_bucket(call: Call, directory: Directory) -> None:
    """Raises `Refused` (`NoSuchBucket`, 404) for a call to S3 about a bucket that nobody has."""
    bucket = call.parameters.get("Bucket")
    if call.service != "s3" or call.operation == "CreateBucket" or not isinstance(bucket, str):
        return
    if bucket.startswith("arn:") or directory.owner(f"arn:aws:s3:::{bucket}") is not None:
        return
    raise Refused(Refusal("NoSuchBucket", "The specified bucket does not exist", 404, {"BucketName": bucket}))
