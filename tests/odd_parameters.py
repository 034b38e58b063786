"""A request for any operation whose permissions are known, with parameters that no client in its right mind sends.

Each is what botocore makes of parameters that it was not let check: empty, odd, very long, or not there.
"""

from __future__ import annotations

from functools import cache
from random import Random
from typing import Any

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import create_request_object, prepare_request_dict
from botocore.credentials import Credentials
from botocore.exceptions import ParamValidationError
from botocore.serialize import create_serializer

from stssim.call import HttpRequest
from stssim.service_models import operation_model, service_model
from tests.mutations import Keys
from tests.request.asked import SERVICES, all_parameters
from tests.signers import arrived

HOME = "111111111111"
TEXTS = (
    "", "", "x", "*", "/", "a/b", ".", "..", "?", "%", "=", "a=b&c", "\n", "\x01", "\ud7ff", "\U0001f600", "é" * 300,
    "a" * 5000, "-1", "123456789012", "null", "{}", "[]", '{"Version": 1}', "${aws:username}", "$LATEST", "alias/",
    "alias/x", "ou-", "r-ab", "p-", "vpc-1", "home", "alice", "Audit", "reports", "items", "http://", "https://",
    "https://sqs/", "https://x/1/2", "//", "arn:", ":::::", "::::::", "arn:aws:::::", "arn:aws:s3:::", "arn:aws:sqs:::",
    "arn:aws:s3:::reports/k", "arn:aws:events:::event-bus", f"arn:aws:iam::{HOME}:", f"arn:aws:iam::{HOME}:policy",
    f"arn:aws:iam::{HOME}:role/Audit", f"arn:aws:iam::{HOME}:user/alice", f"arn:aws:sns:us-east-1:{HOME}:",
    f"arn:aws:kms:us-east-1:{HOME}:key", f"arn:aws:lambda:us-east-1:{HOME}:function",
    f"arn:aws:logs:us-east-1:{HOME}:log-group", f"arn:aws:secretsmanager:us-east-1:{HOME}:secret",
    f"arn:aws:dynamodb:us-east-1:{HOME}:table", f"arn:aws:dynamodb:us-east-1:{HOME}:table/items/index",
)  # fmt: skip
NUMBERS = (-1, 0, 1, 2**40)


def odd_request(random: Random, keys: Keys) -> HttpRequest | None:
    """A signed request; None if even botocore cannot put these parameters into one."""
    service = random.choice(SERVICES)
    model = service_model(service)
    operation = operation_model(service, random.choice(model.operation_names))
    odds = random.choice((0.1, 0.3, 0.6, 1.0))
    asked = _odd(_valid(service, operation.name), operation.input_shape, odds, random) if operation.input_shape else {}
    serializer = create_serializer(model.resolved_protocol, include_validation=False)
    signer = S3SigV4Auth if service == "s3" else SigV4Auth
    try:
        made = serializer.serialize_to_request(asked, operation)
        prepare_request_dict(made, f"https://{model.endpoint_prefix}.us-east-1.amazonaws.com", context={})
        request = create_request_object(made)
        signer(Credentials(keys.access_key_id, keys.secret), model.signing_name, "us-east-1").add_auth(request)
        return arrived(request.prepare())
    except (AttributeError, LookupError, ParamValidationError, TypeError, ValueError):
        return None


@cache
def _valid(service: str, operation: str) -> dict[str, Any]:
    return all_parameters(service, operation)


def _odd(value: Any, shape: Any, odds: float, random: Random) -> Any:
    match shape.type_name:
        case "structure":
            kept = {name: each for name, each in value.items() if random.random() > odds / 5}
            return {name: _odd(each, shape.members[name], odds, random) for name, each in kept.items()}
        case "list":
            return [] if random.random() < odds / 5 else [_odd(each, shape.member, odds, random) for each in value]
        case "map":
            return {
                _odd(name, shape.key, odds / 2, random): _odd(each, shape.value, odds, random)
                for name, each in value.items()
                if random.random() > odds / 5
            }
        case "string" if random.random() < odds:
            least = shape.metadata.get("min", 0) if random.random() < 0.8 else 0
            return random.choice(TEXTS).ljust(least, random.choice("x/:"))
        case "integer" | "long" if random.random() < odds:
            return random.choice(NUMBERS)
    return value
