"""Calls that hand a role to a service, and so need `iam:PassRole` on it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from stssim.call import Call, Caller, RequiredPermission
from stssim.cloud import Directory

_LAMBDA = "lambda.amazonaws.com"
_EC2 = "ec2.amazonaws.com"
_EVENTS = "events.amazonaws.com"

PASSED: Mapping[str, tuple[tuple[str, str], ...]] = {
    "cloudtrail:CreateTrail": (("CloudWatchLogsRoleArn", "cloudtrail.amazonaws.com"),),
    "cloudtrail:UpdateTrail": (("CloudWatchLogsRoleArn", "cloudtrail.amazonaws.com"),),
    "cloudtrail:EnableFederation": (("FederationRoleArn", "lakeformation.amazonaws.com"),),
    "ec2:CreateFlowLogs": (("DeliverLogsPermissionArn", "vpc-flow-logs.amazonaws.com"),),
    "events:CreateEndpoint": (("RoleArn", _EVENTS),),
    "events:PutRule": (("RoleArn", _EVENTS),),
    "events:PutTargets": (("Targets.RoleArn", _EVENTS),),
    "events:UpdateEndpoint": (("RoleArn", _EVENTS),),
    "lambda:CreateFunction": (("Role", _LAMBDA),),
    "lambda:UpdateFunctionConfiguration": (("Role", _LAMBDA),),
    "logs:PutDestination": (("roleArn", "logs.amazonaws.com"),),
    "logs:PutSubscriptionFilter": (("roleArn", "logs.amazonaws.com"),),
    "s3:PutBucketReplication": (("ReplicationConfiguration.Role", "s3.amazonaws.com"),),
    "sns:SetTopicAttributes": (("AttributeValue", "sns.amazonaws.com"),),
    "sns:Subscribe": (("Attributes.SubscriptionRoleArn", "sns.amazonaws.com"),),
    "ssm:CreateActivation": (("IamRole", "ssm.amazonaws.com"),),
    "ssm:RegisterTaskWithMaintenanceWindow": (("ServiceRoleArn", "ssm.amazonaws.com"),),
    "ssm:SendCommand": (("ServiceRoleArn", "ssm.amazonaws.com"),),
    "ssm:UpdateMaintenanceWindowTask": (("ServiceRoleArn", "ssm.amazonaws.com"),),
}
"""By call: where the role stands in the parameters, and the service that it is passed to."""

_BY_INSTANCE_PROFILE = {
    "ec2:AssociateIamInstanceProfile",
    "ec2:ReplaceIamInstanceProfileAssociation",
    "ec2:RunInstances",
}


def passed_roles(call: Call, caller: Caller, directory: Directory) -> Iterator[RequiredPermission]:
    """An `iam:PassRole` for every role that the call passes, with `iam:PassedToService`."""
    for path, service in PASSED.get(call.name, ()):
        for role in _values(call.parameters, path.split(".")):
            arn = _role_arn(role, caller, directory)
            if arn is not None:
                yield _need(arn, caller, service)
    if call.name in _BY_INSTANCE_PROFILE and call.parameters.get("IamInstanceProfile"):
        given = call.parameters["IamInstanceProfile"]
        name = given.get("Name") or str(given.get("Arn", "")).rpartition("/")[2]
        for arn in directory.arns("role-of-instance-profile", name, caller.account):
            yield _need(arn, caller, _EC2)


def _need(role: str, caller: Caller, service: str) -> RequiredPermission:
    return RequiredPermission(
        "iam:PassRole", role, role.split(":")[4] or caller.account, {"iam:PassedToService": service}
    )


def _values(holder: Any, path: list[str]) -> Iterator[str]:
    if isinstance(holder, list | tuple):
        for each in holder:
            yield from _values(each, path)
    elif not path:
        if isinstance(holder, str) and holder:
            yield holder
    elif isinstance(holder, Mapping) and path[0] in holder:
        yield from _values(holder[path[0]], path[1:])


def _role_arn(given: str, caller: Caller, directory: Directory) -> str | None:
    """A role is named by its ARN; SSM's activations name it by its name. Anything else is no role."""
    if given.startswith("arn:"):
        return given if given.count(":") == 5 and ":role/" in given else None
    found = directory.role(caller.account, given.rpartition("/")[2])
    return found.arn if found else None
