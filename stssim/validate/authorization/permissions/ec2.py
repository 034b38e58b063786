"""The permissions that EC2's operations need: by rule, and for the tags of what is made, and for tagging by id.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from stssim.call import Call, Caller, RequiredPermission
from stssim.cloud import Directory
from stssim.validate.authorization.permissions.by_rule import account_in
from stssim.validate.authorization.permissions.by_rule import required_permissions as by_rule
from stssim.validate.authorization.requested_tags import pairs, tag_keys

_TYPES: Mapping[str, str] = {
    "acl": "network-acl",
    "ami": "image",
    "cgw": "customer-gateway",
    "dopt": "dhcp-options",
    "eipalloc": "elastic-ip",
    "eni": "network-interface",
    "fl": "vpc-flow-log",
    "i": "instance",
    "igw": "internet-gateway",
    "key": "key-pair",
    "lt": "launch-template",
    "nat": "natgateway",
    "pcx": "vpc-peering-connection",
    "pg": "placement-group",
    "pl": "prefix-list",
    "rtb": "route-table",
    "sg": "security-group",
    "sgr": "security-group-rule",
    "sir": "spot-instances-request",
    "snap": "snapshot",
    "subnet": "subnet",
    "tgw": "transit-gateway",
    "vgw": "vpn-gateway",
    "vol": "volume",
    "vpc": "vpc",
    "vpce": "vpc-endpoint",
    "vpn": "vpn-connection",
}
"""The type of a resource by the beginning of its id."""


def required_permissions(call: Call, caller: Caller, directory: Directory) -> tuple[RequiredPermission, ...]:
    """Raises `UnknownNeed` as the rule does."""
    if call.operation in ("CreateTags", "DeleteTags"):
        return tuple(_in_region(need, call) for need in _tagging(call, caller))
    return tuple(_in_region(need, call) for need in (*by_rule(call, caller, directory), *_tagged(call, caller)))


def _in_region(need: RequiredPermission, call: Call) -> RequiredPermission:
    """EC2's own key for the Region that it is called in."""
    if not need.action.startswith("ec2:"):
        return need
    return replace(need, context={**need.context, "ec2:Region": call.region})


def _tagging(call: Call, caller: Caller) -> Iterator[RequiredPermission]:
    asked = call.parameters
    tags = pairs(asked.get("Tags") or ())
    context = tag_keys(tags, {})
    for resource in asked["Resources"]:
        kind = _TYPES.get(str(resource).partition("-")[0], "*")
        account = "" if kind in ("image", "snapshot") else caller.account
        arn = f"arn:aws:ec2:{call.region}:{account}:{kind}/{resource}"
        yield RequiredPermission(f"ec2:{call.operation}", arn, account_in(arn, caller), context)


def _tagged(call: Call, caller: Caller) -> Iterator[RequiredPermission]:
    """Tags on what a call makes need `ec2:CreateTags` on it, and say by which operation it is made."""
    specifications: Any = call.parameters.get("TagSpecifications") or call.parameters.get("TagSpecification") or ()
    for specification in specifications:
        tags = pairs(specification.get("Tags") or ())
        if tags:
            arn = f"arn:aws:ec2:{call.region}:{caller.account}:{specification.get('ResourceType', '*')}/*"
            context = {"ec2:CreateAction": call.operation, **tag_keys(tags, {})}
            yield RequiredPermission("ec2:CreateTags", arn, caller.account, context)
