"""The resources that a call names, as ARNs: the placeholders of a resource type's ARN, filled from the parameters.

A parameter of the placeholder's own name fills it, one value or many; the table says where it bears another name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import product
from typing import Any

from stssim.call import Call, Caller
from stssim.policy.service_authorization import ResourceType

SOURCES: Mapping[tuple[str, str], Mapping[str, tuple[str, ...]]] = {
    ("cloudtrail", "channel"): {"ChannelId": ("Channel",)},
    ("cloudtrail", "dashboard"): {"DashboardName": ("DashboardId", "Name")},
    ("cloudtrail", "eventdatastore"): {"EventDataStoreId": ("EventDataStore", "EventDataStores")},
    ("cloudtrail", "trail"): {"TrailName": ("TrailName", "Name", "TrailNameList")},
    ("dynamodb", "table"): {"TableName": ("TableName", "GlobalTableName", "TargetTableName", "SourceTableName")},
    ("ec2", "elastic-ip"): {"AllocationId": ("AllocationId", "AllocationIds")},
    ("ec2", "dedicated-host"): {"DedicatedHostId": ("HostId", "HostIds")},
    ("ec2", "network-acl"): {"NaclId": ("NetworkAclId", "NetworkAclIds")},
    ("ec2", "snapshot"): {"SnapshotId": ("SnapshotId", "SnapshotIds", "SourceSnapshotId", "SourceSnapshotIds")},
    ("ec2", "vpc-endpoint-service"): {"VpcEndpointServiceId": ("ServiceId", "ServiceIds")},
    ("ec2", "vpc-flow-log"): {"VpcFlowLogId": ("FlowLogId", "FlowLogIds")},
    ("ec2", "key-pair"): {"KeyPairName": ("KeyName", "KeyPairId")},
    ("ec2", "security-group"): {"SecurityGroupId": ("GroupId", "SecurityGroupId", "SecurityGroupIds", "Groups")},
    ("ec2", "placement-group"): {"PlacementGroupName": ("GroupName",)},
    ("ecr", "repository"): {"RepositoryName": ("repositoryName", "repositoryNames")},
    ("events", "api-destination"): {"ApiDestinationName": ("Name",)},
    ("events", "endpoint"): {"EndpointName": ("Name",)},
    ("events", "event-source"): {"EventSourceName": ("Name", "EventSourceName")},
    ("logs", "destination"): {"DestinationName": ("destinationName",)},
    ("monitoring", "alarm"): {"AlarmName": ("AlarmName", "AlarmNames")},
    ("monitoring", "dashboard"): {"DashboardName": ("DashboardName", "DashboardNames")},
    ("ssm", "association"): {"AssociationId": ("AssociationId", "AssociationIds")},
    ("ssm", "automation-definition"): {
        "AutomationDefinitionName": ("DocumentName",),
        "VersionId": ("DocumentVersion",),
    },
    ("ssm", "document"): {"DocumentName": ("Name", "DocumentName", "Names", "CalendarNames", "TaskArn")},
    ("ssm", "instance"): {"InstanceId": ("InstanceId", "InstanceIds", "Target")},
    ("ssm", "maintenancewindow"): {"ResourceId": ("WindowId",)},
    ("ssm", "managed-instance"): {"InstanceId": ()},
    ("ssm", "opsitem"): {"ResourceId": ("OpsItemId", "AccessRequestId")},
    ("ssm", "parameter"): {"ParameterNameWithoutLeadingSlash": ("Name", "Names", "Path")},
    ("ssm", "patchbaseline"): {"PatchBaselineIdResourceId": ("BaselineId",)},
    ("ssm", "resourcedatasync"): {"SyncName": ("SyncName",)},
    ("ssm", "servicesetting"): {"ResourceId": ("SettingId",)},
    ("ssm", "windowtarget"): {"WindowTargetId": ("WindowTargetId",)},
    ("ssm", "windowtask"): {"WindowTaskId": ("WindowTaskId",)},
}
"""By service and resource type: the parameters that fill a placeholder, where their names differ from its own."""

_WITH_SLASHES = ("ecr", "events", "logs", "ssm")
_ACCOUNT_PARAMETERS: Mapping[str, str] = {"ecr": "registryId"}
_PLACE = ("Partition", "Region", "Account")
_PLACEHOLDER = re.compile(r"\$\{(\w+)\}")


def named_resources(kind: ResourceType, call: Call, caller: Caller) -> tuple[str, ...]:
    """The ARNs of this type that the call names: those given whole, else those that its parameters make up."""
    whole = _pattern(call.service, kind.arn)
    given = tuple(value for value in _texts(call.parameters) if whole.fullmatch(value))
    if given:
        return given
    names = _placeholders(kind.arn)
    sources = SOURCES.get((call.service, kind.name), {})
    filled = [tuple(_values(call.parameters, name, sources)) for name in names]
    if not names or not all(filled):
        return ()
    made = (arn(kind, call, caller, dict(zip(names, values, strict=True))) for values in product(*filled))
    return tuple(dict.fromkeys(made))


def any_of(kind: ResourceType, call: Call, caller: Caller) -> str:
    """The ARN of a resource that does not exist yet, with `*` for what will name it. So AWS's own refusals have it."""
    names = _placeholders(kind.arn)
    sources = SOURCES.get((call.service, kind.name), {})
    known = {name: next(_values(call.parameters, name, sources), "*") for name in names}
    return arn(kind, call, caller, known)


def arn(kind: ResourceType, call: Call, caller: Caller, names: Mapping[str, str]) -> str:
    """The ARN of this type, in the call's Region and the caller's account (or the one that the parameters name)."""
    owner = str(call.parameters.get(_ACCOUNT_PARAMETERS.get(call.service, "")))
    place = {"Partition": "aws", "Region": call.region, "Account": owner if owner.isdigit() else caller.account}
    return _PLACEHOLDER.sub(lambda found: str({**place, **names}[found[1]]), kind.arn)


def _values(asked: Mapping[str, Any], placeholder: str, sources: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    for name in sources.get(placeholder, _spellings(placeholder)):
        value = asked.get(name)
        for each in value if isinstance(value, list | tuple) else (value,):
            if isinstance(each, str) and each and not each.startswith("arn:"):
                yield each.removeprefix("/") if placeholder.endswith("WithoutLeadingSlash") else each


@cache
def _spellings(placeholder: str) -> tuple[str, ...]:
    lower = placeholder[0].lower() + placeholder[1:]
    return placeholder, lower, f"{placeholder}s", f"{lower}s"


def _texts(asked: Mapping[str, Any]) -> Iterator[str]:
    for value in asked.values():
        if isinstance(value, str):
            yield value
        elif isinstance(value, list | tuple):
            yield from (each for each in value if isinstance(each, str))


@cache
def _placeholders(template: str) -> tuple[str, ...]:
    return tuple(name for name in _PLACEHOLDER.findall(template) if name not in _PLACE)


@cache
def _pattern(service: str, template: str) -> re.Pattern[str]:
    some = "[^:]+" if service in _WITH_SLASHES else "[^:/]+"
    parts = _PLACEHOLDER.split(template)
    pattern = "".join(
        re.escape(part) if number % 2 == 0 else "[^:]*" if part in ("Region", "Account") else some
        for number, part in enumerate(parts)
    )
    return re.compile(pattern)
