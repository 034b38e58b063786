"""The permissions of a service's operations by rule: the action has the operation's name, and the Service Authorization
Reference says on which types of resource. Tables and finders say the rest.

A call whose resource cannot be told is not known, unless it makes the resource or looks over all of them: then the ARN
has `*` for the name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from stssim.arn import Arn
from stssim.call import Call, Caller, RequiredPermission
from stssim.cloud import Directory
from stssim.policy.service_authorization import Action, ResourceType, action
from stssim.service_models import operation_model, service_model
from stssim.validate.authorization.named_resources import any_of, named_resources
from stssim.validate.authorization.passed_roles import passed_roles
from stssim.validate.authorization.requested_tags import requested_tags, tag_keys
from stssim.validate.authorization.resource_finders import FINDERS
from stssim.validate.authorization.unknown_permission import UnknownPermission

SERVICES = (
    "account",
    "cloudtrail",
    "ecr",
    "events",
    "iam-toolbox",
    "lambda",
    "logs",
    "monitoring",
    "organizations",
    "sns",
    "sqs",
    "ssm",
)
"""The services whose permissions are found by this rule. (The rest have modules of their own.)"""

PREFIXES: Mapping[str, str] = {"iam-toolbox": "iam", "monitoring": "cloudwatch"}
"""What a service is called in policies, where it is signed for under another name."""

ACTIONS: Mapping[str, str] = {
    "lambda:GetLayerVersionByArn": "GetLayerVersion",
    "lambda:Invoke": "InvokeFunction",
    "lambda:InvokeWithResponseStream": "InvokeFunction",
    "sns:PublishBatch": "Publish",
    "sqs:ChangeMessageVisibilityBatch": "ChangeMessageVisibility",
    "sqs:DeleteMessageBatch": "DeleteMessage",
    "sqs:SendMessageBatch": "SendMessage",
}
"""The action that a call needs, where it is not the operation's own name."""

TAGGING: Mapping[str, str] = {
    "cloudtrail": "AddTags",
    "ecr": "TagResource",
    "events": "TagResource",
    "lambda": "TagResource",
    "logs": "TagResource",
    "monitoring": "TagResource",
    "organizations": "TagResource",
    "secretsmanager": "TagResource",
    "sns": "TagResource",
    "sqs": "TagQueue",
    "ssm": "AddTagsToResource",
}
"""The action that setting tags needs beside the one that makes the resource."""

LISTED: Mapping[str, str] = {
    "dynamodb:ListTables": "arn:aws:dynamodb:{region}:{account}:table/*",
    "logs:DescribeLogGroups": "arn:aws:logs:{region}:{account}:log-group:{prefix}:log-stream:",
    "sns:ListTopics": "arn:aws:sns:{region}:{account}:*",
    "sqs:ListQueues": "arn:aws:sqs:{region}:{account}:",
    "ssm:DescribeParameters": "arn:aws:ssm:{region}:{account}:*",
}
"""What listings are judged on, as the services' own refusals have it."""

NESTED: Mapping[str, tuple[str, str]] = {
    "lambda:Layer": ("Layers", ""),
    "lambda:SecurityGroupIds": ("VpcConfig", "SecurityGroupIds"),
    "lambda:SubnetIds": ("VpcConfig", "SubnetIds"),
}
"""By condition key: the parameter that fills it, and the member of it."""

_MAKING = ("Allocate", "Copy", "Create", "Import", "Request", "Restore", "Run")
_LOOKING_OVER = ("Describe", "List")
_TAGGING_TOO = (*_MAKING, "Put", "Register", "Start")


@dataclass(frozen=True, slots=True)
class _Plan:
    """`keys` are the condition keys that a parameter of the same name fills.

    `any_will_do` where a resource need not be named: what is made has no name yet, and a listing is of all there are.
    """

    own: Action
    keys: tuple[tuple[str, str], ...]
    any_will_do: bool
    tags_too: bool


def required_permissions(call: Call, caller: Caller, directory: Directory) -> tuple[RequiredPermission, ...]:
    """Raises `UnknownNeed` for an operation without an action, and where the resource cannot be told."""
    return tuple(_required(call, caller, directory))


def _required(call: Call, caller: Caller, directory: Directory) -> Iterator[RequiredPermission]:
    plan = plan_of(call.service, call.operation)
    tags = requested_tags(call.parameters)
    context = {
        **parameter_keys(call.parameters, plan.keys),
        **nested_keys(call.parameters, plan.own.keys),
        **tag_keys(tags, call.parameters),
    }
    if "lambda:FunctionArn" in plan.own.keys and "FunctionName" in call.parameters:
        context["lambda:FunctionArn"] = on(_FUNCTION, call, caller, directory, any_will_do=False)[0]
    listed = LISTED.get(call.name)
    if listed is not None:
        place = {"region": call.region, "account": caller.account}
        resource = listed.format(prefix=call.parameters.get("logGroupNamePrefix") or "", **place)
        yield RequiredPermission(plan.own.name, resource, caller.account, context)
        return
    resources = on(plan.own, call, caller, directory, any_will_do=plan.any_will_do)
    for resource in resources:
        yield RequiredPermission(plan.own.name, resource, account_in(resource, caller), context)
    tagging = TAGGING.get(call.service)
    if tags and plan.tags_too and tagging is not None:
        for resource in resources:
            yield RequiredPermission(
                f"{_prefix(call.service)}:{tagging}", resource, account_in(resource, caller), context
            )
    if call.name == "secretsmanager:BatchGetSecretValue":
        yield from _values_of(call, caller, directory, context)
    yield from passed_roles(call, caller, directory)


def _values_of(
    call: Call, caller: Caller, directory: Directory, context: Mapping[str, Any]
) -> Iterator[RequiredPermission]:
    """GetSecretValue for every secret that is named; whoever gives filters must be allowed it for all, and to list.

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_BatchGetSecretValue.html
    """
    action_, one = plan_of("secretsmanager", "GetSecretValue").own, replace(call, operation="GetSecretValue")
    for named in call.parameters.get("SecretIdList") or ():
        for arn in on(action_, replace(one, parameters={"SecretId": named}), caller, directory, any_will_do=False):
            yield RequiredPermission(action_.name, arn, account_in(arn, caller), context)
    if call.parameters.get("Filters") or not call.parameters.get("SecretIdList"):
        yield RequiredPermission(action_.name, "*", caller.account, context)
        yield RequiredPermission("secretsmanager:ListSecrets", "*", caller.account, context)


_FUNCTION = Action(
    "lambda:GetFunction",
    (ResourceType("function", "arn:${Partition}:lambda:${Region}:${Account}:function:${FunctionName}", True),),
    frozenset(),
)
"""What a `FunctionName` names, where the call is about something else: an event source mapping."""


@cache
def plan_of(service: str, operation: str) -> _Plan:
    """What is to be known of an operation (or of an action alone) once and for all. Raises `UnknownNeed`."""
    prefix = _prefix(service)
    own = action(prefix, ACTIONS.get(f"{service}:{operation}", operation))
    if own is None:
        raise UnknownPermission(operation)
    known = operation in service_model(service).operation_names
    shape = operation_model(service, operation).input_shape if known else None
    scalar = {
        name.lower(): name
        for name, member in (shape.members.items() if shape else ())
        if member.type_name in ("string", "boolean", "integer", "long")
    }
    named = ((key, key.partition(":")[2].lower()) for key in sorted(own.keys) if key.startswith(f"{prefix}:"))
    keys = tuple((key, scalar[name]) for key, name in named if name in scalar)
    names_none = shape is None or not shape.required_members
    any_will_do = operation.startswith(_MAKING) or (operation.startswith(_LOOKING_OVER) and names_none)
    return _Plan(own, keys, any_will_do, operation.startswith(_TAGGING_TOO))


def _prefix(service: str) -> str:
    return PREFIXES.get(service, service)


def parameter_keys(asked: Mapping[str, Any], keys: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    """The condition keys that parameters fill; a parameter that is not there fills none."""
    return {key: asked[name] for key, name in keys if asked.get(name) is not None}


def nested_keys(asked: Mapping[str, Any], known: frozenset[str]) -> dict[str, Any]:
    """The condition keys with several values, or that a parameter within a parameter fills."""
    found: dict[str, Any] = {}
    for key, (outer, inner) in NESTED.items():
        if key in known and asked.get(outer):
            value = asked[outer].get(inner) if inner else asked[outer]
            if value:
                found[key] = tuple(value) if isinstance(value, list | tuple) else value
    return found


def on(own: Action, call: Call, caller: Caller, directory: Directory, *, any_will_do: bool) -> tuple[str, ...]:
    """The ARNs that an action is done on, or `*` for one that is done on no resource. Raises `UnknownNeed`."""
    found: list[str] = []
    for kind in own.resources:
        named = _find(kind, call, caller, directory)
        if not named and any_will_do and kind.required:
            named = (any_of(kind, call, caller),)
        found += [resource for resource in named if resource not in found]
    if found:
        return tuple(found)
    if any(kind.required for kind in own.resources):
        raise UnknownPermission(own.name)
    return ("*",)


def _find(kind: ResourceType, call: Call, caller: Caller, directory: Directory) -> tuple[str, ...]:
    finder: Callable[..., tuple[str, ...]] | None = FINDERS.get((call.service, kind.name))
    return finder(kind, call, caller, directory) if finder else named_resources(kind, call, caller)


def account_in(resource: str, caller: Caller) -> str:
    """The account that an ARN names, or the caller's own where it names none."""
    named = Arn.of(resource)
    return named.account if named and named.account.isdigit() else caller.account
