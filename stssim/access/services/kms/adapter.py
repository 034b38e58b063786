"""KMS: keys by their names, and their policies, kept from moto where it would judge by them: its DescribeKey refuses
whatever a Deny names.
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from stssim.access.core.compiled_policies import compiled
from stssim.access.core.moto_backends import backend, backends
from stssim.access.core.stored_policies import in_attribute
from stssim.access.services.adapter import Adapter, Permitted, Reference, Resource, WrittenPolicy, parameter
from stssim.access.services.kms import grants
from stssim.access.services.moto_tags import of_tagger
from stssim.call import HttpReply
from stssim.policy import Policy

_KEY_ID_LENGTH = 36


def _tags(kms: Any, resource: Resource) -> Mapping[str, str]:
    return of_tagger(kms, resource.name.partition("/")[2])


def _policy(kms: Any, resource: Resource) -> Policy | None:
    sort, _, key_id = resource.name.partition("/")
    key = kms.keys.get(key_id) if sort == "key" else None
    return compiled(f"the key policy of {key_id}", "kms-key", key.policy) if key is not None else None


def key_arns(asked: Reference) -> Iterator[str]:
    """By id, ARN, alias or an alias's ARN."""
    kms = backend("kms", asked.account, asked.region)
    if kms is None:
        return
    short = asked.name.split(":", 5)[5] if asked.name.startswith("arn:") and asked.name.count(":") >= 5 else asked.name
    if short.startswith("alias/"):
        yield from (key.arn for key in kms.keys.values() if short in key.aliases)
    else:
        found = kms.keys.get(short.removeprefix("key/"))
        if found is not None:
            yield found.arn


def _of_ciphertext(asked: Reference) -> Iterator[str]:
    """moto's ciphertexts begin with the id of their key, which may be another account's."""
    try:
        key_id = b64decode(asked.name, validate=True)[:_KEY_ID_LENGTH].decode("ascii")
    except (Error, ValueError):
        return
    for account in tuple(backends("kms")):
        yield from key_arns(replace(asked, name=key_id, account=account))


def describe(asked: Permitted) -> HttpReply:
    """DescribeKey, answered as if the key's policy were empty."""
    name = str(asked.call.parameters["KeyId"])
    account = name.split(":")[4] if name.startswith("arn:") and name.count(":") >= 5 else asked.caller.account
    kms = backend("kms", account, asked.call.region)
    found = tuple(key_arns(Reference(name, account, asked.call.region)))
    key = kms.keys.get(found[0].rpartition("/")[2]) if found and kms is not None else None
    if key is None:
        return asked.forward()
    policy, key.policy = key.policy, ""
    try:
        return asked.forward()
    finally:
        key.policy = policy


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
    names={"kms-ciphertext": _of_ciphertext, "kms-grant": grants.by_token, "kms-key": key_arns},
    written={"CreateKey": _WRITTEN, "PutKeyPolicy": _WRITTEN},
    answers={
        "CreateGrant": grants.create,
        "DescribeKey": describe,
        "ListGrants": grants.list_grants,
        "ListRetirableGrants": grants.list_retirable,
        "RetireGrant": grants.retire,
    },
)
