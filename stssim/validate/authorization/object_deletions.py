"""DeleteObjects is judged object by object: what may be deleted is, and the reply says what may not.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from xml.sax.saxutils import escape

from stssim.call import Call, HttpReply, Refusal, RequiredPermission

Withheld = tuple[tuple[RequiredPermission, Refusal], ...]
"""The permissions that were not had, each with what the caller is told."""
_END = b"</DeleteResult>"


def without(call: Call, withheld: Withheld) -> Call:
    """The same call for the objects alone that nothing was withheld for."""
    if not withheld:
        return call
    asked = call.parameters["Delete"]
    kept = [each for each in asked["Objects"] if _of(call, each, withheld) is None]
    checks = {name for name in call.parameters if name == "ContentMD5" or name.startswith("Checksum")}
    others = {name: value for name, value in call.parameters.items() if name not in checks}
    return replace(call, parameters={**others, "Delete": {**asked, "Objects": kept}})


def with_errors(call: Call, reply: HttpReply, withheld: Withheld) -> HttpReply:
    """The reply to what was done of a call, with an error for each of its objects that it was not done to."""
    if not withheld or reply.status >= 300:
        return reply
    named = call.parameters["Delete"]["Objects"]
    errors = "".join(_error(each, found) for each in named if (found := _of(call, each, withheld)) is not None)
    body = reply.body.replace(_END, errors.encode() + _END)
    headers = tuple((name, value) for name, value in reply.headers if name != "content-length")
    return replace(reply, headers=(*headers, ("content-length", str(len(body)))), body=body)


def _of(call: Call, each: Mapping[str, Any], withheld: Withheld) -> Refusal | None:
    """What was withheld for an object of the call."""
    resource, version = f"arn:aws:s3:::{call.parameters['Bucket']}/{each['Key']}", each.get("VersionId")
    return next(
        (told for need, told in withheld if need.resource == resource and need.context.get("s3:VersionId") == version),
        None,
    )


def _error(each: Mapping[str, Any], told: Refusal) -> str:
    version = each.get("VersionId")
    return (
        f"<Error><Key>{escape(each['Key'])}</Key>"
        f"{'' if version is None else f'<VersionId>{escape(version)}</VersionId>'}"
        f"<Code>{told.code}</Code><Message>{escape(told.message)}</Message></Error>"
    )
