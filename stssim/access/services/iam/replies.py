"""IAM's reply to a call that returns nothing but is done."""

from __future__ import annotations

from stssim.call import Call, HttpReply

NAMESPACE = "https://iam.amazonaws.com/doc/2010-05-08/"


def done(call: Call) -> HttpReply:
    """The empty response of this operation."""
    name = call.operation
    text = f'<{name}Response xmlns="{NAMESPACE}"><ResponseMetadata/></{name}Response>'
    return HttpReply(200, (("content-type", "text/xml"),), text.encode())
