"""S3's bucket policies, which the gate judges by and therefore keeps."""

from __future__ import annotations

from stssim.access.core.refusing import unfit
from stssim.access.core.stored_policies import changed, root_arn
from stssim.access.services.adapter import Permitted
from stssim.access.services.iam.principals import names_a_stranger
from stssim.access.services.s3 import bucket_policy_statements as bucket_statements
from stssim.access.services.s3 import public_access
from stssim.call import Call, HttpReply, Refusal
from stssim.cloud import Directory
from stssim.policy import Policy, refusal
from stssim.trace import Refused

_MAXIMUM_BYTES = 20480
_NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"


def put(asked: Permitted) -> HttpReply:
    """PutBucketPolicy.

    Raises `Refused`: `MalformedPolicy`, 400, for a document that S3 would not take, and `AccessDenied`, 403, for a
    public one where Block Public Access is on.
    """
    bucket = _existing(asked.call, asked.directory)
    body = asked.call.body.data
    if len(body) > _MAXIMUM_BYTES:
        says = f"Normalized policy document exceeds the maximum allowed size of {_MAXIMUM_BYTES} bytes"
        raise Refused(Refusal("MalformedPolicy", says, 400))
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise Refused(
            Refusal("MalformedPolicy", "Policies must be valid JSON and the first byte must be '{'", 400)
        ) from None
    finding = refusal(text, "resource")
    if finding is not None:
        raise unfit(asked.call, asked.caller, finding)
    policy = Policy(f"the bucket policy of {bucket}", "resource", text)
    finding = bucket_statements.refusal(policy, bucket)
    if finding is not None:
        raise unfit(asked.call, asked.caller, finding)
    if names_a_stranger(policy):
        raise Refused(Refusal("MalformedPolicy", "Invalid principal in policy", 400))
    if public_access.blocks_public_policy(bucket) and public_access.is_public(policy):
        says = (
            f"User: {asked.caller.arn} is not authorized to perform: s3:PutBucketPolicy "
            f'on resource: "arn:aws:s3:::{bucket}" '
            "because public policies are blocked by the BlockPublicPolicy block public access setting."
        )
        raise Refused(Refusal("AccessDenied", says))
    asked.kept.bucket_policies[bucket] = changed(text, root_arn)
    return HttpReply(204, (), b"")


def get(asked: Permitted) -> HttpReply:
    """GetBucketPolicy. Raises `Refused` (`NoSuchBucketPolicy`, 404) where there is none."""
    text = asked.kept.bucket_policies.get(_existing(asked.call, asked.directory))
    if text is None:
        raise Refused(Refusal("NoSuchBucketPolicy", "The bucket policy does not exist", 404))
    return HttpReply(200, (("content-type", "application/json"),), text.encode())


def status(asked: Permitted) -> HttpReply:
    """GetBucketPolicyStatus. Raises `Refused` (`NoSuchBucketPolicy`, 404) where there is none."""
    bucket = _existing(asked.call, asked.directory)
    text = asked.kept.bucket_policies.get(bucket)
    if text is None:
        raise Refused(Refusal("NoSuchBucketPolicy", "The bucket policy does not exist", 404))
    public = public_access.is_public(Policy(f"the bucket policy of {bucket}", "resource", text))
    shown = f'<PolicyStatus xmlns="{_NAMESPACE}"><IsPublic>{str(public).lower()}</IsPublic></PolicyStatus>'
    return HttpReply(200, (("content-type", "application/xml"),), shown.encode())


def delete(asked: Permitted) -> HttpReply:
    """DeleteBucketPolicy: done, whether there was one or not."""
    asked.kept.bucket_policies.pop(_existing(asked.call, asked.directory), None)
    return HttpReply(204, (), b"")


def delete_bucket(asked: Permitted) -> HttpReply:
    """DeleteBucket: its policy goes with it."""
    reply = asked.forward()
    if reply.status < 300:
        asked.kept.bucket_policies.pop(str(asked.call.parameters["Bucket"]), None)
    return reply


def _existing(call: Call, directory: Directory) -> str:
    bucket = str(call.parameters["Bucket"])
    if directory.owner(f"arn:aws:s3:::{bucket}") is None:
        raise Refused(Refusal("NoSuchBucket", "The specified bucket does not exist", 404, {"BucketName": bucket}))
    return bucket
