"""Resources named in a way of their own: a queue by its URL, a function with a qualifier, a secret by half its ARN."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from stssim.arn import Arn, account_named
from stssim.call import Call, Caller, Refusal
from stssim.cloud import Directory
from stssim.policy.service_authorization import ResourceType
from stssim.trace import Refused
from stssim.validate.authorization.named_resources import arn, named_resources

_ACCOUNT = re.compile(r"[0-9]{12}")
_FUNCTION = re.compile(
    r"(?:arn:aws[\w-]*:lambda:(?P<region>[\w-]+):)?(?:(?P<account>[0-9]{12}):)?(?:function:)?"
    r"(?P<name>[\w-]+)(?::(?P<qualifier>[\w$-]+))?"
)


def _queue(kind: ResourceType, call: Call, caller: Caller, __: Directory) -> tuple[str, ...]:
    """By its URL, which ends in account and name; GetQueueUrl names the owner beside the name."""
    asked = call.parameters
    *_, account, name = ["", "", *str(asked.get("QueueUrl", "")).rstrip("/").split("/")]
    if not asked.get("QueueUrl"):
        name, account = asked.get("QueueName", ""), asked.get("QueueOwnerAWSAccountId") or caller.account
    if not name and "QueueUrl" in asked:
        says = f"The address {asked['QueueUrl']} is not valid for this endpoint."
        raise Refused(Refusal("InvalidAddress", says, 404))
    if not name:
        return named_resources(kind, call, caller)
    if not _ACCOUNT.fullmatch(account):
        account = caller.account
    return (f"arn:aws:sqs:{call.region}:{account}:{name}",)


def _topic(kind: ResourceType, call: Call, caller: Caller, __: Directory) -> tuple[str, ...]:
    """A subscription's ARN is its topic's with an id behind it; a text message to a telephone has no topic."""
    asked = call.parameters
    if "SubscriptionArn" in asked:
        subscription = Arn.of(str(asked["SubscriptionArn"]))
        if subscription is None:
            return (str(asked["SubscriptionArn"]),)
        topic, _, subscription_id = subscription.resource.partition(":")
        return (str(replace(subscription, resource=topic)),) if subscription_id else ()
    if "PhoneNumber" in asked:
        return ("*",)
    if "TargetArn" in asked:
        return (str(asked["TargetArn"]),)
    if "Name" in asked:
        return (arn(kind, call, caller, {"TopicName": asked["Name"]}),)
    named = named_resources(kind, call, caller)
    return named or ((str(asked["TopicArn"]),) if "TopicArn" in asked else ())


def _function(kind: ResourceType, call: Call, caller: Caller, _: Directory) -> tuple[str, ...]:
    """A function is named plainly, by its account and name, or by its ARN, each with a qualifier or without."""
    asked = call.parameters
    if "FunctionName" not in asked:
        return tuple(name for name in named_resources(kind, call, caller) if ":function:" in name)
    given = _FUNCTION.fullmatch(str(asked["FunctionName"]))
    if given is None:
        return ()
    region, account = given["region"] or call.region, given["account"] or caller.account
    whole = f"arn:aws:lambda:{region}:{account}:function:{given['name']}"
    qualifier = asked.get("Qualifier") or given["qualifier"]
    if kind.name == "function":
        return (f"{whole}:{qualifier}" if qualifier and call.operation in _INVOKING else whole,)
    fits = qualifier is not None and _is_version(qualifier) is (kind.name == "function version")
    return (f"{whole}:{qualifier}",) if fits else ()


_INVOKING = ("Invoke", "InvokeAsync", "InvokeWithResponseStream")
"""These are judged on the version or alias that they name.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-api-permissions-ref.html
"""


def _is_version(qualifier: str) -> bool:
    return qualifier.isdigit() or qualifier == "$LATEST"


def _layer_version(kind: ResourceType, call: Call, caller: Caller, _: Directory) -> tuple[str, ...]:
    asked = call.parameters
    if "VersionNumber" not in asked:
        return tuple(str(asked[name]) for name in ("Arn",) if name in asked)
    name, version = str(asked.get("LayerName", "")), str(asked["VersionNumber"])
    if name.startswith("arn:"):
        return (f"{name}:{version}",)
    return (arn(kind, call, caller, {"LayerName": name, "LayerVersion": version}),)


def _secret(kind: ResourceType, call: Call, caller: Caller, directory: Directory) -> tuple[str, ...]:
    """A secret's ARN ends in six characters that only the secret knows; one to be made has any six."""
    asked = call.parameters
    if call.operation == "CreateSecret":
        return (arn(kind, call, caller, {"SecretId": f"{asked['Name']}-??????"}),)
    found: list[str] = []
    for given in asked.get("SecretIdList") or [asked.get("SecretId")]:
        if given is None:
            continue
        account = account_named(given, caller.account)
        whole = directory.arns("secret", given, account, call.region)
        found += whole or ((given,) if given.startswith("arn:") else (arn(kind, call, caller, {"SecretId": given}),))
    return tuple(found)


def _security_group(kind: ResourceType, call: Call, caller: Caller, directory: Directory) -> tuple[str, ...]:
    """By id, else by name: the groups of that name that there are."""
    found = list(named_resources(kind, call, caller))
    if call.operation != "CreateSecurityGroup":
        for name in (call.parameters.get("GroupName"), *(call.parameters.get("SecurityGroups") or ())):
            if isinstance(name, str):
                found += directory.arns("security-group", name, caller.account, call.region)
    return tuple(found)


_ORGANIZATION_IDS = (
    "AccountId",
    "ChildId",
    "DestinationParentId",
    "HandshakeId",
    "OrganizationalUnitId",
    "ParentId",
    "PolicyId",
    "ResourceId",
    "RootId",
    "SourceParentId",
    "TargetId",
)
_SHAPES: Mapping[str, re.Pattern[str]] = {
    "account": _ACCOUNT,
    "handshake": re.compile(r"h-[0-9a-z]+"),
    "organizationalunit": re.compile(r"ou-[0-9a-z]+-[0-9a-z]+"),
    "policy": re.compile(r"p-[0-9A-Za-z_]+"),
    "root": re.compile(r"r-[0-9a-z]+"),
}
_SEGMENTS: Mapping[str, str] = {"organizationalunit": "ou", "policy": "policy"}


def _of_organization(kind: ResourceType, call: Call, caller: Caller, directory: Directory) -> tuple[str, ...]:
    """By an id whose shape tells its type: `r-` a root, `ou-` a unit, `p-` a policy, twelve digits an account."""
    shape = _SHAPES.get(kind.name)
    if shape is None:
        return ()
    asked = dict(call.parameters)
    if isinstance(asked.get("Target"), Mapping):
        asked["TargetId"] = asked["Target"].get("Id")
    found: list[str] = []
    for name in _ORGANIZATION_IDS:
        given = asked.get(name)
        if isinstance(given, str) and shape.fullmatch(given):
            whole = directory.arns("organizations", given, caller.account)
            segment = _SEGMENTS.get(kind.name, kind.name)
            found += whole or (f"arn:aws:organizations::{caller.account}:{segment}/o-*/{given}",)
    return tuple(found)


_TAGGED: Mapping[str, str] = {
    "Association": "association",
    "Automation": "automation-execution",
    "Document": "document",
    "MaintenanceWindow": "maintenancewindow",
    "ManagedInstance": "managed-instance",
    "OpsItem": "opsitem",
    "OpsMetadata": "opsmetadata",
    "Parameter": "parameter",
    "PatchBaseline": "patchbaseline",
}


def _of_systems_manager(kind: ResourceType, call: Call, caller: Caller, _: Directory) -> tuple[str, ...]:
    """Tags are set by type and id; a parameter's name may end in a version or label, which is no part of its ARN."""
    asked = dict(call.parameters)
    if call.operation in ("AddTagsToResource", "RemoveTagsFromResource", "ListTagsForResource"):
        if _TAGGED.get(str(asked.get("ResourceType"))) != kind.name:
            return ()
        last = kind.arn.rpartition("${")[2].rstrip("}")
        return (arn(kind, call, caller, {last: str(asked["ResourceId"]).removeprefix("/")}),)
    found = named_resources(kind, call, caller)
    if kind.name == "parameter" and call.operation in ("GetParameter", "GetParameters"):
        return tuple(_without_version(each) for each in found)
    return found


def _without_version(parameter: str) -> str:
    arn = Arn.parse(parameter)
    return str(replace(arn, resource=arn.resource.partition(":")[0]))


def _log_group(_: ResourceType, call: Call, caller: Caller, __: Directory) -> tuple[str, ...]:
    """A log group's own actions are judged on its ARN with `:log-stream:` behind, as the service's refusals show."""
    asked: Mapping[str, Any] = call.parameters
    names = asked.get("logGroupIdentifiers") or asked.get("logGroupNames") or []
    named = [*names, *(asked[name] for name in ("logGroupName", "logGroupIdentifier") if asked.get(name))]
    resource = str(asked.get("resourceArn", ""))
    if ":log-group:" in resource:
        named.append(resource)
    found = []
    for name in named:
        group, account = _group_and_account(str(name), caller)
        found.append(f"arn:aws:logs:{call.region}:{account}:log-group:{group}:log-stream:")
    return tuple(dict.fromkeys(found))


def _group_and_account(identifier: str, caller: Caller) -> tuple[str, str]:
    """A log group is named by its name or by its ARN."""
    group = Arn.of(identifier)
    if group is None:
        return identifier, caller.account
    return group.resource.removeprefix("log-group:").partition(":")[0], group.account


def _log_stream(_: ResourceType, call: Call, caller: Caller, __: Directory) -> tuple[str, ...]:
    asked = call.parameters
    if "logStreamName" not in asked:
        return ()
    group, account = asked.get("logGroupName"), caller.account
    if group is None:
        group, account = _group_and_account(str(asked.get("logGroupIdentifier", "")), caller)
    return (f"arn:aws:logs:{call.region}:{account}:log-group:{group}:log-stream:{asked['logStreamName']}",)


def _event_bus(_: ResourceType, call: Call, caller: Caller, __: Directory) -> tuple[str, ...]:
    """Without a name it is the default bus, where there can be one."""
    asked = call.parameters
    if call.operation == "PutEvents":
        names = [entry.get("EventBusName") or "default" for entry in asked.get("Entries", ())]
    elif "ResourceARN" in asked:
        names = [asked["ResourceARN"]] if ":event-bus/" in asked["ResourceARN"] else []
    else:
        given = asked.get("EventBusName") or asked.get("Name") or asked.get("EventSourceArn")
        names = [given or "default"]
    return tuple(dict.fromkeys(_bus(str(name), call, caller) for name in names))


def _bus(name: str, call: Call, caller: Caller) -> str:
    return name if name.startswith("arn:") else f"arn:aws:events:{call.region}:{caller.account}:event-bus/{name}"


def _rule(kind: ResourceType, call: Call, caller: Caller, _: Directory) -> tuple[str, ...]:
    """A rule of the default bus is `rule/name`, another bus's is `rule/bus/name`."""
    asked = call.parameters
    resource = str(asked.get("ResourceARN", ""))
    custom = kind.name == "rule-on-custom-event-bus"
    if resource:
        return (resource,) if resource.count("/") == (2 if custom else 1) and ":rule/" in resource else ()
    name = asked.get("Rule") or asked.get("Name")
    bus = _bus(str(asked.get("EventBusName") or "default"), call, caller)
    home, bus_name = bus.rpartition(":event-bus/")[0], bus.rpartition("/")[2]
    if not name or custom is (bus_name == "default"):
        return ()
    return (f"{home}:rule/{bus_name}/{name}" if custom else f"{home}:rule/{name}",)


def _connection(kind: ResourceType, call: Call, caller: Caller, _: Directory) -> tuple[str, ...]:
    """An API destination names its connection by ARN; only a connection's own operations name it by its name."""
    if call.operation.endswith("Connection") and "Name" in call.parameters:
        return (arn(kind, call, caller, {"ConnectionName": call.parameters["Name"]}),)
    return named_resources(kind, call, caller)


_Finder = Callable[[ResourceType, Call, Caller, Directory], tuple[str, ...]]
FINDERS: Mapping[tuple[str, str], _Finder] = {
    ("ec2", "security-group"): _security_group,
    ("events", "connection"): _connection,
    ("events", "event-bus"): _event_bus,
    ("events", "rule-on-custom-event-bus"): _rule,
    ("events", "rule-on-default-event-bus"): _rule,
    ("lambda", "function alias"): _function,
    ("lambda", "function version"): _function,
    ("lambda", "function"): _function,
    ("lambda", "layerVersion"): _layer_version,
    ("logs", "log-group"): _log_group,
    ("logs", "log-stream"): _log_stream,
    ("organizations", "account"): _of_organization,
    ("organizations", "handshake"): _of_organization,
    ("organizations", "organizationalunit"): _of_organization,
    ("organizations", "policy"): _of_organization,
    ("organizations", "root"): _of_organization,
    ("secretsmanager", "Secret"): _secret,
    ("sns", "topic"): _topic,
    ("sqs", "queue"): _queue,
    ("ssm", "automation-execution"): _of_systems_manager,
    ("ssm", "document"): _of_systems_manager,
    ("ssm", "maintenancewindow"): _of_systems_manager,
    ("ssm", "managed-instance"): _of_systems_manager,
    ("ssm", "opsitem"): _of_systems_manager,
    ("ssm", "opsmetadata"): _of_systems_manager,
    ("ssm", "parameter"): _of_systems_manager,
    ("ssm", "patchbaseline"): _of_systems_manager,
    ("ssm", "association"): _of_systems_manager,
}
"""By service and resource type."""
