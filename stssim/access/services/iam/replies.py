"""IAM's replies that moto does not make."""

from __future__ import annotations

from stssim.call import Call, HttpReply

NAMESPACE = "https://iam.amazonaws.com/doc/2010-05-08/"


def done(call: Call) -> HttpReply:
    """The empty response of this operation."""
    return _response(call, "")


def result(call: Call, members: str) -> HttpReply:
    """This operation's response, whose result has these members as XML."""
    return _response(call, f"<{call.operation}Result>{members}</{call.operation}Result>")


def _response(call: Call, content: str) -> HttpReply:
    name = call.operation
    text = f'<{name}Response xmlns="{NAMESPACE}">{content}<ResponseMetadata/></{name}Response>'
    return HttpReply(200, (("content-type", "text/xml"),), text.encode())
