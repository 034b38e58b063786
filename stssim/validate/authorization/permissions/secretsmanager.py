"""The permissions that Secrets Manager's operations need: on the secret, and on the KMS key of the customer's that
encrypts it.

Secrets Manager calls KMS with the caller's own permissions. The key that AWS manages opens to everyone in the account.
https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from stssim.arn import account_named
from stssim.call import Call, Caller, RequiredPermission
from stssim.cloud import Directory
from stssim.validate.authorization.permissions import by_rule

_KEY = "secretsmanager:SecretId"
_VALUES = ("SecretString", "SecretBinary")


def required_permissions(call: Call, caller: Caller, directory: Directory) -> tuple[RequiredPermission, ...]:
    """Raises `UnknownPermission` for an operation that has no action."""
    return tuple(_required(call, caller, directory))


def _required(call: Call, caller: Caller, directory: Directory) -> Iterator[RequiredPermission]:
    for need in by_rule.required_permissions(call, caller, directory):
        if _KEY in need.context and ":secret:" in need.resource:
            # The ARN, however the secret is named: radkawar/stackd, testdata/aws/secretsmanager/authority.json
            need = replace(need, context={**need.context, _KEY: need.resource})
        yield need
        if need.action == "secretsmanager:GetSecretValue":
            yield from _of_key("kms:Decrypt", need.resource, call, caller, directory)
    if any(name in call.parameters for name in _VALUES):
        secrets = by_rule.required_permissions(call, caller, directory)[:1]
        for need in secrets:
            yield from _of_key("kms:GenerateDataKey", need.resource, call, caller, directory)


def _of_key(action: str, secret: str, call: Call, caller: Caller, directory: Directory) -> Iterator[RequiredPermission]:
    named = call.parameters.get("KmsKeyId")
    if named is not None:
        keys = directory.arns("kms-key", str(named), account_named(str(named), caller.account), call.region)
    else:
        keys = directory.arns("key-of-secret", secret, account_named(secret, ""), call.region)
    service = f"secretsmanager.{call.region}.amazonaws.com"
    context: dict[str, Any] = {
        "kms:CallerAccount": caller.account,
        "kms:ViaService": service,
        "kms:EncryptionContext:SecretARN": secret,
        "kms:EncryptionContextKeys": ("SecretARN", "SecretVersionId"),
        "aws:ViaAWSService": True,
        **dict.fromkeys(("aws:CalledViaFirst", "aws:CalledViaLast"), "secretsmanager.amazonaws.com"),
        "aws:CalledVia": ("secretsmanager.amazonaws.com",),
    }
    for key in keys:
        yield RequiredPermission(action, key, by_rule.account_in(key, caller), context)
