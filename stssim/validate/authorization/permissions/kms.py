"""The permissions that KMS's operations need. They are judged on the key itself, by whichever name it goes in the call.

https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping
from typing import Any

from stssim.arn import Arn
from stssim.call import NOTHING, Call, Caller, RequiredPermission
from stssim.cloud import Directory
from stssim.validate.authorization.permissions.by_rule import account_in, parameter_keys, plan_of
from stssim.validate.authorization.requested_tags import requested_tags, tag_keys

_WITH_ALIAS = ("CreateAlias", "DeleteAlias", "UpdateAlias")
_LISTS: Mapping[str, str] = {"Operations": "kms:GrantOperations"}
_NAMED_OTHERWISE: Mapping[str, str] = {
    "CustomerMasterKeySpec": "kms:KeySpec",
    "KeyPairSpec": "kms:DataKeyPairSpec",
    "MacAlgorithm": "kms:MacAlgorithm",
    "Origin": "kms:KeyOrigin",
    "PendingWindowInDays": "kms:ScheduleKeyDeletionPendingWindowInDays",
}


def required_permissions(call: Call, caller: Caller, directory: Directory) -> tuple[RequiredPermission, ...]:
    """Raises `UnknownNeed` for an operation that has no action."""
    if call.operation == "ReEncrypt":
        return tuple(_re_encrypt(call, caller, directory))
    plan, asked = plan_of("kms", call.operation), call.parameters
    context = _context(call, caller, plan.own.keys, plan.keys)
    if call.operation in _WITH_ALIAS:
        return tuple(_with_alias(call, caller, directory, context))
    if not plan.own.resources:
        tags = requested_tags(asked)
        actions = [plan.own.name, "kms:TagResource"] if tags else [plan.own.name]
        return tuple(RequiredPermission(name, "*", caller.account, context) for name in actions)
    keys = _keys(call, caller, directory)
    return tuple(
        RequiredPermission(plan.own.name, key, account_in(key, caller), {**context, **_alias(asked)}) for key in keys
    )


def _keys(call: Call, caller: Caller, directory: Directory) -> tuple[str, ...]:
    """The key named, or the one that the ciphertext was made with or the grant is on."""
    given, ciphertext = call.parameters.get("KeyId"), call.parameters.get("CiphertextBlob")
    token = call.parameters.get("GrantToken")
    if given is not None:
        return (_key(str(given), call, caller, directory),)
    if ciphertext is not None:
        name = b64encode(ciphertext).decode() if isinstance(ciphertext, bytes) else str(ciphertext)
        found = directory.arns("kms-ciphertext", name, caller.account, call.region)
        if found:
            return found
    if token is not None:
        return directory.arns("kms-grant", str(token), caller.account, call.region) or ("*",)
    return ("*",)


def _key(name: str, call: Call, caller: Caller, directory: Directory) -> str:
    """Of the caller's own account a key that does not exist is no resource, so that KMS can say that it does not."""
    named = Arn.of(name)
    account = named.account if named else caller.account
    found = directory.arns("kms-key", name, account, call.region)
    if found:
        return found[0]
    return name if account != caller.account else "*"


def _with_alias(
    call: Call, caller: Caller, directory: Directory, context: Mapping[str, Any]
) -> Iterator[RequiredPermission]:
    """An alias is changed by leave of the alias and of every key that it leaves or comes to."""
    alias, action = str(call.parameters["AliasName"]), f"kms:{call.operation}"
    yield RequiredPermission(action, f"arn:aws:kms:{call.region}:{caller.account}:{alias}", caller.account, context)
    keys = list(directory.arns("kms-key", alias, caller.account, call.region))
    if "TargetKeyId" in call.parameters:
        keys.append(_key(str(call.parameters["TargetKeyId"]), call, caller, directory))
    for key in dict.fromkeys(keys):
        yield RequiredPermission(action, key, account_in(key, caller), context)


def _re_encrypt(call: Call, caller: Caller, directory: Directory) -> Iterator[RequiredPermission]:
    asked = call.parameters
    name = asked.get("SourceKeyId")
    source = {"KeyId": name} if name is not None else {"CiphertextBlob": asked.get("CiphertextBlob")}
    for key in _keys(Call(call.request, "kms", "Decrypt", call.region, call.endpoint, source), caller, directory):
        context = _encryption_context(asked.get("SourceEncryptionContext") or {})
        yield RequiredPermission(
            "kms:ReEncryptFrom", key, account_in(key, caller), {"kms:CallerAccount": caller.account, **context}
        )
    target = _key(str(asked["DestinationKeyId"]), call, caller, directory)
    context = _encryption_context(asked.get("DestinationEncryptionContext") or {})
    yield RequiredPermission(
        "kms:ReEncryptTo", target, account_in(target, caller), {"kms:CallerAccount": caller.account, **context}
    )


def _context(call: Call, caller: Caller, known: frozenset[str], keys: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    asked = call.parameters
    found: dict[str, Any] = {"kms:CallerAccount": caller.account, **parameter_keys(asked, keys)}
    for name, key in (*_LISTS.items(), *_NAMED_OTHERWISE.items()):
        if key in known and asked.get(name):
            found[key] = asked[name]
    if "BypassPolicyLockoutSafetyCheck" in asked and "kms:BypassPolicyLockoutSafetyCheck" in known:
        found["kms:BypassPolicyLockoutSafetyCheck"] = asked["BypassPolicyLockoutSafetyCheck"]
    if call.operation == "CreateGrant":
        found |= _grant_constraints(asked.get("Constraints") or {})
    found |= _encryption_context(asked.get("EncryptionContext") or {})
    return found | tag_keys(requested_tags(asked), asked)


def _encryption_context(given: Mapping[str, str]) -> dict[str, Any]:
    if not given:
        return {}
    pairs = {f"kms:EncryptionContext:{name}": value for name, value in given.items()}
    return {"kms:EncryptionContextKeys": tuple(given), **pairs}


def _grant_constraints(given: Mapping[str, Any]) -> dict[str, Any]:
    """`kms:GrantConstraintType`, and the encryption context that the grant is bound to."""
    kind = next((name for name in ("EncryptionContextEquals", "EncryptionContextSubset") if given.get(name)), None)
    return {} if kind is None else {"kms:GrantConstraintType": kind, **_encryption_context(given[kind])}


def _alias(asked: Mapping[str, Any]) -> Mapping[str, Any]:
    """`kms:RequestAlias`: the alias by which the key was named, if it was by one."""
    name = str(asked.get("KeyId", ""))
    found = name[name.index("alias/") :] if name.startswith("alias/") or ":alias/" in name else ""
    return {"kms:RequestAlias": found} if found else NOTHING
