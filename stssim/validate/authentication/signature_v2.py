"""S3's older scheme, Signature Version 2 in a query, which boto3 still presigns with in some Regions.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html
"""

from __future__ import annotations

import base64
import hmac
from datetime import datetime
from urllib.parse import unquote

from stssim.call import HttpRequest, Refusal, Signature
from stssim.trace import Refused
from stssim.validate.authentication.signature_errors import equal, mismatch

_ISO = "%Y%m%dT%H%M%SZ"


def verify_v2(request: HttpRequest, signature: Signature, secret: str, wall: datetime) -> None:
    """Raises `Refused` unless the signature is this secret's and has not ended. `wall` is the time in UTC.

    A URL of a bucket in path style is signed with a slash after the bucket by some (boto3), without by others.
    """
    from botocore.auth import HmacV1QueryAuth
    from botocore.compat import HTTPHeaders, urlsplit

    if signature.expires is not None and wall.timestamp() >= signature.expires:
        raise Refused(Refusal("AccessDenied", "Request has expired", 403, {"ServerTime": f"{wall:{_ISO}}"}))
    headers = HTTPHeaders()
    for name, value in request.headers:
        if name.startswith("x-amz-") or name in ("content-md5", "content-type"):
            headers[name] = value.encode("utf-8", "replace").decode()
    for part in request.query.split("&"):
        name, _, value = part.partition("=")
        if name.lower().startswith("x-amz-"):
            del headers[name]  # S3 signs what the URL says: https://github.com/boto/boto3/issues/1070
            headers[name.lower()] = unquote(value)
    host = request.host.partition(":")[0]
    bucket = _bucket(host)
    path = f"/{bucket}{request.path}" if bucket else request.path
    auth = HmacV1QueryAuth(None)
    auth._get_date = lambda: str(signature.expires)
    url = urlsplit(f"https://{host}{request.target}")
    spelled = (path, f"{path}/") if path.rfind("/") == 0 else (path,)
    texts = [auth.canonical_string(request.method, url, headers, auth_path=each) for each in spelled]
    for text in texts:
        wanted = base64.b64encode(hmac.digest(secret.encode(), text.encode("utf-8", "replace"), "sha1"))
        if equal(wanted.decode(), signature.signature):
            return
    raise mismatch(signature, texts[0], signature.signature)


def _bucket(host: str) -> str:
    """The bucket that a host names before S3's own name, or ""."""
    if host.endswith(".localhost"):
        return host.removesuffix(".localhost")
    found = max(host.rfind(".s3."), host.rfind(".s3-")) if host.endswith("amazonaws.com") else 0
    return host[: max(found, 0)]
