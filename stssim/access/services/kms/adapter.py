"""KMS: keys and their policies, kept from moto where it would judge by them: its DescribeKey refuses whatever a Deny
names.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from stssim.access.core import answer as moto
from stssim.access.core.compiled_policies import compiled
from stssim.access.core.stored_policies import in_attribute
from stssim.access.services.adapter import Adapter, Answer, Permitted, Reference, Resource, WrittenPolicy, parameter
from stssim.access.services.kms import grants, keys
from stssim.access.services.moto_tags import of_tagger
from stssim.call import HttpReply, Refusal
from stssim.policy import Policy
from stssim.trace import Refused


def _tags(kms: Any, resource: Resource) -> Mapping[str, str]:
    return of_tagger(kms, resource.name.partition("/")[2])


def _policy(kms: Any, resource: Resource) -> Policy | None:
    sort, _, key_id = resource.name.partition("/")
    key = kms.keys.get(key_id) if sort == "key" else None
    return compiled(f"the key policy of {key_id}", "kms-key", key.policy) if key is not None else None


def describe(asked: Permitted) -> HttpReply:
    """DescribeKey, answered as if the key's policy were empty."""
    key = keys.named(asked)
    if key is None:
        return asked.forward()
    policy, key.policy = key.policy, ""
    try:
        return asked.forward()
    finally:
        key.policy = policy


def by_id(asked: Permitted) -> HttpReply:
    """DisableKey and EnableKey, for which moto knows a key by its id alone."""
    key = keys.named(asked)
    if key is None:
        return asked.forward()
    call = replace(asked.call, parameters={**asked.call.parameters, "KeyId": key.id})
    return moto.answer(call, asked.caller, keys.owner(asked))


def _every(asked: Permitted, answer: Answer) -> HttpReply:
    """Raises `Refused` (400) for a key that is to encrypt or sign and is disabled or pending deletion.

    https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
    """
    call = asked.call
    if call.operation in _USING:
        if "KeyId" in call.parameters:
            key = keys.named(asked)
        else:
            blob = b64encode(call.parameters.get("CiphertextBlob", b"")).decode()
            key = keys.stored(next(keys.of_ciphertext(Reference(blob, asked.caller.account, call.region)), ""))
        if key is not None and key.key_state in _UNUSABLE:
            code, says = _UNUSABLE[key.key_state]
            raise Refused(Refusal(code, f"{key.arn} is {says}.", 400))
    return answer(asked)


_USING = (
    "Decrypt",
    "Encrypt",
    "GenerateDataKey",
    "GenerateDataKeyWithoutPlaintext",
    "GenerateMac",
    "Sign",
    "Verify",
    "VerifyMac",
)
_UNUSABLE: Mapping[str, tuple[str, str]] = {
    "Disabled": ("DisabledException", "disabled"),
    "PendingDeletion": ("KMSInvalidStateException", "pending deletion"),
}
_WRITTEN = WrittenPolicy(
    parameter("Policy"),
    "kms-key",
    "MalformedPolicyDocumentException",
    stranger="Policy contains a statement with one or more invalid principals.",
)
ADAPTER = Adapter(
    tags=_tags,
    resource_policy=_policy,
    rewrite_principals=in_attribute("keys", "policy"),
    names={"kms-ciphertext": keys.of_ciphertext, "kms-grant": grants.by_token, "kms-key": keys.key_arns},
    written={"CreateKey": _WRITTEN, "PutKeyPolicy": _WRITTEN},
    every=_every,
    answers={
        "CreateGrant": grants.create,
        "DescribeKey": describe,
        "DisableKey": by_id,
        "EnableKey": by_id,
        "ListGrants": grants.list_grants,
        "ListRetirableGrants": grants.list_retirable,
        "RetireGrant": grants.retire,
    },
)
