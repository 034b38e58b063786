"""S3's answers where moto's are not quite S3's."""

from __future__ import annotations

from collections.abc import Callable

from stssim.access.core.lab_state import LabState
from stssim.access.core.moto_backends import backend
from stssim.call import Call, Caller, HttpReply
from stssim.cloud import Directory

_Forward = Callable[[], HttpReply]
_NOTHING_DELETED = b'<DeleteResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"></DeleteResult>'


def list_all(_: Call, caller: Caller, __: LabState, ___: Directory, forward: _Forward) -> HttpReply:
    """ListBuckets, by name and not by age."""
    s3 = backend("s3", caller.account)
    if s3 is not None:
        for name in sorted(s3.buckets):
            s3.buckets[name] = s3.buckets.pop(name)
    return forward()


def delete_objects(call: Call, _: Caller, __: LabState, ___: Directory, forward: _Forward) -> HttpReply:
    """DeleteObjects, which is nothing to do where the caller may delete none of the objects named."""
    named = call.parameters["Delete"].get("Objects")
    if named is None or named:
        return forward()
    return HttpReply(200, (("content-type", "application/xml"),), _NOTHING_DELETED)
