"""Calls that hand a role to a service, and so need `iam:PassRole` on it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from stssim.arn import Arn
from stssim.call import Call, Caller, Refusal, RequiredPermission
from stssim.cloud import Directory
from stssim.trace import Refused

_AUTO_SCALING = "application-autoscaling.amazonaws.com"
_CLOUDTRAIL = "cloudtrail.amazonaws.com"
_CLOUDWATCH = "cloudwatch.amazonaws.com"
_EC2 = "ec2.amazonaws.com"
_ECR = "ecr.amazonaws.com"
_EVENTS = "events.amazonaws.com"
_LAMBDA = "lambda.amazonaws.com"
_LOGS = "logs.amazonaws.com"
_PULL_THROUGH_CACHE = "pullthroughcache.ecr.amazonaws.com"
_S3 = "s3.amazonaws.com"
_SECRETS_MANAGER = "secretsmanager.amazonaws.com"
_SNS = "sns.amazonaws.com"
_SSM = "ssm.amazonaws.com"

_FEEDBACK = tuple(
    (f"Attributes.{protocol}{outcome}FeedbackRoleArn", _SNS)
    for protocol in ("", "Application", "Firehose", "HTTP", "Lambda", "SQS")
    for outcome in ("Success", "Failure")
)
_QUERIES = (
    ("executionRoleArn", _LOGS),
    ("destinationConfiguration.lookupTableConfiguration.roleArn", _LOGS),
    ("destinationConfiguration.s3Configuration.roleArn", _LOGS),
)
_ASSOCIATIONS = (("AssociationDispatchAssumeRole", _SSM), ("Parameters.AutomationAssumeRole", _SSM))
_TASKS = (("ServiceRoleArn", _SSM), ("TaskInvocationParameters.RunCommand.ServiceRoleArn", _SSM))

PASSED: Mapping[str, tuple[tuple[str, str], ...]] = {
    "cloudtrail:CreateTrail": (("CloudWatchLogsRoleArn", _CLOUDTRAIL),),
    "cloudtrail:EnableFederation": (("FederationRoleArn", "lakeformation.amazonaws.com"),),
    "cloudtrail:StartImport": (("ImportSource.S3.S3BucketAccessRoleArn", _CLOUDTRAIL),),
    "cloudtrail:UpdateTrail": (("CloudWatchLogsRoleArn", _CLOUDTRAIL),),
    "dynamodb:UpdateGlobalTableSettings": (
        ("GlobalTableProvisionedWriteCapacityAutoScalingSettingsUpdate.AutoScalingRoleArn", _AUTO_SCALING),
        (
            "GlobalTableGlobalSecondaryIndexSettingsUpdate.ProvisionedWriteCapacityAutoScalingSettingsUpdate."
            "AutoScalingRoleArn",
            _AUTO_SCALING,
        ),
        (
            "ReplicaSettingsUpdate.ReplicaProvisionedReadCapacityAutoScalingSettingsUpdate.AutoScalingRoleArn",
            _AUTO_SCALING,
        ),
        (
            "ReplicaSettingsUpdate.ReplicaGlobalSecondaryIndexSettingsUpdate."
            "ProvisionedReadCapacityAutoScalingSettingsUpdate.AutoScalingRoleArn",
            _AUTO_SCALING,
        ),
    ),
    "dynamodb:UpdateTableReplicaAutoScaling": (
        ("GlobalSecondaryIndexUpdates.ProvisionedWriteCapacityAutoScalingUpdate.AutoScalingRoleArn", _AUTO_SCALING),
        ("ProvisionedWriteCapacityAutoScalingUpdate.AutoScalingRoleArn", _AUTO_SCALING),
        (
            "ReplicaUpdates.ReplicaGlobalSecondaryIndexUpdates.ProvisionedReadCapacityAutoScalingUpdate."
            "AutoScalingRoleArn",
            _AUTO_SCALING,
        ),
        ("ReplicaUpdates.ReplicaProvisionedReadCapacityAutoScalingUpdate.AutoScalingRoleArn", _AUTO_SCALING),
    ),
    "ec2:CreateFlowLogs": (("DeliverLogsPermissionArn", "vpc-flow-logs.amazonaws.com"),),
    "ec2:RequestSpotFleet": (("SpotFleetRequestConfig.IamFleetRole", "spotfleet.amazonaws.com"),),
    "ecr:CreatePullThroughCacheRule": (("customRoleArn", _PULL_THROUGH_CACHE),),
    "ecr:CreateRepositoryCreationTemplate": (("customRoleArn", _ECR),),
    "ecr:UpdatePullThroughCacheRule": (("customRoleArn", _PULL_THROUGH_CACHE),),
    "ecr:UpdateRepositoryCreationTemplate": (("customRoleArn", _ECR),),
    "events:CreateEndpoint": (("RoleArn", _EVENTS),),
    "events:PutRule": (("RoleArn", _EVENTS),),
    "events:PutTargets": (("Targets.RoleArn", _EVENTS),),
    "events:UpdateEndpoint": (("RoleArn", _EVENTS),),
    "lambda:CreateCapacityProvider": (("PermissionsConfig.CapacityProviderOperatorRoleArn", _LAMBDA),),
    "lambda:CreateFunction": (("Role", _LAMBDA),),
    "lambda:UpdateFunctionConfiguration": (("Role", _LAMBDA),),
    "logs:CreateImportTask": (("importRoleArn", _LOGS),),
    "logs:CreateScheduledQuery": _QUERIES,
    "logs:PutAccountPolicy": (("policyDocument.RoleArn", _LOGS),),
    "logs:PutDeliveryDestination": (("roleArn", _LOGS),),
    "logs:PutDestination": (("roleArn", _LOGS),),
    "logs:PutIntegration": (("resourceConfig.openSearchResourceConfig.dataSourceRoleArn", _LOGS),),
    "logs:PutSubscriptionFilter": (("roleArn", _LOGS),),
    "logs:UpdateScheduledQuery": _QUERIES,
    "monitoring:PutLogAlarm": (
        ("ActionLogLineRoleArn", _CLOUDWATCH),
        ("ScheduledQueryConfiguration.ScheduledQueryRoleARN", _CLOUDWATCH),
    ),
    "monitoring:PutMetricStream": (("RoleArn", "streams.metrics.cloudwatch.amazonaws.com"),),
    "s3:CreateBucketMetadataConfiguration": (("MetadataConfiguration.AnnotationTableConfiguration.Role", _S3),),
    "s3:PutBucketNotification": (("NotificationConfiguration.CloudFunctionConfiguration.InvocationRole", _S3),),
    "s3:PutBucketReplication": (("ReplicationConfiguration.Role", _S3),),
    "s3:UpdateBucketMetadataAnnotationTableConfiguration": (("AnnotationTableConfiguration.Role", _S3),),
    "secretsmanager:AssociateCrossAccountReplica": (("ReplicationRoleARN", _SECRETS_MANAGER),),
    "secretsmanager:RotateSecret": (("ExternalSecretRotationRoleArn", _SECRETS_MANAGER),),
    "sns:CreatePlatformApplication": _FEEDBACK,
    "sns:CreateTopic": _FEEDBACK,
    "sns:SetPlatformApplicationAttributes": _FEEDBACK,
    "sns:Subscribe": (("Attributes.SubscriptionRoleArn", _SNS),),
    "ssm:CreateActivation": (("IamRole", _SSM),),
    "ssm:CreateAssociation": _ASSOCIATIONS,
    "ssm:CreateAssociationBatch": (
        ("AssociationDispatchAssumeRole", _SSM),
        ("Entries.Parameters.AutomationAssumeRole", _SSM),
    ),
    "ssm:CreateCloudConnector": (("RoleArn", _SSM),),
    "ssm:RegisterDefaultHostManagementConfiguration": (("RoleArn", _SSM),),
    "ssm:RegisterTaskWithMaintenanceWindow": _TASKS,
    "ssm:SendCommand": (("ServiceRoleArn", _SSM),),
    "ssm:StartAutomationExecution": (("Parameters.AutomationAssumeRole", _SSM),),
    "ssm:StartChangeRequestExecution": (("Runbooks.Parameters.AutomationAssumeRole", _SSM),),
    "ssm:UpdateAssociation": _ASSOCIATIONS,
    "ssm:UpdateMaintenanceWindowTask": _TASKS,
    "ssm:UpdateManagedInstanceRole": (("IamRole", _SSM),),
}
"""By call: where the role stands in the parameters, and the service that it is passed to. Within a list, it is each
one's; within a text, the text is JSON.
"""

NAMED_ATTRIBUTES: Mapping[str, tuple[str, str, str, str]] = {
    "sns:SetSubscriptionAttributes": ("AttributeName", r"SubscriptionRoleArn", "AttributeValue", _SNS),
    "sns:SetTopicAttributes": ("AttributeName", r"\w*FeedbackRoleArn", "AttributeValue", _SNS),
    "ssm:UpdateServiceSetting": ("SettingId", r".*/default-ec2-instance-management-role", "SettingValue", _SSM),
}
"""By call: the parameter that says what is set, what it says where that is a role, the parameter with the role, and the
service that it is passed to.
"""

INSTANCE_PROFILES: Mapping[str, str] = {
    "ec2:AssociateIamInstanceProfile": "IamInstanceProfile",
    "ec2:CreateFleet": "LaunchTemplateConfigs.Overrides.IamInstanceProfile",
    "ec2:ModifyFleet": "LaunchTemplateConfigs.Overrides.IamInstanceProfile",
    "ec2:ReplaceIamInstanceProfileAssociation": "IamInstanceProfile",
    "ec2:RequestSpotFleet": "SpotFleetRequestConfig.LaunchSpecifications.IamInstanceProfile",
    "ec2:RequestSpotInstances": "LaunchSpecification.IamInstanceProfile",
    "ec2:RunInstances": "IamInstanceProfile",
    "ec2:RunScheduledInstances": "LaunchSpecification.IamInstanceProfile",
}
"""By call: where it names an instance profile, whose role is passed to EC2."""


def passed_roles(call: Call, caller: Caller, directory: Directory) -> Iterator[RequiredPermission]:
    """An `iam:PassRole` for every role that the call passes, with `iam:PassedToService`.

    Raises `Refused` (400) for an instance profile that is named twice or is another account's.
    """
    for path, service in PASSED.get(call.name, ()):
        for given in _values(call.parameters, path.split(".")):
            yield from _needs(given, caller, directory, service)
    named = NAMED_ATTRIBUTES.get(call.name)
    if named is not None and re.fullmatch(named[1], str(call.parameters.get(named[0]))):
        yield from _needs(call.parameters.get(named[2]), caller, directory, named[3])
    profiles = INSTANCE_PROFILES.get(call.name)
    for profile in _values(call.parameters, profiles.split(".")) if profiles else ():
        for role in _of_profile(profile, caller, directory):
            yield _need(role, caller, _EC2)


def _needs(given: Any, caller: Caller, directory: Directory, service: str) -> Iterator[RequiredPermission]:
    """S3's replication configuration may name two roles, with a comma between them."""
    for role in str(given or "").split(","):
        if role.strip():
            yield _need(_role_arn(role.strip(), caller, directory), caller, service)


def _need(role: str, caller: Caller, service: str) -> RequiredPermission:
    account = Arn.parse(role).account
    return RequiredPermission(
        "iam:PassRole", role, account if account.isdigit() else caller.account, {"iam:PassedToService": service}
    )


def _values(holder: Any, path: list[str]) -> Iterator[Any]:
    if isinstance(holder, list | tuple):
        for each in holder:
            yield from _values(each, path)
    elif not path:
        yield holder
    elif isinstance(holder, str):
        try:
            inside = json.loads(holder)
        except (ValueError, RecursionError):
            return
        if isinstance(inside, Mapping):
            yield from _values(inside, path)
    elif isinstance(holder, Mapping) and path[0] in holder:
        yield from _values(holder[path[0]], path[1:])


def _role_arn(given: str, caller: Caller, directory: Directory) -> str:
    """A role is named by its ARN or, to Systems Manager, by its name, whether there is such a role or not."""
    if Arn.of(given):
        return given
    name = given.rpartition("/")[2]
    found = directory.role(caller.account, name)
    return found.arn if found else f"arn:aws:iam::{caller.account}:role/{given.removeprefix('/')}"


def _of_profile(given: Any, caller: Caller, directory: Directory) -> tuple[str, ...]:
    """The roles of an instance profile that is named by its name or by its ARN."""
    if not isinstance(given, Mapping):
        return ()
    arn, name = given.get("Arn"), given.get("Name")
    if arn and name:
        says = "The parameter 'iamInstanceProfile.name' may not be used in combination with 'iamInstanceProfile.arn'"
        raise Refused(Refusal("InvalidParameterCombination", says, 400))
    if not arn:
        return directory.arns("role-of-instance-profile", str(name), caller.account) if name else ()
    if not str(arn).startswith(f"arn:aws:iam::{caller.account}:instance-profile/"):
        says = f"Value ({arn}) for parameter iamInstanceProfile.arn is invalid. Invalid IAM Instance Profile ARN"
        raise Refused(Refusal("InvalidParameterValue", says, 400))
    return directory.arns("role-of-instance-profile", Arn.parse(str(arn)).name, caller.account)
