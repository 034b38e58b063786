"""Secrets Manager: secrets, and the KMS keys that encrypt them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from stssim.access.core.compiled_policies import compiled
from stssim.access.core.moto_backends import backend
from stssim.access.core.stored_policies import in_attribute
from stssim.access.services.adapter import Adapter, Permitted, Reference, Resource, WrittenPolicy, parameter
from stssim.access.services.kms import keys
from stssim.access.services.moto_tags import pairs
from stssim.arn import account_named
from stssim.call import HttpReply, Refusal
from stssim.policy import Policy
from stssim.request_ids import id_of
from stssim.trace import Refused


def _secret(asked: Reference) -> Iterator[str]:
    """By name, ARN, or an ARN without its last six characters."""
    kept = backend("secretsmanager", asked.account, asked.region)
    found = kept.secrets.get(asked.name) if kept is not None else None
    if found is not None:
        yield found.arn


def _tags(secretsmanager: Any, resource: Resource) -> Mapping[str, str]:
    secret = secretsmanager.secrets.get(resource.arn)
    return pairs(getattr(secret, "tags", None))


def _policy(secretsmanager: Any, resource: Resource) -> Policy | None:
    secret = secretsmanager.secrets.get(resource.arn)
    text = getattr(secret, "policy", None)
    return compiled(f"the resource policy of secret {secret.name}", "resource", text) if text else None


def _key(asked: Reference) -> Iterator[str]:
    """The customer's key that encrypts a secret. One that is left to Secrets Manager has none."""
    kept = backend("secretsmanager", asked.account, asked.region)
    secret = kept.secrets.get(asked.name) if kept is not None else None
    named = secret.kms_key_id if secret is not None else None
    if named and named != _MANAGED:
        owner = account_named(named, asked.account)
        yield from keys.key_arns(Reference(named, owner, asked.region))


def get_value(asked: Permitted) -> HttpReply:
    """GetSecretValue. Raises `Refused` (400) for a caller of another account where AWS's own key encrypts the secret,
    and where the customer's key is disabled.

    https://repost.aws/knowledge-center/secrets-manager-share-between-accounts
    """
    secret = _named(asked)
    if secret.account != asked.caller.account and any(_secret(secret)) and not any(_key(secret)):
        says = (
            "You can't access a secret from a different AWS account if you encrypt the secret with the default KMS "
            "service key."
        )
        raise Refused(Refusal("InvalidRequestException", says, 400))
    _require_enabled(asked, "DecryptionFailure", "decrypt")
    return asked.forward()


def put_value(asked: Permitted) -> HttpReply:
    """PutSecretValue. Raises `Refused` (400) where the customer's key is disabled."""
    _require_enabled(asked, "EncryptionFailure", "encrypt")
    return asked.forward()


def _named(asked: Permitted) -> Reference:
    name = str(asked.call.parameters["SecretId"])
    return Reference(name, account_named(name, asked.caller.account), asked.call.region)


def _require_enabled(asked: Permitted, code: str, does: str) -> None:
    """Recorded on 2026-09-24 (radkawar/stackd, testdata/aws/secretsmanager/authority.json)."""
    arn = next(_key(_named(asked)), "")
    key = keys.stored(arn)
    if key is not None and key.key_state == "Disabled":
        says = (
            f"Secrets Manager can't {does} the secret value: {arn} is disabled. (Service: AWSKMS; Status Code: 400; "
            f"Error Code: DisabledException; Request ID: {id_of(asked.call.request)}; Proxy: null)"
        )
        raise Refused(Refusal(code, says, 400))


_MANAGED = "alias/aws/secretsmanager"
_STRANGER = "This resource policy contains an unsupported principal."
ADAPTER = Adapter(
    tags=_tags,
    resource_policy=_policy,
    rewrite_principals=in_attribute("secrets", "policy"),
    names={"key-of-secret": _key, "secret": _secret},
    answers={"GetSecretValue": get_value, "PutSecretValue": put_value},
    written={
        "PutResourcePolicy": WrittenPolicy(
            parameter("ResourcePolicy"), "resource", "MalformedPolicyDocumentException", stranger=_STRANGER
        )
    },
)
