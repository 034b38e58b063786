"""The versions of managed policies, as IAM shows them: without their documents, but for GetPolicyVersion.

Recorded by LocalStack against AWS: localstack/localstack, tests/aws/services/iam/test_iam.snapshot.json.
"""

from __future__ import annotations

import re
from dataclasses import replace

from stssim.access.services.adapter import Permitted
from stssim.call import HttpReply

_DOCUMENT = re.compile(rb"<Document>[^<]*</Document>")
_VERSIONS = re.compile(rb"(?<=<Versions>)(.*)(?=</Versions>)", re.DOTALL)
_VERSION = re.compile(rb"<member>(?:[^<]|<(?!/?member>))*</member>")
_WHOLE = b"<IsTruncated>false</IsTruncated></ListPolicyVersionsResult>"


def create(asked: Permitted) -> HttpReply:
    """CreatePolicyVersion."""
    reply = asked.forward()
    return replace(reply, body=_DOCUMENT.sub(b"", reply.body))


def list_all(asked: Permitted) -> HttpReply:
    """ListPolicyVersions: the newest first."""
    reply = asked.forward()
    body = _DOCUMENT.sub(b"", reply.body)
    body = _VERSIONS.sub(lambda found: b"".join(reversed(_VERSION.findall(found[0]))), body)
    if b"<IsTruncated>" not in body:
        body = body.replace(b"</ListPolicyVersionsResult>", _WHOLE)
    return replace(reply, body=body)
