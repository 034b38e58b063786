"""The id that a reply names its request by, in the form of each service."""

from __future__ import annotations

import base64
import hashlib

from stssim.call import HttpRequest


def id_of(request: HttpRequest) -> str:
    """The request's own. Of a request that was refused at once and has none, equal ones have equal ids."""
    if request.id:
        return request.id
    digest = hashlib.sha256(f"{request.method} {request.path}".encode() + request.body).hexdigest()
    return "-".join((digest[:8], digest[8:12], digest[12:16], digest[16:20], digest[20:32]))


def s3_ids(request: HttpRequest) -> tuple[str, str]:
    """S3's request id, 16 letters and digits, and the id of the host that answered.

    https://docs.aws.amazon.com/AmazonS3/latest/API/get-request-ids.html
    """
    digest = hashlib.sha512(id_of(request).encode()).digest()
    return base64.b32encode(digest)[:16].decode(), base64.b64encode(digest).decode()
