"""One fault of a caller's credentials, in the words of the service that was called."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Literal

from botocore.exceptions import UnknownServiceError

from stssim.call import Refusal
from stssim.service_models import service_model

Fault = Literal["unsigned", "unknown key", "bad token", "foreign token", "expired"]

_INVALID = "The security token included in the request is invalid"
_STRANGE_KEY = Refusal("InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.")
_JSON_INVALID = Refusal("UnrecognizedClientException", f"{_INVALID}.", 400)
_EC2_INVALID = Refusal("AuthFailure", "AWS was not able to validate the provided access credentials", 401)

_QUERY: dict[Fault, Refusal] = {
    "unsigned": Refusal("MissingAuthenticationToken", "Request is missing Authentication Token"),
    "unknown key": Refusal("InvalidClientTokenId", _INVALID),
    "bad token": Refusal("InvalidClientTokenId", _INVALID),
    "foreign token": Refusal("InvalidClientTokenId", _INVALID),
    "expired": Refusal("ExpiredToken", "The security token included in the request is expired"),
}
_S3: dict[Fault, Refusal] = {
    "unsigned": Refusal("AccessDenied", "Access Denied"),
    "unknown key": _STRANGE_KEY,
    "bad token": Refusal("InvalidToken", "The provided token is malformed or otherwise invalid.", 400),
    "foreign token": _STRANGE_KEY,
    "expired": Refusal("ExpiredToken", "The provided token has expired.", 400),
}
_JSON: dict[Fault, Refusal] = {
    "unsigned": Refusal("MissingAuthenticationTokenException", "Missing Authentication Token", 400),
    "unknown key": _JSON_INVALID,
    "bad token": _JSON_INVALID,
    "foreign token": _JSON_INVALID,
    "expired": Refusal("ExpiredTokenException", "The security token included in the request is expired", 400),
}
_EC2: dict[Fault, Refusal] = {
    "unsigned": Refusal("MissingParameter", "The request must contain the parameter AWSAccessKeyId", 400),
    "unknown key": _EC2_INVALID,
    "bad token": _EC2_INVALID,
    "foreign token": _EC2_INVALID,
    "expired": Refusal("RequestExpired", "Request has expired.", 400),
}
_BY_PROTOCOL = {"s3": _S3, "ec2": _EC2, "query": _QUERY, "json": _JSON}
PROTOCOLS: dict[str, Literal["s3", "ec2", "query"]] = {
    "s3": "s3",
    "ec2": "ec2",
    **dict.fromkeys(
        (
            "autoscaling",
            "cloudformation",
            "cloudfront",
            "elasticache",
            "elasticbeanstalk",
            "elasticloadbalancing",
            "iam",
            "monitoring",
            "rds",
            "redshift",
            "route53",
            "ses",
            "sns",
            "sqs",
            "sts",
        ),
        "query",
    ),
}
"""Whose errors read how; every other service's are JSON's.

SQS and CloudWatch have left the query protocol and kept its errors (argoproj/notifications-engine#382 has SQS's).
"""


def refusal(service: str, fault: Fault) -> Refusal:
    """What this service answers to a call with this fault in its credentials."""
    protocol = PROTOCOLS.get(service, "json")
    said = _BY_PROTOCOL[protocol][fault]
    return replace(said, status=json_status(service)) if protocol == "json" else said


@cache
def json_status(service: str) -> Literal[400, 403]:
    """The status of a refusal by a service whose errors are JSON: 403 where its protocol is REST (Lambda, EKS), as seen
    in iann0036/iamlive#58, and 400 where it is not (DynamoDB, Secrets Manager).
    """
    try:
        return 403 if service_model(service).metadata["protocol"] == "rest-json" else 400
    except UnknownServiceError:
        return 400
