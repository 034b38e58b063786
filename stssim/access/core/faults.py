"""What it means to the caller that moto raised an exception: AWS's error for a mistake that moto did not foresee, else
that it has no answer. What Python says of it is for nobody's eyes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from xml.parsers.expat import ExpatError

from stssim.call import Call, Refusal

_MALFORMED = Refusal(
    "MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema", 400
)
_BAD_TOKEN = Refusal("InvalidArgument", "The continuation token provided is incorrect", 400)
_BAD_MARKER = Refusal("ValidationError", "Invalid Marker.", 400)


_CANNED_ACLS = (
    "authenticated-read",
    "aws-exec-read",
    "bucket-owner-full-control",
    "bucket-owner-read",
    "log-delivery-write",
    "private",
    "public-read",
    "public-read-write",
)
"""https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl"""


def foreseen(call: Call) -> Refusal | None:
    """The refusal of a call that moto would stumble over half-way: it makes a bucket before it looks at its ACL.

    S3 says nothing of it but names the argument: https://github.com/Turistforeningen/node-s3-uploader/pull/44
    """
    acl = call.parameters.get("ACL") if call.service == "s3" else None
    return None if acl is None or acl in _CANNED_ACLS else _argument("x-amz-acl", acl, "")


def refusal_for(call: Call, error: Exception) -> Refusal:
    """The refusal of a call at which moto raised this."""
    judge = _JUDGES.get(call.service)
    return (judge(call, error) if judge else None) or unanswered(call)


def unanswered(call: Call) -> Refusal:
    """That moto has no answer of its own."""
    return Refusal("NotImplemented", f"The mock cloud behind stssim has no answer for {call.name}.", 501)


def _of_s3(call: Call, error: Exception) -> Refusal | None:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList
    https://github.com/brekkylab/backlot/issues/192
    """
    asked = call.parameters
    if isinstance(error, IndexError) and asked.get("MaxKeys", 0) < 0:
        return _argument("maxKeys", asked["MaxKeys"], "Argument maxKeys must be an integer between 0 and 2147483647")
    if isinstance(error, TypeError) and "ContinuationToken" in asked:
        return _BAD_TOKEN
    return _MALFORMED if isinstance(error, ExpatError) else None


def _argument(name: str, value: Any, says: str) -> Refusal:
    return Refusal("InvalidArgument", says, 400, {"ArgumentName": name, "ArgumentValue": str(value)})


def _of_iam(call: Call, error: Exception) -> Refusal | None:
    return _BAD_MARKER if isinstance(error, ValueError) and "Marker" in call.parameters else None


def _of_events(call: Call, error: Exception) -> Refusal | None:
    """A name by which nothing is known: moto looks it up in a dict."""
    if isinstance(error, KeyError) and error.args and error.args[0] in _texts(call.parameters):
        return Refusal("ResourceNotFoundException", f"{error.args[0]} does not exist.", 400)
    return None


def _texts(asked: Mapping[str, Any]) -> Iterator[str]:
    return (value for value in asked.values() if isinstance(value, str))


_JUDGES: Mapping[str, Callable[[Call, Exception], Refusal | None]] = {
    "events": _of_events,
    "iam": _of_iam,
    "s3": _of_s3,
}
