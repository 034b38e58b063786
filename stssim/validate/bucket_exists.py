"""Is the bucket there? S3 says that it is not to whoever asks: the signature comes before this, permissions after.

Tried at the real service by an author of AWS's SDK: aws/aws-sdk-java#1256.
"""

from __future__ import annotations

from stssim.call import Call, Refusal
from stssim.cloud import Directory
from stssim.trace import Refused


def require_bucket(call: Call, directory: Directory) -> None:
    """Raises `Refused` for a call to S3 about a bucket that nobody has (`NoSuchBucket`, 404), or that somebody else has
    than the caller expects (`AccessDenied`, 403).

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
    """
    bucket = call.parameters.get("Bucket")
    if call.service != "s3" or call.operation == "CreateBucket" or not isinstance(bucket, str):
        return
    owner = directory.owner(f"arn:aws:s3:::{bucket}")
    if owner is None and not bucket.startswith("arn:"):
        raise Refused(Refusal("NoSuchBucket", "The specified bucket does not exist", 404, {"BucketName": bucket}))
    source = str(call.parameters.get("CopySource", "")).partition("/")[0]
    expected = call.parameters.get("ExpectedBucketOwner"), call.parameters.get("ExpectedSourceBucketOwner")
    for wanted, found in zip(expected, (owner, directory.owner(f"arn:aws:s3:::{source}")), strict=True):
        if wanted is not None and wanted != found:
            raise Refused(Refusal("AccessDenied", "Access Denied"))
