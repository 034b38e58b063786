"""Policy documents in IAM's replies: percent-encoded as RFC 3986 says, every character but the unreserved ones.

moto encodes some of them in part and others not at all, and a client that decodes `+` as a space (Terraform's does, as
Java's `URLDecoder` does) reads another policy than the one that is stored.
https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html
"""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from urllib.parse import quote, unquote

from stssim.call import HttpReply

_DOCUMENT = re.compile(rb"<((?:AssumeRolePolicy|Policy|)Document)>([^<]*)<")


def encoded(reply: HttpReply) -> HttpReply:
    """IAM's reply with every policy document in it encoded."""
    if b"Document>" not in reply.body:
        return reply
    return replace(reply, body=_DOCUMENT.sub(_encoded, reply.body))


def _encoded(found: re.Match[bytes]) -> bytes:
    """No JSON begins with `%`, so that is how to see what moto has encoded already."""
    text = unescape(found[2].decode())
    document = unquote(text) if text.startswith("%") else text
    return b"<%b>%b<" % (found[1], quote(document, safe="").encode())
