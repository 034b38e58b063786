"""S3's answers where moto's are not quite S3's."""

from __future__ import annotations

from stssim.access.core.moto_backends import backend
from stssim.access.services.adapter import Permitted
from stssim.call import HttpReply, HttpRequest
from stssim.request_ids import s3_ids

_NOTHING_DELETED = b'<DeleteResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"></DeleteResult>'


def list_all(asked: Permitted) -> HttpReply:
    """ListBuckets, by name and not by age."""
    s3 = backend("s3", asked.caller.account)
    if s3 is not None:
        for name in sorted(s3.buckets):
            s3.buckets[name] = s3.buckets.pop(name)
    return asked.forward()


def delete_objects(asked: Permitted) -> HttpReply:
    """DeleteObjects, which is nothing to do where the caller may delete none of the objects named."""
    named = asked.call.parameters["Delete"].get("Objects")
    if named is None or named:
        return asked.forward()
    return HttpReply(200, (("content-type", "application/xml"),), _NOTHING_DELETED)


def request_ids(request: HttpRequest) -> tuple[tuple[str, str], ...]:
    """The headers in which S3 tells the ids of a request and of the host that answered it."""
    request_id, host_id = s3_ids(request)
    return ("x-amz-request-id", request_id), ("x-amz-id-2", host_id)
