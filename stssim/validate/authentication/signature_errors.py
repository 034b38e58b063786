"""A signature that is wrong, in the words of the service that was signed for.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
"""

from __future__ import annotations

import hmac

from stssim.call import Refusal, Signature
from stssim.trace import Refused
from stssim.validate.protocol_errors import PROTOCOLS, json_status

_OUTSIDE_XML = "The request signature we calculated does not match the signature you provided. Check your "
MISMATCH = f"{_OUTSIDE_XML}AWS Secret Access Key and signing method. Consult the service documentation for details."
_MISMATCH_S3 = f"{_OUTSIDE_XML}key and signing method."


def equal(wanted: str, given: str) -> bool:
    """Whether two signatures are the same, in a time that does not tell how far they are."""
    return hmac.compare_digest(wanted.encode(), given.encode("utf-8", "surrogateescape"))


def mismatch(signature: Signature, text: str, given: str, canonical: str = "") -> Refused:
    """A wrong signature. S3 alone tells what it signed itself, to be laid beside what the client signed: the string to
    sign, and of Signature Version 4 the canonical request, as text and byte for byte.
    """
    if signature.service != "s3":
        return Refused(in_dialect(signature, MISMATCH))
    told = {
        "AWSAccessKeyId": signature.access_key_id,
        "StringToSign": text,
        "SignatureProvided": given,
        "StringToSignBytes": _bytes(text),
    }
    if canonical:
        told |= {"CanonicalRequest": canonical, "CanonicalRequestBytes": _bytes(canonical)}
    return Refused(Refusal("SignatureDoesNotMatch", _MISMATCH_S3, 403, told))


def in_dialect(signature: Signature, says: str) -> Refusal:
    """What is answered to a signature that is wrong as `says` tells. EC2 tells nobody."""
    match PROTOCOLS.get(signature.service, "json"):
        case "ec2":
            return Refusal("AuthFailure", "AWS was not able to validate the provided access credentials", 401)
        case "json":
            return Refusal("InvalidSignatureException", says, json_status(signature.service))
        case _:
            return Refusal("SignatureDoesNotMatch", says)


def _bytes(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").hex(" ")
